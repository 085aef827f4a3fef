"""监测源: every source with its health in words; visit now, stop, start, add by address."""

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.pages import found, now, show, who
from dashboard.who import ADMINS, DUTY, READERS
from store import journal
from store import sources as store
from store.db import reading, transaction
from store.sources import AUTHORITY_LABELS, CHANNEL_LABELS, LEAST_INTERVAL, Health, health_of
from store.tables.sources import Source

sources = Blueprint("sources", __name__, url_prefix="/sources")
KEEPERS = ("office", "system_admin")
MOST_INTERVAL = 86_400


@sources.get("")
@allow(*READERS, *ADMINS)
def listing() -> tuple[str, int]:
    """Show every source, the troubled ones first."""
    return _listing()


@sources.get("/<int:source_id>")
@allow(*READERS, *ADMINS)
def page(source_id: int) -> tuple[str, int]:
    """Show one source with its visits."""
    with reading() as session:
        source = found(session.get(Source, source_id))
        visits = store.fetches(session, source.id)
        return show(session, "sources/page.html", source=source, health=health_of(source, now()), visits=visits)


@sources.post("")
@allow(*KEEPERS)
def add() -> Response | tuple[str, int]:
    """Add a source by its address; it is visited at once."""
    try:
        with transaction() as session:
            source_id = _add(session)
    except ValueError as error:
        return _listing(str(error))
    flash("已添加，马上抓取第一次。")
    return redirect(f"/sources/{source_id}")


@sources.post("/<int:source_id>/fetch")
@allow(*DUTY, "system_admin")
def fetch(source_id: int) -> Response:
    """Ask for a visit at once."""
    with transaction() as session:
        asked = store.ask_now(session, now(), found(session.get(Source, source_id)).id)
        journal.record(session, f"person-{who().id}", "ask_fetch", f"source-{source_id}", now())
    flash("已安排立即抓取，几秒后刷新可见结果。" if asked else "这个监测源已停用，先启用再抓取。")
    return redirect(f"/sources/{source_id}")


@sources.post("/<int:source_id>/stop")
@allow(*KEEPERS)
def stop(source_id: int) -> Response:
    """Stop visiting a source."""
    return _switch(source_id, enabled=False)


@sources.post("/<int:source_id>/start")
@allow(*KEEPERS)
def start(source_id: int) -> Response:
    """Visit a source again, at once."""
    return _switch(source_id, enabled=True)


def _switch(source_id: int, *, enabled: bool) -> Response:
    with transaction() as session:
        source = found(session.get(Source, source_id))
        source.enabled, source.fetch_at = enabled, now() if enabled else None
        action = "start_source" if enabled else "stop_source"
        journal.record(session, f"person-{who().id}", action, f"source-{source_id}", now())
    flash("已启用，马上抓取。" if enabled else "已停用，不再抓取；已收集的信息都在。")
    return redirect(f"/sources/{source_id}")


def _add(session: Session) -> int:
    """Add the source the form describes and return its id. ValueError in the user's words."""
    form = request.form
    url, name = form.get("url", "").strip(), form.get("name", "").strip()[:200]
    if not _usable(url):
        raise ValueError("网址应以 http:// 或 https:// 开头，并写明网站")
    if not name:
        raise ValueError("请写一个名称")
    interval = form.get("interval", type=int)
    if interval is None or not LEAST_INTERVAL <= interval <= MOST_INTERVAL:
        raise ValueError(f"抓取间隔应为 {LEAST_INTERVAL} 到 {MOST_INTERVAL} 秒")
    channel, authority = form.get("channel", ""), form.get("authority", "")
    if channel not in CHANNEL_LABELS or authority not in AUTHORITY_LABELS:
        raise ValueError("请选择渠道和级别")
    if session.scalar(select(Source.id).where(Source.url == url)) is not None:
        raise ValueError("这个网址已经登记过，请在列表里找到它")
    source = store.add_source(
        session, url, now(), name=name, kind="feed", channel=channel, authority=authority, interval=interval
    )
    journal.record(session, f"person-{who().id}", "add_source", f"source-{source.id}", now())
    return source.id


def _usable(url: str) -> bool:
    """Return whether an address can be fetched at all."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and len(url) <= 2000
    except ValueError:
        return False


def _listing(words: str = "") -> tuple[str, int]:
    order = [Health.NEVER, Health.REFUSED, Health.FAILING, Health.QUIET, Health.WORKING, Health.OFF]
    with reading() as session:
        rows = [(source, health_of(source, now())) for source in store.listed(session)]
        return show(
            session,
            "sources/list.html",
            422 if words else 200,
            rows=sorted(rows, key=lambda pair: order.index(pair[1])),
            counts=[(health, sum(found == health for _, found in rows)) for health in order],
            channels=list(CHANNEL_LABELS.items()),
            authorities=list(AUTHORITY_LABELS.items()),
            sent=request.form,
            words=words,
        )
