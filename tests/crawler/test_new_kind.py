"""The walk-through of a new kind of source is true: its one file and its one test, put into a fresh copy, work."""

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import select

from store import db
from store.db import reading
from store.tables import Article, Source

ROOT = Path(__file__).parents[2]
WALK = (ROOT / "docs" / "new-kind-of-source.md").read_text("utf-8")
PACKAGES = ("crawler", "store", "domain", "huiying", "alerts", "classifier", "dashboard")
BLOCK = re.compile(r"^## 一个(?:文件|测试)：`([\w/.]+)`$.*?^```python\n(.*?)^```$", re.M | re.S)
ANSWER = re.search(r"^```json\n(.*?)^```$", WALK, re.M | re.S)[1]  # type: ignore[index]


class Platform(BaseHTTPRequestHandler):
    """The interface the walk-through tells of."""

    def do_GET(self) -> None:
        """Answer."""
        body = ANSWER.encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def platform() -> Iterator[str]:
    """Where the interface is."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Platform) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the program with the two files of the walk-through, and nothing else changed."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    for path, code in BLOCK.findall(WALK):
        assert not (ROOT / path).exists()
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(code, "utf-8")
    return tmp_path


def run(folder: Path, *words: str, **env: str) -> str:
    """Run Python in the copy and return what it printed; it has to succeed."""
    here = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1", **env}
    done = subprocess.run([sys.executable, *words], cwd=folder, env=here, capture_output=True, text=True, timeout=90)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def test_the_walk_through_holds_one_kind_and_one_test():
    assert [path for path, _ in BLOCK.findall(WALK)] == ["crawler/kinds/recalls.py", "tests/crawler/test_recalls.py"]


def test_the_test_of_the_walk_through_passes(copy):
    said = run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, "tests/crawler/test_recalls.py")
    assert "5 passed" in said


def test_the_code_of_the_walk_through_is_as_ours_has_to_be(copy):
    for check in (("format", "--check"), ("check",)):
        run(
            copy, "-m", "ruff", *check, "--no-cache", "--config", str(ROOT / "pyproject.toml"), "crawler/kinds", "tests"
        )


def test_one_file_is_enough_to_be_recognised_registered_fetched_and_stored(copy, platform, sqlite_url):
    env = {
        "HUIYING_DATA_DIR": str(copy / "var"),
        "DATABASE_URL": sqlite_url,
        "HUIYING_ALLOW_PRIVATE_HOSTS": platform,
    }
    address = f"http://{platform}/api/notices"

    def huiying(*words: str) -> str:
        return run(copy, "-c", "from huiying.cli import main; main()", *words, **env)

    seen = huiying("source", "check", address)
    assert "类型\t产品召回公告" in seen
    assert "2026-11-20\t儿童推车召回公告" in seen
    huiying("source", "add", address, "--kind", "recalls")
    assert "新增 1 条" in huiying("source", "fetch", "--all", "--wait")
    assert "新增 0 条" in huiying("source", "fetch", "--all", "--wait")
    db.connect(sqlite_url)
    with reading() as session:
        source, article = session.scalars(select(Source)).one(), session.scalars(select(Article)).one()
    db.disconnect()
    assert (source.kind, source.kind_label, source.error) == ("recalls", "产品召回公告", None)
    assert (article.title, article.number) == ("儿童推车召回公告", "清市监召〔2026〕3号")
    assert article.judge_at is not None
