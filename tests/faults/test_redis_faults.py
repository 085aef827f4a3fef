"""Redis emptied again and again, or frozen: work is found all the same, and nobody waits for it."""

import os
import signal
import time
from contextlib import contextmanager

from redis import Redis
from service import until
from sqlalchemy import select
from test_killed_processes import POISONING, count, service_sees_the_news

from store.db import reading
from store.tables import Article, Deadline, Lead

ARTICLES = 20


def client(office) -> Redis:
    folder = office.data_dir / "redis"
    password, port = ((folder / name).read_text().strip() for name in ("password", "port"))
    return Redis.from_url(f"redis://:{password}@127.0.0.1:{port}/0", socket_timeout=2)


def clocks_running() -> bool:
    return count(Deadline, Deadline.rule == "AUTH_RELEASE", Deadline.state == "open") == 1


def all_judged() -> bool:
    with reading() as session:
        waiting = session.scalars(
            select(Article.id).where(Article.judge_at.is_not(None) | Article.page_at.is_not(None))
        )
        return count(Article) == ARTICLES + 1 and not waiting.all()


def test_emptied_again_and_again_everything_is_still_judged(office, site, mailbox, service_on):
    with service_on(SMTP_URL=mailbox.url, HUIYING_ALLOW_PRIVATE_HOSTS=site.address), client(office) as redis:
        site.publish("多名学生食堂就餐后送医", POISONING)
        for number in range(ARTICLES):
            site.publish(f"第{number}届美食节开幕", f"第{number}届清源美食节今天开幕，市民可以品尝各地小吃。")
        service_sees_the_news(office)
        began = time.monotonic()
        while not (all_judged() and clocks_running()):
            redis.flushall()
            time.sleep(0.05)
            assert time.monotonic() - began < 60, "not judged within a minute"


def test_frozen_it_delays_neither_judging_nor_the_web(office, site, mailbox, service_on):
    with service_on(SMTP_URL=mailbox.url, HUIYING_ALLOW_PRIVATE_HOSTS=site.address) as service:
        with frozen(service.pid("redis")):
            site.publish("多名学生食堂就餐后送医", POISONING)
            service_sees_the_news(office)
            until(clocks_running)
            until(lambda: any("duty_officer@" in r for mail in mailbox.mails for r in mail.recipients))
            assert service.healthy()
        assert count(Lead, Lead.suspected) == 1


@contextmanager
def frozen(pid: int):
    """Stop a process of ours for a while, as a machine that hangs would."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)
