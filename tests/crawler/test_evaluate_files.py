"""`make evaluate` on lists, feeds and exports: every file and row is taken, refused in words, or told lost."""

import io
import json
import tarfile
from collections import Counter
from pathlib import Path

import pytest
from openpyxl import Workbook

from crawler import evaluate
from crawler.tally import Tally
from huiying.evaluate import main

OPML = """<opml version="2.0"><body><!-- <outline text="aside" xmlUrl="https://x.example/"/> -->
<outline text="媒体"><outline type="rss" text="日报 &gt; 要闻" xmlUrl="https://daily.example/rss"/></outline>
<outline type="rss" text="又一次" xmlUrl="https://daily.example/rss"/>
<outline type="rss" text="坏的" xmlUrl="file:///etc/passwd"/></body></opml>"""
TOPIC = {"id": "a", "title": "停水", "url": "https://w.example/a"}
HOT = {"status": "success", "id": "weibo", "updatedTime": 1773114600000, "items": [TOPIC]}
JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "清源",
    "items": [{"id": "1", "title": "一", "url": "https://n.example/1"}, {"id": "2", "content_text": "二"}],
}
RSS = "<rss version='2.0'><channel><title>清源</title><item><title>一</title></item></channel></rss>"


def book() -> bytes:
    made, out = Workbook(), io.BytesIO()
    for row in (
        ["清源市留言"],
        ["编号", "标题", "内容"],
        ["1", "缺斤短两", "秤不准"],
        [],
        ["", "", ""],
        [None, None, None, "x"],
    ):
        made.active.append(row)
    made.create_sheet("说明").append(["没有表头"])
    made.save(out)
    return out.getvalue()


def put(folder: Path, name: str, **files: bytes | str) -> None:
    """Write a collection as it is brought."""
    (folder / name).mkdir()
    for file, body in files.items():
        (folder / name / file).write_bytes(body if isinstance(body, bytes) else body.encode())
    (folder / name / "index.jsonl").write_text("\n".join(json.dumps({"file": file}) for file in files), "utf-8")


@pytest.fixture
def formats(tmp_path: Path) -> Path:
    """A folder with something good and something bad of each kind."""
    put(tmp_path, evaluate.LISTS, **{"a.opml": OPML, "page.html": "<html><title>登录</title></html>"})
    put(tmp_path, evaluate.HOT, **{"a.json": json.dumps(HOT), "b.html": "<html>出错</html>"})
    put(tmp_path, evaluate.HUB, **{"a.json": json.dumps(JSON_FEED), "b.xml": RSS, "c.yml": "feeds: 1"})
    put(tmp_path, evaluate.EXPORTS, **{"a.xlsx": book(), "b.csv": "编号,标题\n1,甲\n", "c.pdf": b"%PDF-1.7"})
    return tmp_path


def test_every_row_is_counted_and_every_refusal_has_its_reason(formats):
    lists, hot, hub, exports = evaluate.figures(formats)
    assert (lists.files, lists.read, lists.rows, lists.taken) == (2, 1, 3, 1)
    assert lists.refused_rows == {"与前面一行的地址重复": 1, "链接不是 http 或 https 地址（file）": 1}
    assert lists.refused_files == {"这是网页“登录”，不是 OPML 订阅清单": 1}
    assert (hot.rows, hot.taken, hot.refused_files.total()) == (1, 1, 1)
    assert (hub.rows, hub.taken, hub.read) == (3, 3, 2)
    assert (exports.rows, exports.taken, exports.refused_rows.total()) == (3, 2, 1)
    assert all(one.met for one in (lists, hot, hub, exports))
    assert "文件 2 份 = 读入 1 + 拒收 1；行 3 = 收下 1 + 拒收 2；没有下落的 0，目标 0，达到" in str(lists)
    assert "    拒收的文件：1 × 这不是表格；请导入 .xlsx、.xls 或 .csv 文件" in str(exports)


def test_a_row_without_whereabouts_and_a_file_that_breaks_are_named():
    found = Tally("热榜")
    found.taken_from("a.json", 10, 7, Counter({"没有标题": 2}), 0.1)
    found.taken_from("b.json", 1, 2, Counter(), 0.1)
    found.broke("c.json", KeyError("items"))
    found.refused("d.json", "KeyError", 0.2)
    assert found.lost == [
        "a.json（1 行没有下落）",
        "b.json（多出 1 行）",
        "c.json（KeyError）",
        "d.json（原因看不懂：KeyError）",
    ]
    assert "没有下落的 4，目标 0，没有达到；最慢 0.20 秒（d.json）" in str(found)
    assert not Tally("空的").met


def test_feeds_are_compared_with_what_they_are_known_to_hold(tmp_path, capsys):
    files = {"a.json": json.dumps(JSON_FEED), "b.xml": RSS, "c.xml": RSS, "d.opml": OPML, "e.xml": ""}
    gold = [{"file": "a.json", "kind": "real", "n": 2}, {"file": "b.xml", "kind": "real", "n": 3}]
    gold += [{"file": "c.xml", "kind": "fixture", "n": None}, {"file": "d.opml", "kind": "opml", "n": None}]
    with tarfile.open(tmp_path / evaluate.FEEDS, "w:gz") as packed:
        whole = {f"x/feeds/{name}": body for name, body in files.items()}
        for name, body in (whole | {f"x/{evaluate.GOLD}": "\n".join(map(json.dumps, gold))}).items():
            entry = tarfile.TarInfo(name)
            entry.size = len(body.encode())
            packed.addfile(entry, io.BytesIO(body.encode()))
    feeds, lists = evaluate.feed_figures(tmp_path)
    assert (feeds.files, feeds.read, feeds.rows, feeds.taken) == (4, 3, 6, 4)
    assert (feeds.lost, feeds.refused_files) == (["b.xml（2 行没有下落）"], {"返回内容为空，不是订阅源": 1})
    assert (lists.files, lists.taken) == (1, 1)
    assert main([str(tmp_path)]) == 0
    assert "b.xml（2 行没有下落）" in capsys.readouterr().out


def test_all_collections_are_measured_in_one_run_and_absent_ones_named(formats, capsys):
    assert main([str(formats)]) == 2
    printed = capsys.readouterr().out
    assert "工单、留言表格：" in printed
    assert printed.count("这一部分没有评测") == 3
    assert main([]) == 2
    assert "请用 make evaluate DATA=文件夹 指明" in capsys.readouterr().out
