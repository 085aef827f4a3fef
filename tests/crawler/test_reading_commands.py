"""`huiying extract` and `huiying feed`: JSON Lines in and out, a bad line answered in its place."""

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from huiying.commands import extract, feed

PAGE = """<html><head><title>清源市通报抽检结果</title></head><body><h1>清源市通报抽检结果</h1>
<p>2026-03-09 21:30　来源：清源日报</p><div><p>本次共抽检食用农产品一百批次，合格九十九批次。</p></div></body></html>"""
FEED = """<rss version="2.0"><channel><title>t</title>
<item><title>第一条</title><link>/1</link><pubDate>2026-03-09 21:30:05</pubDate></item>
<item><title>第二条</title><link>/2</link><pubDate>2026-03-09</pubDate></item></channel></rss>"""


def run(command: Any, *lines: str) -> tuple[int, list[dict[str, Any]]]:
    done = CliRunner().invoke(command, input="\n".join(lines))
    return done.exit_code, [json.loads(line) for line in done.output.splitlines()]


def row(number: int, path: Path) -> str:
    return json.dumps({"id": number, "url": "https://news.example.cn/a.html", "path": str(path)})


def test_extract_answers_line_by_line(tmp_path: Path):
    good, empty = tmp_path / "good.html", tmp_path / "empty.html"
    good.write_bytes(PAGE.encode("gb18030"))
    empty.write_bytes(b"<html></html>")
    status, answers = run(
        extract.command, row(1, good), "{broken", row(2, tmp_path / "absent"), row(3, empty), row(4, good)
    )
    assert status == 1
    assert answers[0] == {
        "id": 1,
        "title": "清源市通报抽检结果",
        "body": "本次共抽检食用农产品一百批次，合格九十九批次。",
        "author": None,
        "source": "清源日报",
        "publish_time": "2026-03-09 21:30",
        "charset": "gb18030",
    }
    assert ["error" in answer for answer in answers] == [False, True, True, True, False]
    assert [answer["id"] for answer in answers] == [1, None, 2, 3, 4]


def test_extract_ends_well_when_all_lines_are_good(tmp_path: Path):
    (tmp_path / "a.html").write_text(PAGE, "utf-8")
    assert run(extract.command, row(1, tmp_path / "a.html"))[0] == 0


def test_feed_prints_one_line_an_entry(tmp_path: Path):
    good, empty, page = (tmp_path / name for name in ("good.xml", "empty.xml", "page.html"))
    good.write_text(FEED, "utf-8")
    empty.write_bytes(b'<rss version="2.0"><channel/></rss>')
    page.write_text(PAGE, "utf-8")
    status, answers = run(feed.command, row(1, good), row(2, empty), row(3, page))
    assert status == 1
    assert answers[0] == {
        "id": 1,
        "title": "第一条",
        "link": "https://news.example.cn/1",
        "published": "2026-03-09 21:30:05",
        "author": None,
        "text": "",
    }
    assert answers[1]["published"] == "2026-03-09"
    assert answers[2] == {"id": 2, "entries": 0}
    assert answers[3]["id"] == 3
    assert "网页" in answers[3]["error"]


def test_feed_reads_every_kind_of_source_and_a_saved_site_map_whole(tmp_path: Path):
    hot = {"status": "cache", "id": "weibo", "updatedTime": 1773114600000}
    hot["items"] = [{"id": "停水", "title": "停水", "url": "https://s.weibo.com/weibo?q=停水&band_rank=1"}]
    page = "<url><loc>https://news.example.cn/p.html</loc><lastmod>2019-03-09</lastmod></url>"
    files = {
        "hot.json": json.dumps(hot),
        "map.xml": f"<urlset>{page}</urlset>",
        "index.xml": "<sitemapindex><sitemap><loc>/a.xml</loc></sitemap></sitemapindex>",
        "error.html": "<html><body><h1>ERROR</h1><p>Request failed with status code 403</p></body></html>",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    status, answers = run(feed.command, *(row(number, tmp_path / name) for number, name in enumerate(files, 1)))
    assert status == 1
    assert answers == [
        {
            "id": 1,
            "title": "停水",
            "link": "https://s.weibo.com/weibo?q=停水",
            "published": None,
            "author": None,
            "text": "",
        },
        {
            "id": 2,
            "title": "",
            "link": "https://news.example.cn/p.html",
            "published": "2019-03-09",
            "author": None,
            "text": "",
        },
        {"id": 3, "entries": 0},
        {"id": 4, "error": "接口报错：Request failed with status code 403"},
    ]
