-- One row per step of a conversation with tools or with further turns of the user, of a standing record.
CREATE TABLE steps (
  run_id VARCHAR NOT NULL,
  case_id VARCHAR NOT NULL,
  repeat BIGINT NOT NULL,                 -- from 1
  step BIGINT NOT NULL,                   -- from 1, within the trial
  turn BIGINT NOT NULL,                   -- the model call it belongs to, from 1
  kind VARCHAR NOT NULL,                  -- model, tool or user
  tool VARCHAR,                           -- the name the model called; hostile text
  arguments VARCHAR USING COMPRESSION zstd, -- of the call, canonical JSON; hostile text
  said VARCHAR USING COMPRESSION zstd NOT NULL, -- what the model or the user said, or what the model was told as a tool's result; hostile text
  error VARCHAR,                          -- a tool's error: timeout, invalid_arguments, permission, rate_limited, not_found or internal
  flags VARCHAR[] NOT NULL,               -- what is suspicious: unknown_tool, empty_result, too_large, repeated_call, cycle, no_progress, paused, not_run, out_of_bounds
  latency_ms DOUBLE NOT NULL,             -- milliseconds, without any wait
  input_tokens BIGINT NOT NULL,           -- tokens of the whole prompt, caches included
  output_tokens BIGINT NOT NULL           -- tokens, thinking included
);

-- Steps of conversations with what their run was pinned to. Hostile.
CREATE VIEW v_steps AS
SELECT runs.suite, runs.prompt_version, runs.model_id, runs.mode, steps.*
FROM steps JOIN runs USING (run_id);
