"""设置 · 通知阶梯: who is told when, and who is next; the office checks what an edit does, then saves it."""

from flask import Blueprint, flash, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.pages import found, now, show, who
from dashboard.settings.ladder_view import Draft, chases_shown, draft_of, edited_by, ladders_shown
from domain.table_text import Faulty, tidied
from store.db import reading, transaction
from store.ladder_edit import digest, effect_words, save
from store.ladders import TABLES, faults, packaged_text, text_of

ladder = Blueprint("ladder", __name__, url_prefix="/ladder")
AGAIN = "内容在检查以后又改过，还没有保存：请看过下面的影响，再按保存。"


@ladder.get("")
@allow("office", "system_admin")
def page() -> tuple[str, int]:
    """Show both tables as they are in force, and what differs from those that came with the system."""
    with reading() as session:
        return _page(session)


@ladder.post("")
@allow("office")
def edit() -> Response | tuple[str, int]:
    """Check a table, or save the one that was checked; nothing that was written is lost."""
    table = request.form.get("table", "")
    found(TABLES.get(table))
    asked = request.form.get("do")
    text = tidied(packaged_text(table) if asked == "default" else request.form.get("text", ""))
    checked = request.form.get("checked") == digest(text)
    if asked != "save" or not checked:
        with reading() as session:
            return _page(session, _draft(session, table, text, [AGAIN] if asked == "save" else []))
    try:
        with transaction() as session:
            seen, reason = request.form.get("seen", ""), request.form.get("reason", "")
            done = save(session, table, text, f"person-{who().id}", now(), reason=reason, seen=seen)
    except ValueError as error:
        with reading() as session:
            return _page(session, _draft(session, table, text, [str(error)]))
    flash(f"{TABLES[table]}已保存。{effect_words(table, done)}")
    return redirect("/settings/ladder")


def _draft(session: Session, table: str, text: str, words: list[str]) -> Draft:
    """Return what was written with what it would do, or why it cannot be saved."""
    seen = request.form.get("seen") or digest(text_of(session, table))
    reason = request.form.get("reason", "")
    try:
        return draft_of(session, table, text, now(), seen=seen, reason=reason, words=words)
    except Faulty as error:
        return Draft(table, text, seen, reason, error.faults)


def _page(session: Session, draft: Draft | None = None) -> tuple[str, int]:
    return show(
        session,
        "settings/ladder.html",
        422 if draft and draft.words else 200,
        tables=[(name, label, text_of(session, name), edited_by(session, name)) for name, label in TABLES.items()],
        ladders=ladders_shown(session),
        chases=chases_shown(session),
        unusable=faults(session),
        draft=draft,
        digest=digest,
    )
