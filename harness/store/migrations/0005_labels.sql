-- What people say of answers: a few labels correct the grades of all the others.
CREATE TABLE labels (
  run_id VARCHAR NOT NULL,
  case_id VARCHAR NOT NULL,
  repeat BIGINT,                          -- from 1; NULL: of all answers to the case together
  score DOUBLE NOT NULL,                  -- in [0, 1]
  labelled_at TIMESTAMP NOT NULL,         -- UTC: when it was imported
  source VARCHAR NOT NULL                 -- name of the file it came from
);

-- Labels beside the scores that the graders gave.
CREATE VIEW v_labels AS
SELECT runs.suite, labels.*, avg(trials.score) AS graded
FROM labels
JOIN runs USING (run_id)
LEFT JOIN trials ON trials.run_id = labels.run_id AND trials.case_id = labels.case_id
  AND (labels.repeat IS NULL OR trials.repeat = labels.repeat)
GROUP BY ALL
ORDER BY labels.run_id, labels.case_id, labels.repeat;
