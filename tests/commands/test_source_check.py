"""`huiying source check`: what is seen at an address, said step by step, with nothing registered by it."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from crawler.jobs import close
from huiying.commands.source import command
from store import db, sources
from store.db import reading, transaction
from store.settings import Settings
from store.tables.sources import Fetch, Source

YESTERDAY = (datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%d")
ROWS = "".join(f"<li><a href='/a{n}.html'>关于第{n}批抽检结果的公告</a><span>{YESTERDAY}</span></li>" for n in range(9))
STORY = "清源市市场监管局对农贸市场的计量器具作了检查，发现三台电子秤超差，已责令停止使用并送检。" * 4
PAGES = {
    "/list": f"<html><head><title>抽检公告</title></head><body><ul class='news'>{ROWS}</ul></body></html>",
    "/a0.html": f"<html><body><h1>关于第0批抽检结果的公告</h1><div><p>{STORY}</p></div></body></html>",
    "/empty": "<rss version='2.0'><channel><title>清源</title></channel></rss>",
    "/words": f"<html><body><p>{STORY}</p></body></html>",
}


class Page(BaseHTTPRequestHandler):
    """Whatever stands in `PAGES`."""

    def do_GET(self) -> None:
        """Answer."""
        body = PAGES.get(self.path, "").encode()
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a site an office without sources may visit."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        place = f"127.0.0.1:{server.server_port}"
        monkeypatch.setenv("HUIYING_DATA_DIR", str(tmp_path))
        monkeypatch.setenv("DATABASE_URL", sqlite_url)
        monkeypatch.setenv("HUIYING_ALLOW_PRIVATE_HOSTS", place)
        db.connect(sqlite_url)
        yield f"http://{place}"
        close(Settings.from_env())
        db.disconnect()
        server.shutdown()
        thread.join()


def run(*words: str) -> Result:
    done = CliRunner().invoke(command, words)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
    return done


def add(url: str, **fields: object) -> int:
    with transaction() as session:
        return sources.add_source(session, url, datetime.now(UTC), name="抽检公告栏", **fields).id


def test_a_list_that_is_not_registered_is_explained_and_nothing_is_kept(site, tmp_path):
    done = run("check", f"{site}/list")
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0] == "robots.txt\t本单位的机器，不查"
    assert lines[1].startswith("访问\tHTTP 200")
    for line in ("类型\t网页列表", "条目\t读到 9 条，9 条有时间，9 条有链接", "row\tul.news > li", "date\tspan"):
        assert line in lines
    assert any(line.startswith("正文页\t《关于第0批抽检结果的公告》") for line in lines)
    assert f"  {YESTERDAY}\t关于第0批抽检结果的公告\t{site}/a0.html" in lines
    assert lines[-1] == "可以监测"
    assert f"访问 {site}/list …" in done.stderr
    with reading() as session:
        assert session.scalars(select(Source)).all() == session.scalars(select(Fetch)).all() == []
    assert not (tmp_path / "evidence").exists()


def test_a_registered_address_is_read_as_registered_and_its_health_is_said(site):
    source_id = add(f"{site}/list", kind="list", kind_label="网页列表", options={"row": "table.old tr", "link": "a"})
    with transaction() as session:
        sources.note_failure(session.get_one(Source, source_id), datetime.now(UTC), "timeout", "连接超时")
    done = run("check", f"{site}/list")
    assert done.exit_code == 1
    assert f"已登记\t监测源 {source_id}（抽检公告栏），网页列表：从未连通；连接超时；连续失败 1 次" in done.stdout
    assert "条目\t（有问题）网页结构已变化：找不到列表的行（table.old tr）" in done.stdout
    assert "Error: 没有读到：网页结构已变化" in done.stderr
    again = run("check", f"{site}/list", "--as-new")
    assert (again.exit_code, "row\tul.news > li" in again.stdout) == (0, True)


@pytest.mark.parametrize(
    ("path", "words"),
    [("/gone", "页面不存在（404），请核对地址"), ("/words", "不是订阅源，也没有看出列表，请给一条示例链接")],
)
def test_what_cannot_be_read_has_its_reason_and_another_exit_code(site, path, words):
    done = run("check", f"{site}{path}")
    assert (done.exit_code, f"Error: 没有读到：{words}" in done.stderr) == (1, True)


def test_a_feed_that_holds_nothing_now_can_be_read(site):
    done = run("check", f"{site}/empty")
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "可以监测，只是现在一条也没有")


def test_private_addresses_stay_closed(site):
    done = run("check", "http://127.0.0.1:9/feed")
    assert (done.exit_code, "127.0.0.1" in done.stderr) == (1, True)


def test_what_nothing_is_fetched_for_and_mailboxes_are_not_looked_at(site):
    add("push:清源网讯", kind="push", kind_label="服务商推送", fetch_at=None)
    mailbox = add("imaps://mail.example/INBOX", kind="mailbox", kind_label="邮箱")
    assert "服务商推送由对方送来或人工录入，不去抓取" in run("check", "push:清源网讯").stderr
    assert f"huiying source fetch {mailbox} --wait" in run("check", "imaps://mail.example/INBOX").stderr
    assert "链接不是 http 或 https 地址" in run("check", "imaps://other.example/INBOX").stderr


def test_a_source_is_added_by_its_address_and_kind_where_these_are_enough(site):
    assert run("add", f"{site}/map.xml", "--kind", "sitemap").exit_code == 0
    with reading() as session:
        source = session.scalars(select(Source)).one()
    assert (source.kind, source.kind_label, source.name) == ("sitemap", "站点地图", f"{site}/map.xml")
    for kind, words in (("nonsense", "没有这种监测源"), ("list", "只有网址不够"), ("push", "只有网址不够")):
        refused = run("add", f"{site}/x", "--kind", kind)
        assert (refused.exit_code, words in refused.stderr) == (2, True)
    long = run("add", f"{site}/?{'a' * 2000}")
    assert (long.exit_code, "网址超过 2000 个字符" in long.stderr) == (1, True)


def test_a_round_of_all_waits_for_what_is_fetched_alone(site):
    add(f"{site}/empty")
    add("push:清源网讯", kind="push", kind_label="服务商推送", fetch_at=None)
    done = run("fetch", "--all", "--wait")
    assert (done.exit_code, "已请求抓取 1 个监测源" in done.stdout, "抓取 1 次" in done.stdout) == (0, True, True)
    assert "不去抓取" in run("fetch", "2").stderr
