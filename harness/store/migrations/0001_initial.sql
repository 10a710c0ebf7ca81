-- The store holds nothing that the journals do not say: any row can be made again from them.
-- Moments are TIMESTAMP in UTC. Money is in US dollars, exact to nine places. `_s` is seconds, `_ms` milliseconds.

-- One row per run: what it was pinned to, and how it ended.
CREATE TABLE runs (
  run_id VARCHAR NOT NULL,                -- name of the run and of its journal
  suite VARCHAR NOT NULL,
  suite_digest VARCHAR NOT NULL,          -- SHA-256, hexadecimal
  prompt VARCHAR NOT NULL,
  prompt_version VARCHAR NOT NULL,
  prompt_digest VARCHAR NOT NULL,         -- SHA-256, hexadecimal
  model VARCHAR NOT NULL,                 -- short name of the pin
  model_id VARCHAR NOT NULL,              -- snapshot id that was asked for
  params VARCHAR NOT NULL,                -- canonical JSON
  prices VARCHAR NOT NULL,                -- price rows of the pin, canonical JSON
  graders VARCHAR NOT NULL,               -- grader to version, canonical JSON
  mode VARCHAR NOT NULL,                  -- live, record, replay or imported
  repeats BIGINT NOT NULL,                -- times each case was to be asked
  planned BIGINT NOT NULL,                -- number of trials
  case_ids VARCHAR[] NOT NULL,            -- every planned case
  harness_version VARCHAR NOT NULL,
  sdk_version VARCHAR NOT NULL,
  started_at TIMESTAMP NOT NULL,          -- UTC
  session VARCHAR NOT NULL,               -- runs interleaved with each other share it
  resumed_from VARCHAR,
  budget_usd DECIMAL(18, 9),              -- US dollars; NULL: no cap
  synthetic BOOLEAN NOT NULL,             -- the replies were made up
  ended BOOLEAN NOT NULL,                 -- false: it still runs, or its process died
  ended_why VARCHAR,
  wall_s DOUBLE NOT NULL                  -- seconds, all processes that worked on it together
);

-- One row per planned trial. One that has no record counts as skipped, so it stays in every denominator.
CREATE TABLE trials (
  run_id VARCHAR NOT NULL,
  case_id VARCHAR NOT NULL,
  repeat BIGINT NOT NULL,                 -- from 1
  recorded BOOLEAN NOT NULL,              -- false: planned, and never recorded
  case_digest VARCHAR USING COMPRESSION zstd NOT NULL, -- SHA-256, hexadecimal; empty: not known
  "cluster" VARCHAR NOT NULL,             -- cases that belong together share it
  tags VARCHAR[] NOT NULL,
  weight DOUBLE NOT NULL,                 -- relative, above 0
  case_place VARCHAR NOT NULL,            -- file:line:column
  started_at TIMESTAMP,                   -- UTC
  outcome VARCHAR NOT NULL,               -- answered, degraded, failed or skipped
  why VARCHAR,                            -- the fault's kind, or why it was degraded or skipped
  detail VARCHAR,                         -- the same for people; hostile text
  whose VARCHAR,                          -- a fault's owner: model, provider or ours
  score DOUBLE,                           -- in [0, 1]; NULL: unmeasured
  passed BOOLEAN,
  answer_confidence DOUBLE,               -- in [0, 1]: what the answer claims of itself
  cost_usd DECIMAL(18, 9),                -- US dollars, proved by usage reports; NULL: no price is known
  cost_uncertain_usd DECIMAL(18, 9) NOT NULL, -- US dollars that may have been billed on top
  requested_model VARCHAR,                -- snapshot id
  served_model VARCHAR,                   -- model id in the response
  stop_reason VARCHAR,
  refusal_category VARCHAR,
  effort VARCHAR,
  thinking_type VARCHAR,
  input_tokens BIGINT,                    -- tokens, uncached
  output_tokens BIGINT,                   -- tokens, thinking included
  cache_write_5m_tokens BIGINT,           -- tokens
  cache_write_1h_tokens BIGINT,           -- tokens
  cache_read_tokens BIGINT,               -- tokens
  thinking_tokens BIGINT,                 -- tokens, part of output_tokens
  usage_json VARCHAR USING COMPRESSION zstd, -- the usage object as it came, canonical JSON
  price_row_id VARCHAR,                   -- the price row that priced it
  service_tier VARCHAR,
  speed VARCHAR,
  geo VARCHAR,
  source VARCHAR,                         -- live, replay or batch
  attempts BIGINT NOT NULL,               -- requests made for the record that stands
  retry_wait_s DOUBLE NOT NULL,           -- seconds
  queue_wait_s DOUBLE NOT NULL,           -- seconds
  ttft_ms DOUBLE,                         -- milliseconds to the first token
  latency_ms DOUBLE,                      -- milliseconds of the last attempt alone, without any wait
  sdk_version VARCHAR,
  api_version VARCHAR,
  fixture_key VARCHAR,
  question VARCHAR USING COMPRESSION zstd, -- the request, canonical JSON; hostile text
  answer VARCHAR USING COMPRESSION zstd   -- the text of the reply; hostile text
);

