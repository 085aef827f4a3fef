"""原始证据 on the screens: what was kept is said; bytes leave as a file, for a reason, by whom it is for."""

from datetime import timedelta
from io import BytesIO

import pytest
import screen_matters as made
from sqlalchemy import select
from warcio.archiveiterator import ArchiveIterator

from crawler.evidence import Keeper
from crawler.exchange import Exchange
from store import evidence, journal
from store.db import reading, transaction
from store.tables import Article, JournalEntry

PAGE = b"<html><script>alert(1)</script></html>"


@pytest.fixture
def keep(settings, clock):
    """Keeps a page as the original of an article."""
    keeper = Keeper(settings.data_dir / evidence.FOLDER)

    def keep_(article_id: int, body: bytes = PAGE) -> None:
        url = f"https://news.example/{article_id}"
        sent = Exchange(
            url,
            "GET / HTTP/1.1",
            (("Host", "news.example"),),
            "HTTP/1.1 200 OK",
            (("Content-Type", "text/html"),),
            body,
        )
        place = keeper.keep(sent, clock.now)
        with transaction() as session:
            about = {"size": len(body), "content_type": "text/html"}
            row = evidence.add(session, evidence.digest(body), place, url, clock.now, **about)
            session.get_one(Article, article_id).evidence_id = row

    yield keep_
    keeper.close()


def journalled() -> list[tuple[str, str, str]]:
    with reading() as session:
        rows = session.scalars(select(JournalEntry).where(JournalEntry.action.like("%_evidence"))).all()
        words = journal.words_of(session, rows)
        assert not any(word in str(row.facts) for row in rows for word in words.values()), "it is in the chain"
        return [(row.action, row.object, words[row.seq]) for row in rows]


@pytest.mark.parametrize("role", ["duty", "office"])
def test_the_original_is_downloaded_for_a_reason_and_never_shown(signed_in, keep, clock, role):
    id_ = made.article(made.source(clock.now), clock.now)
    keep(id_)
    one = signed_in(role)
    page = one.text(f"/articles/{id_}")
    assert evidence.digest(PAGE) in page
    assert "38 字节" in page
    refused = one.post(f"/articles/{id_}/original", reason=" ")
    assert refused.status_code == 422
    assert "请写明打开原始证据的事由" in refused.text
    assert journalled() == []
    answer = one.post(f"/articles/{id_}/original", reason="核对原文")
    assert answer.data == PAGE
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert journalled() == [("open_evidence", f"article-{id_}", "核对原文")]


def test_others_see_that_it_is_kept_and_cannot_open_it(signed_in, keep, clock):
    id_ = made.article_of(made.case(clock.now))
    keep(id_)
    for role in ("leader", "section"):
        one = signed_in(role)
        page = one.text(f"/articles/{id_}")
        assert evidence.digest(PAGE) in page
        assert "打开原件" not in page
        assert one.post(f"/articles/{id_}/original", reason="想看看").status_code == 403


def test_what_ended_was_never_kept_or_is_damaged_is_said(duty, keep, settings, clock):
    source = made.source(clock.now)
    never, ended, broken = (made.article(source, clock.now, f"标题{number}") for number in range(3))
    keep(ended)
    keep(broken, PAGE * 30)
    with transaction() as session:
        row = evidence.of_article(session, ended)
        row.file, row.removed_at = None, clock.now - timedelta(days=1)
        there = evidence.of_article(session, broken)
        file, middle = settings.data_dir / evidence.FOLDER / there.file, there.offset + 100
    data = bytearray(file.read_bytes())
    data[middle] ^= 0xFF
    file.write_bytes(bytes(data))
    assert "没有留存" in duty.text(f"/articles/{never}")
    page = duty.text(f"/articles/{ended}")
    assert "已按留存期限清除（11月19日 周四）" in page
    assert "打开原件" not in page
    for id_ in (never, ended, broken):
        answer = duty.post(f"/articles/{id_}/original", reason="核对原文")
        assert (answer.status_code, PAGE in answer.data) == (422, False)


def test_a_matter_counts_its_originals_and_the_office_exports_them(signed_in, keep, clock):
    case_id = made.case(clock.now)
    keep(made.article_of(case_id))
    duty, office = signed_in("duty"), signed_in("office")
    assert "已留存 1 件，共 1 条信息" in duty.text(f"/cases/{case_id}")
    assert evidence.digest(PAGE) in duty.text(f"/cases/{case_id}/originals")
    assert "导出事由" not in duty.text(f"/cases/{case_id}/originals")
    assert duty.post(f"/cases/{case_id}/originals", reason="移交线索").status_code == 403
    assert office.post(f"/cases/{case_id}/originals", reason="").status_code == 422
    assert journalled() == []
    with office.post(f"/cases/{case_id}/originals", reason="移交线索") as answer:
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert "yuqing-2026-1.warc.gz" in answer.headers["Content-Disposition"]
        assert int(answer.headers["Content-Length"]) == len(answer.data)
        records = [(one.rec_type, one.content_stream().read()) for one in ArchiveIterator(BytesIO(answer.data))]
    assert ("response", PAGE) in records
    assert journalled() == [("export_evidence", f"case-{case_id}", "移交线索")]
