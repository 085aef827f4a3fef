"""Many sources and many fetches: none is starved by slow and broken ones, and nothing grows in the worker."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from crawling import T, add, ask_again, crawl, office, rows
from sqlalchemy import func, select

from crawler.jobs import crawl_due
from store.db import reading, transaction
from store.sources import add_source
from store.tables import Fetch, Source

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800), pytest.mark.usefixtures("sqlite_database")]
MEGA = 1 << 20


@contextmanager
def sites(hosts: int) -> Iterator[list[str]]:
    """Run so many sites and give their addresses; they are ended by their pid."""
    command = [sys.executable, str(Path(__file__).with_name("many_sites.py")), str(hosts)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split()
        finally:
            process.terminate()


def used() -> tuple[int, int, int]:
    """Return memory in bytes, with that of the children that parse, open descriptors and threads of this process."""
    mine = [os.getpid(), *(int(pid) for task in Path("/proc/self/task").iterdir() for pid in _children(task))]
    return sum(map(_memory, mine)), len(os.listdir("/proc/self/fd")), threading.active_count()


def _children(task: Path) -> list[str]:
    found = (task / "children").read_text().split()
    return [pid for pid in found if "many_sites" not in Path(f"/proc/{pid}/cmdline").read_text()]


def _memory(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def fetches(*only) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Fetch).where(*only)) or 0


def test_ten_thousand_fetches_leave_memory_descriptors_and_threads_flat(tmp_path: Path):
    with sites(10) as places, office(tmp_path, *places, HUIYING_HOST_PAUSE="0") as settings:
        add(*(f"http://{place}/feed/{n}" for place in places for n in range(5)))
        add(*(f"http://{place}/{kind}/1" for place in places for kind in ("broken", "cut")))
        began, at = used(), T
        while fetches() < 10_000:
            crawl(settings, at, seconds=60)
            if fetches() < 2_000:
                began = used()  # Until then caches and connections fill.
            at += timedelta(minutes=10)
            ask_again(at)
        memory, descriptors, threads = (now - then for now, then in zip(used(), began, strict=True))
    failed = fetches(Fetch.error.is_not(None))
    print(
        f"{fetches()} 次抓取，{failed} 次失败；内存 {memory / MEGA:+.1f} MB，描述符 {descriptors:+d}，线程 {threads:+d}"
    )
    assert memory < 64 * MEGA
    assert descriptors <= 8
    assert threads <= 4
    assert 0 < failed < 3_000


def test_300_sources_on_30_hosts_are_served_within_one_interval_beside_slow_and_broken_ones(tmp_path: Path):
    kinds = {0: "slow", 1: "slow", 2: "broken", 3: "cut"}
    with sites(30) as places, office(tmp_path, *places, HUIYING_HOST_PAUSE="1") as settings:
        with transaction() as session:
            for number, place in enumerate(places):
                for n in range(10):
                    add_source(session, f"http://{place}/{kinds.get(number, 'feed')}/{n}", datetime.now(UTC))
        began = time.monotonic()
        while time.monotonic() - began < 240 and fetches(Fetch.error.is_(None), Fetch.article_id.is_(None)) < 260:
            crawl_due(settings, lambda: datetime.now(UTC), seconds=20)
        took = time.monotonic() - began
        while fetches(Fetch.article_id.is_not(None)) < 260 and time.monotonic() - began < 290:
            crawl_due(settings, lambda: datetime.now(UTC), seconds=20)
        whole = time.monotonic() - began
    good = [source for source in rows(Source) if "/feed/" in source.url]
    print(f"260 个正常监测源 {took:.0f} 秒内都抓到，连同各自的新网页 {whole:.0f} 秒；其余 40 个缓慢或出错")
    assert len(good) == 260
    assert all(source.last_ok_at is not None and source.failures == 0 for source in good)
    assert whole < min(source.interval for source in good), "not within one interval"
    troubled = [source for source in rows(Source) if "/feed/" not in source.url]
    assert {source.url.split("/")[3] for source in troubled if source.error} == {"slow", "broken", "cut"}
