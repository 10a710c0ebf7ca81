"""One model call, guarded: how a question is asked safely."""
