"""Opening raw evidence: only with a reason, which the journal keeps; the originals of a matter in one file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload
from warcio.warcwriter import WARCWriter

from domain.masking import mask
from store import journal
from store.db import reading, transaction
from store.evidence import Opened, of_article, read
from store.tables.articles import Article
from store.tables.cases import Case
from store.tables.sources import Evidence

LONGEST_REASON = 200
NEVER = "这条信息没有留存原始证据"
UNSOUND = "留存的内容与校验值不符，可能损坏或被改动，请从备份恢复"


@dataclass(frozen=True, slots=True)
class Original:
    """An article and its evidence; None where none was ever kept."""

    article: Article
    evidence: Evidence | None

    @property
    def kept(self) -> bool:
        """Whether it is still there."""
        return self.evidence is not None and self.evidence.file is not None


@dataclass(frozen=True, slots=True)
class Exported:
    """An article in an export; `words` say why its original is not in the file, nothing where it is."""

    original: Original
    words: str


def why(reason: str) -> str:
    """Return a reason as the journal keeps it, personal numbers masked. ValueError where none is given."""
    said = " ".join(reason.split())
    if len(said) < 2:
        raise ValueError("请写明打开原始证据的事由，事由记入操作日志")
    return mask(said[:LONGEST_REASON])


def open_original(folder: Path, article_id: int, reason: str, by: str, now: datetime) -> tuple[Evidence, Opened]:
    """Return the evidence of an article, opened, once the journal has who opened it and why.

    Files are read outside of the transaction: nobody who writes waits for them. ValueError without a reason,
    LookupError in Chinese where there is none, it has ended, or it cannot be read.
    """
    said = why(reason)
    with reading() as session:
        row = of_article(session, article_id)
        if row is None:
            raise LookupError(NEVER)
        found = read(folder, row)
    facts = {"sha256": row.sha256, "evidence": row.id, "sound": found.sound}
    with transaction() as session:
        journal.record_words(session, by, "open_evidence", f"article-{article_id}", now, said, facts)
    return row, found


def of_case(session: Session, case: Case) -> list[Original]:
    """Return every article of a case's event with its evidence, the earliest seen first."""
    asked = (
        select(Article, Evidence)
        .outerjoin(Evidence, Evidence.id == Article.evidence_id)
        .where(Article.event_id == case.event_id)
        .options(joinedload(Article.source))
        .order_by(Article.first_seen_at, Article.id)
    )
    return [Original(article, evidence) for article, evidence in session.execute(asked)] if case.event_id else []


def count_of_case(session: Session, case: Case) -> tuple[int, int]:
    """Return how many articles of a case have their original kept, and how many articles it has."""
    asked = select(func.count(Evidence.file), func.count()).select_from(Article)
    asked = asked.outerjoin(Evidence, Evidence.id == Article.evidence_id).where(Article.event_id == case.event_id)
    kept, all_ = session.execute(asked).one() if case.event_id else (0, 0)
    return int(kept), int(all_)


def export(folder: Path, case_id: int, reason: str, by: str, now: datetime, out: BinaryIO) -> list[Exported]:
    """Write the originals of all articles of a case into one WARC file, and note it in the journal.

    Records are copied as they were kept, each once; what is not whole is left out and the list says so. The list is in
    the file too, as its last record. Returns the list. ValueError without a reason.
    """
    said = why(reason)
    with reading() as session:
        listed = _written(folder, case_id, of_case(session, session.get_one(Case, case_id)), out)
    facts = {"articles": len(listed), "originals": sum(not one.words for one in listed)}
    with transaction() as session:
        journal.record_words(session, by, "export_evidence", f"case-{case_id}", now, said, facts)
    return listed


def _written(folder: Path, case_id: int, originals: Iterable[Original], out: BinaryIO) -> list[Exported]:
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    about = {"software": "Huiying", "format": "WARC File Format 1.1", "isPartOf": f"case-{case_id}"}
    writer.write_record(writer.create_warcinfo_record(f"case-{case_id}.warc.gz", about))
    listed = list(_copied(folder, originals, out))
    table = _table(listed).encode()
    kind = {"warc_content_type": "text/tab-separated-values; charset=utf-8", "length": len(table)}
    writer.write_record(
        writer.create_warc_record(f"urn:huiying:case-{case_id}", "resource", payload=BytesIO(table), **kind)
    )
    return listed


def _copied(folder: Path, originals: Iterable[Original], out: BinaryIO) -> Iterator[Exported]:
    """Copy the records of each original once; yield what became of each article's."""
    words: dict[int, str] = {}
    for one in originals:
        row = one.evidence
        if row is not None and row.id not in words:
            words[row.id] = wrong(folder, row) or _copy(folder, row, out)
        yield Exported(one, words[row.id] if row is not None else NEVER)


def wrong(folder: Path, row: Evidence) -> str:
    """Return why an original is not whole, in words; nothing where it is."""
    try:
        return "" if read(folder, row).sound else UNSOUND
    except LookupError as error:
        return str(error)


def _copy(folder: Path, row: Evidence, out: BinaryIO) -> str:
    """Copy the records of one original as they are; return why that was not possible, nothing where it was."""
    try:
        with (folder / str(row.file)).open("rb") as file:
            file.seek(row.offset)
            records = file.read(row.length)
    except OSError:
        return "证据文件刚被整理到别处，请再导出一次"
    out.write(records)
    return ""


def _table(listed: Iterable[Exported]) -> str:
    """Return the list of an export: numbers, addresses, time in UTC, digest; no text of any article."""
    lines = ["article\tlink\tfetched\tat\tsha256\tmissing"]
    for one in listed:
        row = one.original.evidence
        kept = (row.url, row.at.isoformat(), row.sha256) if row else ("", "", "")
        cells = (str(one.original.article.id), one.original.article.link, *kept, one.words)
        lines.append("\t".join(" ".join(cell.split()) for cell in cells))
    return "\n".join(lines) + "\n"
