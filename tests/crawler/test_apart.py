"""The parsing child: the same answers as the parsers themselves, and a clean end for whatever oversteps."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hostile import MEGA, PROSE, feed, page

from crawler import apart, charset, kinds, page_about, page_title, wire
from crawler.apart_process import Child
from crawler.extract import extract
from crawler.fetch_words import FetchError
from crawler.items import MOST_ITEMS, Item

NOW = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
URL = "http://news.example/1.html"


def asked(reader: str, **more: object) -> bytes:
    return json.dumps({"reader": reader, "url": URL, "now": NOW.isoformat(), "more": more}).encode()


@pytest.fixture
def child_that() -> Iterator[Callable[..., Child]]:
    """Makes children with one more reader, whose source the test gives, and a second of processor time."""
    made: list[Child] = []

    def make(reader: str = "None", *, memory: int = 900, fat: int = 200) -> Child:
        program = (
            "from crawler import apart_child as child\n"
            f"child.MEMORY, child.FAT = {memory} << 20, {fat} << 20\n"
            f"def odd(body, url, now): {reader}\n"
            "child.READERS['odd'] = odd\n"
            "child.main(1)\n"
        )
        made.append(Child(("-c", program)))
        return made[-1]

    yield make
    for child in made:
        child.close()


FEEDS = {
    "rss": feed(
        "<item><title>检查&amp;通报</title><link>/a</link><author>值班员A</author><description>电子秤不准</description>"
        "<pubDate>Tue, 10 Mar 2026 10:00:00 +0800</pubDate></item><item><title>无日期</title></item>"
    ),
    "json": json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": [{"url": "/a", "title": "甲\ud800"}]}
    ).encode(),
    "empty": feed(""),
}


@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_gives_the_same_items_as_in_this_process(name: str):
    body = FEEDS[name]
    assert apart.parse("feed", body, URL, NOW) == kinds.named("feed").parse(body, URL, NOW)


def test_a_page_gives_the_same_article_and_title_as_in_this_process():
    body = page("<div>2026-03-09 08:30 来源：清源日报 作者：值班员A</div>")
    found = apart.extract(body, URL, NOW)
    assert found == extract(body, URL, NOW)
    assert found.published
    assert apart.title(body, URL, NOW) == page_title.title(body, URL, NOW) == "计量检查"
    assert apart.title(b"<p>", URL, NOW) is None


def test_an_item_comes_back_with_all_its_fields():
    one = Item("甲", "", None, None, "乙", False, "12345", NOW, "丙", "message", "丁", {"reads": 3}, 1, 99, NOW)
    assert wire.items(wire.packed([one])) == [one]


@pytest.mark.parametrize("name", sorted(set(charset.KNOWN)))
def test_every_character_set_is_read_in_the_child_as_here(name: str):
    body = f'<meta charset="{name}"><p>'.encode() + PROSE.encode(charset.KNOWN[name], "ignore") + b"\xff\xfe" * 3
    try:
        expected = extract(body, URL, NOW, name)
    except LookupError as error:
        with pytest.raises(LookupError, match=str(error)):
            apart.extract(body, URL, NOW, name)
    else:
        assert apart.extract(body, URL, NOW, name) == expected


def test_what_the_parsers_refuse_is_refused_in_their_own_words():
    with pytest.raises(LookupError, match="返回的是网页，不是订阅源"):
        apart.parse("feed", b"<html></html>", URL, NOW)
    with pytest.raises(LookupError, match="网页中没有找到正文"):
        apart.extract(b"", URL, NOW)
    with pytest.raises(LookupError, match="没有这种监测源：nonsense"):
        apart.parse("nonsense", b"", URL, NOW)


OTHERS = {
    "table": "工单编号,标题,内容,受理时间\n20260301,电子秤不准,少二两,2026-03-01 08:00\n".encode("gb18030"),
    "letter": b"From: a@a.example\r\nSubject: =?iso-2022-jp?b?GyRCOkYbKEI=?=\r\n\r\n\xbf\xbf",
    "nothing": b"\0",
}


@pytest.mark.parametrize("name", [*FEEDS, *OTHERS])
def test_the_kind_of_an_answer_is_told_as_in_this_process(name: str):
    body = (FEEDS | OTHERS)[name]
    assert apart.recognised(body, URL, NOW) == kinds.recognised(body, URL, NOW)


def test_what_a_page_says_of_itself_and_the_selectors_of_its_list_come_from_the_child_too():
    feeds = "<link rel=alternate type=application/rss+xml href=/feed title=通报><link rel=alternate href=/other>"
    rows = "".join(
        f"<li><a href=/n/{n}.html>关于第{n}批食品抽检情况的通报</a><span>2026-03-0{n}</span></li>" for n in range(1, 9)
    )
    body = f"<title>清源市 市场监管局</title>{feeds}<body><ul class=news>{rows}</ul>".encode()
    said = apart.about(body, URL, NOW)
    assert said == page_about.about(body, URL, NOW)
    assert said["name"] == "清源市 市场监管局"
    assert [feed["url"] for feed in said["feeds"]] == ["http://news.example/feed"]
    proposal = apart.propose(body, URL, None, NOW)
    assert proposal
    assert len(apart.parse("list", body, URL, NOW, options=proposal["options"])) == 8
    assert proposal["reasons"]
    assert apart.propose(b"<p>", URL, None, NOW) is None


@pytest.mark.parametrize("items", ["<item/>" * (MOST_ITEMS + 1), "<item><title>a</title></item>" * (MOST_ITEMS + 1)])
def test_a_feed_with_too_many_items_is_refused(items: str):
    with pytest.raises(LookupError, match="超过 5000 条的上限"):
        apart.parse("feed", feed(items), URL, NOW)


@pytest.mark.parametrize(
    ("reader", "status"),
    [
        ("\n while True: pass", "cpu"),
        ("import re; re.match('(a+)+$', 'a' * 60 + 'b')", "cpu"),
        ("return [bytearray(50 << 20) for _ in range(100)] and None", "memory"),
        ("return odd(body, url, now)", "broken"),
        ("raise ValueError('说不清')", "broken"),
        ("raise LookupError('说得清')", "unreadable"),
        ("return {}['a']", "broken"),
        ("return 'a' * 30_000_000", "long"),
        ("raise SystemExit(3)", "died"),
        ("raise KeyboardInterrupt", "died"),
        ("return open('/etc/passwd').read()", "broken"),
        ("__import__('socket').socket()", "broken"),
        ("open('/tmp/written-by-the-parsing-child', 'w')", "broken"),
    ],
)
def test_whatever_a_document_does_the_child_says_so_and_the_next_one_is_read(child_that, reader: str, status: str):
    child = child_that(reader)
    began = time.monotonic()
    said, found = child.ask(asked("odd"), b"", 20)
    assert said == status
    assert time.monotonic() - began < 20
    assert b"root:" not in found
    assert child.ask(asked("page"), page(""), 20)[0] == "ok"
    assert not Path("/tmp/written-by-the-parsing-child").exists()


def test_a_child_that_never_answers_is_ended(child_that):
    child = child_that("__import__('time').sleep(60)")
    began = time.monotonic()
    assert child.ask(asked("odd"), b"", 0.5) == ("wall", b"")
    assert time.monotonic() - began < 10
    assert child.pid is None


def test_a_child_that_crashes_or_is_killed_is_started_again(child_that):
    child = child_that("import os; os.kill(os.getpid(), 11)")
    assert child.ask(asked("odd"), b"", 20)[0] == "died"
    assert child.ask(asked("page"), page(""), 20)[0] == "ok"
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    time.sleep(0.2)
    assert child.ask(asked("page"), page(""), 20)[0] == "ok", (
        "a child killed while idle is no fault of the next document"
    )


def test_a_child_that_grew_fat_makes_room_for_a_new_one(child_that):
    child = child_that("child.kept = bytearray(b'x') * (80 << 20)", fat=80)
    assert child.ask(asked("page"), page(""), 20)[0] == "ok"
    before = child.pid
    assert child.ask(asked("odd"), b"", 20) == ("ok", b"null")
    assert child.pid is None
    assert child.ask(asked("page"), page(""), 20)[0] == "ok"
    assert child.pid not in (None, before)


def test_a_page_that_needs_too_much_memory_ends_alone(child_that):
    child = child_that(memory=250)
    assert child.ask(asked("page"), page("<table>" + "<p>x" * MEGA), 30)[0] in ("memory", "broken", "died")
    assert child.ask(asked("page"), page(""), 20)[0] == "ok"


def test_a_child_that_talks_nonsense_is_not_believed():
    for said in ("b'\\xff' * 8", "b'\\0\\0\\0\\2\\xff\\xff\\xff\\xffok'", "b'\\0'"):
        child = Child(
            ("-c", f"import socket; s = socket.socket(fileno=0); s.sendall(bytes(8)); s.recv(99); s.sendall({said})")
        )
        assert child.ask(asked("page"), b"", 20)[0] == "died"
        child.close()


@pytest.mark.parametrize("answer", [b"nonsense", b"[]", b"{}", b'{"published": 3}', b'{"published": {"at": "x"}}'])
def test_an_answer_of_another_shape_is_no_page(answer: bytes):
    with pytest.raises((ValueError, KeyError, TypeError)):
        wire.page(answer)


def test_a_child_that_cannot_start_is_told_as_such_and_not_held_against_the_document():
    child = Child(("-c", "raise SystemExit(1)"))
    with pytest.raises(FetchError) as caught:
        child.ask(asked("page"), b"", 20)
    assert caught.value.code == "parser"


def test_documents_that_come_at_once_are_read_side_by_side():
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(apart.extract(page(""), URL, NOW).title)) for _ in range(40)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["计量检查"] * 40


def test_the_child_sees_nothing_of_our_environment_and_ends_with_its_parent():
    program = (
        "import os, sys\n"
        "from crawler import apart\n"
        "from datetime import UTC, datetime\n"
        "apart.title(b'', 'http://a.example/', datetime.now(UTC))\n"
        "print(apart._children[0].pid, flush=True)\n"
        "sys.stdin.read()\n"
    )
    root = str(Path(__file__).parents[2])
    env = {"PYTHONPATH": root, "DATABASE_URL": "postgresql://u:hunter2@db.example/x"}
    with subprocess.Popen(
        [sys.executable, "-c", program], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        assert "hunter2" not in Path(f"/proc/{pid}/environ").read_text()
        parent.kill()
    until = time.monotonic() + 10
    while Path(f"/proc/{pid}/cmdline").exists() and Path(f"/proc/{pid}/cmdline").read_bytes():
        assert time.monotonic() < until
        time.sleep(0.05)
