"""`huiying topic`: added, listed, switched, imported; a second import makes nothing twice."""

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from classifier.trials import answer_due
from huiying.cli import main
from store import db, sources, watches
from store.articles import NewArticle, add_articles
from store.db import reading, transaction
from store.tables import Watch, WatchHit


@pytest.fixture
def run(tmp_path, database):
    def call(*words: str) -> Result:
        env = {"HUIYING_DATA_DIR": str(tmp_path), "DATABASE_URL": database}
        done = CliRunner().invoke(main, ["topic", *words], env=env)
        db.connect(database)
        return done

    return call


def test_a_topic_is_added_changed_by_its_name_and_switched(run):
    assert "已建立专题 1：冷链" in run("add", "冷链", "冷链 -招聘").output
    assert "已修改专题 1：冷链" in run("add", "冷链", "冷链 OR 冰柜").output
    assert run("list").output.splitlines() == ["1\t冷链\t冷链 OR 冰柜\t命中 0"]
    assert "已停用 冷链" in run("off", "冷链").output
    assert run("off", "冷链").exit_code == 1
    assert run("list").output.splitlines() == ["1\t冷链\t冷链 OR 冰柜\t命中 0\t已停用"]
    assert "已启用 冷链" in run("on", "冷链").output
    assert "括号没有合上" in run("add", "坏", "（冷链").output


def test_a_file_is_looked_at_first_and_imported_once(run, tmp_path):
    file = tmp_path / "frequency_words.txt"
    file.write_text("冷链\n@5\n\n/冰柜|冰箱/ => 冰\n\n!招聘\n", encoding="utf8")
    shown = run("import", str(file), "--dry-run")
    assert "第 1–2 行\t冷链\t冷链" in shown.output
    assert "读出 2 组 3 个词、通用排除词 1 个，1 处没有照搬；没有导入。" in shown.output
    assert "没有照搬：第 2 行 @5" in shown.output
    assert run("list").output == ""
    assert "新建专题 2 个，0 个以前已有，新增通用排除词 1 个" in run("import", str(file)).output
    assert "新建专题 0 个，2 个以前已有，新增通用排除词 0 个" in run("import", str(file)).output
    with reading() as session:
        assert watches.general(session) == "招聘"
        assert [(one.name, one.general, one.origin) for one in session.scalars(select(Watch).order_by(Watch.id))] == [
            ("冷链", True, "frequency_words.txt"),
            ("冰", True, "frequency_words.txt"),
        ]


def test_all_imported_topics_are_looked_up_in_one_pass(run, tmp_path):
    now = datetime.now(UTC)
    with transaction() as session:
        source = sources.add_source(session, "https://news.example/feed", now)
        titles = ("冷链冰柜", "冷链招聘", "别的")
        items = [NewArticle(f"https://news.example/{n}", title) for n, title in enumerate(titles)]
        add_articles(session, source, items, now)
    file = tmp_path / "words.txt"
    file.write_text("冷链\n\n冰柜\n\n!招聘\n", encoding="utf8")
    run("import", str(file))
    assert answer_due(lambda: datetime.now(UTC)) == 1
    with reading() as session:
        hits = [(hit.watch.name, hit.article.title) for hit in session.scalars(select(WatchHit).order_by(WatchHit.id))]
    assert sorted(hits) == [("冰柜", "冷链冰柜"), ("冷链", "冷链冰柜")]


def test_a_file_without_a_word_fails_and_says_so(run, tmp_path):
    file = tmp_path / "words.txt"
    file.write_text("@5\n", encoding="utf8")
    done = run("import", str(file))
    assert (done.exit_code, "读出 0 组" in done.output) == (1, True)
    file.write_bytes(b"\xff\xff\xff")
    assert "编码" in run("import", str(file)).output
