"""监测源: every source with its health in words, what they cover, one source with its visits; visit, stop, start."""

from flask import Blueprint, flash, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.pages import found, now, page_number, settings, show, who
from dashboard.sources import rows
from dashboard.sources.covered import covered
from dashboard.sources.view import detail
from dashboard.who import ADMINS, DUTY, READERS
from store import journal, registering
from store import sources as store
from store.db import reading, transaction
from store.sources import AUTHORITY_LABELS, CHANNEL_LABELS, PASSIVE, ROLE_LABELS
from store.tables.sources import Source

sources = Blueprint("sources", __name__, url_prefix="/sources")
KEEPERS = ("office", "system_admin")


@sources.get("")
@allow(*READERS, *ADMINS)
def listing() -> tuple[str, int]:
    """Show the sources asked for, the troubled ones first."""
    wanted, page = rows.asked(request.args), page_number()
    with reading() as session:
        return show(
            session,
            "sources/list.html",
            listing=rows.listing(session, wanted, page, now()),
            asked=wanted,
            page=page,
            size=rows.PAGE,
            channels=list(CHANNEL_LABELS.items()),
            authorities=list(AUTHORITY_LABELS.items()),
            roles=list(ROLE_LABELS.items()),
            role_labels=ROLE_LABELS,
        )


@sources.get("/coverage")
@allow(*READERS, *ADMINS)
def coverage() -> tuple[str, int]:
    """Show what the sources cover."""
    with reading() as session:
        return show(session, "sources/coverage.html", coverage=covered(store.listed(session), now()))


@sources.get("/<int:source_id>")
@allow(*READERS, *ADMINS)
def page(source_id: int) -> tuple[str, int]:
    """Show one source with what it brings and its visits."""
    return one(source_id)


@sources.post("/<int:source_id>/fetch")
@allow(*DUTY, "system_admin")
def fetch(source_id: int) -> Response:
    """Ask for a visit at once."""
    with transaction() as session:
        source = found(session.get(Source, source_id))
        passive = source.kind in PASSIVE
        asked = 0 if passive else store.ask_now(session, now(), source.id)
        if asked:
            journal.record(session, f"person-{who().id}", "ask_fetch", f"source-{source_id}", now())
    if passive:
        flash("这种监测源的信息由对方送来，不去抓取。")
    else:
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


@sources.post("/<int:source_id>/delete")
@allow(*KEEPERS)
def delete(source_id: int) -> Response | tuple[str, int]:
    """Remove a source that never brought anything."""
    try:
        with transaction() as session:
            source = found(session.get(Source, source_id))
            name = source.name
            registering.remove(session, source, f"person-{who().id}", now())
    except ValueError as error:
        return one(source_id, str(error))
    flash(f"已删除 {name}。")
    return redirect("/sources")


def _switch(source_id: int, *, enabled: bool) -> Response:
    with transaction() as session:
        source = found(session.get(Source, source_id))
        passive = source.kind in PASSIVE
        source.enabled, source.fetch_at = enabled, now() if enabled and not passive else None
        action = "start_source" if enabled else "stop_source"
        journal.record(session, f"person-{who().id}", action, f"source-{source_id}", now())
    taken, kept = ("接收", "收到") if passive else ("抓取", "收集")
    done = "已启用。" if passive else "已启用，马上抓取。"
    flash(done if enabled else f"已停用，不再{taken}；已{kept}的信息都在。")
    return redirect(f"/sources/{source_id}")


def one(source_id: int, words: str = "", key: str = "") -> tuple[str, int]:
    """Return the page of one source; `key` is a vendor's new key, shown this once."""
    with reading() as session:
        return _page(session, found(session.get(Source, source_id)), words, key)


def _page(session: Session, source: Source, words: str, key: str) -> tuple[str, int]:
    only = request.args.get("visits", "")
    shown = detail(session, source, only, page_number(), now(), with_articles=who().reads_all)
    return show(
        session,
        "sources/page.html",
        422 if words else 200,
        source=source,
        detail=shown,
        push_address=f"{settings().base_url}/api/push/{source.id}",
        words=words,
        key=key,
    )
