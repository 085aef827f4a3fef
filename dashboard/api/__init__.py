"""The addresses for programs: a vendor's push, with a key of its own; nothing is read back through them."""

from typing import Any

from flask import Blueprint, abort, jsonify, request
from werkzeug.wrappers import Response

from dashboard.auth.rules import public
from dashboard.pages import now
from domain.push import MOST_ITEMS, Pushed, read
from store import pushes
from store.db import reading, transaction

api = Blueprint("api", __name__, url_prefix="/api")
LARGEST_PUSH = 5 * 1024 * 1024


@api.post("/push/<int:source_id>")
@public
def push(source_id: int) -> tuple[Response, int]:
    """Take the items a vendor pushes: `{"items": [...]}`, with `Authorization: Bearer KEY`.

    Answers how many were new and known, and each refused item with its reason; the others are taken all the same. The
    same id sent again changes nothing, so a vendor may repeat a request whose answer it did not get.
    """
    request.max_content_length = LARGEST_PUSH
    key = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    with reading() as session:
        if pushes.source_of(session, source_id, key) is None:
            return jsonify(error="密钥不对，或这个推送源已停用"), 401
    rows = _rows()
    if isinstance(rows, str):
        return jsonify(error=rows), 400
    good, refused = _read(rows)
    with transaction() as session:
        source = pushes.source_of(session, source_id, key)
        if source is None:
            abort(401)
        taken = pushes.take_in(session, source, good, now(), request.content_length or 0)
    return jsonify(new=taken.new, known=taken.known, refused=refused), 200


def _rows() -> list[Any] | str:
    """Return the rows of the request, or what is wrong with it as a whole."""
    said = request.get_json(silent=True)
    rows = said.get("items") if isinstance(said, dict) else None
    if not isinstance(rows, list):
        return '请求应是 JSON：{"items": [...]}，Content-Type 为 application/json'
    if len(rows) > MOST_ITEMS:
        return f"一次最多 {MOST_ITEMS} 条，请分批推送"
    return rows


def _read(rows: list[Any]) -> tuple[list[Pushed], list[dict[str, Any]]]:
    """Return the items that can be taken, and the others by their place with the reason."""
    good, refused = [], []
    for place, row in enumerate(rows):
        try:
            good.append(read(row, now()))
        except ValueError as error:
            refused.append(
                {"index": place, "id": row.get("id") if isinstance(row, dict) else None, "error": str(error)}
            )
    return good, refused
