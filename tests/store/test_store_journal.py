"""The journal: whatever is changed in it afterwards is found; two writers never break the chain."""

import time

import pytest
from making import MINUTE, T, source
from sqlalchemy import text
from sqlalchemy.orm import Session
from writers import at_once, change

from store import db, journal
from store.journal import FIRST, first_broken, head, record
from store.tables import Source


def write(session, number):
    for n in range(1, number + 1):
        record(session, "person-1", "confirm", f"lead-{n}", T + n * MINUTE, case=n, at=T, title="标题", share=0.1)


@pytest.fixture
def six(database):
    with db.transaction() as session:
        write(session, 6)
    return database


def broken():
    with db.reading() as session:
        return first_broken(session)


def tamper(*statements):
    with db.transaction() as session:
        for statement in statements:
            session.execute(text(statement))


def test_an_empty_journal_holds(database):
    assert broken() is None
    with db.reading() as session:
        assert head(session) == (0, FIRST)


def test_an_untouched_journal_holds_and_each_entry_rests_on_the_one_before(six):
    assert broken() is None
    with db.reading() as session:
        rows = session.execute(text("SELECT seq, previous, hash FROM journal ORDER BY seq")).all()
        assert head(session) == (6, rows[-1].hash)
    assert [row.seq for row in rows] == [1, 2, 3, 4, 5, 6]
    assert [row.previous for row in rows] == [FIRST, *(row.hash for row in rows[:-1])]


TAMPERED = [
    (["UPDATE journal SET actor = 'person-2' WHERE seq = 3"], 3),
    (["UPDATE journal SET action = 'dismiss' WHERE seq = 1"], 1),
    (["UPDATE journal SET object = 'lead-9' WHERE seq = 6"], 6),
    (["UPDATE journal SET facts = '{\"case\": 9}' WHERE seq = 4"], 4),
    (["UPDATE journal SET at = '2026-11-22 00:00:00.000000' WHERE seq = 2"], 2),
    (["UPDATE journal SET previous = hash WHERE seq = 2"], 2),
    (["DELETE FROM journal WHERE seq = 1"], 1),
    (["DELETE FROM journal WHERE seq = 3"], 3),
    (["DELETE FROM journal WHERE seq = 3", "UPDATE journal SET seq = seq - 1 WHERE seq > 3"], 3),
    (
        [
            "UPDATE journal SET seq = 99 WHERE seq = 2",
            "UPDATE journal SET seq = 2 WHERE seq = 3",
            "UPDATE journal SET seq = 3 WHERE seq = 99",
        ],
        2,
    ),
    (
        [
            "INSERT INTO journal (seq, at, actor, action, object, facts, previous, hash) "
            "SELECT 7, at, actor, action, object, facts, hash, 'ff' FROM journal WHERE seq = 6"
        ],
        7,
    ),
]


def test_the_first_changed_removed_or_inserted_entry_is_named(six):
    for statements, first in TAMPERED:
        with db.reading() as session:
            for statement in statements:
                session.execute(text(statement))
            assert first_broken(session) == first, statements
    assert broken() is None


def test_a_change_is_found_by_a_session_that_had_read_the_entries_before(six):
    with db.transaction() as session:
        kept = [session.get_one(journal.JournalEntry, seq) for seq in range(1, 7)]
        session.execute(text("UPDATE journal SET actor = 'person-2' WHERE seq = 5"))
        assert first_broken(session) == 5
        assert len(kept) == 6


def test_a_removed_tail_shows_in_the_head_that_was_kept_elsewhere(six):
    with db.reading() as session:
        anchored = head(session)
    tamper("DELETE FROM journal WHERE seq > 4")
    assert broken() is None
    with db.reading() as session:
        assert head(session)[0] == 4 < anchored[0]


def test_a_head_kept_elsewhere_finds_its_entry_while_it_is_there(six):
    with db.reading() as session:
        seq, mark = head(session)
        assert journal.seq_of(session, mark) == journal.seq_of(session, f" {mark[:16].upper()}\n") == seq
        assert journal.seq_of(session, "f" * 64) is None
        for wrong in ("", mark[:15], "x" * 64, mark + "0", "%" * 20):
            with pytest.raises(ValueError, match="十六进制"):
                journal.seq_of(session, wrong)
    with db.transaction() as session:
        write(session, 2)
    with db.reading() as session:
        assert journal.seq_of(session, mark) == seq
    tamper("DELETE FROM journal WHERE seq > 5")
    with db.reading() as session:
        assert (first_broken(session), journal.seq_of(session, mark)) == (None, None)


def test_a_journal_written_anew_as_a_whole_lacks_the_head_that_was_kept(six):
    with db.reading() as session:
        mark = head(session)[1]
    tamper("DELETE FROM journal")
    with db.transaction() as session:
        write(session, 7)
    with db.reading() as session:
        assert first_broken(session) is None
    tamper("DELETE FROM journal")
    with db.transaction() as session:
        record(session, "system", "propose", "lead-1", T)
    with db.reading() as session:
        assert (first_broken(session), journal.seq_of(session, mark)) == (None, None)


def test_what_is_rolled_back_leaves_no_gap(six):
    def half(session):
        record(session, "system", "propose", "lead-7", T)
        raise KeyError

    with pytest.raises(KeyError):
        change(half)()
    with db.transaction() as session:
        kept = record(session, "system", "propose", "lead-7", T)
    assert (kept.seq, broken()) == (7, None)


def test_what_is_taken_back_is_not_written_by_the_next_change_of_the_same_session(six):
    with Session(db.engine()) as session:
        record(session, "system", "propose", "lead-7", T)
        session.rollback()
        record(session, "system", "dismiss", "lead-7", T)
        session.commit()
    with db.reading() as session:
        assert session.execute(text("SELECT action FROM journal WHERE seq > 6")).scalars().all() == ["dismiss"]
    assert broken() is None


def test_head_and_check_include_what_the_transaction_recorded_itself(six):
    with db.transaction() as session:
        record(session, "system", "propose", "lead-7", T)
        assert head(session)[0] == 7
        record(session, "system", "propose", "lead-8", T)
        assert first_broken(session) is None
    with db.reading() as session:
        assert head(session)[0] == 8


def test_a_savepoint_is_refused(six):
    with db.transaction() as session, session.begin_nested(), pytest.raises(RuntimeError, match="savepoint"):
        record(session, "system", "propose", "lead-7", T)


def test_writing_the_journal_waits_for_no_row_and_no_row_waits_for_it(database):
    """One changes a row and records, the other records and changes it: a circle if the chain were held early."""
    with db.transaction() as session:
        id_ = source(session).id

    def row_first(session):
        session.get_one(Source, id_).name = "a"
        session.flush()
        time.sleep(0.1)
        record(session, "system", "a", "source-1", T)

    def record_first(session):
        record(session, "system", "b", "source-1", T)
        time.sleep(0.1)
        session.get_one(Source, id_).name = "b"

    assert at_once(*[change(work) for work in (row_first, record_first, row_first, record_first)]) == [None] * 4
    with db.reading() as session:
        assert (head(session)[0], first_broken(session)) == (4, None)


def test_writers_at_the_same_moment_make_one_chain(database):
    found = at_once(*[change(write, 5)] * 6)
    assert found == [None] * 6
    with db.reading() as session:
        assert head(session)[0] == 30
    assert broken() is None
