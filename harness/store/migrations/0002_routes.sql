-- Runs whose cases are asked of several models. `trials.requested_model` says which one a trial was asked of.
-- runs.model: short name of the pin, or `route:` and the name of the route
-- runs.model_id: snapshot id that was asked for; of a route all of its ids, a comma between them
-- runs.prices: price rows of every pin, canonical JSON
ALTER TABLE runs ADD COLUMN route VARCHAR; -- rules of the route, canonical JSON; NULL: one model was asked
ALTER TABLE runs ADD COLUMN route_digest VARCHAR; -- SHA-256, hexadecimal, over which case is asked of which model
ALTER TABLE extra_costs ADD COLUMN requested_model VARCHAR; -- snapshot id; NULL: not known

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

-- What each run asked of each model: one row where a run asked one, one for each model where a route chose.
CREATE VIEW v_models AS
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
), extra AS (
  SELECT run_id, requested_model, sum(cost_usd) AS cost_usd, sum(cost_uncertain_usd) AS cost_uncertain_usd
  FROM extra_costs GROUP BY run_id, requested_model
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
