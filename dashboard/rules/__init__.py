"""法定时限: every rule with its source, what the office set of it, and the office's own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.journal.words import actor_name
from dashboard.pages import found, now, number, show, who
from dashboard.who import SETTERS
from domain.limits import MET_BY, UNITS, length_words, lengthened, settable
from domain.regulations import Rule
from domain.regulations import rules as regulations
from domain.workdays import beijing_day
from store import limits as store
from store.db import reading, transaction
from store.seasons import JUDGING, raised_on
from store.tables.office import OfficeLimit

rules = Blueprint("rules", __name__, url_prefix="/settings/limits")
KEEPERS = ("office",)
MET_WORDS = {"release": "登记发布", "conference": "登记新闻发布会", "reply": "登记答复"}
_TITLE, _DUTY = 60, 100


@dataclass(frozen=True, slots=True)
class Row:
    """One rule as it is shown: in force, as written in the regulations, as the office set it, and how many run."""

    rule: Rule
    legal: Rule | None
    kept: OfficeLimit | None
    open: int

    @property
    def settable(self) -> str:
        """What the office may do with it."""
        return settable(self.rule.code)

    @property
    def longer(self) -> bool:
        """Whether the office gives itself longer than the regulation."""
        return self.kept is not None and lengthened(self.rule.code, self.kept.row)


@rules.get("")
@allow(*SETTERS)
def listing() -> tuple[str, int]:
    """Show every limit."""
    return _listing()


@rules.post("")
@allow(*KEEPERS)
def add() -> Response | tuple[str, int]:
    """Add a limit of the office's own."""
    try:
        with transaction() as session:
            made = store.set_limit(session, store.free_code(session), _own(), _me(), now(), reason=_reason())
            words = f"已增加“{made.title}”（{length_words(made)}），可以在事项的“加时限、延长”里使用。"
    except ValueError as error:
        return _listing(str(error))
    flash(words)
    return redirect("/settings/limits")


@rules.get("/<code>")
@allow(*SETTERS)
def page(code: str) -> tuple[str, int]:
    """Show one limit."""
    return _page(code)


@rules.post("/<code>")
@allow(*KEEPERS)
def change(code: str) -> Response | tuple[str, int]:
    """Set a limit for duties written from now on."""

    def act(session: Session) -> str:
        row = found(_row(session, code))
        made = store.set_limit(session, code, _said(row), _me(), now(), reason=_reason())
        return f"{made.title}：{length_words(made)}，对此后开始的时限有效。"

    return _change(code, act)


@rules.post("/<code>/reset")
@allow(*KEEPERS)
def reset(code: str) -> Response | tuple[str, int]:
    """Take back what the office set."""

    def act(session: Session) -> str:
        row = found(_row(session, code))
        store.reset(session, code, _me(), now())
        return f"{row.legal.title}已恢复为规定的时限。" if row.legal else f"已删除“{row.rule.title}”。"

    return _change(code, act)


def _change(code: str, act: Callable[[Session], str]) -> Response | tuple[str, int]:
    try:
        with transaction() as session:
            words = act(session)
    except ValueError as error:
        return _page(code, str(error))
    flash(words)
    return redirect("/settings/limits")


def _me() -> str:
    return f"person-{who().id}"


def _reason() -> str:
    return request.form.get("reason", "")[:500]


def _said(row: Row) -> dict[str, Any]:
    """Return what the form says, by what may be set of the rule."""
    if row.settable == "own":
        return _own()
    return {"off": True} if row.settable == "off" else _length(row.rule)


def _length(rule: Rule) -> dict[str, Any]:
    """Return what the form says of a rule of the regulations; only one without a unit of its own takes one."""
    legal = regulations()[rule.code]
    return {"limit": number("limit")} | ({"unit": request.form.get("unit", "")} if legal.unit == "given" else {})


def _own() -> dict[str, Any]:
    form = request.form
    words = {"title": form.get("title", "").strip()[:_TITLE], "duty": form.get("duty", "").strip()[:_DUTY]}
    return {**words, "unit": form.get("unit", ""), "limit": number("limit"), "met_by": form.get("met_by", "")}


def _rows(session: Session) -> list[Row]:
    running = store.open_by_code(session)
    return [
        Row(rule, regulations().get(rule.code), kept, running.get(rule.code, 0))
        for rule, kept in store.in_force(session)
    ]


def _row(session: Session, code: str) -> Row | None:
    return next((row for row in _rows(session) if row.rule.code == code), None)


def _listing(words: str = "") -> tuple[str, int]:
    with reading() as session:
        rows = _rows(session)
        groups = [
            ("回应与办理", [row for row in rows if row.legal and not row.rule.ours and not _in_period(row.rule)]),
            ("由本单位定长短的", [row for row in rows if row.legal and row.rule.ours]),
            ("本单位增加的", [row for row in rows if row.legal is None]),
            ("周期性工作", [row for row in rows if row.legal and _in_period(row.rule)]),
        ]
        return show(session, "rules/list.html", 422 if words else 200, groups=groups, words=words, **_common())


def _in_period(rule: Rule) -> bool:
    return rule.unit in ("week", "month", "year", "january")


def _page(code: str, words: str = "") -> tuple[str, int]:
    with reading() as session:
        row = found(_row(session, code))
        season = raised_on(session, beijing_day(now())) if code == JUDGING else None
        setter = actor_name(session, row.kept.set_by) if row.kept else ""
        facts = {"row": row, "setter": setter, "season": season, "words": words}
        return show(session, "rules/page.html", 422 if words else 200, **facts, **_common())


def _common() -> dict[str, Any]:
    return {
        "units": list(UNITS.items()),
        "met_by": [(code, MET_WORDS[code]) for code in MET_BY],
        "length": length_words,
        "sent": request.form,
    }
