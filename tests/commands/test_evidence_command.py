"""`huiying evidence`: what was kept and whether it is whole; bytes only with a reason, which the journal has."""

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from warcio.archiveiterator import ArchiveIterator

from crawler.evidence import Keeper
from crawler.exchange import Exchange
from huiying.cli import main
from store import db, evidence, journal, sources
from store.articles import NewArticle, add_articles
from store.db import reading, transaction
from store.tables import Article, Case, Event, Evidence, JournalEntry, Lead, Person, Unit

T = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
PAGE = "<html><script>东岭区农贸市场检查情况</script></html>".encode()


@pytest.fixture
def run(tmp_path, database):
    def call(*words: str, **more) -> Result:
        env = {"HUIYING_DATA_DIR": str(tmp_path), "DATABASE_URL": database}
        done = CliRunner().invoke(main, ["evidence", *words], env=env, **more)
        db.connect(database)
        return done

    return call


@pytest.fixture
def keep(tmp_path, database):
    """Stores an article with its page kept as evidence; returns the article's id."""
    db.connect(database)
    keeper = Keeper(tmp_path / evidence.FOLDER)

    def keep_(name: str, body: bytes | None = PAGE, event: int | None = None) -> int:
        url = f"http://news.example/{name}"
        with transaction() as session:
            row = None
            if body is not None:
                answer = (("Content-Type", "text/html"), ("X-Colour", "\x1b[31mred"))
                sent = Exchange(url, "GET / HTTP/1.1", (("Host", "news.example"),), "HTTP/1.1 200 OK", answer, body)
                place = keeper.keep(sent, T)
                row = evidence.add(
                    session, evidence.digest(body), place, url, T, size=len(body), content_type="text/html"
                )
            source = sources.add_source(session, "http://news.example/feed", T, name="清源晚报")
            [made] = add_articles(session, source, [NewArticle(url, f"标题{name}", evidence_id=row)], T)
            made.event_id = event
            return made.id

    yield keep_
    keeper.close()


def case(database: str) -> int:
    """Make 舆情〔2026〕3号 and return the id of its event."""
    with transaction() as session:
        event = Event(key="e", title="t", channel="news", first_at=T, last_at=T)
        unit, person = Unit(name="食品安全科", rank=0), Person(name="值班员A")
        session.add_all([event, unit, person])
        session.flush()
        lead = Lead(event_id=event.id, title="t", channel="news", detected_at=T, proposed_at=T, level="red", reasons=[])
        session.add(lead)
        session.flush()
        said = {"title": "t", "channel": "news", "state": "assigned", "level": "red", "emergency": False}
        said |= {"t0": T, "t0_basis": "detected", "detected_at": T, "opened_at": T, "opened_by": person.id}
        session.add(Case(year=2026, number=3, lead_id=lead.id, event_id=event.id, unit_id=unit.id, **said))
        return event.id


def journalled() -> list[tuple[str, str, str]]:
    with reading() as session:
        rows = session.scalars(select(JournalEntry).where(JournalEntry.action.like("%_evidence"))).all()
        words = journal.words_of(session, rows)
        return [(row.action, row.actor, words[row.seq]) for row in rows]


def damage(folder, article_id: int) -> None:
    """Change one byte in the middle of an original on disk."""
    with reading() as session:
        row = evidence.of_article(session, article_id)
        file, middle = folder / evidence.FOLDER / row.file, row.offset + 100
    data = bytearray(file.read_bytes())
    data[middle] ^= 0xFF
    file.write_bytes(bytes(data))


def test_show_says_what_was_kept_without_the_bytes(run, keep):
    said = run("show", str(keep("a"))).output
    for words in (
        "http://news.example/a",
        "2026-11-22 14:00:00（北京时间）",
        "HTTP/1.1 200 OK",
        "Content-Type: text/html",
    ):
        assert words in said
    assert evidence.digest(PAGE) in said
    assert "完好" in said
    assert "农贸市场" not in said
    assert "\x1b" not in said, "nothing a terminal would obey"
    assert journalled() == []