-- One row per attempt on the wire, those of trials that were asked again after a resume included.
CREATE TABLE calls (
  run_id VARCHAR NOT NULL,
  case_id VARCHAR NOT NULL,
  repeat BIGINT NOT NULL,                 -- from 1
  stands BOOLEAN NOT NULL,                -- false: another record of the trial took this one's place
  attempt BIGINT NOT NULL,                -- from 1, within the record
  latency_ms DOUBLE NOT NULL,             -- milliseconds, without any wait
  fault VARCHAR,                          -- the fault's kind; NULL: a reply
  detail VARCHAR,                         -- hostile text
  status BIGINT,                          -- HTTP
  request_id VARCHAR USING COMPRESSION zstd,
  cost_usd DECIMAL(18, 9) NOT NULL,       -- US dollars
  cost_uncertain_usd DECIMAL(18, 9) NOT NULL, -- US dollars
  retry_wait_s DOUBLE NOT NULL,           -- seconds
  queue_wait_s DOUBLE NOT NULL            -- seconds
);

-- Money that belongs to a run and to no trial's standing record.
CREATE TABLE extra_costs (
  run_id VARCHAR NOT NULL,
  why VARCHAR NOT NULL,                   -- superseded, unrecorded or unsettled
  origin VARCHAR NOT NULL,                -- the trial
  cost_usd DECIMAL(18, 9),                -- US dollars; NULL: no price is known
  cost_uncertain_usd DECIMAL(18, 9) NOT NULL  -- US dollars
);

-- One row per grade of a standing record.
CREATE TABLE grades (
  run_id VARCHAR NOT NULL,
  case_id VARCHAR NOT NULL,
  repeat BIGINT NOT NULL,                 -- from 1
  place_in_case BIGINT NOT NULL,          -- from 1, in the order of the expectations
  grader VARCHAR NOT NULL,
  grader_version BIGINT NOT NULL,
  score DOUBLE NOT NULL,                  -- in [0, 1]
  passed BOOLEAN NOT NULL,
  evidence VARCHAR NOT NULL,              -- hostile text
  place VARCHAR NOT NULL,                 -- file:line:column of the expectation
  weight DOUBLE NOT NULL,                 -- relative; 0: recorded, not scored
  grade_confidence DOUBLE NOT NULL        -- in [0, 1]
);

-- What the gate said of two runs.
CREATE TABLE verdicts (
  verdict_id VARCHAR NOT NULL,            -- SHA-256, hexadecimal, over everything else
  suite VARCHAR NOT NULL,
  baseline_run_id VARCHAR NOT NULL,
  candidate_run_id VARCHAR NOT NULL,
  decided_at TIMESTAMP NOT NULL,          -- UTC
  status VARCHAR NOT NULL,                -- PASS, REGRESSED, INCONCLUSIVE or NOT_MEASURED
  label VARCHAR,                          -- improved or drift, beside a PASS
  document VARCHAR NOT NULL               -- the comparison and its verdict as JSON
);

