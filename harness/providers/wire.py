"""How requests leave: access to the account, the settings of the wire, and the SDK's client made of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from harness.clock import Clock, SystemClock
from harness.errors import UsageError
from harness.events import Emit, nobody
from harness.providers.bounds import bound
from harness.providers.faults import Redact
from harness.providers.hush import hush
from harness.providers.stream import tee
from harness.units import Seconds

if TYPE_CHECKING:
    import anthropic
    import httpx2

CONNECT_TIMEOUT = Seconds(10.0)
SHORTEST_KEY = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What the account needs. Only the settings read the environment; it is passed in here."""

    api_key: str = field(repr=False)
    is_token: bool = False
    """Whether it is a bearer token and no API key. The SDK decides how each is sent."""
    base_url: str | None = None
    """A gateway or a stand-in; None: Anthropic's own address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """How requests are sent, whatever answers them."""

    clock: Clock = field(default_factory=SystemClock)
    emit: Emit = nobody
    redact: Redact = str
    """Takes secrets out of a text, before it is stored or shown."""
    stream: bool = False
    """Whether replies are streamed. Recordings do not depend on it."""
    timeout: Seconds = Seconds(600.0)
    """The longest one attempt may take, from sending to the last byte."""
    idle_timeout: Seconds = Seconds(90.0)
    """The longest silence within a streamed reply."""
    transport: httpx2.AsyncBaseTransport | None = None
    """Sends the HTTP requests; None: the SDK's own, which honours proxies."""


def without_key(wire: Wire, access: Access) -> Wire:
    """The same wire, whose redaction knows the key even where the one it was given does not.

    A key as short as `x`, which gateways take when they want none, is no secret: ordinary words hold it.
    """
    if len(access.api_key) < SHORTEST_KEY:
        return wire

    def redact(text: str) -> str:
        return wire.redact(text).replace(access.api_key, "[REDACTED:key]")

    return replace(wire, redact=redact)


def client_for(access: Access, wire: Wire) -> anthropic.AsyncAnthropic:
    """The SDK's client, without its retries and its telemetry.

    Raises UsageError for a key, an address or a proxy that cannot be used.
    """
    import anthropic
    import httpx2

    key = access.api_key
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        name = "ANTHROPIC_AUTH_TOKEN" if access.is_token else "ANTHROPIC_API_KEY"
        raise UsageError(f"{name} is empty or has stray characters; set it, or use --mode replay")
    _check_address(access.base_url)
    hush()
    read = wire.idle_timeout if wire.stream else wire.timeout
    return anthropic.AsyncAnthropic(
        # One of the two is given, so the SDK looks for no other credential, in no place.
        api_key=None if access.is_token else key,
        auth_token=key if access.is_token else None,
        base_url=access.base_url or "https://api.anthropic.com",
        max_retries=0,
        timeout=httpx2.Timeout(min(read, wire.timeout), connect=min(CONNECT_TIMEOUT, wire.timeout)),
        http_client=_http(wire),
        open_telemetry=False,
    )


def _http(wire: Wire) -> httpx2.AsyncClient:
    import anthropic
    import httpx2

    hooks = {"response": [bound, tee] if wire.stream else [bound]}
    only_gzip = {"accept-encoding": "gzip"}  # the one that `bound` unpacks
    # A redirect would send the prompt, and perhaps the key, to an address nobody chose, and a request nobody counts.
    if wire.transport is not None:
        return anthropic.DefaultAsyncHttpxClient(
            transport=wire.transport, event_hooks=hooks, follow_redirects=False, headers=only_gzip
        )
    try:
        return anthropic.DefaultAsyncHttpxClient(event_hooks=hooks, follow_redirects=False, headers=only_gzip)
    except (ValueError, ImportError, httpx2.InvalidURL):
        # What it says may quote a proxy's address with its password.
        raise UsageError(
            "the proxy of HTTP_PROXY, HTTPS_PROXY or ALL_PROXY cannot be used; "
            "write it like http://proxy.example:3128, or unset them"
        ) from None


def _check_address(base_url: str | None) -> None:
    """The address is not quoted: it may hold a password."""
    import httpx2

    if base_url is None:
        return
    try:
        address = httpx2.URL(base_url)
        good = address.scheme in {"http", "https"} and bool(address.host) and (address.port or 443) <= 65535
    except (ValueError, httpx2.InvalidURL):
        good = False
    if not good:
        raise UsageError(
            "ANTHROPIC_BASE_URL is not the address of a server; write it like https://gateway.example/anthropic, "
            "or unset it to ask Anthropic"
        )
