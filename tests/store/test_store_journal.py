"""The journal: whatever is changed in it afterwards is found; two writers never break the chain."""

import pytest
from making import MINUTE, T
from sqlalchemy import text
from writers import at_once, change

from store import db, journal
from store.journal import FIRST, first_broken, head, record


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


def test_what_is_rolled_back_leaves_no_gap(six):
    def half(session):
        record(session, "system", "propose", "lead-7", T)
        raise KeyError

    with pytest.raises(KeyError):
        change(half)()
    with db.transaction() as session:
        assert record(session, "system", "propose", "lead-7", T).seq == 7
    assert broken() is None


def test_writers_at_the_same_moment_make_one_chain(database):
    found = at_once(*[change(write, 5)] * 6)
    assert found == [None] * 6
    with db.reading() as session:
        assert head(session)[0] == 30
    assert broken() is None
