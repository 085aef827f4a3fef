"""One polite and safe GET: guarded addresses, one total deadline, capped sizes, few redirects."""

import contextlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import version
from types import TracebackType
from typing import Self

import httpcore
import httpx

from crawler import answer_head, fetch_words, guard
from crawler.bodies import read_body, read_error_page
from crawler.exchange import Exchange, exchange_of
from crawler.fetch_words import FetchError
from crawler.hosts import Hosts, host_of
from crawler.links import absolute
from crawler.robots import AGENT, Robots
from crawler.transport import HEAD_BYTES, GuardedBackend, GuardedTransport, allow, given, within

__all__ = ["FetchError", "Fetched", "Getter", "Rules", "get"]

_REDIRECTS = {301, 302, 303, 307, 308}
_LONGEST_ADDRESS = 4000
_ROBOTS_SECONDS = 10.0


@dataclass(frozen=True)
class Rules:
    """What a fetch may do. `allowed_private` lists `address:port`; sizes in bytes, times in seconds."""

    allowed_private: frozenset[str] = frozenset()
    forbidden_ports: frozenset[int] = frozenset()
    timeout: float = 30.0
    max_raw: int = 5_000_000
    max_decoded: int = 15_000_000
    max_hops: int = 5
    user_agent: str = f"{AGENT}/{version('huiying')}"
    verify: bool = True


@dataclass(frozen=True)
class Fetched:
    """An answer below 400: `url` is the final address, `body` decoded, `raw_bytes` what came over the wire.

    `charset` is the header's. `not_modified` answers have no body and keep the validators that were sent.
    `exchange` is what went over the wire for the final address, None where nothing was modified.
    """

    status: int
    url: str
    body: bytes
    content_type: str
    charset: str | None
    etag: str | None
    last_modified: str | None
    retry_after: int | None
    raw_bytes: int
    not_modified: bool
    exchange: Exchange | None = None


Hop = Callable[[str, dict[str, str], datetime], "Fetched | str"]


class Getter:
    """A client for one worker: keeps connections open between fetches; threads may share it."""

    def __init__(self, rules: Rules, resolve: guard.Resolve = guard.resolve) -> None:
        self._rules = rules
        logging.getLogger("httpx").setLevel(logging.WARNING)  # It writes whole addresses, queries included.
        backend = GuardedBackend(rules.allowed_private, rules.forbidden_ports, resolve)
        context = httpx.create_ssl_context(verify=rules.verify, trust_env=False)
        pool = httpcore.ConnectionPool(
            context, max_connections=100, max_keepalive_connections=20, keepalive_expiry=15, network_backend=backend
        )
        no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
        self._client = httpx.Client(
            transport=GuardedTransport(pool), cookies=no_cookies, trust_env=False, timeout=rules.timeout
        )
        self.hosts = Hosts()
        self.robots = Robots(self._robots_text)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def get(
        self,
        url: str,
        *,
        now: datetime,
        etag: str | None = None,
        last_modified: str | None = None,
        cookie: str | None = None,
    ) -> Fetched:
        """Return the answer to GET `url`, redirects followed; `etag` and `last_modified` make it conditional.

        `cookie` is sent to the very origin of `url` over https alone, never to where a redirect leads elsewhere.
        Raises FetchError (code, Chinese words, status, retry_after) for everything that is not an answer below 400,
        within `rules.timeout` seconds. `now` turns a Retry-After date into seconds.
        """
        with within(self._rules.timeout):
            return self._follow(url, self._headers(etag, last_modified), now, self._visit, cookie)

    def is_exempt(self, url: str) -> bool:
        """Return whether an address is on a machine of the office's own, whose robots.txt is not asked."""
        return host_of(url) in self._rules.allowed_private

    def _headers(self, etag: str | None, last_modified: str | None) -> dict[str, str]:
        fixed = {
            "User-Agent": self._rules.user_agent,
            "Accept": "*/*",
            "Accept-Language": "zh-CN,zh;q=0.9",
            "Accept-Encoding": "gzip",
        }
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        return fixed | {name: value for name, value in conditions.items() if value}

    def _follow(self, url: str, headers: dict[str, str], now: datetime, hop: Hop, cookie: str | None = None) -> Fetched:
        """Follow redirects one by one, every hop checked like the first."""
        first, seen = url, set[str]()
        base: str | None = None
        for _ in range(self._rules.max_hops + 1):
            target = _target(url, base)
            if target in seen:
                raise FetchError("redirect", "网站的跳转形成了循环，无法到达内容")
            if base and base.startswith("https:") and not target.startswith("https:"):
                raise FetchError(*fetch_words.DOWNGRADE)
            seen.add(target)
            sent = headers | _cookie(cookie, _target(first, None), target) if cookie else headers
            found = hop(target, sent, now)
            if isinstance(found, Fetched):
                return found
            url, base = found, target
        raise FetchError("redirect", f"网站跳转超过 {self._rules.max_hops} 次，已停止")

    def _visit(self, target: str, headers: dict[str, str], now: datetime) -> "Fetched | str":
        """Ask a host for an address if it does not rest and its robots.txt allows it; the office's own are exempt."""
        host = host_of(target)
        if host in self._rules.allowed_private:
            return self._ask(target, headers, now)
        self.hosts.check(host, now)
        try:
            self.robots.check(target, now)
            found = self._ask(target, headers, now)
        except FetchError as error:
            self.hosts.note(host, error, now)
            raise
        self.hosts.note(host, None, now)
        return found

    def _ask(self, target: str, headers: dict[str, str], now: datetime) -> "Fetched | str":
        """Make one request; return its answer, or where it leads."""
        with _in_words(target), self._opened(target, headers) as response:
            leads_to: str | None = response.headers.get("location")
            if response.status_code in _REDIRECTS and leads_to:
                return leads_to
            return self._answer(response, target, headers, now)

    def _robots_text(self, url: str, now: datetime) -> bytes:
        with within(_ROBOTS_SECONDS):
            return self._follow(url, self._headers(None, None), now, self._ask).body

    @contextlib.contextmanager
    def _opened(self, url: str, headers: dict[str, str]) -> Iterator[httpx.Response]:
        try:
            response = self._send(url, headers)
        except (httpcore.RemoteProtocolError, httpcore.ReadError, httpcore.WriteError):
            response = self._send(url, headers)  # The server may just have closed a connection we had kept.
        try:
            yield response
        finally:
            response.close()

    def _send(self, url: str, headers: dict[str, str]) -> httpx.Response:
        allow(HEAD_BYTES)
        request = self._client.build_request("GET", url, headers=headers)
        return self._client.send(request, stream=True, follow_redirects=False)

    def _answer(self, response: httpx.Response, url: str, sent: dict[str, str], now: datetime) -> Fetched:
        status, got = response.status_code, response.headers
        wait = answer_head.retry_after(got.get("retry-after"), now)
        if status >= 400 or status < 200:
            _, charset = answer_head.content_type(got.get("content-type"))
            code, words = fetch_words.for_status(status, read_error_page(response), charset)
            raise FetchError(code, words, status=status, retry_after=wait)
        unchanged = status == 304
        old_etag, old_modified = sent.get("If-None-Match"), sent.get("If-Modified-Since")
        if unchanged and not (old_etag or old_modified):
            raise FetchError(*fetch_words.UNASKED_304, status=status)
        body, raw = (b"", b"") if unchanged else read_body(response, self._rules.max_raw, self._rules.max_decoded)
        kind, charset = answer_head.content_type(got.get("content-type"))
        return Fetched(
            status=status,
            url=url,
            body=body,
            content_type=kind,
            charset=charset,
            etag=answer_head.validator(got.get("etag"), 500) or (old_etag if unchanged else None),
            last_modified=answer_head.validator(got.get("last-modified"), 200) or (old_modified if unchanged else None),
            retry_after=wait,
            raw_bytes=len(raw),
            not_modified=unchanged,
            exchange=None if unchanged else exchange_of(response.request, response, raw),
        )


