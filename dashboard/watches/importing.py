"""Keyword files brought in: looked at first, with every line that cannot be taken over; then the chosen groups made."""

from pathlib import PurePath

from flask import Blueprint, flash, redirect, request
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow, takes
from dashboard.pages import found, now, settings, show, who
from dashboard.who import DUTY
from domain.watch_import import LARGEST, Imported, decoded, read
from store import files, watch_import
from store import watches as store
from store.db import reading, transaction
from store.tables.people import Person

watch_importing = Blueprint("watch_importing", __name__, url_prefix="/watches/import")
FORM_ROOM = 64 * 1024


@watch_importing.get("")
@allow(*DUTY)
def start() -> tuple[str, int]:
    """Show what can be imported."""
    return _page()


@watch_importing.post("")
@allow(*DUTY)
@takes(LARGEST + FORM_ROOM)
def look() -> tuple[str, int]:
    """Show what an uploaded file holds; nothing is made yet."""
    try:
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            raise ValueError("请选择一个文件")
        data = sent.stream.read(LARGEST + 1)
        name = PurePath(sent.filename.replace("\\", "/")).name[-100:]
        imported = read(decoded(data), name)
        if not imported.topics and not imported.general:
            raise ValueError("这个文件里没有读到词" + (f"：{imported.left[0]}" if imported.left else ""))
    except ValueError as error:
        return _page(words=str(error))
    return _page(imported, name, files.keep(settings().data_dir / files.ATTACHMENTS, data))


@watch_importing.post("/take")
@allow(*DUTY)
def take() -> Response | tuple[str, int]:
    """Make 专题 of the chosen groups of a file that was shown."""
    name, digest = request.form.get("name", "")[-100:], request.form.get("sha256", "")
    try:
        data = files.load(settings().data_dir / files.ATTACHMENTS, digest)
        imported = read(decoded(found(data)), name)
    except ValueError as error:
        return _page(words=str(error))
    sent = request.form.getlist("group")
    chosen = {int(place) for place in sent if place.isascii() and place.isdigit() and len(place) < 6}
    if not chosen:
        return _page(imported, name, digest, "一组也没有选")
    with transaction() as session:
        me = session.get_one(Person, who().id)
        done = watch_import.bring(session, imported, name, f"person-{who().id}", now(), person=me, chosen=chosen)
    known = f"，{len(done.known)} 个以前已有" if done.known else ""
    general = f"，新增通用排除词 {done.general} 个" if done.general else ""
    flash(f"新建专题 {len(done.made)} 个{known}{general}。还没有人订阅：请在专题里选订阅人。")
    return redirect("/watches")


def _page(imported: Imported | None = None, name: str = "", digest: str = "", words: str = "") -> tuple[str, int]:
    with reading() as session:
        known = {watch.query: watch for watch in store.listed(session)}
        return show(
            session,
            "watches/import.html",
            422 if words else 200,
            imported=imported,
            name=name,
            digest=digest,
            known=known,
            words=words,
        )
