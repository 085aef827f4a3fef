"""Token buckets under several senders, and channels that a provider shut."""

from datetime import timedelta

from making import MINUTE, SECOND, T
from writers import at_once, change

from store import allowance, channels
from store.db import reading, transaction
from store.tables import JournalEntry


def test_several_senders_never_take_more_than_there_is(database):
    def claim(session):
        return sum(not allowance.claim(session, "wecom_robot", T, legal=True) for _ in range(4))

    assert sum(at_once(*[change(claim)] * 5)) == 10


def test_a_shut_channel_takes_nothing_until_it_opens(session):
    assert not allowance.claim(session, "sms", T, legal=True)
    allowance.shut(session, "sms", T + MINUTE, T)
    assert channels.shut_until(session, "sms", T) == T + MINUTE
    assert allowance.claim(session, "sms", T + 20 * SECOND, legal=True) == 40 * SECOND
    assert not allowance.claim(session, "sms", T + MINUTE, legal=True)
    assert channels.shut_until(session, "sms", T + MINUTE) is None


def test_a_robot_that_was_shut_starts_empty(session):
    allowance.shut(session, "wecom_robot", T + 5 * SECOND, T)
    assert allowance.claim(session, "wecom_robot", T + 5 * SECOND, legal=True) == SECOND
    assert allowance.tokens_left(session, "wecom_robot", T + timedelta(hours=1)) == 10


def test_shutting_is_recorded(database):
    with transaction() as session:
        allowance.shut(session, "wecom_robot", T + MINUTE, T)
    with reading() as session:
        [entry] = session.query(JournalEntry)
        assert (entry.action, entry.object) == ("shut_channel", "channel-wecom_robot")
