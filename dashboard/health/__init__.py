"""/healthz: whether the service can be trusted right now, for a machine that watches it. No names, no texts."""

from datetime import datetime, timedelta

from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy.exc import SQLAlchemyError

from dashboard.auth.rules import public
from dashboard.pages import now, settings
from store.board import CLOCK_SILENT
from store.db import reading
from store.notices import channel_ready
from store.office import heartbeats

health = Blueprint("health", __name__)
STARTING = timedelta(seconds=60)


@health.get("/healthz")
@public
def healthz() -> tuple[Response, int]:
    """Return 200 where the database answers and the clock beats or may still be starting; else 503 with the reason."""
    try:
        with reading() as session:
            clock = heartbeats(session).get("clock")
            clock_at = clock.at if clock else None
    except SQLAlchemyError as error:
        return jsonify(status="bad", reason="数据库没有应答", error=type(error).__name__), 503
    starting = now() - _started() < STARTING
    fresh = clock_at is not None and now() - clock_at <= CLOCK_SILENT
    facts = {"clock_at": clock_at.isoformat() if clock_at else None, "notices": channel_ready(settings())}
    if fresh or starting:
        return jsonify(status="ok", clock="fresh" if fresh else "starting", **facts), 200
    return jsonify(status="bad", reason="时钟进程没有心跳", **facts), 503


def _started() -> datetime:
    """Return when this application was made, by its own clock."""
    started: datetime = current_app.config["STARTED"]
    return started