-- Runs that were declared good, to compare with. The newest one that has not expired is the suite's baseline.
CREATE TABLE baselines (
  suite VARCHAR NOT NULL,
  run_id VARCHAR NOT NULL,
  blessed_at TIMESTAMP NOT NULL,          -- UTC
  blessed_by VARCHAR NOT NULL,
  note VARCHAR NOT NULL,
  expired_at TIMESTAMP                    -- UTC; NULL: it holds
);

-- Runs with everything that can be counted in them; nothing here is stored.
CREATE VIEW v_runs AS
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
  runs.* EXCLUDE (planned, case_ids, wall_s),
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
CREATE VIEW v_trials AS
SELECT runs.suite, runs.prompt, runs.prompt_version, runs.model, runs.model_id, runs.mode, runs.synthetic,
  trials.* EXCLUDE (question, answer)
FROM trials JOIN runs USING (run_id);

-- Trials with their texts. Hostile.
CREATE VIEW v_answers AS
SELECT
  runs.suite, trials.run_id, trials.case_id, trials.repeat, trials.outcome, trials.score,
  trials.question, trials.answer
FROM trials JOIN runs USING (run_id);

-- Attempts with what their run was pinned to.
CREATE VIEW v_calls AS
SELECT runs.suite, runs.prompt_version, runs.model_id, runs.mode, calls.*
FROM calls JOIN runs USING (run_id);

-- Grades with what their run was pinned to.
CREATE VIEW v_grades AS
SELECT runs.suite, runs.prompt_version, runs.model_id, runs.mode, grades.*
FROM grades JOIN runs USING (run_id);

-- How each case did, run by run, oldest first.
CREATE VIEW v_case_history AS
SELECT
  runs.suite, trials.case_id, runs.started_at, runs.run_id, runs.prompt_version, runs.model_id, runs.mode,
  any_value(trials.case_digest) AS case_digest,
  count(*) AS planned,
  count(trials.score) AS measured,
  avg(trials.score) AS mean_score,
  count(*) FILTER (trials.passed) AS passed
FROM trials JOIN runs USING (run_id)
GROUP BY ALL
ORDER BY runs.suite, trials.case_id, runs.started_at, runs.run_id;

-- Unchanged cases that the same variant both passed and failed.
CREATE VIEW v_flaky AS
SELECT
  runs.suite, trials.case_id, runs.prompt_version, runs.model_id, trials.case_digest,
  count(trials.score) AS measured,
  count(*) FILTER (trials.passed) AS passed,
  avg(trials.score) AS mean_score,
  min(trials.score) AS lowest_score,
  max(trials.score) AS highest_score
FROM trials JOIN runs USING (run_id)
WHERE trials.passed IS NOT NULL AND runs.mode <> 'replay'
GROUP BY ALL
HAVING bool_or(trials.passed) AND NOT bool_and(trials.passed)
ORDER BY runs.suite, trials.case_id;

-- What each day cost. Replayed runs cost nothing today, so they are not in it.
CREATE VIEW v_cost_daily AS
SELECT
  CAST(started_at AS DATE) AS day, suite, model_id,
  count(*) AS runs,
  sum(attempts) AS attempts,
  sum(cost_usd) AS cost_usd,
  sum(cost_uncertain_usd) AS cost_uncertain_usd,
  count(*) FILTER (cost_usd IS NULL) AS runs_without_price
FROM v_runs
WHERE mode IN ('live', 'record')
GROUP BY ALL
ORDER BY day, suite, model_id;

-- Verdicts with what was compared.
CREATE VIEW v_verdicts AS
SELECT
  verdicts.*,
  baseline.prompt_version AS baseline_version, baseline.model_id AS baseline_model_id,
  candidate.prompt_version AS candidate_version, candidate.model_id AS candidate_model_id
FROM verdicts
LEFT JOIN runs AS baseline ON baseline.run_id = verdicts.baseline_run_id
LEFT JOIN runs AS candidate ON candidate.run_id = verdicts.candidate_run_id;
