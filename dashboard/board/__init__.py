"""值班台: clocks by remaining time, leads to confirm, and whether the silence can be trusted."""

from flask import Blueprint, Response, make_response, request
from werkzeug.wrappers import Response as Answer

from dashboard.auth.rules import allow
from dashboard.board.view import View, look
from dashboard.pages import now, part, settings, show
from dashboard.who import ADMINS, EVERYONE, READERS
from domain.case import Level
from store import board as question
from store.db import reading

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
            return _stamped(make_response("", 304), view)
        return _stamped(make_response(part("board/content.html", view=view, levels=_levels())), view)


@board.get("/pulse")
@allow(*EVERYONE, *ADMINS)
def pulse() -> Response:
    """Return the sentence at the top of every page."""
    with reading() as session:
        bar = question.bar(session, now(), notices=_channel())
        answer = make_response(part("pulse.html", bar=bar))
    answer.headers["X-Huiying-Now"] = str(int(now().timestamp() * 1000))
    return answer


def _stamped(answer: Response, view: View) -> Response:
    answer.set_etag(view.etag)
    answer.headers["X-Huiying-Now"] = str(int(now().timestamp() * 1000))
    return answer


def _channel() -> bool:
    return settings().smtp_url is not None


def _levels() -> list[tuple[str, str]]:
    return [(level.value, level.label) for level in Level]
