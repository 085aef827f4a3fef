"""通知渠道: which are set and what they have shown of themselves; a test message in one click."""

from flask import Blueprint, flash, redirect, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.pages import found, now, number, settings, show, who
from store import trials
from store.channels import LABELS
from store.db import reading, transaction
from store.tables.people import Person

channels = Blueprint("channels", __name__, url_prefix="/channels")
KEEPERS = ("system_admin", "office")


@channels.get("")
@allow(*KEEPERS)
def listing() -> tuple[str, int]:
    """Show every channel as it stands."""
    return _listing()


@channels.post("/<name>/test")
@allow(*KEEPERS)
def test(name: str) -> Response | tuple[str, int]:
    """Write a test message; the sender sends it and its proof stands in the list."""
    found(LABELS.get(name))
    try:
        with transaction() as session:
            person = session.get(Person, number("person"))
            if person is None or not person.active:
                raise ValueError("请选择发给谁")
            trials.ask(session, name, person, settings(), now(), f"person-{who().id}")
            words = f"{LABELS[name]}的测试消息已交发信进程，几秒后刷新可见结果。"
    except ValueError as error:
        return _listing(name, str(error))
    flash(words)
    return redirect("/channels")


def _listing(failed: str = "", words: str = "") -> tuple[str, int]:
    with reading() as session:
        return show(
            session,
            "channels/list.html",
            422 if words else 200,
            rows=trials.standings(session, settings(), now()),
            people=_people(session),
            sent=request.form,
            failed=failed,
            words=words,
        )


def _people(session: Session) -> list[Person]:
    return list(session.scalars(select(Person).where(Person.active).order_by(Person.id)))
