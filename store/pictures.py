"""Screenshots entered with a lead: told to be pictures by their bytes, kept in the data folder, found by their lead."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.pictures import LARGEST, MOST, picture_type
from store import files
from store.entries import merged_cases
from store.tables.cases import Case, Lead
from store.tables.handling import Attachment

LONGEST_NAME = 200


def keep(data_dir: Path, sent: Iterable[tuple[str, bytes]], now: datetime) -> list[Attachment]:
    """Keep pictures, given as (name, bytes), and return rows for them that belong to no lead yet.

    ValueError in the user's words, before anything is written, for what is no PNG, JPEG or WebP or is too large.
    """
    pictures = [(name, content, _type(name, content)) for name, content in sent]
    if len(pictures) > MOST:
        raise ValueError(f"一次最多 {MOST} 张截图")
    folder = data_dir / files.ATTACHMENTS
    return [
        Attachment(
            name=name[:LONGEST_NAME] or "截图",
            media_type=media_type,
            size=len(content),
            sha256=files.keep(folder, content),
            entered_at=now,
        )
        for name, content, media_type in pictures
    ]


def _type(name: str, content: bytes) -> str:
    if len(content) > LARGEST:
        raise ValueError(f"截图“{name[:60]}”超过 {LARGEST // 1024 // 1024} MB，请裁剪后再传")
    found = picture_type(content)
    if found is None:
        raise ValueError(f"“{name[:60]}”不是 PNG、JPEG 或 WebP 图片")
    return found


def attach(session: Session, lead: Lead, pictures: Iterable[Attachment]) -> None:
    """Let pictures belong to a lead."""
    for picture in pictures:
        picture.lead_id = lead.id
        session.add(picture)
    session.flush()


def of_lead(session: Session, lead_id: int) -> list[Attachment]:
    """Return the pictures of a lead in the order they were entered."""
    return _of(session, [lead_id])


def of_case(session: Session, case: Case) -> list[Attachment]:
    """Return the pictures of a case's lead and of the cases merged into it (并案), in the order they were entered."""
    return _of(session, [one.lead_id for one in (case, *merged_cases(session, case))])


def _of(session: Session, lead_ids: list[int]) -> list[Attachment]:
    return list(session.scalars(select(Attachment).where(Attachment.lead_id.in_(lead_ids)).order_by(Attachment.id)))