def test_the_bytes_need_a_reason_and_the_journal_has_it_masked(run, keep, tmp_path):
    id_, target = str(keep("a")), tmp_path / "a.bin"
    refused = run("show", id_, "--output", str(target))
    assert refused.exit_code != 0
    assert "--reason" in refused.output
    assert not target.exists()
    assert run("show", id_, "--reason", " ").exit_code != 0
    assert journalled() == []
    done = run("show", id_, "--reason", "核对投诉人13812345678的说法", "--output", str(target))
    assert done.exit_code == 0, done.output
    assert target.read_bytes() == PAGE
    assert target.stat().st_mode & 0o077 == 0
    assert journalled() == [("open_evidence", "command", "核对投诉人138******78的说法")]
    assert run("show", id_, "--reason", "核对", "--output", str(target)).exit_code != 0, "nothing is written over"
    assert run("show", id_, "--reason", "核对").stdout_bytes == PAGE


def test_what_was_never_kept_or_has_ended_is_said(run, keep):
    never, ended = keep("a", None), keep("b")
    with transaction() as session:
        row = evidence.of_article(session, ended)
        row.file, row.removed_at = None, T
    assert "没有留存原始证据" in run("show", str(never)).output
    assert "没有编号为" in run("show", "999").output
    shown = run("show", str(ended))
    assert "按留存期限清除" in shown.output
    assert evidence.digest(PAGE) in shown.output


def test_verify_finds_the_damaged_one(run, keep, database, tmp_path):
    event = case(database)
    whole, ours, other = keep("a", b"x" * 9000, event), keep("b", PAGE * 30, event), keep("c", PAGE * 20)
    assert "事项的原件 2 件，完好 2 件" in run("verify").output
    damage(tmp_path, other)
    assert run("verify").exit_code == 0, "the damaged one belongs to no case"
    done = run("verify", "--all")
    assert done.exit_code == 1
    assert "全部原件 3 件，完好 2 件，不符 1 件" in done.output
    assert "http://news.example/c" in done.output
    damage(tmp_path, ours)
    assert run("verify").exit_code == 1
    assert "完好" in run("show", str(whole)).output


def test_a_case_is_exported_whole_into_one_file_any_tool_reads(run, keep, database, tmp_path):
    event = case(database)
    first, again, lost, never = (
        keep("a", event=event),
        keep("b", event=event),
        keep("c", PAGE * 30, event),
        keep("d", None, event),
    )
    keep("other", b"not ours")
    damage(tmp_path, lost)
    target = tmp_path / "out.warc.gz"
    done = run("export", "舆情〔2026〕3号", str(target), "--reason", "移交线索")
    assert done.exit_code == 0, done.output
    lines = [line.split("\t") for line in done.output.splitlines()]
    assert [(line[0], line[-1][:4]) for line in lines[:-1]] == [
        (str(first), "已导出"),
        (str(again), "已导出"),
        (str(lost), lines[2][-1][:4]),
        (str(never), "这条信息"),
    ]
    assert lines[2][-1] != "已导出"
    assert "4 条信息，有原件 2 条" in done.output
    with target.open("rb") as file:
        found = [(record.rec_type, record.content_stream().read()) for record in ArchiveIterator(file)]
    assert [kind for kind, _ in found] == ["warcinfo", "response", "request", "resource"]
    assert found[1][1] == PAGE
    assert evidence.digest(PAGE) in found[3][1].decode()
    assert journalled() == [("export_evidence", "command", "移交线索")]
    asked = run("export", "2026-3", str(tmp_path / "second.warc.gz"), input="上级调阅\n")
    assert asked.exit_code == 0
    assert run("export", "2026-3", str(target), "--reason", "再导一次").exit_code != 0
    for wrong in ("2026-9", "x"):
        assert run("export", wrong, str(tmp_path / "no"), "--reason", "移交").exit_code != 0
    assert not (tmp_path / "no").exists()
    with reading() as session:
        assert len(session.scalars(select(Evidence)).all()) == 3
        assert len(session.scalars(select(Article)).all()) == 5
