"""Sources: adding them, what a visit brought, and their health in four kinds of silence."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from domain.case import ITEM_CHANNELS, LETTER_CHANNELS
from domain.workdays import beijing_day
from store.seasons import in_season
from store.tables.sources import Fetch, Source

LEAST_INTERVAL = 60
LONGEST_NAME = 200
"""Characters; an address that stands in for a name may be longer."""
LONGEST_ADDRESS = 2000
AUTHORITIES = {"central": 4, "provincial": 3, "city": 2, "government": 2, "self_media": 1}
"""Rank of an outlet; the numbers are ours."""
AUTHORITY_LABELS = {
    "central": "中央媒体",
    "provincial": "省级媒体",
    "city": "市级媒体",
    "government": "政务渠道",
    "self_media": "自媒体",
}
CHANNEL_LABELS = {"news": "新闻", "message": "留言信件", "weibo": "社交媒体", **LETTER_CHANNELS, **ITEM_CHANNELS}
ROLE_LABELS = {"open": "公开信源", "own": "自有渠道", "upstream": "上级网站"}
CREDENTIAL_CODES = frozenset({"forbidden", "captcha", "login", "robots"})


class Health(StrEnum):
    """How a source is doing."""

    WORKING = "working"
    QUIET = "quiet"
    FAILING = "failing"
    REFUSED = "refused"
    SPARSE = "sparse"
    NEVER = "never"
    OFF = "off"

    @property
    def label(self) -> str:
        """The Chinese words shown on screens."""
        return _HEALTH_LABELS[self]


_HEALTH_LABELS = {
    Health.WORKING: "正常",
    Health.QUIET: "正常但安静",
    Health.FAILING: "持续失败",
    Health.REFUSED: "拒绝访问",
    Health.SPARSE: "明显偏少",
    Health.NEVER: "从未连通",
    Health.OFF: "已停用",
}
QUIET_AFTER = timedelta(hours=24)
BROUGHT = frozenset({"table", "entry"})
"""Kinds whose items people bring when there are any: their silence says nothing."""
PASSIVE = BROUGHT | {"push"}
"""Kinds nothing is fetched for: their items come to us."""


def health_of(source: Source, now: datetime) -> Health:
    """Return how a source is doing: four kinds of silence are told apart."""
    if not source.enabled:
        return Health.OFF
    if source.kind in BROUGHT:
        return Health.WORKING
    if source.failing_since is not None:
        refused = source.error_code in CREDENTIAL_CODES
        never = source.last_ok_at is None and not refused
        return Health.REFUSED if refused else Health.NEVER if never else Health.FAILING
    if source.last_ok_at is None:
        return Health.NEVER
    if source.warning is not None:
        return Health.SPARSE
    quiet = source.last_new_at is None or now - source.last_new_at > QUIET_AFTER
    return Health.QUIET if quiet else Health.WORKING


def undocumented(source: Source) -> bool:
    """Return whether a source lacks its legal basis or its impact assessment; what people type in needs neither."""
    return source.kind != "entry" and not (source.legal_basis and source.impact)


def add_source(session: Session, url: str, now: datetime, *, name: str | None = None, **fields: object) -> Source:
    """Add a source that is due at once and return it; a known address is brought up to date instead.

    Without a name it has that of its address; either is cut to 200 characters.
    """
    source = session.scalars(select(Source).where(Source.url == url)).first()
    if source is None:
        source = Source(url=url, name=name or url[:LONGEST_NAME], created_at=now)
        session.add(source)
    if name:
        source.name = name[:LONGEST_NAME]
    for field, value in fields.items():
        setattr(source, field, value)
    source.fetch_at = now if "fetch_at" not in fields else source.fetch_at
    session.flush()
    return source


def ask_now(session: Session, now: datetime, source_id: int | None = None) -> int:
    """Ask for a visit to one enabled source, or to all; return how many. Nothing is fetched for what comes to us."""
    asked = update(Source).where(Source.enabled, Source.kind.not_in(PASSIVE))
    if source_id is not None:
        asked = asked.where(Source.id == source_id)
    done = session.execute(asked.values(fetch_at=now, attempts=0).returning(Source.id))
    return len(done.all())


def listed(session: Session) -> list[Source]:
    """Return all sources by name."""
    return list(session.scalars(select(Source).order_by(Source.name, Source.id)))


@dataclass(frozen=True, slots=True)
class Silence:
    """The sources that are not simply working, and how many are."""

    working: int
    troubled: list[tuple[Source, Health]]


def silence(session: Session, now: datetime) -> Silence:
    """Return how many sources work, and every enabled one that fails, is refused, never connected or is quiet."""
    found = [(source, health_of(source, now)) for source in listed(session) if source.created_at <= now]
    order = [Health.NEVER, Health.REFUSED, Health.FAILING, Health.SPARSE, Health.QUIET]
    troubled = sorted((pair for pair in found if pair[1] in order), key=lambda pair: order.index(pair[1]))
    return Silence(sum(health is Health.WORKING for _, health in found), troubled)


def note_ok(source: Source, now: datetime, new: int, warning: str | None = None) -> None:
    """Note a visit that worked, how many new items it brought, and why that is less than it used to be."""
    source.warning = warning
    source.last_ok_at, source.failing_since, source.failures = now, None, 0
    source.error = source.error_code = None
    if warning is None:
        source.trouble_told_at = None
    if new:
        source.last_new_at = now


def pause(session: Session, source: Source, now: datetime) -> timedelta:
    """Return how long to wait until the next visit; in a 敏感时期 as set for it, or half as long."""
    return timedelta(seconds=seconds_between(source, in_season(session, beijing_day(now))))


def seconds_between(source: Source, season: bool) -> int:
    """Return the seconds between two visits to a source; `season` says whether it is a 敏感时期."""
    seconds = min(source.interval, source.season_interval or source.interval // 2) if season else source.interval
    return max(seconds, LEAST_INTERVAL)


def note_failure(source: Source, now: datetime, code: str, words: str) -> timedelta:
    """Note a failed visit; return how long to wait before the next: the interval doubled a few times, at most 6 h."""
    source.failing_since = source.failing_since or now
    source.failures += 1
    source.error_code, source.error = code, words
    doublings: int = min(source.failures - 1, 6)
    return min(timedelta(seconds=source.interval * (1 << doublings)), timedelta(hours=6))


def note_rest(source: Source, now: datetime, words: str, seconds: int | None) -> timedelta:
    """Note that a source was not visited because its host rests, no failure more of its own; return how long it waits.

    What it failed of before stays its trouble.
    """
    source.failing_since = source.failing_since or now
    source.error_code, source.error = source.error_code or "resting", words
    return timedelta(seconds=seconds or source.interval)


def count_fetches(session: Session, since: datetime) -> int:
    """Return the number of visits since `since`."""
    return session.scalar(select(func.count()).select_from(Fetch).where(Fetch.at >= since)) or 0
