"""Before every request: who asks, may they, and does a form carry the token of their sign-in."""

import hmac
from urllib.parse import urlencode, urlsplit

from flask import abort, current_app, g, redirect, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from dashboard.auth import sign_ins
from dashboard.auth.rules import PUBLIC, is_reachable, largest, rule_of
from dashboard.pages import now, settings
from dashboard.who import Who
from store.db import reading, transaction

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
PASSIVE = "X-Huiying-Passive"
"""A request a page makes by itself carries this header; it does not keep an administrator signed in."""


def check() -> Response | None:
    """Refuse what is not allowed: nobody is sent to sign in, the wrong role gets 403, an unknown address 404."""
    _same_site()
    _storable(request.args)
    endpoint = request.endpoint
    allowed = rule_of(endpoint, current_app.view_functions[endpoint]) if endpoint else frozenset[str]()
    if allowed == PUBLIC:
        _storable(request.form)
        return None
    g.who = _signed_in()
    if g.who is None:
        return _to_sign_in()
    if endpoint is None:
        return None
    if not is_reachable(current_app.view_functions[endpoint], g.who.pending):
        return _to_pending(g.who)
    if allowed is None or g.who.role not in allowed:
        abort(403)
    if request.method not in SAFE:
        _read_form(endpoint)
        _token(g.who)
    return None


def _read_form(endpoint: str) -> None:
    """Read the form; only now, when it is known who sends it, a view that takes files may take more than others."""
    size = largest(current_app.view_functions[endpoint])
    if size is not None and request.mimetype == "multipart/form-data":
        request.max_content_length = size
    _storable(request.form)


def _same_site() -> None:
    """Refuse a form sent from another site; browsers name the site they come from."""
    origin = request.headers.get("Origin")
    if request.method in SAFE or origin is None:
        return
    if urlsplit(origin).netloc not in (request.host, urlsplit(settings().base_url).netloc):
        abort(403)


def _storable(values: MultiDict[str, str]) -> None:
    """Refuse the one character no database takes."""
    if any("\0" in value for value in values.values()):
        abort(400)


def _token(who: Who) -> None:
    if not hmac.compare_digest(request.form.get("csrf", "").encode(), who.csrf.encode()):
        abort(400)


def _signed_in() -> Who | None:
    token = request.cookies.get(sign_ins.COOKIE)
    if not token:
        return None
    with reading() as session:
        found = sign_ins.current(session, token, now())
    if found is None:
        return None
    who, seen_at = found
    passive = PASSIVE in request.headers and who.administers
    if not passive and now() - seen_at > sign_ins.TOUCH:
        with transaction() as session:
            sign_ins.touch(session, who.sign_in_id, now())
    return who


def _to_pending(who: Who) -> Response:
    """Send to the code page or to the new password; a form sent meanwhile is refused."""
    if request.method != "GET" or PASSIVE in request.headers:
        abort(401)
    return redirect("/code" if who.pending == "code" else "/password")


def _to_sign_in() -> Response:
    if request.method != "GET" or PASSIVE in request.headers:
        abort(401)
    asked = request.full_path.rstrip("?")
    return redirect("/login" if asked == "/" else f"/login?{urlencode({'next': asked})}")
