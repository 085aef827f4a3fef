"""Cookies of signing in, and where one goes afterwards."""

from urllib.parse import urlencode, urlsplit

from flask import redirect, request
from werkzeug.wrappers import Response

from dashboard.auth import sign_ins, throttle
from dashboard.pages import settings
from store.secrets import key


def put(answer: Response, name: str, value: str, life: int | None = None) -> None:
    """Set a cookie that no script reads and no other site sends; `life` in seconds, else until the browser closes."""
    secure = settings().base_url.startswith("https://")
    answer.set_cookie(name, value, max_age=life, httponly=True, samesite="Lax", secure=secure)


def device_key() -> bytes:
    """Return the key of the marks of known devices."""
    return key(settings().secret_file, "known-device")


def attempt(username: str) -> throttle.Attempt:
    """Return the attempt of this request to sign in as `username`, for throttling."""
    mark = request.cookies.get(throttle.COOKIE, "")
    return throttle.attempt_of(device_key(), username, request.remote_addr or "", mark)


def welcome(token: str, username: str, home: str) -> Response:
    """Return the answer that signs in and makes the device known; it goes on to where one wanted to go."""
    answer = redirect(inside(request.form.get("next", "")) or home)
    put(answer, sign_ins.COOKIE, token)
    life = int(throttle.DEVICE_LIFE.total_seconds())
    put(answer, throttle.COOKIE, throttle.device_mark(device_key(), username), life)
    return answer


def half_way(token: str) -> Response:
    """Return the answer after the password where a code is still asked for."""
    asked = inside(request.form.get("next", ""))
    answer = redirect(f"/code?{urlencode({'next': asked})}" if asked else "/code")
    put(answer, sign_ins.COOKIE, token)
    return answer


def inside(asked: str) -> str | None:
    """Return an address within the service; None for anything that might lead elsewhere."""
    parts = urlsplit(asked)
    plain = asked.startswith("/") and not asked.startswith(("//", "/\\")) and asked.isprintable() and "\\" not in asked
    return asked if plain and not parts.scheme and not parts.netloc and asked != "/" else None
