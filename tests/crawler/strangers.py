"""A server that is a stranger to the crawler by name, and the office's own machine by its address."""

from collections.abc import Callable
from datetime import UTC, datetime

from odd_server import Answer, OddServer

from crawler.fetch import FetchError, Getter, Rules

NOW = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)


def getter_for(server: OddServer) -> Getter:
    """Return a getter that reaches the server under any name."""
    return Getter(Rules(frozenset([server.place]), timeout=2), lambda *_: ["127.0.0.1"])


def fetching(server: OddServer, getter: Getter, now: datetime = NOW) -> Callable[..., str]:
    """Return what fetches a path of a host, and says `fetched` or the code of what went wrong."""

    def one(path: str, at: datetime = now, host: str = "news.example") -> str:
        try:
            getter.get(f"http://{host}:{server.server_port}{path}", now=at)
        except FetchError as error:
            return error.code
        return "fetched"

    return one


def robots(text: str, **headers: str) -> Answer:
    """Return the answer that is this robots.txt."""
    return lambda ask: ask.reply(body=text.encode(), Content_Type="text/plain", **headers)
