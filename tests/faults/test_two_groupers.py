"""Two grouper processes at once, and one is killed or sleeps: one matter is one event with one lead, clocked once."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import faulty_grouper
import invariants
import pytest
from alerts_story import verdict
from clock_process import PATIENCE, environment
from service import until
from sqlalchemy import func, select

from classifier.grouper import HOLD, LEASE
from store.db import reading, transaction
from store.tables import Article, Deadline, Event, EventChange, Lead, Lease, Person, Source

pytestmark = pytest.mark.usefixtures("bureau")
SECOND = timedelta(seconds=1)
MATTER = "东岭区实验小学四十多名学生午餐后集体呕吐腹泻，已送医院治疗，食堂食品留样已经封存，调查正在进行。"
LIFT = "河湾区阳光花园三号楼电梯昨晚从九楼坠落，两名住户受轻伤，物业公司表示维保单位正在检查钢丝绳。"


@pytest.fixture
def two(tmp_path: Path, database_url: str, mailbox, wall) -> Iterator:
    """Gives what starts two grouper processes; at a point, if one is named, the first that comes there dies."""

    @contextmanager
    def start(point: str = ""):
        env = environment(tmp_path, database_url, mailbox.url, wall)
        env |= {"FAULT_POINT": point, "FAULT_MARK": str(tmp_path / "killed")} if point else {}
        with ExitStack() as stack, (tmp_path / "grouper.log").open("ab") as log:
            begun = [_start(env, log) for _ in range(2)]
            for process in begun:
                stack.callback(process.wait)
                stack.callback(process.kill)
            yield {process.pid: process for process in begun}

    return start


def _start(env, log) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, faulty_grouper.__file__], env=env, stdout=log, stderr=log)


def publish(now, *texts: str, opens: str = "provisional") -> None:
    """Store articles as they leave the judge, in one transaction."""
    with transaction() as session:
        source = session.scalars(select(Source)).first()
        if source is None:
            source = Source(name="清源论坛", url="https://forum.example/feed", created_at=now, last_ok_at=now)
            session.add(source)
            session.flush()
        number = session.scalar(select(func.count()).select_from(Article))
        for n, text in enumerate(texts, number):
            link = f"https://forum.example/{n}"
            said = {"channel": "news", "published_at": now, "first_seen_at": now, "group_at": now}
            article = Article(source_id=source.id, link=link, title=text[:12], body=text, **said)
            session.add(article)
            session.flush()
            session.add(verdict(article, opens, now))


def waiting() -> int:
    """Return how many articles are in no event."""
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Article).where(Article.event_id.is_(None)))


def holder(processes) -> subprocess.Popen | None:
    """Return the process that holds the lease."""
    with reading() as session:
        owner = session.scalar(select(Lease.owner).where(Lease.name == "grouper"))
    return processes.get(int(owner.rpartition("-")[2])) if owner else None


def assert_clocked_once(articles: int) -> None:
    """One event with all articles, one lead, each of its clocks once, the journal whole."""
    with reading() as session:
        [event] = session.scalars(select(Event))
        [lead] = session.scalars(select(Lead))
        rules = list(session.scalars(select(Deadline.rule).where(Deadline.state == "open").order_by(Deadline.rule)))
        assert (event.articles, event.copies, lead.event_id, lead.state) == (articles, articles - 1, event.id, "open")
        assert rules == ["AUTH_RELEASE", "LEAD_CONFIRM", "PRESS_CONF"]
    invariants.every_matter_is_clocked()
    invariants.due_times_are_journaled()
    invariants.chain_holds()


@pytest.mark.parametrize(
    ("database_url", "point"),
    [("sqlite", "decided"), ("sqlite", "not committed"), ("sqlite", "committed"), ("postgresql", "not committed")],
    indirect=["database_url"],
)
def test_scenario_9_the_one_that_groups_is_killed_and_the_other_goes_on(point, two, wall):
    publish(wall.now(), MATTER, f"【转】{MATTER}", f"转发：{MATTER}")
    with two(point) as processes:
        until(lambda: any(process.poll() is not None for process in processes.values()), PATIENCE)
        [dead] = [process for process in processes.values() if process.poll() is not None]
        assert dead.returncode == -signal.SIGKILL
        wall.ahead(HOLD + SECOND)
        publish(wall.now(), f"快讯：{MATTER}")
        until(lambda: waiting() == 0, PATIENCE)
    assert_clocked_once(4)


def test_scenario_10_one_that_slept_through_its_lease_groups_nothing_more(two, wall):
    with two() as processes:
        publish(wall.now(), MATTER)
        until(lambda: waiting() == 0, PATIENCE)
        asleep = holder(processes)
        assert asleep is not None
        os.kill(asleep.pid, signal.SIGSTOP)
        publish(wall.now(), f"【转】{MATTER}")
        wall.ahead(LEASE + HOLD + SECOND)
        until(lambda: waiting() == 0 and holder(processes) is not asleep, PATIENCE)
        os.kill(asleep.pid, signal.SIGCONT)
        publish(wall.now(), f"快讯：{MATTER}", f"转发：{MATTER}")
        until(lambda: waiting() == 0, PATIENCE)
        assert holder(processes) is not asleep
    assert_clocked_once(4)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_merge_by_people_is_followed_by_the_process_that_lives_and_by_the_one_that_takes_over(two, wall):
    from store import regrouping

    with two() as processes:
        publish(wall.now(), MATTER)
        publish(wall.now(), LIFT, opens="none")
        until(lambda: waiting() == 0, PATIENCE)
        with transaction() as session:
            into, other = session.scalars(select(Event).order_by(Event.id))
            officer = session.scalars(select(Person).where(Person.name == "值班员A")).one()
            regrouping.merge(session, other, into, "同一次检查发现", officer, wall.now())
        publish(wall.now(), f"【转】{LIFT}", opens="none")
        until(lambda: waiting() == 0, PATIENCE)
        first = holder(processes)
        assert first is not None
        first.kill()
        wall.ahead(LEASE + HOLD + SECOND)
        publish(wall.now(), f"转发：{LIFT}", opens="none")
        until(lambda: waiting() == 0, PATIENCE)
    with reading() as session:
        assert [event.articles for event in session.scalars(select(Event).order_by(Event.id))] == [4, 0]
        assert session.scalar(select(func.count()).select_from(EventChange)) == 1
