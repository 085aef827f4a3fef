"""What every page has: the present instant, the person asking, the bar at the top, texts kept after an error."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from flask import Response, abort, current_app, g, render_template, request
from sqlalchemy.orm import Session

from dashboard.who import Who
from domain.workdays import BEIJING
from store import board
from store.notices import channel_ready
from store.settings import Settings

T = TypeVar("T")
STATIC = Path(__file__).parent / "static"


def now() -> datetime:
    """Return the present instant, one and the same during a request."""
    if "now" not in g:
        g.now = current_app.config["NOW"]()
    at: datetime = g.now
    return at


def settings() -> Settings:
    """Return the settings the application was made with."""
    found: Settings = current_app.config["SETTINGS"]
    return found


def who() -> Who:
    """Return who is signed in. 401 for nobody: only public routes may do without."""
    found: Who | None = g.get("who")
    if found is None:
        abort(401)
    return found


def show(session: Session, template: str, status: int = 200, **values: Any) -> tuple[str, int]:
    """Return a rendered page with the bar at the top, and its status."""
    bar = board.bar(session, now(), notices=channel_ready(settings()))
    return render_template(template, bar=bar, now=now(), who=g.get("who"), **values), status


def part(template: str, **values: Any) -> str:
    """Return a rendered piece of a page."""
    return render_template(template, now=now(), who=g.get("who"), **values)


def as_file(content: bytes | Iterable[bytes], name: str) -> Response:
    """Return bytes from outside as a file to be saved: no browser may show or guess what they are."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return Response(content, headers=headers, content_type="application/octet-stream")


def found(thing: T | None) -> T:
    """Return the thing asked for. 404 where there is none."""
    if thing is None:
        abort(404)
    return thing


def number(name: str) -> int:
    """Return a row's number from the form; 0, which no row has, where it is none."""
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def page_number() -> int:
    """Return which page of a list is asked for, the first where that cannot be read."""
    return min(max(request.args.get("page", 1, type=int), 1), 100_000)


def instant(name: str, words: str) -> datetime | None:
    """Return what a datetime-local field of the form says, Beijing time; None if empty. ValueError names the field."""
    text = request.form.get(name, "").strip()
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=BEIJING)
    except ValueError:
        raise ValueError(f"{words}看不懂：{text[:30]}，请写成 2026-11-22 14:05 的样子") from None


def just_passed(at: datetime | None) -> datetime | None:
    """Return the instant; the present minute counts as now, because the field knows no seconds."""
    return min(at, now()) if at is not None and at - now() < timedelta(minutes=1) else at


@cache
def _digest(name: str) -> str:
    return sha256((STATIC / name).read_bytes()).hexdigest()[:10]


def static_address(name: str) -> str:
    """Return the address of a static file; it changes with the file."""
    return f"/static/{name}?v={_digest(name)}"
