-- How far judges can be trusted: what people's labels said of them, calibration by calibration.
ALTER TABLE labels ADD COLUMN criterion VARCHAR DEFAULT ''; -- what the label is of; '': the whole answer

-- One row per calibration of a judge.
CREATE TABLE calibrations (
  calibration_id VARCHAR NOT NULL,        -- SHA-256, hexadecimal, over everything in it
  judge VARCHAR NOT NULL,                 -- its name
  identity VARCHAR NOT NULL,              -- prompt, model, scale and judgings, as the graders of a run name it
  calibrated_at TIMESTAMP NOT NULL,       -- UTC
  source VARCHAR NOT NULL,                -- name of the file or the run that the labels came from
  labelled BIGINT NOT NULL,               -- answers that people labelled and the judge scored
  lacking VARCHAR NOT NULL,               -- why it says too little to rely on; empty: it says enough
  kappa DOUBLE,                           -- Cohen's, of verdicts; NULL: not known
  tpr DOUBLE,                             -- of what people call good, the share that the judge calls good; NULL: not known
  tnr DOUBLE,                             -- the same of what people call bad; NULL: not known
  per_doubling DOUBLE,                    -- how much higher it scores an answer twice as long; NULL: not known
  per_doubling_lower DOUBLE,              -- of its 95 % interval
  per_doubling_upper DOUBLE,
  document VARCHAR NOT NULL               -- everything that was found, as JSON
);

-- What a judge said of each labelled answer, to be held against what it says the next time.
CREATE TABLE anchors (
  calibration_id VARCHAR NOT NULL,
  item VARCHAR NOT NULL,                  -- SHA-256, hexadecimal, over question, answer and what it was held against
  criterion VARCHAR NOT NULL,             -- '': the whole
  label DOUBLE NOT NULL,                  -- in [0, 1]: what people say
  score DOUBLE NOT NULL                   -- in [0, 1]: the mean of what the judge said
);

-- Calibrations of judges, the newest of each judge first.
CREATE VIEW v_calibrations AS
SELECT *, row_number() OVER (PARTITION BY judge, identity ORDER BY calibrated_at DESC, calibration_id) = 1 AS is_newest
FROM calibrations
ORDER BY judge, calibrated_at DESC, calibration_id;

-- Unchanged cases that the same variant both passed and failed.
CREATE OR REPLACE VIEW v_flaky AS
SELECT
  runs.suite, trials.case_id, runs.prompt_version, runs.model_id, trials.case_digest,
  count(trials.score) AS measured,
  count(*) FILTER (trials.passed) AS passed,
  avg(trials.score) AS mean_score,
  min(trials.score) AS lowest_score,
  max(trials.score) AS highest_score,
  (count(*) FILTER (trials.passed) + 0.5) * (count(*) FILTER (NOT trials.passed) + 0.5) / (count(*) + 1.0) ** 2
    AS flakiness                          -- p(1-p) at p = (passed + 1/2) / (measured + 1)
FROM trials JOIN runs USING (run_id)
WHERE trials.passed IS NOT NULL AND runs.mode <> 'replay'
GROUP BY ALL
HAVING bool_or(trials.passed) AND NOT bool_and(trials.passed)
ORDER BY runs.suite, trials.case_id;

-- Labels beside the scores that the graders gave.
CREATE OR REPLACE VIEW v_labels AS
SELECT runs.suite, labels.*, avg(trials.score) AS graded
FROM labels
JOIN runs USING (run_id)
LEFT JOIN trials ON trials.run_id = labels.run_id AND trials.case_id = labels.case_id
  AND (labels.repeat IS NULL OR trials.repeat = labels.repeat)
GROUP BY ALL
ORDER BY labels.run_id, labels.case_id, labels.repeat;
