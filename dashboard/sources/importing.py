"""导入导出: lists of sources (OPML), exports of tickets (CSV, Excel), looked at first; our own list to take along."""

from pathlib import PurePath
from typing import Any

from flask import Blueprint, flash, redirect, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.pages import found, now, settings, show, who
from dashboard.sources import KEEPERS
from dashboard.sources.imported import columns_of, listed, table_of
from dashboard.sources.progress import progress
from domain.case import ITEM_CHANNELS
from domain.table_fields import FIELDS, NOT_TAKEN
from domain.workdays import BEIJING
from store import asks, files, journal
from store.db import reading, transaction
from store.registering import is_social
from store.sources import AUTHORITY_LABELS, CHANNEL_LABELS
from store.tables.sources import Ask, Source

importing = Blueprint("importing", __name__, url_prefix="/sources/import")
BRINGERS = ("duty", *KEEPERS)
LARGEST = 20 * 1024 * 1024
FORM_ROOM = 64 * 1024
UPLOADS = {"importing.opml", "importing.table"}
TABLE_CHANNELS = {**ITEM_CHANNELS, "message": CHANNEL_LABELS["message"]}


@importing.url_value_preprocessor
def _room_for_the_file(endpoint: str | None, _: object) -> None:
    """Let a form with a file be larger than others; asked before anything reads the form."""
    if endpoint in UPLOADS:
        request.max_content_length = LARGEST + FORM_ROOM


@importing.get("")
@allow(*BRINGERS)
def start() -> tuple[str, int]:
    """Show what can be imported."""
    return _start()


@importing.post("/opml")
@allow(*KEEPERS)
def opml() -> Response | tuple[str, int]:
    """Ask what an uploaded list of sources holds."""
    try:
        channel, authority = request.form.get("channel", ""), request.form.get("authority", "")
        if channel not in CHANNEL_LABELS or authority not in AUTHORITY_LABELS:
            raise ValueError("请选择渠道和级别")
        confirmed = request.form.get("not_personal") == "1"
        if is_social(channel, authority) and not confirmed:
            raise ValueError("社交媒体、自媒体请先确认清单里没有个人账号")
        more = {"not_personal": True} if confirmed else {}
        return _upload("opml", {"channel": channel, "authority": authority, **more})
    except ValueError as error:
        return _start("opml", str(error))


@importing.post("/table")
@allow(*BRINGERS)
def table() -> Response | tuple[str, int]:
    """Ask what an uploaded export holds."""
    try:
        channel, source = request.form.get("channel", ""), request.form.get("source", "").strip()[:100]
        if channel not in TABLE_CHANNELS:
            raise ValueError("请选择是什么表")
        if not source:
            raise ValueError("请写明记在哪个监测源名下，如“12345热线工单”")
        return _upload("table", {"channel": channel, "source": source})
    except ValueError as error:
        return _start("table", str(error))


@importing.post("/export")
@allow(*KEEPERS)
def export() -> Response:
    """Ask for the registered sources as a list to take along."""
    with transaction() as session:
        made = asks.ask(session, "opml", {"export": True}, who().id, now())
        journal.record(session, f"person-{who().id}", "export_sources", f"ask-{made.id}", now())
        return redirect(f"/sources/import/{made.id}")


@importing.get("/<int:ask_id>")
@allow(*BRINGERS)
def answer(ask_id: int) -> tuple[str, int]:
    """Show how far the reading is, then what was read."""
    with reading() as session:
        ask = _mine(session, ask_id)
        values: dict[str, Any] = {"ask": ask, "progress": progress(session, ask, now())}
        if ask.what == "table":
            values |= {"table": table_of(ask, now()), "fields": list(FIELDS.items()), "channels": TABLE_CHANNELS}
            return show(session, "sources/table.html", **values)
        return show(session, "sources/opml.html", list=listed(ask), **values)


@importing.post("/<int:ask_id>")
@allow(*BRINGERS)
def again(ask_id: int) -> Response:
    """Ask once more: with other columns, or to store what was shown."""
    with transaction() as session:
        ask = _mine(session, ask_id)
        found(ask.sha256 if ask.answer else None)
        wanted = ask.asked | {"store": request.form.get("store") == "1", "before": ask.id}
        if ask.what == "table":
            wanted |= {"mapping": _mapping(ask)}
            wanted["store"] &= wanted["mapping"] == _shown(ask)
            if request.form.get("store") == "1" and not wanted["store"]:
                flash("列改了：先看一遍读成什么样，再导入。")
        made = asks.ask(session, ask.what, wanted, who().id, now(), ask.sha256)
        if wanted["store"]:
            facts = {"sha256": ask.sha256, "not_personal": ask.asked.get("not_personal")}
            journal.record(session, f"person-{who().id}", "ask_import", f"ask-{made.id}", now(), **facts)
        return redirect(f"/sources/import/{made.id}")


@importing.get("/<int:ask_id>/file")
@allow(*KEEPERS)
def file(ask_id: int) -> Response:
    """Hand out the list of our sources."""
    with reading() as session:
        ask = _mine(session, ask_id)
        text = found((ask.answer or {}).get("text") if ask.asked.get("export") else None)
    name = f"huiying-sources-{now().astimezone(BEIJING):%Y%m%d}.opml"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(str(text).encode(), headers=headers, content_type="text/x-opml; charset=utf-8")


def _upload(what: str, wanted: dict[str, Any]) -> Response:
    """Keep the uploaded file and ask what it holds. ValueError where there is none, or it is too large."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise ValueError("请选择一个文件")
    with sent.stream:
        data = sent.stream.read(LARGEST + 1)
    if not data:
        raise ValueError("这个文件是空的")
    if len(data) > LARGEST:
        raise ValueError("文件超过 20 MB，请分成几个")
    digest = files.keep(settings().data_dir / files.UPLOADS, data)
    name = PurePath(sent.filename.replace("\\", "/")).name[-100:]
    with transaction() as session:
        made = asks.ask(session, what, {"name": name, "store": False, **wanted}, who().id, now(), digest)
        return redirect(f"/sources/import/{made.id}")


def _mapping(ask: Ask) -> dict[str, str]:
    """Return header → field as the form says, `-` for a column that is not taken."""
    sent = {column: request.form.get(f"column-{place}", "") for place, column in enumerate(columns_of(ask))}
    return {column: field if field in FIELDS else NOT_TAKEN for column, field in sent.items()}


def _shown(ask: Ask) -> dict[str, str]:
    """Return header → field as the page showed it."""
    read: dict[str, str] = (ask.answer or {}).get("mapping") or {}
    return {column: read.get(column, NOT_TAKEN) for column in columns_of(ask)}


def _mine(session: Session, ask_id: int) -> Ask:
    """Return an import of the person who asks now. 404 for anything else, and lists of sources for none but keepers."""
    ask = found(asks.of(session, ask_id, who().id))
    allowed = ask.what == "table" or (ask.what == "opml" and who().keeps_sources)
    return found(ask if allowed else None)


def _start(failed: str = "", words: str = "") -> tuple[str, int]:
    with reading() as session:
        tables = select(Source.name).where(Source.kind == "table").order_by(Source.name)
        return show(
            session,
            "sources/import.html",
            422 if words else 200,
            failed=failed,
            words=words,
            sent=request.form,
            channels=list(CHANNEL_LABELS.items()),
            authorities=list(AUTHORITY_LABELS.items()),
            table_channels=list(TABLE_CHANNELS.items()),
            tables=list(session.scalars(tables)),
        )
