"""动态码: the second half of signing in, and setting it up on a telephone."""

from typing import Any

import segno
from flask import Blueprint, flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from dashboard.auth import cookies, sign_ins, throttle
from dashboard.auth.rules import allow, reachable
from dashboard.pages import now, settings, who
from dashboard.who import ADMINS, EVERYONE
from domain import codes
from store import second_factor
from store.db import reading, transaction
from store.office import fact
from store.tables.people import Person

code = Blueprint("code", __name__)
WRONG = "动态码不对，或者已经用过。请等验证器显示下一个 6 位数字再填；手机时间要准。"
OTHER_KEY = (
    "核对不了动态码：服务器的密钥文件换过。请系统管理员在服务器上运行 huiying user reset-code 用户名，再登录启用。"
)
WAIT = "失败次数太多，请 15 分钟后再试。"


@code.get("/code")
@allow(*EVERYONE, *ADMINS)
@reachable("code")
def form() -> Response:
    """Ask for the code; who has none yet is led to setting it up."""
    if who().verified:
        return redirect(who().home())
    with reading() as session:
        if session.get_one(Person, who().id).totp_secret is None:
            return redirect("/code/new")
    return _page("auth/code.html")


@code.post("/code")
@allow(*EVERYONE, *ADMINS)
@reachable("code")
def enter() -> Response:
    """Finish signing in with a code that was never used, at a new cookie."""
    if who().verified:
        return redirect(who().home())
    username = _username()
    attempt = cookies.attempt(username)
    with reading() as session:
        if throttle.must_wait(session, attempt, now()):
            return _page("auth/code.html", WAIT, 429)
    try:
        token = _verified(attempt)
    except ValueError:
        return _page("auth/code.html", OTHER_KEY, 422)
    return cookies.welcome(token, username, who().home()) if token else _page("auth/code.html", WRONG, 401)


@code.get("/code/new")
@allow(*EVERYONE, *ADMINS)
@reachable("code", "password")
def blank() -> Response:
    """Show a new secret as QR code and as text; half signed in only for who has none."""
    if _may_not():
        return redirect("/code")
    return _offer(second_factor.offer(settings().secret_file, who().id, now()))


@code.post("/code/new")
@allow(*EVERYONE, *ADMINS)
@reachable("code", "password")
def set_up() -> Response:
    """Set the second factor up with one code of it, and finish signing in."""
    if _may_not():
        return redirect("/code")
    sealed, file = request.form.get("offer", "")[:400], settings().secret_file
    try:
        secret = second_factor.offered(file, who().id, sealed, now())
    except ValueError as error:
        return _offer(second_factor.offer(file, who().id, now()), str(error), 422)
    try:
        with transaction() as session:
            person = session.get_one(Person, who().id)
            second_factor.set_up(session, file, person, secret, request.form.get("code", "")[:20], now())
            username = person.username or ""
            token = sign_ins.verify(session, who(), person, request.remote_addr or "", now())
    except ValueError as error:
        return _offer(sealed, str(error), 422)
    flash("动态码已启用。以后登录先填口令，再填手机上的 6 位数字。")
    return cookies.welcome(token, username, who().home())


@code.post("/code/remove")
@allow(*EVERYONE)
def remove() -> Response:
    """Do without a second factor again; administrators cannot."""
    with transaction() as session:
        second_factor.remove(session, session.get_one(Person, who().id), f"person-{who().id}", now())
    flash("动态码已停用，登录只用口令。")
    return redirect("/password")


def _verified(attempt: throttle.Attempt) -> str | None:
    """Return the cookie of the whole sign-in; None where the code is wrong, which is counted.

    ValueError where the secret cannot be opened: the secret file is another one.
    """
    with transaction() as session:
        person = session.get_one(Person, who().id)
        if not second_factor.use(session, settings().secret_file, person, request.form.get("code", "")[:20], now()):
            throttle.note_failure(session, attempt, now())
            return None
        throttle.forgive(session, attempt)
        return sign_ins.verify(session, who(), person, attempt.address, now())


def _may_not() -> bool:
    """Return whether this half sign-in belongs to somebody who has a second factor and has to use it."""
    with reading() as session:
        return not who().verified and session.get_one(Person, who().id).totp_secret is not None


def _username() -> str:
    with reading() as session:
        return session.get_one(Person, who().id).username or ""


def _offer(sealed: str, words: str = "", status: int = 200) -> Response:
    secret = second_factor.offered(settings().secret_file, who().id, sealed, now())
    with reading() as session:
        issuer = f"回应 {fact(session, 'name', '')}".strip()
        account = session.get_one(Person, who().id).username or ""
    address = codes.address(secret, account, issuer)
    picture = segno.make(address, error="m").svg_inline(scale=5, border=4, light="#fff", dark="#000")
    return _page("auth/code_new.html", words, status, offer=sealed, secret=codes.shown(secret), picture=picture)


def _page(template: str, words: str = "", status: int = 200, **values: Any) -> Response:
    following = cookies.inside(request.values.get("next", "")) or ""
    page = render_template(template, who=who(), words=words, next=following, admin=who().administers, **values)
    return make_response(page, status)
