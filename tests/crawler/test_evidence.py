"""Evidence: on disk before its row, once for the same bytes, readable by any tool, gone when its time is over."""

import gzip
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import func, select
from warcio.archiveiterator import ArchiveIterator

from crawler import evidence_keeping
from crawler.evidence import DiskFull, Keeper
from crawler.exchange import Exchange
from crawler.fetch import Fetched
from crawler.keeping import keep
from store import evidence, journal, sources
from store.articles import NewArticle, add_articles
from store.db import reading, transaction
from store.tables import Article, Case, Event, Evidence, Judged, Lead, Person, Unit

T = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
PAGE = "<html><body>东岭区市场监管所通报农贸市场检查情况</body></html>".encode()


def exchange(body: bytes = PAGE, url: str = "http://news.example/a", *, packed: bool = False) -> Exchange:
    coding = (("Content-Encoding", "gzip"),) if packed else ()
    return Exchange(
        url=url,
        request_line="GET /a HTTP/1.1",
        request_headers=(("Host", "news.example"), ("User-Agent", "HuiyingBot")),
        status_line="HTTP/1.1 200 OK",
        answer_headers=(("Content-Type", "text/html"), *coding),
        raw=gzip.compress(body) if packed else body,
    )


def fetched(body: bytes = PAGE, url: str = "http://news.example/a", *, packed: bool = False) -> Fetched:
    sent = exchange(body, url, packed=packed)
    return Fetched(200, url, body, "text/html", None, None, None, None, len(sent.raw), False, sent)


def kept(keeper: Keeper, got: Fetched, at: datetime = T) -> int:
    written = keep(keeper, got, at)
    assert written is not None
    with transaction() as session:
        found = written.row(session)
    assert found is not None
    return found


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "evidence"


@pytest.fixture
def keeper(folder):
    keeper = Keeper(folder)
    yield keeper
    keeper.close()


@pytest.mark.parametrize("packed", [False, True])
def test_what_was_kept_is_read_back_as_it_came(sqlite_database, folder, keeper, packed):
    id_ = kept(keeper, fetched(packed=packed))
    with reading() as session:
        row = session.get_one(Evidence, id_)
        opened = evidence.read(folder, row)
    assert (opened.body, opened.sound, opened.status_line) == (PAGE, True, "HTTP/1.1 200 OK")
    assert ("Content-Type", "text/html") in opened.headers
    assert row.sha256 == sha256(PAGE).hexdigest()


def test_the_file_is_a_warc_with_response_and_request(sqlite_database, folder, keeper):
    kept(keeper, fetched())
    [path] = folder.glob("*.warc.gz")
    with path.open("rb") as file:
        records = [
            (record.rec_type, record.rec_headers.get_header("WARC-Target-URI"), record.content_stream().read())
            for record in ArchiveIterator(file, check_digests="raise")
        ]
    assert [kind for kind, _, _ in records] == ["warcinfo", "response", "request"]
    assert records[1][1:] == ("http://news.example/a", PAGE)


def test_the_same_bytes_are_written_once(database, folder, keeper):
    first = kept(keeper, fetched())
    assert kept(keeper, fetched(url="http://other.example/copy")) == first
    assert kept(keeper, fetched(b"<html>another</html>")) != first
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Evidence)) == 2


def test_a_new_file_is_begun_when_one_is_large_and_on_a_new_day(sqlite_database, folder):
    keeper = Keeper(folder, largest=1)
    kept(keeper, fetched(b"one"))
    kept(keeper, fetched(b"two"))
    kept(keeper, fetched(b"three"), T + timedelta(days=1))
    keeper.close()
    names = sorted(path.name for path in folder.glob("*.warc.gz"))
    assert len(names) == 3
    assert [name[:8] for name in names] == ["20261122", "20261122", "20261123"]


def test_above_90_percent_nothing_is_kept_and_the_visit_says_so(sqlite_database, folder):
    keeper = Keeper(folder, fullest=0.0)
    with pytest.raises(DiskFull, match="暂停留存原始证据"):
        keeper.keep(exchange(), T)
    written = keep(keeper, fetched(), T)
    assert written is not None
    assert written.note is not None
    assert "时限和通知不受影响" in written.note
    with transaction() as session:
        assert written.row(session) is None


def sound(folder, row) -> bool:
    """Return whether evidence can be read and is what was kept."""
    try:
        return evidence.read(folder, row).sound
    except LookupError:
        return False


