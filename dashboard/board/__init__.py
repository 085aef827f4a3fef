"""值班台: clocks by remaining time, leads to confirm, and whether the silence can be trusted."""

from flask import Blueprint, Response, make_response, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from dashboard.auth.rules import allow
from dashboard.board.view import NAMES, View, look
from dashboard.pages import now, part, settings, show
from dashboard.who import ADMINS, EVERYONE, READERS
from dashboard.words import millis
from domain.case import Level
from store import board as question
from store.db import reading
from store.notices import channel_ready
from store.office import heartbeats

board = Blueprint("board", __name__)


@board.get("/")
@allow(*READERS)
def page() -> tuple[str, int]:
    """Show the board."""
    with reading() as session:
        view = look(session, now(), notice_channel=_channel())
        return show(session, "board/page.html", view=view, levels=_levels())


@board.get("/live")
@allow(*READERS)
def live() -> Answer:
    """Return the board's content alone, or 304 where nothing but time has passed since the page asked last."""
    with reading() as session:
        view = look(session, now(), notice_channel=_channel())
        if request.if_none_match.contains(view.etag):
            return _stamped(session, make_response("", 304), view)
        return _stamped(session, make_response(part("board/content.html", view=view, levels=_levels())), view)


@board.get("/pulse")
@allow(*EVERYONE, *ADMINS)
def pulse() -> Response:
    """Return the sentence at the top of every page."""
    with reading() as session:
        bar = question.bar(session, now(), notices=_channel())
        return _stamped(session, make_response(part("pulse.html", bar=bar)))


def _stamped(session: Session, answer: Response, view: View | None = None) -> Response:
    """Return the answer with the present instant and the heartbeats, which change without anything else changing."""
    if view is not None:
        answer.set_etag(view.etag)
    beats = heartbeats(session)
    answer.headers["X-Huiying-Now"] = str(millis(now()))
    answer.headers["X-Huiying-Beats"] = ";".join(f"{name}={millis(beats[name].at)}" for name in NAMES if name in beats)
    return answer


def _channel() -> bool:
    return channel_ready(settings())


def _levels() -> list[tuple[str, str]]:
    return [(level.value, level.label) for level in Level]
