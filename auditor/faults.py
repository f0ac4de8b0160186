"""A failure of the network to the reason that the table of outcomes gives it.

The only place that knows aiohttp's exceptions; it is called only after one of them has been raised.
"""

from __future__ import annotations

import errno
import re
import socket
import ssl

from auditor.errors import AuditorError, ResolveError
from auditor.model import State

# Ours, not theirs: no descriptor, buffer, memory or port left on this machine.
_LOCAL = frozenset((errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EADDRNOTAVAIL))
_RESET = frozenset((errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED, errno.ESHUTDOWN))


_BROKEN_OFF = re.compile(
    r"\b(ConnectionResetError|ConnectionAbortedError|BrokenPipeError|OSError|SSLError)\("
)


class Exhausted(AuditorError):  # noqa: N818 - it is we who are, no error of the address
    """This machine is out of sockets or files: says nothing of the address; ask again later."""


def is_local(error: BaseException) -> bool:
    """Whether this machine ran out of something."""
    cause = getattr(error, "os_error", error)
    return isinstance(cause, OSError) and cause.errno in _LOCAL


def is_short(error: BaseException) -> bool:
    """Whether a body ended before its declared end by the other side closing in good order.

    aiohttp tells a reset only by naming it in the message of the same exception.
    """
    cause = error.__cause__
    return "Not enough data" in str(cause) and not _BROKEN_OFF.search(str(error))


def network(error: BaseException, host: str) -> ResolveError:
    """The `unreachable` (or `too_large/headers`) outcome of an exception of aiohttp or the kernel."""
    import aiohttp

    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return _dns(error.os_error, host)
    if isinstance(error, aiohttp.ClientSSLError):
        return ResolveError(State.UNREACHABLE, "tls", _certificate(error, host))
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return _unconnected("timeout", f"{host} did not take the connection")
    if isinstance(error, aiohttp.ClientConnectorError):
        return _connect(error.os_error, host)
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return _unreachable("protocol", f"{host} closed the connection without an answer", transient=True)
    if isinstance(error, aiohttp.ClientResponseError):
        if _over_headers(error):
            return ResolveError(State.TOO_LARGE, "headers", "the answer's headers are over the limit")
        return _unreachable("protocol", f"{host} does not answer in HTTP: {words(error)}")
    if isinstance(error, aiohttp.ClientPayloadError):
        return _payload(error, host)
    if isinstance(error, OSError) and error.errno in _RESET:
        return _unreachable("connect", f"{host} reset the connection", transient=True)
    return _unreachable("protocol", f"{host}: {words(error)}")


def words(error: BaseException) -> str:
    """What an exception says, on one short line without control characters."""
    said = getattr(error, "message", "") or getattr(error, "strerror", "") or str(error)
    line = str(said or type(error).__name__).partition("\n")[0][:120]
    return "".join(char if char.isprintable() else " " for char in line).strip()


def _unreachable(reason: str, detail: str, *, transient: bool = False) -> ResolveError:
    return ResolveError(State.UNREACHABLE, reason, detail, transient=transient)


def _dns(error: OSError, host: str) -> ResolveError:
    passing = getattr(error, "errno", None) in (socket.EAI_AGAIN, getattr(socket, "EAI_SYSTEM", None))
    failure = _unconnected("dns", f"{host} has no address: {words(error)}")
    failure.transient = passing
    return failure


def _connect(error: OSError, host: str) -> ResolveError:
    if error.errno == errno.ECONNREFUSED:
        return _unconnected("connect", f"{host} refused the connection", how="refused")
    if error.errno == errno.ETIMEDOUT:
        return _unconnected("timeout", f"{host} did not take the connection")
    return _unconnected("connect", f"no connection to {host}: {words(error)}")


def _unconnected(reason: str, detail: str, *, how: str = "none") -> ResolveError:
    """No connection came about: `evidence` says so, because it speaks of the host, not of one address."""
    return ResolveError(State.UNREACHABLE, reason, detail, transient=True, evidence={"connection": how})


def _certificate(error: BaseException, host: str) -> str:
    cause = getattr(error, "certificate_error", None) or getattr(error, "os_error", None) or error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"the certificate of {host} is not trusted: {cause.verify_message}"
    if isinstance(cause, ssl.SSLError) and cause.reason:
        return f"{host}: {cause.reason.lower().replace('_', ' ')}"
    return f"no secure connection to {host}: {words(cause)}"


def _over_headers(error: BaseException) -> bool:
    text = str(error)
    return "Got more than" in text or "Too many headers" in text or ("Header" in text and "too long" in text)


def _payload(error: BaseException, host: str) -> ResolveError:
    cause = error.__cause__
    if isinstance(cause, OSError) or _BROKEN_OFF.search(str(error)):
        return _unreachable("connect", f"{host} reset the connection within the body", transient=True)
    return _unreachable("protocol", f"{host} broke off: {words(cause or error)}", transient=True)
