"""原始证据 of a matter: which originals are kept, and all of them as one file for a reason the journal keeps."""

import tempfile

from flask import Blueprint, Response, request
from werkzeug.wsgi import wrap_file

from dashboard.auth.rules import allow
from dashboard.cases.page import visible
from dashboard.pages import as_file, now, settings, show, who
from dashboard.seals.gate import refuse
from dashboard.who import READERS
from store import evidence
from store import originals as store
from store.db import reading

originals = Blueprint("originals", __name__, url_prefix="/cases")
MOST = 500
"""Articles listed on the screen; the file has all."""


@originals.get("/<int:case_id>/originals")
@allow(*READERS)
def listing(case_id: int) -> tuple[str, int]:
    """Show which articles of a matter have their original kept."""
    return _page(case_id)


@originals.post("/<int:case_id>/originals")
@allow("office")
def export(case_id: int) -> Response | tuple[str, int]:
    """Hand out the originals of a matter as one WARC file, with the list of them in it."""
    with reading() as session:
        case = visible(session, case_id)
        refuse(session, case.seal_id)
        name = f"yuqing-{case.year}-{case.number}.warc.gz"
    # The answer closes the file when it was sent; nothing of it stays on the disk.
    out = tempfile.TemporaryFile()  # noqa: SIM115
    try:
        store.export(
            settings().data_dir / evidence.FOLDER,
            case_id,
            request.form.get("reason", ""),
            f"person-{who().id}",
            now(),
            out,
        )
    except ValueError as error:
        out.close()
        return _page(case_id, str(error))
    size = out.tell()
    out.seek(0)
    answer = as_file(wrap_file(request.environ, out), name)
    answer.content_length = size
    answer.call_on_close(out.close)
    return answer


def _page(case_id: int, words: str = "") -> tuple[str, int]:
    with reading() as session:
        case = visible(session, case_id)
        refuse(session, case.seal_id)
        listed = store.of_case(session, case)
        return show(
            session,
            "cases/originals.html",
            422 if words else 200,
            case=case,
            rows=listed[:MOST],
            more=max(len(listed) - MOST, 0),
            total=len(listed),
            kept=sum(one.kept for one in listed),
            sent=request.form,
            words=words,
        )
