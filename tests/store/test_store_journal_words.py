"""What people write for the journal: beside the chain, proved by it, and destroyed without breaking it."""

import pytest
from making import MINUTE, T
from sqlalchemy import text

from store import db, journal
from store.journal import first_broken, record, record_words, words_of
from store.tables import JournalEntry, JournalWords

REASON = "张某来电要求核对原文"


@pytest.fixture
def written(database):
    """Two entries with a reason, between others without."""
    with db.transaction() as session:
        for seq, words in enumerate(("", REASON, "", REASON), start=1):
            about = (session, "person-1", "open_evidence", f"article-{seq}", T + seq * MINUTE)
            record_words(*about, words, {"sha256": "ab"}) if words else record(*about, sha256="ab")
    return database


def broken():
    with db.reading() as session:
        return first_broken(session)


def test_the_chain_has_a_digest_and_the_words_stand_beside_it(written):
    with db.reading() as session:
        rows = [session.get_one(JournalEntry, seq) for seq in range(1, 5)]
        assert words_of(session, rows) == {2: REASON, 4: REASON}
    assert REASON not in repr([row.facts for row in rows])
    assert [row.facts.get("words") is not None for row in rows] == [False, True, False, True]
    assert rows[1].facts["words"] != rows[3].facts["words"], "the same words would be known by their digest"
    assert broken() is None


TAMPERED = [
    ("UPDATE journal_words SET words = '别的事由' WHERE seq = 4", 4),
    ("UPDATE journal_words SET salt = 'ff' WHERE seq = 2", 2),
    ("DELETE FROM journal_words WHERE seq = 2", 2),
    ("UPDATE journal_words SET seq = 3 WHERE seq = 4", 3),
    ("INSERT INTO journal_words (seq, salt, words) VALUES (1, '', '后补的事由')", 1),
]


@pytest.mark.parametrize(("statement", "first"), TAMPERED)
def test_words_that_were_changed_removed_or_added_are_found(written, statement, first):
    with db.transaction() as session:
        session.execute(text(statement))
    assert broken() == first


def test_destroyed_words_leave_the_chain_whole_and_say_who_did_it(written):
    with db.transaction() as session:
        journal.destroy_words(session, 2, "person-9", T + 9 * MINUTE)
    assert broken() is None
    with db.reading() as session:
        assert session.get(JournalWords, 2) is None
        last = session.get_one(JournalEntry, 5)
        assert (last.actor, last.action, last.object) == ("person-9", "destroy_words", "journal-2")
    with db.transaction() as session:
        session.execute(text("UPDATE journal SET object = 'journal-4' WHERE seq = 5"))
    assert broken() == 2


@pytest.mark.parametrize("seq", [1, 99])
def test_there_is_nothing_to_destroy(written, seq):
    with db.transaction() as session, pytest.raises(LookupError, match="没有事由"):
        journal.destroy_words(session, seq, "command", T)


def test_what_is_taken_back_leaves_no_words(written):
    with db.reading() as session:
        record_words(session, "person-1", "open_evidence", "article-9", T, REASON, {})
        session.rollback()
    with db.transaction() as session:
        record(session, "person-1", "confirm", "lead-9", T)
    with db.reading() as session:
        assert session.query(JournalWords).count() == 2
    assert broken() is None
