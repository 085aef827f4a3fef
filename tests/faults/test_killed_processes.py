"""Any process may be killed at any moment: it is back at once, and nobody who had to be told is left out."""

import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from service import Service, running, until
from services.ports import free_port
from services.smtp import MailServer
from sqlalchemy import func, select

from alerts.merging import INTO
from store import leads, people
from store.db import reading, transaction
from store.tables import Article, Deadline, Lead, Notice, Stage

PROCESSES = ("web", "clock", "beat", "worker", "grouper", "auditor", "inbox", "redis")
BACK_WITHIN = 2.0
PATIENT_WEB = 10.0
"""Seconds until the web answers again on a machine that is busy with other tests."""
POISONING = "清源市某小学四十多名学生在食堂就餐后集体呕吐腹泻，已送医院治疗，市场监管部门已封存食品留样。"
WAITING = timedelta(minutes=30)


def leads_due_soon(count: int, spread: float) -> None:
    """Open leads whose judging limit runs out one after the other within `spread` seconds from now."""
    now = datetime.now(UTC)
    with transaction() as session:
        officer = people.on_duty(session, "duty_officer", now)[0]
        for n in range(count):
            opened = now - WAITING + timedelta(seconds=1 + n * spread / count)
            leads.enter(session, officer, opened, title=f"来电{n}", text="电梯停运", channel="news", unit=None)


def pending() -> int:
    """Return how many rungs due by now are not told and how many notices not sent."""
    now = datetime.now(UTC)
    with reading() as session:
        rungs = select(func.count()).where(Stage.state == "pending", Stage.due_at <= now)
        notices = select(func.count()).where(Notice.state == "pending")
        return (session.scalar(rungs) or 0) + (session.scalar(notices) or 0)


def count(what, *where) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(what).where(*where)) or 0


def unjudged_told() -> Counter[int]:
    """Return how many notices 线索未研判 of each entered lead led to."""
    asked = select(Notice.lead_id).join(Stage, Stage.id == Notice.stage_id).where(Stage.rung == "unjudged")
    with reading() as session:
        return Counter(session.scalars(asked))


def written() -> list[str]:
    """Return the Message-IDs of all notices that had to go out.

    One whose sending was cut off may have given way to a newer one of the same matter to the same person: then that one
    had to go out instead, alone or in the one message of a storm. Of a storm to one person one message goes out.
    """
    with reading() as session:
        notices = list(session.scalars(select(Notice)))
    for old in (one for one in notices if one.state == "cancelled" and one.error != INTO):
        newer = [n for n in notices if (n.lead_id, n.person_id) == (old.lead_id, old.person_id) and n.id > old.id]
        assert any(n.state != "cancelled" or n.error == INTO for n in newer), (
            f"notice {old.id} gave way to nothing: {old.error}"
        )
    return [notice.message_id for notice in notices if notice.state != "cancelled"]


def arrived(mailbox: MailServer) -> Counter[str]:
    """Return how often each notice arrived; the auditor's own alarms are no notices."""
    with reading() as session:
        known = set(session.scalars(select(Notice.message_id)))
    return Counter(mail.message["Message-ID"] for mail in mailbox.mails if mail.message["Message-ID"] in known)


def assert_nobody_was_left_out(mailbox: MailServer, kills: int) -> None:
    """Officer and leader were told of every lead once, every notice arrived, and a copy is recognisable as one."""
    until(lambda: set(written()) <= set(arrived(mailbox)), patience=60)
    with reading() as session:
        entered = list(session.scalars(select(Lead.id).where(Lead.title.startswith("来电"))))
    copies = arrived(mailbox)
    assert sum(copies.values()) - len(copies) <= kills, "more copies than kills"
    assert unjudged_told() == dict.fromkeys(entered, 2)


def test_killed_one_after_the_other_while_rungs_fall_due(office, site, mailbox, capsys):
    with running(office, SMTP_URL=mailbox.url, HUIYING_ALLOW_PRIVATE_HOSTS=site.address) as service:
        site.publish("多名学生食堂就餐后送医", POISONING)
        service_sees_the_news(office)
        until(lambda: count(Deadline, Deadline.rule == "AUTH_RELEASE", Deadline.state == "open"))
        leads_due_soon(20, spread=12)
        figures = {name: service.kill(name) for name in PROCESSES}
        answering = until(service.healthy)
        until(lambda: len(unjudged_told()) == 20 and pending() == 0, patience=60)
        assert_nobody_was_left_out(mailbox, kills=len(PROCESSES))
        with capsys.disabled():
            print("\n  back after kill -9, s:", {name: round(seconds, 2) for name, seconds in figures.items()}, end=" ")
    assert max(figures.values()) <= BACK_WITHIN, figures
    assert answering < PATIENT_WEB


def service_sees_the_news(office) -> None:
    """Ask for a visit now, as the button 立即抓取 does."""
    from store import sources

    with transaction() as session:
        sources.ask_now(session, datetime.now(UTC))


def test_without_redis_for_good_emergencies_still_start_clocks_and_clocks_still_tell(office, site, mailbox):
    nowhere = f"redis://127.0.0.1:{free_port()}/0"
    env = {"SMTP_URL": mailbox.url, "HUIYING_ALLOW_PRIVATE_HOSTS": site.address, "REDIS_URL": nowhere}
    with running(office, **env):
        site.publish("多名学生食堂就餐后送医", POISONING)
        service_sees_the_news(office)
        until(lambda: count(Article) == 1)
        until(lambda: count(Lead, Lead.suspected) == 1)
        until(lambda: any("duty_officer@" in r for mail in mailbox.mails for r in mail.recipients))
        until(lambda: pending() == 0)
        assert count(Deadline, Deadline.rule == "AUTH_RELEASE") == 1


@pytest.mark.slow
def test_random_kills_for_a_minute(office, site, mailbox):
    """Thirty rungs fall due while something is killed every two seconds."""
    import random

    chance = random.Random(20261122)
    with running(office, SMTP_URL=mailbox.url, HUIYING_ALLOW_PRIVATE_HOSTS=site.address) as service:
        leads_due_soon(30, spread=50)
        kills = kill_something_every_two_seconds(service, chance, 25)
        until(lambda: len(unjudged_told()) == 30 and pending() == 0, patience=90)
        assert_nobody_was_left_out(mailbox, kills)


def kill_something_every_two_seconds(service: Service, chance, times: int) -> int:
    for _ in range(times):
        service.kill(chance.choice(PROCESSES))
        time.sleep(2)
    return times
