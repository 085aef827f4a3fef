"""设置 · 岗位: who holds which post, and the leading group, kept by the office."""

from flask import Blueprint, flash, redirect, request
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.pages import found, now, number, show
from dashboard.settings import view
from dashboard.settings.forms import SEE, me
from store import staff
from store.db import reading, transaction
from store.tables.people import Person, PostHolder, Unit

posts = Blueprint("posts", __name__, url_prefix="/posts")


@posts.get("")
@allow(*SEE)
def page() -> tuple[str, int]:
    """Show who holds which post, and the leading group."""
    return _page()


@posts.post("")
@allow("office")
def give() -> Response | tuple[str, int]:
    """Give a person a post."""
    try:
        with transaction() as session:
            holder = session.get(Person, number("person"))
            if holder is None:
                raise ValueError("请选择人员")
            given = staff.give_post(
                session, request.form.get("post", ""), holder, session.get(Unit, number("unit")), me(session), now()
            )
    except ValueError as error:
        return _page(str(error))
    flash("岗位已登记。" if given else "这个人已经在这个岗位上。")
    return redirect(_back())


@posts.post("/<int:holder_id>/end")
@allow("office")
def end(holder_id: int) -> Response:
    """Take a post from a person."""
    with transaction() as session:
        staff.end_post(session, found(session.get(PostHolder, holder_id)), me(session), now())
    flash("已不再任这个岗位。")
    return redirect(_back())


def _back() -> str:
    """Return the unit's page where the form was sent from there."""
    unit_id = number("back")
    return f"/settings/units/{unit_id}" if unit_id else "/settings/posts"


def _page(words: str = "") -> tuple[str, int]:
    with reading() as session:
        return show(
            session,
            "settings/posts.html",
            422 if words else 200,
            posts=view.posts(session),
            group=view.group(session),
            names=view.POST_CHOICES,
            people=view.everybody(session),
            units=view.all_units(session),
            sent=request.form,
            words=words,
        )
