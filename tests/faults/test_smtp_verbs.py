"""Scenario 18: the mail server fails at every verb in every way. What may pass is tried again, later and later; what is
refused for good goes by the next channel and to the next superior at once, and stands on the board. Nothing is lost."""

import re
from collections import Counter
from datetime import timedelta

import clock_process
import pytest
from clock_process import PATIENCE, beat_at, copies
from service import until
from services.certificates import make_certificate
from services.provider import provider
from services.smtp import HANG
from services.smtp_verbs import HANG_UP, VERBS, Plan, verb_server
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from alerts.auditor import audit
from alerts.undelivered import UNDELIVERED
from store import notices
from store.db import reading, transaction
from store.notices import RETRIES, Message
from store.settings import Settings
from store.tables.notices import Notice
from store.tables.people import Person

pytestmark = [
    pytest.mark.usefixtures("bureau"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]
HOW = (HANG, HANG_UP, "421", "450", "550")
OF_THE_RECIPIENT = ("RCPT", "DATA", "end of data")
"""Where a refusal is about this recipient or this message; before that it is about us or about all mail."""
ACCEPTED = 3
"""So many are taken at once: as many as there are senders, so that none of what follows takes another's plan."""
PATIENT = "4"
"""Seconds instead of ten until the clock process leaves a mail server that does not answer."""


@pytest.fixture
def server():
    with verb_server() as server:
        yield server


@pytest.fixture
def gateway():
    """A text message gateway: the channel after mail."""
    with provider() as gateway:
        yield gateway


def plan_of(how, verb):
    """Return the plan of one connection."""
    answer = f"{how} at {verb}" if how.isdigit() else how
    return Plan() if how == "accepted" else Plan(verb, answer)


@pytest.fixture
def env(tmp_path, database_url, server, gateway, wall):
    return clock_process.environment(
        tmp_path, database_url, server.url, wall, SMS_URL=gateway.url("/sms", "u:p"), SMTP_PATIENCE=PATIENT
    )


def write_notices(count, now):
    """Write a notice to each of so many new people; return their ids."""
    with transaction() as session:
        people = [
            Person(name=f"收件人{n}", email=f"p{n}@qingyuan.example", phone=f"1380000{n:04}") for n in range(count)
        ]
        session.add_all(people)
        session.flush()
        written = [notices.write(session, person, "notice", Message("通知", "正文"), now) for person in people]
        return [notice.id for notice in written]


def mails(ids):
    """Return the notices with their attempts."""
    asked = select(Notice).where(Notice.id.in_(ids)).options(selectinload(Notice.deliveries)).order_by(Notice.id)
    with reading() as session:
        return list(session.scalars(asked))


def nothing_waits():
    """Return whether no notice at all waits to be sent."""
    with reading() as session:
        return session.scalar(select(func.count()).where(Notice.state == "pending")) == 0


def followed_by(mail):
    """Return when the same person was told by another channel, and when a superior was told of it; None for never."""
    sms = select(Notice.created_at).where(Notice.person_id == mail.person_id, Notice.channel == "sms")
    superior = select(Notice.created_at).where(Notice.topic == f"{UNDELIVERED}{mail.id}")
    with reading() as session:
        return session.scalars(sms).one_or_none(), session.scalars(superior).one_or_none()


def what_happened(mail):
    """Return the answer of the first attempt and the verb it came at."""
    first = mail.deliveries[0]
    coded = re.search(r"(\d{3}) at (.+)", first.words)
    if coded:
        return coded[1], coded[2]
    return ("accepted" if first.ok else HANG if "没有回答" in first.words else HANG_UP), None


def test_scenario_18_every_failure_at_every_verb(server, gateway, env, wall, tmp_path):
    began = wall.now()
    wall.stands_at(began)  # Nothing is tried again before everything was tried once: each connection has its own plan.
    planned = [(how, verb) for how in HOW for verb in VERBS] + [("accepted", None)] * ACCEPTED
    server.plans.extend(plan_of(how, verb) for how, verb in planned)
    ids = write_notices(len(planned), began)
    with clock_process.running(env, tmp_path / "clock.log"):
        until(lambda: all(mail.deliveries for mail in mails(ids)), PATIENCE)
        wall.ahead(timedelta(seconds=45))
        until(nothing_waits, PATIENCE)
    found = mails(ids)
    assert Counter(map(what_happened, found)) == Counter(
        (how, None if how in (HANG, HANG_UP) else verb) for how, verb in planned
    )
    for mail in found:
        assert_what_followed(mail, *what_happened(mail))
    assert set(copies(server).values()) == {1}
    assert_on_the_board({mail.id for mail in found if mail.state == "failed"}, wall.now(), Settings.from_env(env))


def assert_what_followed(mail, how, verb):
    """What may pass was tried again after 15 s; what was refused for good went another way at the same instant."""
    at_once = (mail.deliveries[0].at, mail.deliveries[0].at) if how == "550" else (None, None)
    assert followed_by(mail) == at_once
    if how == "550" and verb in OF_THE_RECIPIENT:
        assert (mail.state, len(mail.deliveries)) == ("failed", 1)
    elif how == "accepted":
        assert (mail.state, len(mail.deliveries)) == ("sent", 1)
    else:
        assert (mail.state, [one.ok for one in mail.deliveries]) == ("sent", [False, True])
        assert mail.deliveries[1].at - mail.deliveries[0].at >= timedelta(seconds=15)


def assert_on_the_board(failed, now, settings):
    """What failed for good is shown, and alarmed of."""
    assert len(failed) == len(OF_THE_RECIPIENT)
    with reading() as session:
        assert {notice.id for notice in notices.troubled(session)} == failed
    assert "notice_failed" in {one.code for one in audit(now, settings)}


def test_scenario_18_tried_again_later_and_later(server, gateway, env, wall, tmp_path):
    now = wall.now()
    wall.stands_at(now)
    ids = write_notices(1, now)
    server.refuse("p0@qingyuan.example", "450 4.2.1 at RCPT")
    with clock_process.running(env, tmp_path / "clock.log"):
        for number, seconds in enumerate((*RETRIES, RETRIES[-1]), 1):
            until(lambda number=number: len(mails(ids)[0].deliveries) == number, PATIENCE)
            [mail] = mails(ids)
            assert mail.send_at - mail.deliveries[-1].at == timedelta(seconds=seconds)
            assert [at is not None for at in followed_by(mail)] == [number >= 3] * 2
            before = mail.send_at - timedelta(seconds=1)
            wall.stands_at(before)
            until(lambda before=before: beat_at("sender") == before, PATIENCE)
            assert len(mails(ids)[0].deliveries) == number, "not before its time"
            wall.stands_at(mail.send_at)
        server.refused.clear()
        until(lambda: mails(ids)[0].state == "sent", PATIENCE)


@pytest.fixture
def certificates(tmp_path):
    """Contexts of a server that nobody vouches for, of another host's, and the right one; and the trusted file."""
    stranger = make_certificate(tmp_path / "stranger.pem", "127.0.0.1")
    other = make_certificate(tmp_path / "other.pem", "mail.elsewhere.example")
    right = make_certificate(tmp_path / "right.pem", "127.0.0.1")
    trusted = tmp_path / "trusted.pem"
    trusted.write_text("".join((tmp_path / f"{name}.pem").read_text() for name in ("other", "right")))
    return {"stranger": stranger, "other": other, "right": right, "trusted": str(trusted)}


TLS_TROUBLE = {
    "nobody vouches for it": "self.signed certificate",
    "it is another host's": "IP address mismatch",
    "it offers none": "STARTTLS extension not supported",
    "it refuses": "454 at STARTTLS",
    "it refuses for good": "554 at STARTTLS",
    "it hangs up": "Connection unexpectedly closed",
    "it hangs": "没有回答",
}


def test_scenario_18_without_proof_of_who_it_is_a_server_gets_nothing(server, env, wall, tmp_path, certificates):
    began = wall.now()
    wall.stands_at(began)
    right = server.tls = certificates["right"]
    answers = ("454 at STARTTLS", "554 at STARTTLS", HANG_UP, HANG)
    server.plans.extend(Plan(tls=certificates[name]) for name in ("stranger", "other"))
    server.plans.extend([Plan(), *(Plan("STARTTLS", answer, tls=right) for answer in answers)])
    ids = write_notices(len(TLS_TROUBLE), began)
    env = {**env, "SMTP_URL": server.url.replace("smtp:", "smtp+starttls:"), "SSL_CERT_FILE": certificates["trusted"]}
    with clock_process.running(env, tmp_path / "clock.log"):
        until(lambda: all(mail.deliveries for mail in mails(ids)), PATIENCE)
        words = [mail.deliveries[0].words for mail in mails(ids)]
        for expected in TLS_TROUBLE.values():
            assert sum(re.search(expected, said) is not None for said in words) == 1, (expected, words)
        assert "MAIL" not in server.said, "nothing is said to it"
        assert {mail.state for mail in mails(ids)} == {"pending"}
        wall.ahead(timedelta(seconds=45))
        until(nothing_waits, PATIENCE)
    assert {mail.state for mail in mails(ids)} == {"sent"}
    assert set(copies(server).values()) == {1}
