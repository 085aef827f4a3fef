"""What a site's robots.txt allows us: read once a day a host, and kept to."""

import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from protego import Protego

from crawler.charset import decode
from crawler.fetch_words import FetchError
from crawler.hosts import LONGEST, Turns, host_of

AGENT = "HuiyingBot"
KEPT, AWAY, OLDEST = timedelta(days=1), timedelta(minutes=10), timedelta(days=30)
READ_BYTES = 512_000
"""How much of a robots.txt counts; RFC 9309 asks for 500 KiB at least."""
LONGEST_DELAY = 60.0
_WAIT = frozenset({"timeout", "server", "throttled", "broken", "too_large", "encoding", "downgrade"})
_NONE = frozenset({"gone", "forbidden", "status", "redirect"})
_MOST_HOSTS, _MOST_LINES, _LONGEST_LINE = 1000, 5000, 2000
_FIELD = re.compile(r"[\s\ufeff]*(user[- ]?agent|sitemaps?|site-map|host)\b[\s:]*([^#]*)", re.I)
_NOTHING = "User-agent: *\nDisallow: /"
_US = frozenset({"*", "huiyingbot", "huiying"})

Read = Callable[[str, datetime], bytes]


@dataclass(frozen=True)
class _Known:
    """What was last learnt of a host: its rules, or why there are none yet, and until when that counts."""

    rules: Protego | None
    read_at: datetime
    until: datetime
    why: str = ""
    failures: int = 0


class Robots:
    """The rules of the hosts visited lately. `read(url, now)` gives the bytes of an address or raises FetchError."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._turns = Turns()

    def check(self, url: str, now: datetime) -> None:
        """Return if `url` may be fetched. Raises FetchError: `robots` where not, `robots_away` where nobody knows.

        A host without robots.txt (any 4xx) allows everything. One that fails to give it has to be waited for, unless
        it gave it within 30 days.
        """
        known = self._rules(url, now)
        if known.rules is None:
            left = int((known.until - now).total_seconds()) + 1
            raise FetchError("robots_away", known.why, retry_after=left)
        if not known.rules.can_fetch(url, AGENT):
            raise FetchError("robots", f"网站的 robots.txt 不允许采集这个地址；如已取得授权，请网站放行 {AGENT}")

    def delay(self, host: str) -> float:
        """Return the seconds (at most 60) a host of `host_of` asks to leave between two requests; 0 if it does not."""
        known = self._known.get(host)
        asked = known.rules.crawl_delay(AGENT) if known and known.rules else None
        return min(asked or 0.0, LONGEST_DELAY)

    def _rules(self, url: str, now: datetime) -> _Known:
        host = host_of(url)
        with self._turns.of(host):
            known = self._known.get(host)
            if known is None or now >= known.until:
                known = self._known[host] = self._asked(url, known, now)
                if len(self._known) > _MOST_HOSTS:
                    self._known.popitem(last=False)
            return known

    def _asked(self, url: str, old: _Known | None, now: datetime) -> _Known:
        """Ask the host for its rules. Raises FetchError where it cannot be reached at all."""
        parts = urlsplit(url)
        try:
            text, _ = decode(self._read(f"{parts.scheme}://{parts.netloc}/robots.txt", now)[:READ_BYTES])
        except FetchError as error:
            if error.code in _NONE:
                return _Known(Protego.parse(""), now, now + KEPT)
            if error.code not in _WAIT:
                raise
            return _put_off(old, error, now)
        lines = ours(text)
        rules = _NOTHING if len(lines) > _MOST_LINES else "\n".join(lines)  # Too much to keep counts as a refusal.
        return _Known(Protego.parse(rules), now, now + KEPT)


def _put_off(old: _Known | None, error: FetchError, now: datetime) -> _Known:
    """Return what counts while a robots.txt cannot be read: the old rules if not too old, else that we have to wait."""
    failures = old.failures + 1 if old else 1
    until = now + max(min(AWAY * (1 << min(failures - 1, 10)), LONGEST), timedelta(seconds=error.retry_after or 0))
    if old is not None and old.rules is not None and now - old.read_at < OLDEST:
        return _Known(old.rules, old.read_at, until, failures=failures)
    why = f"网站的 robots.txt 暂时读不到，按规矩先不采集，稍后再试（{error.words}）"
    return _Known(None, now, until, why, failures)


def ours(text: str) -> list[str]:
    """Return the lines of a robots.txt that can concern us.

    The parser multiplies agents by rules; a file of 17,000 agents with 20,000 rules would keep it busy for minutes.
    """
    kept: list[str] = []
    names: set[str] = set()
    naming = False
    for line in text.splitlines():
        field = _FIELD.match(line)
        if field and field[1].lower().startswith("user"):
            names, naming = (names if naming else set()), True
            name = field[2].strip().lower().partition("/")[0]
            name = name if name == "*" else name.replace("*", "")
            if name in _US and name not in names:
                names.add(name)
                kept.append(f"User-agent: {name}")
        elif not field and line.strip() and not line.lstrip().startswith("#"):
            naming = False
            if names and len(line) <= _LONGEST_LINE:
                kept.append(line)
    return kept
