"""日报: the digests that went out, as they were made."""

from flask import Blueprint

from dashboard.auth.rules import allow
from dashboard.pages import found, show
from dashboard.who import READERS
from store import matters
from store.db import reading
from store.tables.notices import Digest

digests = Blueprint("digests", __name__, url_prefix="/digests")


@digests.get("")
@allow(*READERS)
def listing() -> tuple[str, int]:
    """Show the digests, newest first."""
    with reading() as session:
        return show(session, "digests/list.html", rows=matters.digests(session))


@digests.get("/<int:digest_id>")
@allow(*READERS)
def page(digest_id: int) -> tuple[str, int]:
    """Show one digest."""
    with reading() as session:
        digest = found(session.get(Digest, digest_id))
        return show(session, "digests/page.html", digest=digest, content=digest.content)
