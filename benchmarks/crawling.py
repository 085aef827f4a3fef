"""How fast sources are visited and pages read: `crawling.py [DATA]`, where DATA holds pages/pages.tar.gz.

One worker's round in this process, a site on 30 loopback addresses in another, SQLite in a new folder. Prints each
figure, beside its floor where it has one. The comparison needs trafilatura, which is no part of the service.
"""

import importlib.util
import os
import resource
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select, update

from crawler import apart
from crawler.extract import extract
from crawler.jobs import close, crawl_due
from store import db, sources
from store.migrate import upgrade
from store.settings import Settings
from store.tables import Fetch, Source

HOSTS, PAGES = 30, 40
PASSES = 5
FLOOR, TIMES = 200, 20
"""Pages per second of processor time, and how many times as fast as trafilatura in the same run."""
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def main() -> None:
    """Measure and print; exit status 1 if a floor is not met."""
    data = Path(sys.argv[1]) if sys.argv[1:] else None
    archive = data / "pages" / "pages.tar.gz" if data else None
    pages = _pages(archive) if archive and archive.is_file() else []
    with tempfile.TemporaryDirectory() as folder:
        rounds(Path(folder), archive if pages else None)
    if not pages:
        print("没测  网页抽取：没有 DATA/pages/pages.tar.gz；运行 make bench DATA=数据文件夹")
        return
    sys.exit(0 if all(extraction(pages)) else 1)


def extraction(pages: list[bytes]) -> list[bool]:
    """Measure how many pages are read per second of processor time, here and by trafilatura."""
    ours = len(pages) / _cpu(pages, lambda page: extract(page, "", NOW))
    print(f"      隔离解析（另一进程，含往返）：{len(pages) / _wall(pages):.0f} 页/秒")
    met = [show("抽取，页/处理器秒", ours, FLOOR)]
    if importlib.util.find_spec("trafilatura") is None:
        print("没测  与 trafilatura 之比：先运行 .venv/bin/pip install trafilatura lxml_html_clean；只用来比较")
        return met
    import trafilatura

    theirs = len(pages) / _cpu(pages, lambda page: trafilatura.bare_extraction(page, with_metadata=True), passes=1)
    print(f"      trafilatura：{theirs:.1f} 页/处理器秒")
    return [*met, show("抽取，trafilatura 的倍数", ours / theirs, TIMES)]


def rounds(folder: Path, archive: Path | None) -> None:
    """Visit the sources of a site three times: all new, nothing changed, and all to be read again without news."""
    apart.title(b"", "", NOW)  # A child is started once in the life of a worker.
    with site(archive) as hosts, office(folder, hosts) as settings:
        with db.transaction() as session:
            for host in hosts:
                sources.add_source(session, f"http://{host}/feed", datetime.now(UTC))
        round_of(settings, f"{HOSTS} 个监测源，各 {PAGES} 个新网页")
        with db.transaction() as session:
            sources.ask_now(session, datetime.now(UTC))
        round_of(settings, "全部未变（304）")
        with db.transaction() as session:
            session.execute(update(Source).values(etag=None))
            sources.ask_now(session, datetime.now(UTC))
        round_of(settings, "全部重读，没有新内容")


def round_of(settings: Settings, name: str) -> None:
    """Let one worker visit what is due and print how fast it was."""
    began, used = time.monotonic(), _used()
    since = datetime.now(UTC)
    while crawl_due(settings, lambda: datetime.now(UTC), seconds=20):
        pass
    took, used = time.monotonic() - began, _used() - used
    asked = select(func.count()).where(Fetch.at >= since, Fetch.error_code.is_(None))
    with db.reading() as session:
        visited = session.scalar(asked.where(Fetch.article_id.is_(None))) or 0
        pages = session.scalar(asked.where(Fetch.article_id.is_not(None))) or 0
    print(
        f"      {name}：{visited / took * 60:.0f} 个监测源/分钟、{pages / took:.0f} 页/秒；"
        f"每核 {visited / used * 60:.0f} 个监测源/分钟、{pages / used:.0f} 页/秒",
        flush=True,
    )


def _used() -> float:
    """Return the seconds of processor time this process and the children that parse for it have used."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    ticks = 0
    for child in Path(f"/proc/{os.getpid()}/task").glob("*/children"):
        for pid in child.read_text().split():
            if "apart_child" in Path(f"/proc/{pid}/cmdline").read_text():
                ticks += sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]))
    return own.ru_utime + own.ru_stime + ticks / os.sysconf("SC_CLK_TCK")


def _cpu(pages: list[bytes], read: Callable[[bytes], object], passes: int = PASSES) -> float:
    """Return the seconds of processor time of the best pass over all pages."""
    return min(_once(pages, read, time.process_time) for _ in range(passes))


def _wall(pages: list[bytes]) -> float:
    return min(_once(pages, lambda page: apart.extract(page, "", NOW), time.perf_counter) for _ in range(PASSES))


def _once(pages: list[bytes], read: Callable[[bytes], object], clock: Callable[[], float]) -> float:
    began = clock()
    for page in pages:
        try:
            read(page)
        except LookupError:
            continue
    return clock() - began


def _pages(archive: Path) -> list[bytes]:
    with tarfile.open(archive) as tar:
        found = (tar.extractfile(member) for member in tar if member.name.endswith(".html"))
        return [file.read() for file in found if file is not None]


@contextmanager
def office(folder: Path, hosts: list[str]) -> Iterator[Settings]:
    """Give the settings of a new office that may visit these hosts, and connect to its database."""
    env = {
        "HUIYING_DATA_DIR": str(folder),
        "HUIYING_ALLOW_PRIVATE_HOSTS": ",".join(hosts),
        "HUIYING_HOST_PAUSE": "0",
    }
    settings = Settings.from_env(env)
    upgrade(settings.database_url)
    db.connect(settings.database_url)
    try:
        yield settings
    finally:
        close(settings)
        db.disconnect()


@contextmanager
def site(archive: Path | None) -> Iterator[list[str]]:
    """Run the site in a process of its own and give its addresses; it is ended by its pid."""
    command = [sys.executable, str(Path(__file__).with_name("crawling_site.py")), str(HOSTS), str(PAGES)]
    command += [str(archive)] if archive else []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ)) as process:
        try:
            yield (process.stdout.readline() if process.stdout else "").split()
        finally:
            process.terminate()


def show(name: str, value: float, least: float) -> bool:
    """Print one figure beside its floor and return whether it is met."""
    met = value >= least
    print(f"{'ok   ' if met else 'SHORT'} {name}：{value:.0f} ≥ {least:g}", flush=True)
    return met


if __name__ == "__main__":
    main()
