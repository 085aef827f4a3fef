"""设置 · 初判参数: what the office's corrections have taught, how it was measured, and the way back."""

from typing import Any

from flask import Blueprint, flash, redirect, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.pages import found, now, show, who
from domain.correction import ALL, LEAST, LEAST_HELD, NAMES
from domain.verdict import Sentiment
from store import learned as store
from store import teaching
from store.db import reading, transaction
from store.tables.people import Person

learned = Blueprint("learned", __name__, url_prefix="/settings/learned")
KEEPERS = ("office", "system_admin")
MOST = 500
"""So many texts are shown."""
ANSWERS = {"yes": "是", "no": "否"} | {mood.value: mood.label for mood in Sentiment}
LABELS = NAMES | {ALL: "合计"}


@learned.get("")
@allow(*KEEPERS)
def page() -> tuple[str, int]:
    """Show what judges now, what could be learned, and every training with its figures."""
    return _page()


@learned.get("/<question>")
@allow("office")
def rows(question: str) -> tuple[str, int]:
    """Show the texts that answer one question, masked, with the right answer."""
    label = found(NAMES.get(question))
    held = request.args.get("part") == "held"
    with reading() as session:
        taught = [one for one in teaching.teachings(session) if question in one.labels and (one.measures or not held)]
        facts: dict[str, Any] = {"label": label, "question": question, "held": held, "answers": ANSWERS}
        return show(session, "learned/rows.html", rows=taught[:MOST], more=max(0, len(taught) - MOST), **facts)


@learned.post("/revert")
@allow(*KEEPERS)
def revert() -> Response | tuple[str, int]:
    """Take back the parameters in force."""
    try:
        with transaction() as session:
            row = store.revert(session, f"person-{who().id}", now())
            words = f"恢复 {row.version[:8]} 号参数" if row and row.version else "恢复随程序提供的参数"
    except ValueError as error:
        return _page(str(error))
    flash(f"已撤回，{words}，下一批信息起生效。")
    return redirect("/settings/learned")


def _page(words: str = "") -> tuple[str, int]:
    with reading() as session:
        rows = store.listed(session)
        return show(
            session,
            "learned/page.html",
            422 if words else 200,
            words=words,
            rows=rows,
            current=store.current(session),
            trouble=store.trouble(session),
            sizes=teaching.sizes(teaching.teachings(session)),
            names=_names(session, {by for row in rows for by in (row.by, row.ended_by) if by}),
            labels=LABELS,
            least=LEAST,
            least_held=LEAST_HELD,
        )


def _names(session: Session, actors: set[str]) -> dict[str, str]:
    """Return what those who trained or took back are called."""
    numbers = {int(actor.removeprefix("person-")) for actor in actors if actor.startswith("person-")}
    people = session.scalars(select(Person).where(Person.id.in_(numbers)))
    return {f"person-{one.id}": one.name for one in people} | {"command": "服务器命令"}
