"""Signing in and out."""

import hmac
import secrets
import threading
from urllib.parse import urlsplit

from flask import Blueprint, Response, g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from dashboard.auth import sign_ins, throttle
from dashboard.auth.rules import allow, public
from dashboard.pages import now, settings, who
from dashboard.who import ADMINS, EVERYONE, Who
from store.db import reading, transaction
from store.office import fact
from store.people import signed_in_as
from store.secrets import key
from store.tables.people import Person

auth = Blueprint("auth", __name__)
FORM_COOKIE = "huiying_form"
_HASHING = threading.BoundedSemaphore(2)
"""A hash costs 64 MB and a tenth of a second: a flood of guesses may not take the memory of the service."""
WRONG = "用户名或口令不对。请核对后再试；忘记口令请与系统管理员联系。"
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
    """Sign in, at a new cookie; go on to where one wanted to go."""
    sent = request.form.get("csrf", "")
    if not sent or not hmac.compare_digest(sent.encode(), request.cookies.get(FORM_COOKIE, "").encode()):
        return _form("登录页打开太久了，请再试一次。", 400)
    mark = request.cookies.get(throttle.COOKIE, "")
    attempt = throttle.attempt_of(_key(), request.form.get("username", ""), request.remote_addr or "", mark)
    if not _HASHING.acquire(timeout=5):
        return _form(BUSY, 503)
    try:
        return _try(attempt, request.form.get("password", ""))
    finally:
        _HASHING.release()


@auth.post("/logout")
@allow(*EVERYONE, *ADMINS)
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
    with transaction() as session:
        throttle.forgive(session, attempt)
        sign_ins.end_token(session, request.cookies.get(sign_ins.COOKIE, ""))
        person = session.get_one(Person, person_id)
        token = sign_ins.start(session, person, attempt.address, now())
        home = Who(person.id, person.name, person.role, person.unit_id, "", 0).home()
    answer = redirect(_inside(request.form.get("next", "")) or home)
    _set(answer, sign_ins.COOKIE, token)
    life = int(throttle.DEVICE_LIFE.total_seconds())
    _set(answer, throttle.COOKIE, throttle.device_mark(_key(), attempt.username), life)
    return answer


def _inside(asked: str) -> str | None:
    """Return an address within the service; None for anything that might lead elsewhere."""
    parts = urlsplit(asked)
    plain = asked.startswith("/") and not asked.startswith(("//", "/\\")) and asked.isprintable() and "\\" not in asked
    return asked if plain and not parts.scheme and not parts.netloc and asked != "/" else None


def _form(words: str = "", status: int = 200) -> Response:
    """Return the form with a fresh token of its own, so that nobody can sign another browser in."""
    token = request.cookies.get(FORM_COOKIE) or secrets.token_hex(32)
    with reading() as session:
        office, demo = fact(session, "name", ""), bool(fact(session, "demo", False))
    g.who = None
    shown = {"username": request.form.get("username", ""), "next": request.values.get("next", "")}
    page = render_template("auth/login.html", words=words, token=token, office=office, demo=demo, **shown)
    answer = make_response(page, status)
    _set(answer, FORM_COOKIE, token)
    return answer


def _set(answer: Answer, name: str, value: str, life: int | None = None) -> None:
    secure = settings().base_url.startswith("https://")
    answer.set_cookie(name, value, max_age=life, httponly=True, samesite="Lax", secure=secure)


def _key() -> bytes:
    return key(settings().secret_file, "known-device")
