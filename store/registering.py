"""What keepers do to the sources: add, change, read in another way, remove; each with its entry in the journal."""

from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from store import journal, sources
from store.sources import AUTHORITY_LABELS, CHANNEL_LABELS, LEAST_INTERVAL, PASSIVE, ROLE_LABELS
from store.tables.articles import Article
from store.tables.sources import Fetch, Source, Yield

MOST_INTERVAL = 86_400
MOST_DAYS = 3650
SOCIAL = "weibo"
PUSH, PUSH_LABEL = "push", "服务商推送"
MAILBOX, MAILBOX_LABEL = "mailbox", "信箱（IMAP）"


@dataclass(frozen=True, slots=True)
class Fields:
    """What keepers write about a source. Intervals in seconds; `not_personal`: their word that no person is watched."""

    name: str
    channel: str
    authority: str
    role: str = "open"
    region: str | None = None
    owner: str | None = None
    legal_basis: str | None = None
    impact: str | None = None
    interval: int = 300
    season_interval: int | None = None
    retention_days: int | None = None
    not_personal: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """How a source is read: its address, the file of crawler/kinds/ that reads it, and what that needs to know."""

    url: str
    kind: str
    kind_label: str
    options: dict[str, Any] | None = None


def is_social(channel: str, authority: str) -> bool:
    """Return whether a source may be somebody's account, so that its keeper has to say that it is no person's."""
    return channel == SOCIAL or authority == "self_media"


def add(session: Session, said: Fields, reading: Reading, by: str, now: datetime) -> Source:
    """Add a source and return it; what is fetched is visited at once. ValueError in the user's words."""
    _check(said, asks=reading.kind not in PASSIVE)
    _check_address(session, reading.url, reading.kind)
    fields = _written(said) | {
        "kind": reading.kind,
        "kind_label": reading.kind_label,
        "options": reading.options,
        "fetch_at": None if reading.kind in PASSIVE else now,
    }
    try:
        made = sources.add_source(session, reading.url, now, **fields)
    except IntegrityError:
        raise ValueError("这个网址刚刚由他人登记") from None
    journal.record(
        session, by, "add_source", f"source-{made.id}", now, kind=made.kind, not_personal=said.not_personal or None
    )
    return made


def change(session: Session, source: Source, said: Fields, url: str, by: str, now: datetime) -> bool:
    """Change a source; return whether its secret was taken away because it now belongs to another site.

    ValueError in the user's words. What it brought and its visits stay, whatever its address.
    """
    _check(said, asks=source.kind not in PASSIVE)
    _check_address(session, url, source.kind, source)
    before = {name: getattr(source, name) for name in ("url", *_written(said))}
    for name, value in _written(said).items():
        setattr(source, name, value)
    lost = _move(source, url, now)
    changed = sorted(name for name, value in before.items() if value != getattr(source, name))
    if changed:
        confirmed = said.not_personal or None
        journal.record(session, by, "change_source", f"source-{source.id}", now, fields=changed, not_personal=confirmed)
    return lost


def read_anew(session: Session, source: Source, reading: Reading, by: str, now: datetime) -> bool:
    """Let a source be read as was found out anew: address, kind and options; return as `change` does.

    ValueError in the user's words.
    """
    _check_address(session, reading.url, reading.kind, source)
    source.kind, source.kind_label, source.options = reading.kind, reading.kind_label, reading.options
    lost = _move(source, reading.url, now, anew=True)
    journal.record(session, by, "read_source_anew", f"source-{source.id}", now, kind=reading.kind)
    return lost


def remove(session: Session, source: Source, by: str, now: datetime) -> None:
    """Remove a source that never brought anything. ValueError, in the user's words, for any other."""
    if brought(session, source.id):
        raise ValueError("这个监测源带来过信息，不能删除，只能停用；信息和抓取记录都要留着")
    about, mark = f"source-{source.id}", sha256(source.url.encode()).hexdigest()[:16]
    for table in (Fetch, Yield):
        session.execute(delete(table).where(table.source_id == source.id))
    session.delete(source)
    try:
        session.flush()
    except IntegrityError:
        raise ValueError("这个监测源刚刚带来了信息，不能删除，只能停用") from None
    journal.record(session, by, "remove_source", about, now, url_sha256=mark)


