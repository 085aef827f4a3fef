"""我的账号: changing one's password; whose was given by somebody else or is too old sees nothing else first."""

from flask import Blueprint, flash, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.auth import WAIT, cookies, sign_ins, throttle
from dashboard.auth.hashing import one_of_two
from dashboard.auth.rules import allow, reachable
from dashboard.pages import now, who
from dashboard.who import ADMINS, EVERYONE
from store import journal, passwords
from store.db import reading, transaction
from store.people import is_password
from store.tables.people import Person

account = Blueprint("account", __name__)


@account.get("/password")
@allow(*EVERYONE, *ADMINS)
@reachable("password")
def form() -> Response:
    """Show the form."""
    return _form()


@account.post("/password")
@allow(*EVERYONE, *ADMINS)
@reachable("password")
def change() -> Response:
    """Change one's password; every other device is signed out."""
    with one_of_two() as free:
        words = _refused() if free else "现在人太多，请过几秒钟再试。口令没有改动。"
        if words:
            return _form(words, 422)
        try:
            with transaction() as session:
                _change(session, session.get_one(Person, who().id))
        except ValueError as error:
            return _form(str(error), 422)
    flash("口令已修改，其他设备上的登录已退出。")
    return redirect(who().home())


def _refused() -> str:
    """Return why the old password does not do; a wrong one counts as a failed sign-in."""
    with reading() as session:
        person = session.get_one(Person, who().id)
        attempt = cookies.attempt(person.username or "")
        if throttle.must_wait(session, attempt, now()):
            return WAIT
        if is_password(person.password_hash, request.form.get("old", "")[:1024]):
            return ""
    with transaction() as session:
        throttle.note_failure(session, attempt, now())
    return "原口令不对，口令没有改动"


def _change(session: Session, person: Person) -> None:
    """Set the new password and end the sign-ins elsewhere. ValueError in the user's words."""
    new = request.form.get("new", "")[:1024]
    if new != request.form.get("again", "")[:1024]:
        raise ValueError("两次填的新口令不一样")
    passwords.choose(session, person, new, now())
    sign_ins.end_all(session, person.id, but=who().sign_in_id)
    journal.record(session, f"person-{person.id}", "change_password", f"person-{person.id}", now())


def _form(words: str = "", status: int = 200) -> Response:
    with reading() as session:
        person = session.get_one(Person, who().id)
        policy = passwords.profile(session).words
        page = render_template("auth/password.html", who=who(), person=person, policy=policy, words=words)
    return make_response(page, status)
