"""A stand-in for the Anthropic API over real HTTP on loopback.

It refuses what the real one refuses, answers with whatever a function says, keeps a log of every request and an
exact bill, and misbehaves on demand. In a test:

```python
with StandIn(lambda body: Answer(text="hello")) as server:
    ...  # server.url, server.attempts, server.bill.total, server.log
```

As a program: `python -m tests.standin --port 0 --answers answers.json --trouble overloaded --for 5`; it prints its
address, and `--help` lists every trouble it knows.
"""

from tests.standin.answers import Answer, Trouble, echo, last_text, scripted
from tests.standin.bill import Bill, count_tokens
from tests.standin.server import Script, Seen, StandIn
from tests.standin.troubles import TROUBLES, named

__all__ = [
    "TROUBLES",
    "Answer",
    "Bill",
    "Script",
    "Seen",
    "StandIn",
    "Trouble",
    "count_tokens",
    "echo",
    "last_text",
    "named",
    "scripted",
]
