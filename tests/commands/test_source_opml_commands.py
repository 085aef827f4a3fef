"""`huiying source import` and `export`: counts, reasons, and nothing doubled or lost on the way round."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from huiying.commands import source
from store import db
from store.db import reading, transaction
from store.tables.sources import Source

LIST = """<opml version="2.0"><body>
<outline text="新闻"><outline type="rss" text="清源日报" xmlUrl="https://daily.example.cn/rss?a=1&b=2"/></outline>
<outline type="rss" text="清源论坛" xmlUrl="https://forum.example.cn/feed"/>
<outline type="rss" text="论坛又一次" xmlUrl="https://forum.example.cn/feed"/>
<outline type="rss" text="没有地址"/>
<outline type="rss" text="别的协议" xmlUrl="rsshub://weibo/hot"/>
</body></opml>"""


@pytest.fixture(autouse=True)
def office(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An office without sources, and no connection left to it."""
    monkeypatch.setenv("HUIYING_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    db.connect(sqlite_url)
    yield
    db.disconnect()


def run(*words: object) -> Result:
    done = CliRunner().invoke(source.command, [str(word) for word in words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return done


def written(tmp_path: Path, text: str = LIST) -> Path:
    path = tmp_path / "list.opml"
    path.write_text(text, "utf-8")
    return path


def stored() -> dict[str, Source]:
    with reading() as session:
        return {one.url: one for one in session.scalars(select(Source))}


def test_an_import_counts_what_came_and_names_every_refusal(tmp_path: Path):
    done = run("import", written(tmp_path))
    assert done.exit_code == 0
    assert done.output.splitlines() == [
        "读到 2 个监测源：新增 2 个，更新 0 个；清单内重复 1 个，未导入 2 个",
        "  第 4 行“论坛又一次”：与第 3 行的地址重复",
        "  第 5 行“没有地址”：没有订阅地址（xmlUrl），可能是空文件夹",
        "  第 6 行“别的协议”：链接不是 http 或 https 地址（rsshub）",
    ]
    daily = stored()["https://daily.example.cn/rss?a=1&b=2"]
    assert (daily.name, daily.kind, daily.channel, daily.interval) == ("清源日报", "feed", "news", 300)
    assert daily.fetch_at is not None


def test_a_known_address_is_brought_up_to_date_and_keeps_what_the_list_does_not_say(tmp_path: Path):
    run("add", "https://forum.example.cn/feed", "--name", "旧名", "--channel", "weibo", "--interval", "600")
    done = run("import", written(tmp_path))
    assert "新增 1 个，更新 1 个" in done.output
    forum = stored()["https://forum.example.cn/feed"]
    assert (len(stored()), forum.name, forum.channel, forum.interval) == (2, "清源论坛", "weibo", 600)


FIELDS = {"kind", "kind_label", "channel", "authority", "role", "interval", "season_interval", "enabled", "region"}
FIELDS |= {"name", "owner", "legal_basis", "impact", "options"}


def test_what_is_exported_comes_back_as_it_was(tmp_path: Path):
    run("add", "https://forum.example.cn/feed?a=1&b=2", "--name", '论坛 "甲" & <乙>', "--channel", "weibo")
    run("add", "https://gov.example.cn/rss", "--role", "upstream", "--authority", "central", "--interval", "900")
    run("add", "https://hot.example.cn/api/s?id=weibo")
    with transaction() as session:
        first = session.get_one(Source, 1)
        first.enabled, first.region, first.season_interval = False, "清源市", 120
        first.legal_basis, first.owner, first.impact = "职责所需\n第二行", "办公室", "已评估"
        hot = session.get_one(Source, 3)
        hot.kind, hot.kind_label, hot.options = "newsnow", "热榜（newsnow）", {"note": '条目 "一"'}
    before = {url: {name: getattr(one, name) for name in FIELDS} for url, one in stored().items()}
    done = run("export", tmp_path / "out.opml")
    assert done.output == f"已导出 3 个监测源：{tmp_path / 'out.opml'}\n"
    with transaction() as session:
        for one in session.scalars(select(Source)):
            session.delete(one)
    assert "新增 3 个，更新 0 个；清单内重复 0 个，未导入 0 个\n" in run("import", tmp_path / "out.opml").output
    assert {url: {name: getattr(one, name) for name in FIELDS} for url, one in stored().items()} == before


def test_secrets_are_not_exported_and_sources_without_address_are_named(tmp_path: Path):
    run("add", "https://forum.example.cn/feed", "--name", "论坛")
    with transaction() as session:
        session.get_one(Source, 1).secret = "sealed-cookie"
        session.get_one(Source, 1).authorisation = "平台授权书"
        session.add(
            Source(name="热线导出", url="table:1", kind="table", created_at=session.get_one(Source, 1).created_at)
        )
    done = run("export", tmp_path / "out.opml")
    assert "已导出 1 个监测源" in done.output
    assert "1 个没有网址的监测源未导出：热线导出" in done.output
    text = (tmp_path / "out.opml").read_text("utf-8")
    assert "sealed-cookie" not in text
    assert "平台授权书" not in text


def test_values_nobody_knows_are_told_and_left_out(tmp_path: Path):
    own = 'huiying:channel="电视" huiying:interval="5" huiying:kind="feed" huiying:options="[1]" huiying:role="own"'
    text = f'<opml xmlns:huiying="urn:huiying:source"><outline text="甲" xmlUrl="https://a.example.cn/" {own}/></opml>'
    done = run("import", written(tmp_path, text))
    assert done.exit_code == 0
    assert done.output.splitlines()[1:] == [
        "  “甲”的频道“电视”无法识别，未采用",
        "  “甲”的抓取间隔“5”不在 60 到 86400 秒之间，未采用",
        "  “甲”的类型设置（options）不是 JSON 对象，未采用",
    ]
    first = stored()["https://a.example.cn/"]
    assert (first.channel, first.interval, first.role, first.options) == ("news", 300, "own", None)


@pytest.mark.parametrize(("text", "words"), [("<rss><channel/></rss>", "不是 OPML 订阅清单"), ("", "空内容")])
def test_what_cannot_be_read_ends_with_a_reason(tmp_path: Path, text: str, words: str):
    done = run("import", written(tmp_path, text))
    assert done.exit_code == 1
    assert words in done.output
    assert run("import", tmp_path / "absent.opml").exit_code == 2


def test_a_file_that_cannot_be_written_ends_with_a_reason(tmp_path: Path):
    done = run("export", tmp_path / "absent" / "out.opml")
    assert done.exit_code == 1
    assert "无法写入文件" in done.output
