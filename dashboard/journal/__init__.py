"""操作日志: who changed what and when, and whether the chain holds; reading only."""

from datetime import date, datetime, time

from flask import Blueprint, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from dashboard.auth.rules import allow
from dashboard.journal.words import ACTIONS, ACTORS, facts_words
from dashboard.pages import page_number, show
from domain.workdays import BEIJING, DAY
from store import journal as store
from store.db import reading
from store.tables.people import Person

journal = Blueprint("journal", __name__, url_prefix="/journal")
PAGE = 50
CHECKED_AT_ONCE = 5000
"""A longer chain is checked when somebody asks for it, and every hour by the auditor."""


@journal.get("")
@allow("audit_admin", "security_admin")
def listing() -> tuple[str, int]:
    """Show the entries asked for, with the state of the chain and its head."""
    with reading() as session:
        page, words = page_number(), ""
        try:
            asked = _asked(session)
        except ValueError as error:
            asked, words = store.Asked(actors=("—",)), str(error)
        rows, total = store.listed(session, asked, PAGE, (page - 1) * PAGE)
        last, mark = store.head(session)
        checked = last <= CHECKED_AT_ONCE or "check" in request.args
        return show(
            session,
            "journal/page.html",
            422 if words else 200,
            rows=rows,
            reasons=store.words_of(session, rows),
            total=total,
            page=page,
            size=PAGE,
            last=last,
            mark=mark,
            checked=checked,
            broken=store.first_broken(session) if checked else None,
            names=_names(session),
            actions=[(action, ACTIONS.get(action, action)) for action in store.actions(session)],
            labels=ACTIONS,
            facts_words=facts_words,
            query=_query(),
            words=words,
        )


def _asked(session: Session) -> store.Asked:
    """Return which entries are wanted. ValueError in the user's words."""
    args = request.args
    start = _day(args.get("day", ""))
    return store.Asked(
        actors=_actors(session, args.get("actor", "").strip()),
        action=args.get("action") or None,
        about=args.get("about", "").strip() or None,
        start=start,
        end=start + DAY if start else None,
    )


def _actors(session: Session, said: str) -> tuple[str, ...]:
    """Return the actors of a name, a user name, or one of the words for those who are no person."""
    if not said:
        return ()
    codes = {words: code for code, words in ACTORS.items()}
    if said in codes or said in ACTORS:
        return (codes.get(said, said),)
    found = session.scalars(select(Person.id).where((Person.name == said) | (Person.username == said)))
    return tuple(f"person-{id_}" for id_ in found) or (said,)


def _day(said: str) -> datetime | None:
    if not said:
        return None
    try:
        return datetime.combine(
            min(max(date.fromisoformat(said), date(2000, 1, 1)), date(2099, 12, 31)), time(), BEIJING
        )
    except ValueError:
        raise ValueError(f"日期看不懂：{said[:20]}，请写成 2026-11-22 的样子") from None


def _names(session: Session) -> dict[str, str]:
    """Return what actors are called."""
    return ACTORS | {f"person-{person.id}": person.name for person in session.scalars(select(Person))}


def _query() -> dict[str, str]:
    return {name: request.args.get(name, "") for name in ("actor", "action", "about", "day")}
