"""Lets respx see the SDK: the SDK speaks httpx2, respx patches httpx, so in tests the one is the other.

Loaded with `-p` from `addopts`: a conftest would be too late, since something may have imported httpx by then.
"""

import httpx2

httpx2.alias_httpx()
