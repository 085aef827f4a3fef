"""Signing in and out."""

import hmac
import secrets

from flask import Blueprint, Response, g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from dashboard.auth import cookies, sign_ins, throttle
from dashboard.auth.hashing import one_of_two
from dashboard.auth.rules import allow, public, reachable
from dashboard.pages import now, who
from dashboard.who import ADMINS, EVERYONE, Who
from store.db import reading, transaction
from store.office import fact
from store.people import signed_in_as
from store.tables.people import Person

auth = Blueprint("auth", __name__)
FORM_COOKIE = "huiying_form"
WRONG = "用户名或口令不对。请核对后再试；忘记口令请与安全管理员联系。"
WAIT = "失败次数太多，请 15 分钟后再试。用过的电脑不受影响。"
BUSY = "现在登录的人太多，请过几秒钟再试。"


@auth.get("/login")
@public
def form() -> Response:
    """Show the form."""
    return _form()


@auth.post("/login")
@public
def enter() -> Answer:
    """Sign in, at a new cookie; go on to where one wanted to go, or to the code of the second factor."""
    sent = request.form.get("csrf", "")
    if not sent or not hmac.compare_digest(sent.encode(), request.cookies.get(FORM_COOKIE, "").encode()):
        return _form("登录页打开太久了，请再试一次。", 400)
    attempt = cookies.attempt(request.form.get("username", ""))
    with one_of_two() as free:
        return _try(attempt, request.form.get("password", "")) if free else _form(BUSY, 503)


@auth.post("/logout")
@allow(*EVERYONE, *ADMINS)
@reachable("code", "password")
def leave() -> Answer:
    """Sign out."""
    with transaction() as session:
        sign_ins.end(session, who(), now())
    answer = redirect("/login")
    answer.delete_cookie(sign_ins.COOKIE)
    return answer


def _try(attempt: throttle.Attempt, password: str) -> Answer:
    with reading() as session:
        if throttle.must_wait(session, attempt, now()):
            return _form(WAIT, 429)
        person = signed_in_as(session, attempt.username, password[:1024])
        person_id = person.id if person else None
    if person_id is None:
        with transaction() as session:
            throttle.note_failure(session, attempt, now())
        return _form(WRONG, 401)
    return _welcome(attempt, person_id)


def _welcome(attempt: throttle.Attempt, person_id: int) -> Answer:
    """Sign in, or half in: failures are forgiven only where nothing more is asked."""
    with transaction() as session:
        sign_ins.end_token(session, request.cookies.get(sign_ins.COOKIE, ""))
        person = session.get_one(Person, person_id)
        person.password_at = person.password_at or now()
        whole = not sign_ins.asks_code(person)
        token = sign_ins.start(session, person, attempt.address, now(), verified=whole)
        if whole:
            throttle.forgive(session, attempt)
        home = Who(person.id, person.name, person.role, person.unit_id, "", 0).home()
    return cookies.welcome(token, attempt.username, home) if whole else cookies.half_way(token)


def _form(words: str = "", status: int = 200) -> Response:
    """Return the form with a fresh token of its own, so that nobody can sign another browser in."""
    token = request.cookies.get(FORM_COOKIE) or secrets.token_hex(32)
    with reading() as session:
        office, demo = fact(session, "name", ""), bool(fact(session, "demo", False))
    g.who = None
    shown = {"username": request.form.get("username", ""), "next": request.values.get("next", "")}
    page = render_template("auth/login.html", words=words, token=token, office=office, demo=demo, **shown)
    answer = make_response(page, status)
    cookies.put(answer, FORM_COOKIE, token)
    return answer
