"""待打电话: what came of a call, in one click; and the address to which a voice gateway reports."""

from collections.abc import Mapping

from flask import Blueprint, abort, flash, jsonify, redirect, request
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow, public
from dashboard.pages import found, now, settings, who
from dashboard.who import DUTY
from store import calls as store
from store.db import transaction
from store.links import notice_of
from store.secrets import key
from store.tables.notices import Notice

calls = Blueprint("calls", __name__)


@calls.post("/notices/<int:notice_id>/call")
@allow(*DUTY)
def note(notice_id: int) -> Response:
    """Write down what came of a call."""
    try:
        with transaction() as session:
            call = found(session.get(Notice, notice_id))
            store.note(session, call, request.form.get("result", ""), now(), f"person-{who().id}")
            words = f"已登记：{call.person.name} {store.RESULTS[request.form['result']]}。"
    except ValueError as error:
        flash(f"没有登记：{error}。")
        return redirect(f"/notices/{notice_id}")
    flash(words, f"/notices/{notice_id}")
    return redirect("/")


@calls.post("/voice/<token>")
@public
def heard(token: str) -> Response:
    """Take what a voice gateway reports of one call: JSON or a form with `key`, the key that was pressed.

    The token is signed for this one call; nothing else is asked of the gateway and nothing is said of the matter.
    """
    try:
        notice_id = notice_of(key(settings().secret_file, "voice-call"), token, now())
    except ValueError:
        abort(404)
    with transaction() as session:
        acknowledged = store.heard(session, found(session.get(Notice, notice_id)), _pressed(), now())
    return jsonify(code=0, acknowledged=acknowledged)


def _pressed() -> str:
    """Return the key that was pressed, nothing where the report cannot be read."""
    said = request.get_json(silent=True) if request.is_json else request.form
    return str(said.get("key", "")).strip() if isinstance(said, Mapping) else ""
