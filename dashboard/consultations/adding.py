"""Suggestions brought in: pasted, by the number of an article, or as a table that is looked at first."""

import re
from hashlib import sha256
from pathlib import PurePath
from typing import Any

from flask import Blueprint, flash, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow, takes
from dashboard.consultations import consultation_page
from dashboard.pages import found, now, settings, show, who
from dashboard.sources.imported import columns_of, table_of
from dashboard.sources.progress import progress
from dashboard.who import DUTY
from domain.consultation import split
from domain.table_fields import FIELDS, NOT_TAKEN
from store import asks, consultations, files
from store.consultations import New
from store.db import reading, transaction
from store.tables.articles import Article
from store.tables.opinion import Consultation
from store.tables.sources import Ask

suggestions = Blueprint("suggestions", __name__, url_prefix="/consultations")
LARGEST = 20 * 1024 * 1024
LONGEST_PASTE = 100_000
TAKEN = {name: label for name, label in FIELDS.items() if name in ("title", "text", "published", "origin")}
"""What a column can be; who made a suggestion is not taken."""
_ARTICLE = re.compile(r"^\S*/articles/(\d{1,9})$")


@suggestions.post("/<int:consultation_id>/paste")
@allow(*DUTY)
def paste(consultation_id: int) -> Response | tuple[str, int]:
    """Take in what was pasted: suggestions, addresses of articles, or a table."""
    text = request.form.get("text", "")[:LONGEST_PASTE]
    try:
        if "\t" in text:
            return _ask(consultation_id, "粘贴的表格.tsv", text.encode())
        with transaction() as session:
            row = found(session.get(Consultation, consultation_id))
            new = _pasted(session, text, request.form.get("origin", ""))
            if not new:
                raise ValueError("请粘贴意见，一行一条；多段的意见之间空一行")
            count = consultations.add(session, row, new, who().id, now())
    except ValueError as error:
        return consultation_page(consultation_id, str(error))
    known = f"，{len(new) - count} 条以前已登记" if count < len(new) else ""
    flash(f"已登记 {count} 条{known}，正在归类。")
    return redirect(f"/consultations/{consultation_id}")


@suggestions.post("/<int:consultation_id>/upload")
@allow(*DUTY)
@takes(LARGEST + 64 * 1024)
def upload(consultation_id: int) -> Response | tuple[str, int]:
    """Ask what an uploaded table holds."""
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise ValueError("请选择一个文件")
        with sent.stream:
            data = sent.stream.read(LARGEST + 1)
        if not data or len(data) > LARGEST:
            raise ValueError("这个文件是空的" if not data else "文件超过 20 MB，请分成几个")
    except ValueError as error:
        return consultation_page(consultation_id, str(error))
    return _ask(consultation_id, PurePath(sent.filename.replace("\\", "/")).name[-100:], data)


@suggestions.get("/uploads/<int:ask_id>")
@allow(*DUTY)
def answer(ask_id: int) -> tuple[str, int]:
    """Show how far the reading is, then what was read and what was refused."""
    with reading() as session:
        ask = _mine(session, ask_id)
        return show(
            session,
            "consultations/upload.html",
            ask=ask,
            row=found(session.get(Consultation, int(ask.asked["consultation"]))),
            progress=progress(session, ask, now()),
            table=table_of(ask, now()),
            fields=list(TAKEN.items()),
        )


@suggestions.post("/uploads/<int:ask_id>")
@allow(*DUTY)
def again(ask_id: int) -> Response:
    """Ask once more: with other columns, or to take in what was shown."""
    with transaction() as session:
        ask = _mine(session, ask_id)
        found(ask.sha256 if ask.answer else None)
        sent = {column: request.form.get(f"column-{place}", "") for place, column in enumerate(columns_of(ask))}
        mapping = {column: field if field in TAKEN else NOT_TAKEN for column, field in sent.items()}
        wanted: dict[str, Any] = {**ask.asked, "mapping": mapping, "store": request.form.get("store") == "1"}
        made = asks.ask(session, ask.what, {**wanted, "before": ask.id}, who().id, now(), ask.sha256)
        return redirect(f"/consultations/uploads/{made.id}")


def _ask(consultation_id: int, name: str, data: bytes) -> Response:
    digest = files.keep(settings().data_dir / files.UPLOADS, data)
    with transaction() as session:
        row = found(session.get(Consultation, consultation_id))
        asked = {"name": name, "store": False, "consultation": row.id}
        made = asks.ask(session, "opinions", asked, who().id, now(), digest)
        return redirect(f"/consultations/uploads/{made.id}")


def _mine(session: Session, ask_id: int) -> Ask:
    ask = found(asks.of(session, ask_id, who().id))
    return found(ask if ask.what == "opinions" else None)


def _pasted(session: Session, text: str, origin: str) -> list[New]:
    """Return what was pasted as suggestions; a text pasted twice is the same. ValueError names a wrong address."""
    said = " ".join(origin.split())[:100] or "人工录入"
    mark = sha256(text.strip().encode()).hexdigest()[:16]
    found_: list[New] = []
    for place, part in enumerate(split(text), start=1):
        if match := _ARTICLE.match(part):
            article = session.get(Article, int(match[1]))
            if article is None:
                raise ValueError(f"没有编号为 {match[1]} 的信息，没有登记")
            found_.append(consultations.of_article(article))
        else:
            found_.append(New(f"paste-{mark}-{place}", part, said))
    return found_
