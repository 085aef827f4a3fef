"""Lists of sources and exports of tickets: uploaded, read by the crawler, shown with every refusal, then imported."""

import re

import pytest
import screen_sources as made

from store import files

TABLE = {
    "columns": ["工单编号", "诉求内容", "来电时间", "诉求人"],
    "mapping": {"工单编号": "number", "诉求内容": "text", "来电时间": "published"},
    "rows": 12,
    "items": 10,
    "problems": [{"row": 7, "words": "时间“昨天下午”读不懂，留空"}, {"row": 9, "words": "没有标题和内容"}],
    "sample": [{"number": "QY1", "text": "餐馆卫生，电话13812345678", "published": "2026-11-20T01:05:00+00:00"}],
}
OPML = {
    "read": 3,
    "feeds": [
        {"title": "晚报", "url": "https://a.example/rss", "folder": ["媒体", "市级"], "known": True},
        {"title": "<b>日报</b>", "url": "https://b.example/rss", "folder": "媒体", "known": False},
    ],
    "duplicates": 1,
    "refused": [{"title": "内网", "words": "地址以 file:// 开头"}],
    "known": 1,
}


@pytest.fixture
def keeper(signed_in):
    """The office's browser."""
    return signed_in("office")


def upload(browser, what, content=b"rows", name="工单.xlsx", **form):
    """Send a file as a browser does; the body is made here, because the client's own would lie in a temporary file."""
    given = (
        {"channel": "hotline", "source": "12345热线工单"}
        if what == "table"
        else {"channel": "news", "authority": "city"}
    )
    fields = {"csrf": browser.csrf, **given, **form}
    parts = [f'--x\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in fields.items()]
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = b"".join([*(part.encode() for part in parts), head.encode(), content, b"\r\n--x--\r\n"])
    return browser.client.post(f"/sources/import/{what}", data=body, content_type="multipart/form-data; boundary=x")


def kept(settings, digest):
    return files.load(settings.data_dir / files.UPLOADS, digest)


def test_an_uploaded_table_is_kept_and_asked_about(keeper, settings):
    assert upload(keeper, "table", name="表/工单.xlsx").headers["Location"] == "/sources/import/1"
    [row] = made.asks()
    assert row.what == "table"
    assert row.asked == {"name": "工单.xlsx", "store": False, "channel": "hotline", "source": "12345热线工单"}
    assert kept(settings, row.sha256) == b"rows"
    page = keeper.text("/sources/import/1")
    assert "等抓取进程接手" in page
    assert "asks.js" in page


def test_a_table_shows_its_columns_what_was_not_understood_and_a_sample(keeper, clock):
    upload(keeper, "table")
    made.answer(1, clock.now, TABLE)
    page = keeper.text("/sources/import/1")
    assert "共 12 行，读出 10 条" in page
    assert "<b>2 处读不懂</b>" in page
    assert "第 7 行</b> 时间“昨天下午”读不懂" in page
    assert "第 9 行</b> 没有标题和内容" in page
    assert "电话138******78" in page
    assert '<dt>时间</dt><dd class="untrusted">09:05</dd>' in page
    chosen = re.findall(r'<select name="column-(\d)">.*?</select>', page, re.S)
    assert chosen == ["0", "1", "2", "3"]
    assert page.count('<option value="number" selected>') == 1


SHOWN = {"column-0": "number", "column-1": "text", "column-2": "published", "column-3": "-"}


def test_a_table_is_imported_as_it_was_shown(keeper, clock, settings):
    upload(keeper, "table")
    made.answer(1, clock.now, TABLE)
    assert keeper.post("/sources/import/1", store="1", **SHOWN).headers["Location"] == "/sources/import/2"
    first, second = made.asks()
    assert second.asked["store"] is True
    assert second.asked["mapping"] == {"工单编号": "number", "诉求内容": "text", "来电时间": "published", "诉求人": "-"}
    assert second.sha256 == first.sha256
    assert made.journaled("ask_import") == [{"sha256": first.sha256, "not_personal": None}]
    made.answer(2, clock.now, TABLE | {"stored": 8, "known": 2, "source_id": 5})
    page = keeper.text("/sources/import/2")
    assert "已导入：新 8 条，2 条以前已有" in page
    assert 'href="/sources/5"' in page
    assert 'name="store"' not in page


def test_changed_columns_are_looked_at_before_anything_is_stored(keeper, clock):
    upload(keeper, "table")
    made.answer(1, clock.now, TABLE)
    keeper.post("/sources/import/1", store="1", **{**SHOWN, "column-3": "contact", "column-0": "nonsense"})
    again = made.asks()[1]
    assert again.asked["store"] is False
    assert again.asked["mapping"]["诉求人"] == "contact"
    assert again.asked["mapping"]["工单编号"] == "-"
    assert made.journaled("ask_import") == []
    assert "列改了：先看一遍" in keeper.text("/sources/import/2")
    made.answer(2, clock.now, error="“编号”只能有一列，却指定了两列")
    page = keeper.text("/sources/import/2")
    assert "只能有一列" in page
    assert 'href="/sources/import/1"' in page


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"content": b""}, "这个文件是空的"),
        ({"name": ""}, "请选择一个文件"),
        ({"content": b"x" * (20 * 1024 * 1024 + 1)}, "文件超过 20 MB"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused(keeper, form, words):
    answer = upload(keeper, "table", **form)
    assert answer.status_code == 422
    assert words in answer.text
    assert made.asks() == []


def test_a_file_far_too_large_is_refused_before_it_is_read(keeper):
    answer = upload(keeper, "table", b"x" * (21 * 1024 * 1024))
    assert answer.status_code == 413
    assert "导入不超过 20 MB" in answer.text


def test_a_file_of_20_megabytes_is_taken(keeper):
    assert upload(keeper, "opml", b"x" * (20 * 1024 * 1024), "a.opml").status_code == 302


def test_a_table_needs_to_know_what_it_is_and_where_it_goes(keeper):
    assert "请选择是什么表" in upload(keeper, "table", channel="news").text
    assert "请写明记在哪个监测源名下" in upload(keeper, "table", source=" ").text


def test_a_list_of_sources_is_shown_with_every_refusal_and_imported(keeper, clock):
    upload(keeper, "opml", name="feeds.opml")
    assert made.asks()[0].asked == {"name": "feeds.opml", "store": False, "channel": "news", "authority": "city"}
    made.answer(1, clock.now, OPML)
    page = keeper.text("/sources/import/1")
    assert "清单里读到 3 个监测源，其中 1 个已登记；1 个重复，1 个不能导入" in page
    assert "内网</b> 地址以 file:// 开头" in page
    assert "媒体／市级" in page
    assert "&lt;b&gt;日报" in page
    keeper.post("/sources/import/1", store="1")
    second = made.asks()[1]
    assert (second.asked["store"], second.sha256) == (True, made.asks()[0].sha256)
    assert made.journaled("ask_import") == [{"sha256": second.sha256, "not_personal": None}]
    made.answer(2, clock.now, OPML | {"added": 2})
    page = keeper.text("/sources/import/2")
    assert "新登记 2 个，1 个以前已登记" in page
    assert 'href="/sources?basis=missing"' in page


def test_a_list_of_social_accounts_is_confirmed_to_hold_no_persons(keeper, clock):
    assert "请先确认清单里没有个人账号" in upload(keeper, "opml", channel="weibo").text
    assert upload(keeper, "opml", channel="weibo", not_personal="1").status_code == 302
    assert keeper.post("/sources/import/1", store="1").status_code == 404
    made.answer(1, clock.now, OPML)
    keeper.post("/sources/import/1", store="1")
    assert [one["not_personal"] for one in made.journaled("ask_import")] == [True]
    assert "请选择渠道和级别" in upload(keeper, "opml", channel="x").text


def test_our_sources_are_exported_as_the_crawler_writes_them(keeper, clock):
    assert keeper.post("/sources/import/export").headers["Location"] == "/sources/import/1"
    [row] = made.asks()
    assert (row.what, row.asked, row.sha256) == ("opml", {"export": True}, None)
    assert keeper.get("/sources/import/1/file").status_code == 404
    assert keeper.post("/sources/import/1", store="1").status_code == 404
    made.answer(1, clock.now, {"text": '<opml version="2.0"><!-- 清源 --></opml>'})
    assert 'href="/sources/import/1/file"' in keeper.text("/sources/import/1")
    answer = keeper.get("/sources/import/1/file")
    assert answer.data.decode() == '<opml version="2.0"><!-- 清源 --></opml>'
    assert answer.headers["Content-Disposition"] == "attachment; filename=huiying-sources-20261120.opml"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert len(made.journaled("export_sources")) == 1


def test_a_duty_officer_imports_tables_and_no_sources(duty, signed_in, clock):
    page = duty.text("/sources/import")
    assert "热线工单" in page
    assert "OPML" not in page
    assert upload(duty, "table").status_code == 302
    assert upload(duty, "opml").status_code == 403
    assert duty.get("/sources/import/1").status_code == 200
    assert signed_in("office").get("/sources/import/1").status_code == 404
    assert signed_in("leader").get("/sources/import").status_code == 403


def test_an_answer_of_another_shape_breaks_no_page(keeper, clock):
    upload(keeper, "table")
    made.answer(
        1, clock.now, {"columns": None, "mapping": None, "problems": "x", "sample": ["一行字"], "items": [1, 2]}
    )
    assert "读出 2 条" in keeper.text("/sources/import/1")
    upload(keeper, "opml")
    made.answer(2, clock.now, {"feeds": [None, {"title": None}], "duplicates": ["a"], "refused": None})
    assert "1 个重复，0 个不能导入" in keeper.text("/sources/import/2")
    keeper.post("/sources/look", url="https://x.example/")
    made.answer(3, clock.now, {"kind": 7, "items": "x", "steps": [3], "found": "many", "options": []})
    assert "没有看出" in keeper.text("/sources/look/3")
