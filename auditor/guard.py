"""Addresses, ports and hops to a yes or a refusal: what the crawler may ask at all.

Decisions only, no I/O. The one place where a connection is made (`asking`) asks `Permit.admit`
with the socket address that the kernel is about to use, so neither an odd spelling nor a name that
answers differently the second time gets around it.
"""

from __future__ import annotations

import functools
import ipaddress
import re
from collections.abc import Callable, Iterable
from urllib.parse import unquote

import ada_url
import msgspec

from auditor.errors import ConfigError, ResolveError
from auditor.model import State

MAX_REDIRECTS = 10
_REMEMBERED = 10_000  # hosts
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_PORTS = {"http": 80, "https": 443}
# A web address as ada writes it: what could be mistaken for one of these marks is percent-encoded there.
_WEB = re.compile(r"(https?)://(?:([^/@]*)@)?(\[[^]/]*\]|[^:/]*)(?::([0-9]+))?(/[^#]*)")

# What ada would leave as it is behind the origin: no dot segment, nothing that it would encode.
_AS_IS = re.compile(
    r"(https?://[A-Za-z0-9.-]+(?::[0-9]+)?)"
    r"((?:/(?!\.|%2[Ee])[A-Za-z0-9_~.!$&()*+,;=:@%-]*)+(?:\?[A-Za-z0-9_~.!$&()*+,;=:@%/?-]*)?)"
)

# https://fetch.spec.whatwg.org/#port-blocking
BLOCKED_PORTS = frozenset(
    (
        0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102,
        103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465,
        512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993,
        995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668,
        6669, 6679, 6697, 10080,
    )
)  # fmt: skip

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Beyond what `ipaddress` calls non-global: RFC 6598 (carrier NAT), RFC 6890 and RFC 8215 ranges that
# reach or stand for somebody's inside, and IPv6 forms that carry an IPv4 address (see `_inner`).
_NEVER = tuple(
    ipaddress.ip_network(text)
    for text in (
        "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "64:ff9b:1::/48",
        "100::/64", "2001::/23", "3fff::/20", "5f00::/16", "fec0::/10",
    )
)  # fmt: skip
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_ISATAP = (0x00005EFE, 0x02005EFE)  # RFC 5214, section 6.1: the interface identifier's upper half


class Hop(msgspec.Struct, frozen=True):
    """One request about to be made: its normalised URL and where it would go.

    `userinfo` ("user:password", decoded) is taken out of the URL: it is never shown or logged.
    """

    url: str
    scheme: str
    host: str
    port: int
    userinfo: str = ""

    @property
    def origin(self) -> tuple[str, str, int]:
        return (self.scheme, self.host, self.port)

    @property
    def netloc(self) -> str:
        """Host and port, the port only where it is not the usual one of the scheme."""
        return self.host if self.port == _PORTS[self.scheme] else f"{self.host}:{self.port}"


class Refused(Exception):  # noqa: N818 - not an OSError: connecting must not go on to the next address
    """A socket address that may not be asked; `kind` says what it is."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class Permit(msgspec.Struct, frozen=True):
    """What one hop may connect to."""

    networks: tuple[Network, ...] = ()
    anywhere: bool = False

    def admit(self, address: str, is_own: Callable[[], bool] = lambda: False) -> None:
        """Raise `Refused` unless the socket may be connected to this literal IP address.

        `is_own` tells whether the address belongs to this machine, whatever its range.
        """
        if self.anywhere:
            return
        literal = ipaddress.ip_address(address.partition("%")[0])
        kind = kind_of(literal) or ("an address of this machine" if is_own() else None)
        if kind and not any(_within(literal, network) for network in self.networks):
            raise Refused(kind)


TRUSTED = Permit(anywhere=True)  # for endpoints that the operator named, never for what an article says


class Guard:
    """The rules of one run. `allow_private` holds what the operator opened: HOST[:PORT] or CIDR.

    Raises `ConfigError` for an entry that is neither.
    """

    def __init__(self, allow_private: Iterable[str] = ()) -> None:
        self._networks: list[Network] = []
        self._hosts: set[tuple[str, int | None]] = set()
        self._permits: dict[tuple[str, int], Permit] = {}
        for entry in allow_private:
            self._open(entry.strip())

    def _open(self, entry: str) -> None:
        try:
            network = ipaddress.ip_network(entry.strip("[]"), strict=False)
        except ValueError:
            try:
                url = ada_url.URL(f"http://{entry}/")
            except ValueError:
                url = None
            if url is None or not url.hostname or url.pathname != "/" or "/" in entry or "@" in entry:
                raise ConfigError(
                    f"allow-private: {entry!r} is no HOST, HOST:PORT or CIDR (10.0.0.0/8)"
                ) from None
            explicit = entry.rpartition(":")[2] if not entry.endswith("]") else ""
            port = int(explicit) if ":" in entry and explicit.isdigit() else None
            self._hosts.add((_bare(url.hostname), port))
        else:
            self._networks.append(network)

    def hop(self, url: str) -> Hop:
        """The hop to this absolute http(s) URL. Raises `ResolveError` where it may not be asked."""
        as_is = _AS_IS.fullmatch(url)
        if as_is is None:
            return _parsed(url)
        base = _base(as_is[1])
        return Hop(base.url + as_is[2], base.scheme, base.host, base.port)

    def permit(self, hop: Hop) -> Permit:
        """What the hop's connection may reach; a literal address is refused before any socket exists."""
        key = (hop.host, hop.port)
        known = self._permits.get(key)
        if known is None:
            known = self._permits[key] = self._decide(hop)
            if len(self._permits) > _REMEMBERED:
                self._permits.pop(next(iter(self._permits)))
        return known

    def _decide(self, hop: Hop) -> Permit:
        host = _bare(hop.host)
        if (host, None) in self._hosts or (host, hop.port) in self._hosts:
            return Permit(tuple(self._networks), anywhere=True)
        permit = Permit(tuple(self._networks))
        literal = "127.0.0.1" if _is_localhost(host) else host
        if _is_literal(literal):
            try:
                permit.admit(literal)
            except Refused as refused:
                raise private(hop.host, refused.kind) from None
        return permit


