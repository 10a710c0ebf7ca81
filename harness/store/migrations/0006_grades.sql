-- Grades are reported by criterion, and say when there is none: whose mistake that is.
-- runs.purpose: measure, screen, confirm, rerun or regrade; empty: just a run
-- runs.resumed_from: the run it goes on from; of a regrade the one whose replies it grades
ALTER TABLE grades ADD COLUMN criterion VARCHAR DEFAULT ''; -- the name they are reported under; '': the grader's
ALTER TABLE grades ADD COLUMN mistake VARCHAR DEFAULT ''; -- grader_error or judge_error: there is no grade

DROP VIEW v_grades;

-- Grades with what their run was pinned to.
CREATE VIEW v_grades AS
SELECT runs.suite, runs.prompt_version, runs.model_id, runs.mode, grades.*
FROM grades JOIN runs USING (run_id);