def brought(session: Session, source_id: int) -> bool:
    """Return whether a source ever brought anything."""
    return session.scalar(select(Article.id).where(Article.source_id == source_id).limit(1)) is not None


def _written(said: Fields) -> dict[str, Any]:
    """Return the columns keepers write."""
    return {name: value for name, value in asdict(said).items() if name != "not_personal"}


def _check(said: Fields, *, asks: bool) -> None:
    """ValueError for fields that cannot be; `asks` says whether a source is asked at intervals, as accounts are."""
    if not said.name:
        raise ValueError("请写一个名称")
    if said.channel not in CHANNEL_LABELS or said.authority not in AUTHORITY_LABELS or said.role not in ROLE_LABELS:
        raise ValueError("请选择渠道、级别和用途")
    if asks and is_social(said.channel, said.authority) and not said.not_personal:
        raise ValueError("社交媒体、自媒体请先确认这不是个人账号：只监测媒体、机构、政务账号，不监测个人")
    if asks and not LEAST_INTERVAL <= said.interval <= MOST_INTERVAL:
        raise ValueError(f"抓取间隔应为 {LEAST_INTERVAL} 到 {MOST_INTERVAL} 秒")
    if asks and said.season_interval is not None and not LEAST_INTERVAL <= said.season_interval <= said.interval:
        raise ValueError(f"敏感时期的间隔应为 {LEAST_INTERVAL} 秒以上，不长于平时的间隔")
    if said.retention_days is not None and not 1 <= said.retention_days <= MOST_DAYS:
        raise ValueError(f"无关原始证据保留 1 到 {MOST_DAYS} 天，留空为 30 天")


def _check_address(session: Session, url: str, kind: str, own: Source | None = None) -> None:
    """ValueError for an address this kind cannot have, or that another source has."""
    if kind == MAILBOX:
        _check_mailbox(url)
    elif kind not in PASSIVE and not is_web(url):
        raise ValueError("网址应以 http:// 或 https:// 开头，并写明网站")
    other = session.scalars(select(Source).where(Source.url == url)).first()
    if other is None or other is own:
        return
    if kind == PUSH:
        raise ValueError(f"已经有叫“{url.removeprefix(PUSH + ':')}”的服务商推送，请换一个名称")
    raise ValueError(f"这个网址已经登记过：{other.name}，请在列表里找到它")


def is_web(url: str) -> bool:
    """Return whether an address can be fetched at all."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and len(url) <= 2000
    except ValueError:
        return False


def _check_mailbox(url: str) -> None:
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("imaps", "imap") and bool(parts.hostname and parts.username) and parts.port != 0
    except ValueError:
        good = False
    if not good or len(url) > 2000:
        raise ValueError("信箱地址应写成 imaps://用户名@服务器:端口/文件夹")
    if parts.password is not None:
        raise ValueError("信箱地址里不要写口令，口令单独填写")


def _move(source: Source, url: str, now: datetime, *, anew: bool = False) -> bool:
    """Give a source another address; return whether its secret was taken away. The next visit starts from nothing."""
    moved = url != source.url
    lost = moved and source.secret is not None and source.kind not in PASSIVE and _site(url) != _site(source.url)
    source.url = url
    if moved or anew:
        source.etag = source.last_modified = source.state = None
        if source.enabled and source.kind not in PASSIVE:
            source.fetch_at, source.attempts = now, 0
    if lost:
        source.secret = None
    return lost


def _site(url: str) -> tuple[str, str, int | None, str | None]:
    """Return whose a secret is: the site, and for a mailbox its user."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port, parts.username
