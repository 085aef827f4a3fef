"""转载与更新: superiors' posts with what became of each, and how fresh the bureau's own channels are."""

from flask import Blueprint, flash, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.pages import found, now, number, page_number, show, who
from dashboard.who import DUTY, READERS
from domain.reprint import REASONS, WITHIN
from store import reprints as store
from store.db import reading, transaction
from store.limits import rule_of
from store.own_channels import channels
from store.tables.articles import Article
from store.tables.people import Person

reprints = Blueprint("reprints", __name__, url_prefix="/reprints")
PAGE = 30
STATES = {"waiting": "待办", "done": "已转载", "left": "不需要", "all": "全部"}


@reprints.get("")
@allow(*READERS)
def listing() -> tuple[str, int]:
    """Show superiors' posts, what concerns the bureau first, and the own channels."""
    return _listing()


@reprints.post("/<int:article_id>")
@allow(*DUTY)
def answer(article_id: int) -> Response | tuple[str, int]:
    """Say what became of a post: reprinted, or not needed and why."""
    form, done = request.form, request.form.get("answer") == "done"
    try:
        with transaction() as session:
            article = found(session.get(Article, article_id))
            said = {"link": form.get("link", "")} if done else {"reason": form.get("reason", "")}
            store.answer(session, article, _me(session), now(), done=done, **said)
    except ValueError as error:
        return _listing(article_id, str(error))
    flash("已登记转载。" if done else "已登记不需要转载。")
    return redirect(_back())


@reprints.post("/<int:article_id>/undo")
@allow(*DUTY)
def undo(article_id: int) -> Response:
    """Take an answer back; the post waits again."""
    with transaction() as session:
        taken = store.undo(session, found(session.get(Article, article_id)), _me(session), now())
    flash("已撤销，回到待办。" if taken else "没有可撤销的登记。")
    return redirect(_back())


def _me(session: Session) -> Person:
    return session.get_one(Person, who().id)


def _back() -> str:
    """Return the list one came from."""
    state, page = request.form.get("state", ""), number("page")
    return f"/reprints?state={state if state in STATES else 'waiting'}" + (f"&page={page}" if page > 1 else "")


def _listing(failed: int = 0, words: str = "") -> tuple[str, int]:
    asked = request.values.get("state", "waiting")
    state, page = asked if asked in STATES else "waiting", page_number()
    with reading() as session:
        counts = store.counts(session)
        return show(
            session,
            "reprints/list.html",
            422 if words else 200,
            posts=store.listed(session, "" if state == "all" else state, now(), PAGE, (page - 1) * PAGE),
            counts=counts | {"all": sum(counts[name] for name in store.STATES)},
            late=store.late(session, now()),
            channels=channels(session, now()),
            rule=rule_of(session, "MEDIA_FRESH"),
            states=STATES,
            state=state,
            page=page,
            size=PAGE,
            reasons=REASONS,
            within=WITHIN,
            failed=failed,
            words=words,
            sent=request.form,
        )