def test_damage_is_found_and_said(sqlite_database, folder, keeper):
    id_ = kept(keeper, fetched())
    [path] = folder.glob("*.warc.gz")
    with reading() as session:
        row = session.get_one(Evidence, id_)
        bytes_ = bytearray(path.read_bytes())
        bytes_[row.offset + row.length // 3] ^= 0xFF
        path.write_bytes(bytes_)
        assert not sound(folder, row)
        path.unlink()
        with pytest.raises(LookupError, match="请从备份恢复"):
            evidence.read(folder, row)


def article(session, evidence_id: int, *, relevance: float, link: str, event=None, **source) -> Article:
    made = sources.add_source(session, f"http://news.example/{link}/feed", T, **source)
    [new] = add_articles(session, made, [NewArticle(f"http://news.example/{link}", link, evidence_id=evidence_id)], T)
    said = {"sections": [], "sentiment": "neutral", "sentiment_score": 0, "intent": "陈述", "emergency": 0, "rumour": 0}
    said |= {"place": [], "ours": True, "grave": False, "opens": "none", "reasons": []}
    session.add(Judged(article_id=new.id, at=T, relevance=relevance, **said))
    new.event_id = event
    return new


def test_the_irrelevant_ends_after_30_days_and_the_rest_stays(database, folder, keeper):
    ours, theirs = kept(keeper, fetched(b"ours")), kept(keeper, fetched(b"theirs"))
    brief = kept(keeper, fetched(b"brief"))
    keeper.close()
    with transaction() as session:
        article(session, ours, relevance=0.9, link="ours")
        article(session, theirs, relevance=0.1, link="theirs")
        article(session, brief, relevance=0.1, link="brief", retention_days=7)
    assert evidence_keeping.thin_out(folder, T + timedelta(days=6)) == 0
    assert evidence_keeping.thin_out(folder, T + timedelta(days=8)) == 1
    assert evidence_keeping.thin_out(folder, T + timedelta(days=31)) == 1
    with reading() as session:
        assert evidence.read(folder, session.get_one(Evidence, ours)).body == b"ours"
        gone = session.get_one(Evidence, theirs)
        assert (gone.file, gone.sha256) == (None, sha256(b"theirs").hexdigest())
        with pytest.raises(LookupError, match="按留存期限清除"):
            evidence.read(folder, gone)
    assert all(b"theirs" not in gzip.decompress(path.read_bytes()) for path in folder.glob("*.gz"))
    assert evidence_keeping.thin_out(folder, T + timedelta(days=184)) == 1
    assert list(folder.glob("*.warc.gz")) == []
    with reading() as session:
        assert journal.first_broken(session) is None


def test_the_same_bytes_can_be_kept_again_after_they_ended(sqlite_database, folder, keeper):
    first = kept(keeper, fetched())
    keeper.close()
    evidence_keeping.thin_out(folder, T + timedelta(days=31))
    assert kept(keeper, fetched(), T + timedelta(days=40)) == first
    with reading() as session:
        assert evidence.read(folder, session.get_one(Evidence, first)).sound


def test_the_evidence_of_a_case_is_copied_out_whole_and_never_ends(database, folder, keeper):
    ids = [kept(keeper, fetched(f"report {number}".encode())) for number in range(3)]
    keeper.close()
    with transaction() as session:
        row = Event(key="e", title="t", channel="news", first_at=T, last_at=T)
        session.add(row)
        session.flush()
        event = row.id
        unit, person = Unit(name="食品安全科", rank=0), Person(name="值班员A")
        session.add_all([unit, person])
        for number, id_ in enumerate(ids):
            article(session, id_, relevance=0.1, link=f"r{number}", event=event if number < 2 else None)
        lead = Lead(event_id=event, title="t", channel="news", detected_at=T, proposed_at=T, level="red", reasons=[])
        session.add(lead)
        session.flush()
        about = {"year": 2026, "number": 1, "title": "t", "channel": "news", "state": "assigned", "level": "red"}
        about |= {
            "t0": T,
            "t0_basis": "detected",
            "detected_at": T,
            "opened_at": T,
            "emergency": False,
            "opened_by": person.id,
        }
        case = Case(lead_id=lead.id, event_id=event, unit_id=unit.id, **about)
        session.add(case)
        session.flush()
        case_id = case.id
    assert evidence_keeping.copy_out(folder) == 2
    assert evidence_keeping.copy_out(folder) == 0
    assert evidence_keeping.thin_out(folder, T + timedelta(days=400)) == 1
    with reading() as session:
        rows = [session.get_one(Evidence, id_) for id_ in ids]
        assert [row.file for row in rows] == [f"case-{case_id}.warc.gz"] * 2 + [None]
        assert evidence.read(folder, rows[1]).body == b"report 1"