def get(url: str, *, rules: Rules, now: datetime, etag: str | None = None, last_modified: str | None = None) -> Fetched:
    """Do one GET with a client of its own; see `Getter.get`. A worker that fetches much keeps a Getter instead."""
    with Getter(rules) as getter:
        return getter.get(url, now=now, etag=etag, last_modified=last_modified)


def _cookie(cookie: str, asked: str, target: str) -> dict[str, str]:
    """Return the header that carries a cookie: to the very origin that was asked, over https; to no other."""
    one, other = httpx.URL(asked), httpx.URL(target)
    same = (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)
    return {"Cookie": cookie} if same and one.scheme == "https" else {}


def _target(url: str, base: str | None) -> str:
    """Return the absolute address of a hop without its fragment."""
    try:
        if len(url) > _LONGEST_ADDRESS:
            raise FetchError("url", f"链接超过 {_LONGEST_ADDRESS} 个字符")
        target = httpx.URL(absolute(url, base).partition("#")[0])
        return str(target.copy_with(host=guard.plain_host(target.host)))
    except ValueError as error:
        raise FetchError("url", str(error)) from None
    except (httpx.InvalidURL, UnicodeError):
        raise FetchError("url", "链接格式不正确") from None
    except guard.Refused as refused:
        raise FetchError(refused.code, str(refused)) from None


@contextlib.contextmanager
def _in_words(url: str) -> Iterator[None]:
    """Turn what the network raises into FetchErrors for the duty officer; none quotes the address's query."""
    try:
        yield
    except guard.Refused as refused:
        raise FetchError(refused.code, str(refused)) from None
    except (httpcore.TimeoutException, httpx.TimeoutException):
        raise FetchError("timeout", f"{_host(url)} 在 {given():.3g} 秒内没有传完内容，已放弃，稍后会再试") from None
    except (httpcore.ConnectError, httpx.ConnectError) as error:
        raise FetchError(*fetch_words.for_connect(_host(url), error)) from None
    except (httpcore.ProtocolError, httpcore.NetworkError, httpx.TransportError, httpx.StreamError):
        raise FetchError("broken", f"{_host(url)} 的连接中断或应答不合规范，稍后会再试") from None


def _host(url: str) -> str:
    return httpx.URL(url).host