def _parsed(url: str) -> Hop:
    if _CONTROL.search(url):
        raise ResolveError(State.INVALID, "bad-url", "a control character in the address")
    try:
        href = ada_url.normalize_url(url)
    except ValueError:
        raise ResolveError(State.INVALID, "bad-url", "the address cannot be parsed") from None
    match = _WEB.match(href)
    if match is None:
        scheme = href.partition(":")[0]
        raise ResolveError(State.UNSUPPORTED, "scheme", f"no image can be asked for over {scheme}:")
    scheme, userinfo, host, digits, path = match.groups(default="")
    port = int(digits) if digits else _PORTS[scheme]
    if port in BLOCKED_PORTS:
        raise ResolveError(State.BLOCKED, "port", f"port {port} is never asked for images")
    if userinfo:
        name, _, password = userinfo.partition(":")
        userinfo = f"{unquote(name)}:{unquote(password)}"
    netloc = f"{host}:{digits}" if digits else host
    return Hop(f"{scheme}://{netloc}{path}", scheme, host, port, userinfo)


@functools.lru_cache(maxsize=4096)
def _base(origin: str) -> Hop:
    """An origin's part of its hops; parsing each whole address takes 2 % of a small GET."""
    hop = _parsed(f"{origin}/")
    return Hop(hop.url.removesuffix("/"), hop.scheme, hop.host, hop.port)


def private(host: str, kind: str) -> ResolveError:
    """The outcome of a refused address."""
    detail = f"{host} is {kind}; --allow-private would open it"
    return ResolveError(State.BLOCKED, "private-address", detail, evidence={"address-class": kind})


def kind_of(address: Address) -> str | None:
    """What makes an address unfit to be asked, in words; None for one of the public internet."""
    inner = _inner(address)
    if inner is not None:
        kind = kind_of(inner)
        return f"{kind} inside an IPv6 address" if kind else None
    for name, words in (
        ("is_unspecified", "the unspecified address"),
        ("is_loopback", "a loopback address"),
        ("is_link_local", "a link-local address"),
        ("is_multicast", "a multicast address"),
        ("is_private", "a private address"),
        ("is_reserved", "a reserved address"),
    ):
        if getattr(address, name):
            return words
    if any(_within(address, network) for network in _NEVER):
        return "an address for special use"
    return None if address.is_global else "not a public address"


def _inner(address: Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 one leads to: mapped, 6to4, Teredo, NAT64, compatible, ISATAP."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    value = int(address)
    carried = ipaddress.IPv4Address(value & 0xFFFFFFFF)
    if address in _NAT64 or (value >> 32 == 0 and value > 1):
        return carried
    if (value >> 32) & 0xFFFFFFFF in _ISATAP and not address.is_link_local:
        return carried
    return None


def _within(address: Address, network: Network) -> bool:
    return address.version == network.version and address in network


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_localhost(host: str) -> bool:
    """RFC 6761, section 6.3: these names are this machine's, whatever a name server says."""
    return host == "localhost" or host.endswith(".localhost")


def _bare(host: str) -> str:
    """A host as it is compared: no brackets, no trailing dot, lower case."""
    return host.strip("[]").rstrip(".").lower()
