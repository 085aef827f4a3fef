"""Scenarios 31 and 32: no spelling, name, redirect or port leads to where the crawler may not go."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpcore
import pytest
from odd_server import OddServer, odd_server, redirect
from tls import over_tls

from crawler import guard
from crawler.fetch import FetchError, Getter, Rules
from crawler.transport import GuardedBackend, within

NOW = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)


class Dialler(httpcore.MockBackend):
    """Notes what would have been dialled and dials nothing: no test leaves loopback."""

    def __init__(self) -> None:
        super().__init__([])
        self.dialled: list[tuple[str, int]] = []

    def connect_tcp(self, host: str, port: int, *_: Any, **__: Any) -> httpcore.NetworkStream:
        self.dialled.append((host, port))
        raise httpcore.ConnectError("not in tests")


def dial(host: str, port: int, *addresses: str, allowed: tuple[str, ...] = ()) -> tuple[str, list[tuple[str, int]]]:
    """Return how dialling a host ended that resolves to these addresses, and what was dialled."""
    dialler = Dialler()
    backend = GuardedBackend(frozenset(allowed), frozenset([8000]), lambda *_: list(addresses), dialler)
    with within(5):
        try:
            backend.connect_tcp(host, port)
        except guard.Refused as refused:
            return refused.code, dialler.dialled
        except httpcore.ConnectError:
            return "dialled", dialler.dialled
    raise AssertionError("a connection without dialling")


PRIVATE = """
127.0.0.1 127.255.255.254 0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.127.255.254 169.254.169.254 172.16.0.1 172.31.255.1
192.0.0.8 192.0.2.1 192.88.99.2 192.168.0.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1
255.255.255.255 ::1 :: ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:169.254.169.254 ::ffff:0:127.0.0.1 64:ff9b::7f00:1
64:ff9b:1::10.0.0.1 100::1 2001::1 2001:0:7f00:1:: 2001:db8::1 2002:7f00:1:: 2002:a00:1::1 3fff::1 4000::1 5f00::1
fc00::1 fd00:ec2::254 fe80::1 fe80::1%lo fec0::1 ff02::1 ff0e::1
"""


@pytest.mark.parametrize("address", PRIVATE.split())
@pytest.mark.parametrize("port", [80, 443, 6379, 8000])
def test_31_a_name_that_leads_into_some_network_is_refused_before_anything_is_dialled(address: str, port: int):
    code, dialled = dial("news.example", port, address)
    assert (code, dialled) == ("own_port" if port == 8000 else "private", [])


@pytest.mark.parametrize("addresses", [("223.5.5.5", "10.0.0.1"), ("::1", "223.5.5.5"), ("10.0.0.1", "10.0.0.2")])
def test_31_one_private_address_refuses_the_whole_name(addresses: tuple[str, ...]):
    assert dial("news.example", 80, *addresses) == ("private", [])


@pytest.mark.parametrize("address", ["223.5.5.5", "2400:3200::1", "::ffff:223.5.5.5"])
def test_31_a_public_address_is_dialled_as_it_was_checked(address: str):
    assert dial("news.example", 80, address) == ("dialled", [(address, 80)])


@pytest.mark.parametrize("port", [22, 25, 445, 3306, 5432, 6379, 11211])
def test_31_ports_on_which_no_website_stands_are_not_dialled_anywhere(port: int):
    assert dial("news.example", port, "223.5.5.5") == ("port", [])


def test_31_the_office_may_list_one_port_of_its_own_machine_and_only_that():
    assert dial("oa.example", 8080, "10.0.0.1", allowed=("10.0.0.1:8080",))[0] == "dialled"
    assert dial("oa.example", 8081, "10.0.0.1", allowed=("10.0.0.1:8080",))[0] == "private"
    assert dial("oa.example", 8000, "10.0.0.1", allowed=("10.0.0.1:8000",))[0] == "own_port"


SPELLINGS = """
127.0.0.1 127。0。0。1 127．0．0．1 127｡0｡0｡1 １２７.０.０.１ ①②⑦.⓪.⓪.① 127.0.0.1. 2130706433 0x7f000001 0x7f.0.0.1
0177.0.0.1 0177.0x0.1 127.1 127.0.1 0 0x0
00000000177.0.0.1 017700000001 [::1] [::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:0:0:1]
[::] localhost LOCALHOST ｌｏｃａｌｈｏｓｔ
"""


@pytest.fixture(scope="module")
def server() -> Iterator[OddServer]:
    with odd_server() as running:
        yield running


def failure(url: str, rules: Rules, resolve: guard.Resolve = guard.resolve) -> FetchError:
    with Getter(rules, resolve) as getter, pytest.raises(FetchError) as caught:
        getter.get(url, now=NOW)
    return caught.value


@pytest.mark.parametrize("host", SPELLINGS.split())
def test_31_no_spelling_of_this_machine_reaches_it(server: OddServer, host: str):
    before = len(server.asked)
    error = failure(f"http://{host}:{server.server_port}/ok", Rules(timeout=5))
    assert error.code in ("private", "address", "url")
    assert len(server.asked) == before
    assert any("一" <= letter <= "鿿" for letter in error.words)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_INFO",
        "ftp://a.example/",
        "dict://a.example:11211/",
        "jar:http://a.example!/",
        "javascript:alert(1)",
        "data:text/html,a",
        "//a.example/",
        "http:a.example",
        "http://",
        "http:///path",
        "http://news.example@10.0.0.1/",
        "http://user:secret@news.example/",
        "http://10.0.0.1\\@news.example/",
        "http://news.example:0/",
        "http://news.example:99999/",
        "http://news.example:80:80/",
        "http://[::1/",
        "http://[fe80::1%25lo]/",
        "http://a%2eexample/",
        "http://a b.example/",
        "http://" + "a." * 3000 + "example/",
        "http://news.example/" + "a" * 5000,
    ],
)
def test_31_only_plain_web_addresses_are_asked_for(url: str):
    def nobody(*_: object) -> list[str]:
        raise AssertionError("looked up")

    error = failure(url, Rules(timeout=5), nobody)
    assert error.code == "url"
    assert "secret" not in error.words


@pytest.mark.parametrize(
    ("url", "host"),
    [("http://a.example\r\n.b.example/", "a.example.b.example"), ("http://NEWS。example/", "news.example")],
)
def test_31_a_host_is_looked_up_under_its_plain_name(url: str, host: str):
    asked: list[str] = []

    def look_up(name: str, port: int, timeout: float) -> list[str]:
        asked.append(name)
        return ["10.0.0.1"]

    assert failure(url, Rules(timeout=5), look_up).code == "private"
    assert asked == [host]


@pytest.fixture
def rules(server: OddServer) -> Rules:
    return Rules(frozenset([server.place]), timeout=5, verify=False)


@pytest.mark.parametrize(
    "where",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:10.0.0.1]/",
        "http://2130706433/",
        "//10.0.0.1/",
        "http://127.0.0.1:6379/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_INFO",
        "http://user:secret@127.0.0.1/",
        "http://news.example/\xff\xfe",
        "/" + "a" * 5000,
    ],
)
def test_32_a_redirect_is_checked_like_the_first_address(rules: Rules, where: str):
    def never(host: str, port: int, timeout: float) -> list[str]:
        return ["10.9.9.9"] if host.endswith("example") else [host]

    with odd_server(moved=redirect(where)) as server:
        listed = Rules(frozenset([server.place]), timeout=5)
        error = failure(server.url("/moved"), listed, never)
        assert error.code in ("private", "address", "url")
        assert len(server.asked) == 1


def test_32_a_name_whose_address_changes_after_the_check_is_dialled_as_checked():
    """DNS rebinding: there is one look-up, and what it gave is both checked and dialled."""
    answers = iter([["223.5.5.5"], ["127.0.0.1"]])
    dialler = Dialler()
    backend = GuardedBackend(frozenset(), frozenset(), lambda *_: next(answers), dialler)
    with within(5):
        with pytest.raises(httpcore.ConnectError):
            backend.connect_tcp("news.example", 80)
        with pytest.raises(guard.Refused):
            backend.connect_tcp("news.example", 80)
    assert dialler.dialled == [("223.5.5.5", 80)]


def test_32_twenty_hops_end_after_five(rules: Rules):
    hops = {f"step{n}": redirect(f"/step{n + 1}") for n in range(20)}
    with odd_server(**hops) as server:
        error = failure(server.url("/step0"), Rules(frozenset([server.place]), timeout=5))
        assert error.code == "redirect"
        assert len(server.asked) == 6


def test_32_https_is_never_left_for_http(server: OddServer):
    with over_tls(odd_server(down=redirect(server.url("/ok")))) as secure:
        before = len(server.asked)
        listed = Rules(frozenset([server.place, secure.place]), timeout=5, verify=False)
        error = failure(f"https://{secure.place}/down", listed)
    assert error.code == "downgrade"
    assert len(server.asked) == before


def test_32_a_cookie_goes_to_its_own_origin_and_to_nobody_a_redirect_names():
    with over_tls(odd_server()) as other, over_tls(odd_server(away=redirect(f"https://{other.place}/ok"))) as secure:
        listed = Rules(frozenset([other.place, secure.place]), timeout=5, verify=False)
        with Getter(listed) as getter:
            getter.get(f"https://{secure.place}/away", now=NOW, cookie="session=secret")
            getter.get(f"https://{secure.place}/moved", now=NOW, cookie="session=secret")
        assert [("Cookie" in headers, path) for path, headers, _ in secure.asked] == [
            (True, "/away"),
            (True, "/moved"),
            (True, "/ok"),
        ]
        assert [(path, headers.get("Cookie"), headers.get("Authorization")) for path, headers, _ in other.asked] == [
            ("/ok", None, None)
        ]


def test_32_a_cookie_does_not_go_over_plain_http(server: OddServer, rules: Rules):
    with Getter(rules) as getter:
        getter.get(server.url("/ok"), now=NOW, cookie="session=secret")
    assert "Cookie" not in server.asked[-1][1]
