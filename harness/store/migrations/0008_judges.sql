-- Judges are asked about answers: who was asked, what it cost beside the answers themselves, and what they said.
ALTER TABLE calls ADD COLUMN asked_by VARCHAR DEFAULT ''; -- the judge that was asked about the answer; empty: the model under test was asked
ALTER TABLE calls ADD COLUMN asked_what VARCHAR DEFAULT ''; -- of a judge: which expectation or canary, and the number of the call
ALTER TABLE calls ADD COLUMN asked_model VARCHAR; -- of a judge: snapshot id of its model; NULL: as the trial says
ALTER TABLE trials ADD COLUMN judge_calls BIGINT DEFAULT 0; -- calls of judges about the answer, canaries included
ALTER TABLE trials ADD COLUMN judge_cost_usd DECIMAL(18, 9) DEFAULT 0; -- US dollars, proved; no part of cost_usd; NULL: a judge has no price
ALTER TABLE trials ADD COLUMN judge_cost_uncertain_usd DECIMAL(18, 9) DEFAULT 0; -- US dollars that may have been billed on top

-- What experts said of an answer. A grader reads them, so that an answer can be graded anew without asking them again.
CREATE TABLE opinions (
  run_id VARCHAR NOT NULL,
  case_id VARCHAR NOT NULL,
  repeat BIGINT NOT NULL,                 -- from 1
  opinion_key VARCHAR NOT NULL,           -- SHA-256, hexadecimal, over the expectation without weight, not and at_least
  score DOUBLE NOT NULL,                  -- in [0, 1]; means nothing beside a mistake
  reason VARCHAR USING COMPRESSION zstd NOT NULL, -- hostile text
  confidence DOUBLE NOT NULL,             -- in [0, 1]
  mistake VARCHAR NOT NULL,               -- grader_error or judge_error: there is no opinion; empty: there is
  undecidable BOOLEAN NOT NULL            -- there was nothing to have an opinion of
);

-- Opinions with what their run was pinned to. Hostile.
CREATE VIEW v_opinions AS
SELECT runs.suite, runs.prompt_version, runs.model_id, runs.mode, opinions.*
FROM opinions JOIN runs USING (run_id);

DROP VIEW v_calls;

-- Attempts with what their run was pinned to.
CREATE VIEW v_calls AS
SELECT runs.suite, runs.prompt_version, runs.model_id, runs.mode, calls.*
FROM calls JOIN runs USING (run_id);

-- Trials with what their run was pinned to.
CREATE OR REPLACE VIEW v_trials AS
SELECT runs.suite, runs.prompt, runs.prompt_version, runs.model, runs.model_id, runs.mode, runs.synthetic,
  trials.* EXCLUDE (question, answer), runs.purpose
FROM trials JOIN runs USING (run_id);

-- What judges cost, by run and judge. Calls that another record took the place of, or that died, are in extra_costs.
CREATE VIEW v_judges AS
SELECT
  runs.run_id, runs.suite, runs.mode, calls.asked_by AS judge, calls.asked_model AS model_id,
  count(DISTINCT (calls.case_id, calls.repeat)) AS trials,
  count(*) AS attempts,
  count(*) FILTER (fault IS NOT NULL) AS faults,
  sum(calls.cost_usd) AS cost_usd,
  sum(calls.cost_uncertain_usd) AS cost_uncertain_usd
FROM calls JOIN runs USING (run_id)
WHERE calls.asked_by <> '' AND calls.stands
GROUP BY ALL
ORDER BY runs.run_id, judge;

-- Runs with everything that can be counted in them; nothing here is stored. What judges cost is part of what a run cost.
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
    sum(cost_usd) + coalesce(sum(judge_cost_usd), 0) AS cost_usd,
    count(*) FILTER (cost_usd IS NULL AND outcome IN ('answered', 'degraded')) > 0
      OR count(cost_usd) = 0 OR count(*) FILTER (judge_cost_usd IS NULL) > 0 AS unpriced,
    sum(cost_uncertain_usd) + coalesce(sum(judge_cost_uncertain_usd), 0) AS cost_uncertain_usd,
    sum(judge_calls) AS judge_calls,
    CASE WHEN count(*) FILTER (judge_cost_usd IS NULL) = 0 THEN sum(judge_cost_usd) END AS judge_cost_usd
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
  wall_s,
  CAST(judge_calls AS BIGINT) AS judge_calls, judge_cost_usd
FROM runs
JOIN counted USING (run_id)
LEFT JOIN extra USING (run_id)
LEFT JOIN asked USING (run_id);

-- What each run asked of each model: one row where a run asked one, one for each model where a route chose, and one
-- with nothing planned for a model that only judged.
CREATE OR REPLACE VIEW v_models AS
WITH counted AS (
  SELECT
    run_id, requested_model,
    count(DISTINCT case_id) AS cases,
    count(*) AS planned,
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
  FROM trials GROUP BY run_id, requested_model
), judged AS (
  SELECT run_id, asked_model AS requested_model, cost_usd, cost_uncertain_usd
  FROM calls WHERE asked_by <> '' AND stands
), extra AS (
  SELECT run_id, requested_model, sum(cost_usd) AS cost_usd, sum(cost_uncertain_usd) AS cost_uncertain_usd
  FROM (
    SELECT run_id, requested_model, cost_usd, cost_uncertain_usd FROM extra_costs
    UNION ALL SELECT run_id, requested_model, cost_usd, cost_uncertain_usd FROM judged
  )
  GROUP BY run_id, requested_model
), costs AS (
  SELECT
    coalesce(counted.run_id, extra.run_id) AS run_id,
    coalesce(counted.requested_model, extra.requested_model) AS requested_model,
    coalesce(cases, 0) AS cases, coalesce(planned, 0) AS planned, coalesce(answered, 0) AS answered,
    coalesce(degraded, 0) AS degraded, coalesce(failed, 0) AS failed, coalesce(skipped, 0) AS skipped,
    coalesce(measured, 0) AS measured, coalesce(passed, 0) AS passed, mean_score,
    CASE WHEN NOT coalesce(unpriced, false)
      THEN coalesce(counted.cost_usd, 0) + coalesce(extra.cost_usd, 0) END AS cost_usd,
    coalesce(counted.cost_uncertain_usd, 0) + coalesce(extra.cost_uncertain_usd, 0) AS cost_uncertain_usd
  FROM counted FULL JOIN extra
    ON extra.run_id = counted.run_id AND extra.requested_model IS NOT DISTINCT FROM counted.requested_model
)
SELECT run_id, runs.suite, runs.prompt_version, runs.model, runs.mode, costs.* EXCLUDE (run_id)
FROM costs JOIN runs USING (run_id)
ORDER BY run_id, requested_model;
