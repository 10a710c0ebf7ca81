-- A case in quarantine is asked and shown, and decides nothing.
ALTER TABLE trials ADD COLUMN quarantine VARCHAR DEFAULT ''; -- until when, who sees to it and why; '': it is in none

-- Trials with what their run was pinned to.
CREATE OR REPLACE VIEW v_trials AS
SELECT runs.suite, runs.prompt, runs.prompt_version, runs.model, runs.model_id, runs.mode, runs.synthetic,
  trials.* EXCLUDE (question, answer), runs.purpose
FROM trials JOIN runs USING (run_id);
