-- What the gate decides from, one look after another: why each run was made, old samples of a baseline, and what
-- recomputes a verdict.
ALTER TABLE runs ADD COLUMN purpose VARCHAR DEFAULT ''; -- measure, screen, confirm or rerun; empty: just a run
ALTER TABLE runs ADD COLUMN first_repeat BIGINT DEFAULT 1; -- number of its first repeat: fresh samples are numbered on
ALTER TABLE runs ADD COLUMN times BIGINT[] DEFAULT []; -- how often each case was to be asked, in the order of `case_ids`; empty: `repeats` times
ALTER TABLE trials ADD COLUMN must_pass BOOLEAN DEFAULT false; -- the case must never fail
ALTER TABLE verdicts ADD COLUMN question_digest VARCHAR; -- SHA-256, hexadecimal: equal where the same was asked; NULL: not known
ALTER TABLE verdicts ADD COLUMN alpha DOUBLE; -- one-sided error rate of each bound, as it was used; NULL: not known
ALTER TABLE verdicts ADD COLUMN policy VARCHAR; -- the gate's rules, canonical JSON; NULL: not known
ALTER TABLE verdicts ADD COLUMN decided_from VARCHAR; -- ids of all runs it was decided from, and the seed, canonical JSON; NULL: not known
ALTER TABLE verdicts ADD COLUMN harness_version VARCHAR; -- what decided; NULL: not known

-- Runs whose answers may stand for a baseline that is not asked again. None is here for its score.
CREATE TABLE bank (
  suite VARCHAR NOT NULL,
  run_id VARCHAR NOT NULL,
  added_at TIMESTAMP NOT NULL,            -- UTC
  joined_as VARCHAR NOT NULL,             -- blessed, measured, screen, confirm or rerun
  left_at TIMESTAMP,                      -- UTC; NULL: it is in the bank
  left_why VARCHAR                        -- expired, or what made it stale
);

-- Runs with everything that can be counted in them; nothing here is stored.
CREATE OR REPLACE VIEW v_runs AS
WITH counted AS (
  SELECT
    run_id,
    count(*) FILTER (outcome = 'answered') AS answered,
    count(*) FILTER (outcome = 'degraded') AS degraded,
    count(*) FILTER (outcome = 'failed') AS failed,
    count(*) FILTER (outcome = 'skipped') AS skipped,
    count(score) AS measured,
    avg(score) AS mean_score,
    count(*) FILTER (passed) AS passed,
    sum(cost_usd) AS cost_usd,
    count(*) FILTER (cost_usd IS NULL AND outcome IN ('answered', 'degraded')) > 0
      OR count(cost_usd) = 0 AS unpriced,
    sum(cost_uncertain_usd) AS cost_uncertain_usd
  FROM trials GROUP BY run_id
), extra AS (
  SELECT run_id, sum(cost_usd) AS cost_usd, sum(cost_uncertain_usd) AS cost_uncertain_usd
  FROM extra_costs GROUP BY run_id
), asked AS (
  SELECT run_id, count(*) AS attempts FROM calls GROUP BY run_id
)
SELECT
  runs.* EXCLUDE (planned, case_ids, wall_s, times),
  answered + degraded + failed + skipped AS planned,
  answered, degraded, failed, skipped, measured, passed, mean_score,
  coalesce(asked.attempts, 0) AS attempts,
  CASE WHEN NOT unpriced THEN counted.cost_usd + coalesce(extra.cost_usd, 0) END AS cost_usd,
  counted.cost_uncertain_usd + coalesce(extra.cost_uncertain_usd, 0) AS cost_uncertain_usd,
  wall_s
FROM runs
JOIN counted USING (run_id)
LEFT JOIN extra USING (run_id)
LEFT JOIN asked USING (run_id);

-- Trials with what their run was pinned to.
CREATE OR REPLACE VIEW v_trials AS
SELECT runs.suite, runs.prompt, runs.prompt_version, runs.model, runs.model_id, runs.mode, runs.synthetic,
  trials.* EXCLUDE (question, answer), runs.purpose
FROM trials JOIN runs USING (run_id);

-- Verdicts with what was compared.
CREATE OR REPLACE VIEW v_verdicts AS
SELECT
  verdicts.*,
  baseline.prompt_version AS baseline_version, baseline.model_id AS baseline_model_id,
  candidate.prompt_version AS candidate_version, candidate.model_id AS candidate_model_id
FROM verdicts
LEFT JOIN runs AS baseline ON baseline.run_id = verdicts.baseline_run_id
LEFT JOIN runs AS candidate ON candidate.run_id = verdicts.candidate_run_id;

-- Runs in the bank, and runs that were in it, with what they were pinned to.
CREATE VIEW v_bank AS
SELECT
  bank.*, runs.prompt_version, runs.model_id, runs.mode, runs.purpose, runs.started_at,
  count(trials.score) AS measured, avg(trials.score) AS mean_score
FROM bank JOIN runs ON runs.run_id = bank.run_id LEFT JOIN trials ON trials.run_id = bank.run_id
GROUP BY ALL
ORDER BY bank.suite, bank.added_at, bank.run_id;
