"""打开原件: the bytes of an article's page as they came, as a file, for a reason the journal keeps."""

from flask import Blueprint, Response, request

from dashboard.articles import article_page
from dashboard.auth.rules import allow
from dashboard.pages import as_file, found, now, settings, who
from dashboard.seals.gate import refuse
from dashboard.who import DUTY
from store import evidence, originals
from store.db import reading
from store.tables.articles import Article

original = Blueprint("original", __name__, url_prefix="/articles")


@original.post("/<int:article_id>/original")
@allow(*DUTY)
def open_(article_id: int) -> Response | tuple[str, int]:
    """Hand out what was kept of an article as a file, never as a page; damaged bytes are not handed out."""
    with reading() as session:
        refuse(session, found(session.get(Article, article_id)).seal_id)
    folder = settings().data_dir / evidence.FOLDER
    try:
        row, opened = originals.open_original(
            folder, article_id, request.form.get("reason", ""), f"person-{who().id}", now()
        )
    except (ValueError, LookupError) as error:
        return article_page(article_id, str(error))
    if not opened.sound:
        return article_page(article_id, originals.UNSOUND)
    return as_file(opened.body, f"article-{article_id}-{row.sha256[:8]}.bin")
