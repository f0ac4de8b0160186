"""The guard lets the public internet pass, and nothing else, however it is spelled."""

from __future__ import annotations

import ipaddress

import ada_url
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from auditor.errors import ConfigError, ResolveError
from auditor.guard import BLOCKED_PORTS, Guard, Permit, Refused, kind_of

INSIDE = [
    "127.0.0.1", "127.255.255.254", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.0.1",
    "169.254.169.254", "100.64.0.1", "100.127.255.255", "0.0.0.0", "0.1.2.3", "255.255.255.255",
    "224.0.0.1", "239.1.1.1", "240.0.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.7",
    "203.0.113.9", "192.88.99.1", "::", "::1", "fe80::1", "fec0::1", "fc00::1", "fd12:3456::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1",
    "64:ff9b:1::7f00:1", "2002:7f00:1::", "2002:a00:1::1", "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "2001:db8::1", "100::1", "2606:4700::5efe:a00:1", "2606:4700::200:5efe:7f00:1", "5f00::1", "3fff::1",
]  # fmt: skip
OUTSIDE = ["8.8.8.8", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450:4001::5",
           "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_of_somebodys_inside_is_refused(address: str) -> None:
    with pytest.raises(Refused):
        Permit().admit(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_a_public_address_is_admitted(address: str) -> None:
    Permit().admit(address)
    assert kind_of(ipaddress.ip_address(address)) is None


def test_an_own_address_is_refused_even_if_public() -> None:
    with pytest.raises(Refused, match="this machine"):
        Permit().admit("93.184.216.34", lambda: True)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_in_every_ipv6_dress(address: ipaddress.IPv4Address) -> None:
    value = int(address)
    dresses = (0xFFFF << 32 | value, 0x0064FF9B << 96 | value, 0x2002 << 112 | value << 80)
    for dress in dresses:
        assert bool(kind_of(ipaddress.IPv6Address(dress))) == bool(kind_of(address))


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_what_python_calls_private_never_passes(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if not address.is_global and getattr(address, "sixtofour", None) is None:
        assert kind_of(address) is not None or getattr(address, "ipv4_mapped", None) is not None


@pytest.mark.parametrize(
    "host",
    ["127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.0.0.1.", "①②⑦.⓪.⓪.①", "１２７.0.0.1",
     "127。0。0。1", "%31%32%37.0.0.1", "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]", "localhost", "LOCALHOST",
     "localhost.", "a.localhost", "user:pw@127.0.0.1"],
)  # fmt: skip
def test_a_literal_in_odd_spelling_is_refused_before_any_socket(host: str) -> None:
    guard = Guard()
    with pytest.raises(ResolveError) as caught:
        guard.permit(guard.hop(f"http://{host}/x.png"))
    assert (caught.value.state, caught.value.reason) == ("blocked", "private-address")


@pytest.mark.parametrize("port", sorted(BLOCKED_PORTS))
def test_a_port_that_browsers_block_is_refused(port: int) -> None:
    with pytest.raises(ResolveError) as caught:
        Guard(["example.org"]).hop(f"http://example.org:{port}/")
    assert caught.value.reason == "port"


@pytest.mark.parametrize("url", ["ftp://e.example/x", "file:///etc/passwd", "gopher://e.example/"])
def test_no_other_scheme_is_a_hop(url: str) -> None:
    with pytest.raises(ResolveError) as caught:
        Guard().hop(url)
    assert caught.value.state == "unsupported"


@pytest.mark.parametrize("char", ["\r", "\n", "\0", "\t", "\x1b", "\x7f"])
def test_a_control_character_is_refused(char: str) -> None:
    with pytest.raises(ResolveError) as caught:
        Guard().hop(f"http://e.example/a{char}b")
    assert (caught.value.state, caught.value.reason) == ("invalid", "bad-url")


def test_userinfo_leaves_the_address() -> None:
    hop = Guard().hop("https://me:se%40cret@e.example/x#part")
    assert (hop.url, hop.userinfo) == ("https://e.example/x", "me:se@cret")


@pytest.mark.parametrize(
    ("opened", "url", "literal", "passes"),
    [
        ("10.0.0.0/8", "http://10.9.8.7/", "10.9.8.7", True),
        ("10.0.0.0/8", "http://intranet.example/", "10.9.8.7", True),
        ("10.0.0.0/8", "http://intranet.example/", "192.168.0.1", False),
        ("127.0.0.1", "http://127.0.0.1:8080/", "127.0.0.1", True),
        ("127.0.0.1", "http://localhost/", "127.0.0.1", True),
        ("127.0.0.1:8080", "http://127.0.0.1:8080/", "127.0.0.1", True),
        ("intranet.example", "http://intranet.example:81/", "10.0.0.1", True),
        ("Intranet.Example.", "http://intranet.example:81/", "10.0.0.1", True),
        ("intranet.example:80", "http://intranet.example/", "10.0.0.1", True),
        ("intranet.example:80", "http://intranet.example:81/", "10.0.0.1", False),
        ("intranet.example", "http://other.example/", "10.0.0.1", False),
        ("[::1]:8080", "http://[::1]:8080/", "::1", True),
        ("::1", "http://[::1]/", "::1", True),
    ],
)
def test_allow_private_opens_what_it_names_and_nothing_else(
    opened: str, url: str, literal: str, passes: bool
) -> None:
    guard = Guard([opened])
    try:
        guard.permit(guard.hop(url)).admit(literal)
    except (Refused, ResolveError):
        assert not passes
    else:
        assert passes


def test_a_port_opened_on_one_literal_leaves_the_others_closed() -> None:
    guard = Guard(["127.0.0.1:8080"])
    with pytest.raises(ResolveError):
        guard.permit(guard.hop("http://127.0.0.1:8081/"))


@pytest.mark.parametrize("entry", ["", "http://x/", "10.0.0.0/99", "a/b", "user@host", "::1::"])
def test_an_entry_that_is_neither_host_nor_network_is_a_configuration_error(entry: str) -> None:
    with pytest.raises(ConfigError, match="allow-private"):
        Guard([entry])


_HOSTS = st.sampled_from(
    ["a.example", "A.Example:80", "a..example:8080", "8.8.8.8", "0x8.010", "8.8", "-", "%61.example"]
)
_REST = st.text("aZ09.%2eE/?#=&;'\"|^[]\\ {}`<>@:+~-_*!$(),\té", max_size=12)


@given(st.sampled_from(["http", "https", "HTTP"]), _HOSTS, _REST)
@example("http", "a.example", "/./a")
@example("http", "a.example", "/%2e./a")
@example("http", "a.example", "/a/.%2E")
@example("https", "a.example:443", "/a%2f..b?c=/../'d'")
def test_every_address_is_asked_as_browsers_normalise_it(scheme: str, host: str, rest: str) -> None:
    url = f"{scheme}://{host}/{rest}"
    try:
        expected = ada_url.normalize_url(url).partition("#")[0]
    except ValueError:
        expected = None
    try:
        asked = Guard().hop(url).url
    except ResolveError:
        assert expected is None or "\t" in url
    else:
        assert asked == expected
