"""What is tidied up: questions and uploaded files hold people's data and go soon; what is still needed stays."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from crawler.chores import do_due
from crawler.jobs import close, crawl_due
from store import asks, files
from store.db import reading, transaction
from store.settings import Settings
from store.tables import Ask, Fact, JournalEntry, Source

T = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CSV = "工单编号,诉求内容,来电时间,联系电话\nQY1,餐馆后厨脏乱,2026-11-19 09:05,13812345678\n".encode()


@pytest.fixture
def settings(tmp_path, database):
    made = Settings.from_env({"HUIYING_DATA_DIR": str(tmp_path)})
    yield made
    close(made)


@pytest.fixture
def folder(settings):
    return settings.data_dir / files.UPLOADS


def brought(folder, content=CSV, at=T) -> str:
    """Put a file among the uploads as of a time."""
    digest = files.keep(folder, content)
    os.utime(folder / digest, (at.timestamp(), at.timestamp()))
    return digest


def ask(what="table", sha256=None, at=T, **asked) -> int:
    with transaction() as session:
        return asks.ask(session, what, {"name": "工单.csv", **asked}, None, at, sha256).id


def answered(ask_id, at=T, error=None) -> None:
    with transaction() as session:
        row = session.get_one(Ask, ask_id)
        row.ask_at, row.answered_at, row.error, row.answer = None, at, error, None if error else {"items": []}


def left() -> list[int]:
    with reading() as session:
        return [row.id for row in session.query(Ask).order_by(Ask.id)]


def on_disk(folder) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_questions_are_forgotten_a_day_after_their_answer(settings):
    old, fresh, waiting = (ask("look", url="https://a.example/") for _ in range(3))
    answered(old, T)
    answered(fresh, T + 2 * HOUR)
    late = ask("look", at=T + HOUR)
    do_due(settings, T + DAY - HOUR)
    assert left() == [old, fresh, waiting, late]
    do_due(settings, T + DAY)
    assert left() == [fresh, late]


def test_an_upload_nobody_imported_goes_after_a_day(settings, folder):
    digest = brought(folder)
    answered(ask(sha256=digest))
    do_due(settings, T + 12 * HOUR)
    assert on_disk(folder) == {digest}
    do_due(settings, T + DAY)
    assert (left(), on_disk(folder)) == ([], set())
    with reading() as session:
        assert [entry.facts for entry in session.query(JournalEntry)] == [{"count": 1}]


def test_an_imported_upload_goes_with_the_next_round_and_one_that_failed_stays(settings, folder):
    done, failed = brought(folder), brought(folder, b"other")
    answered(ask(sha256=done))
    answered(ask(sha256=done, store=True))
    answered(ask(sha256=failed, store=True), error="这不是表格")
    do_due(settings, T + 2 * HOUR)
    assert on_disk(folder) == {failed}


def test_a_file_that_is_needed_again_or_just_came_stays(settings, folder):
    again, waiting, just = brought(folder), brought(folder, b"waiting"), brought(folder, b"just", T + 2 * HOUR)
    answered(ask(sha256=again, store=True))
    answered(ask(sha256=again, at=T + HOUR))
    ask(sha256=waiting, store=True)
    do_due(settings, T + 2 * HOUR)
    assert on_disk(folder) == {again, waiting, just}
    do_due(settings, T + 4 * HOUR)
    assert on_disk(folder) == {again, waiting}


def test_a_file_brought_again_counts_from_then(folder):
    digest = brought(folder, at=T)
    assert files.keep(folder, CSV) == digest
    assert (folder / digest).stat().st_mtime > T.timestamp()


def test_no_attachment_is_touched_and_no_folder_is_needed(settings, folder):
    attachments = settings.data_dir / files.ATTACHMENTS
    kept = brought(attachments)
    answered(ask(sha256=kept, store=True))
    do_due(settings, T + 2 * DAY)
    assert on_disk(attachments) == {kept}
    assert not folder.exists()


def test_an_export_really_imported_leaves_its_items_and_nothing_else(settings, folder):
    digest = brought(folder)
    ask(sha256=digest, store=True, source="12345热线工单", channel="hotline")
    crawl_due(settings, lambda: T, 10)
    crawl_due(settings, lambda: T + 2 * HOUR, 1)
    with reading() as session:
        assert session.query(Source).one().name == "12345热线工单"
    assert on_disk(folder) == set()
    crawl_due(settings, lambda: T + DAY, 1)
    assert left() == []


def test_a_chore_that_fails_is_logged_and_keeps_no_other_from_its_turn(settings, folder, caplog):
    inside = folder / "not-a-file"
    inside.mkdir(parents=True)
    os.utime(inside, (T.timestamp(), T.timestamp()))
    do_due(settings, T + DAY)
    assert "chore forget_asks failed" in caplog.text
    with reading() as session:
        assert {"chore_forget_asks", "chore_forget_yields"} <= {fact.name for fact in session.query(Fact)}
