"""`huiying match`: the contract of its lines, what is refused, and the office's own last days."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from store import sources, watches
from store.articles import NewArticle, add_articles
from store.db import transaction

HUIYING = Path(sys.executable).with_name("huiying")


def match(tmp_path, *words, lines=(), url=None):
    said = "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    env = os.environ | {"HUIYING_DATA_DIR": str(tmp_path / "none")} | ({"DATABASE_URL": url} if url else {})
    done = subprocess.run([HUIYING, "match", *words], input=said.encode(), capture_output=True, timeout=60, env=env)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_lines_are_answered_in_order_and_a_bad_line_in_its_place(tmp_path):
    lines = [
        {"id": 1, "title": "通报", "text": "市監局表示，食品合格"},
        {"id": "b", "title": "", "text": "产品和服务"},
        "no json",
        {"id": 3, "title": "少了正文"},
        {"id": 4, "title": 5, "text": "食品"},
        {"id": 5, "text": "和服和服务", "source": "清源日报"},
    ]
    code, out, err = match(tmp_path, "市场监督管理局 OR (和服 source:日报)", lines=lines)
    rows = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (1, "")
    assert rows[0] == {"id": 1, "hit": True, "spans": [[3, 6]]}
    assert rows[1] == {"id": "b", "hit": False, "spans": []}
    assert [row["id"] for row in rows] == [1, "b", None, 3, 4, 5]
    assert all("error" in row for row in rows[2:5])
    assert rows[5] == {"id": 5, "hit": True, "spans": [[1, 3]]}


def test_all_good_lines_end_well(tmp_path):
    assert match(tmp_path, "食品", lines=[{"id": 1, "text": "食品"}])[0] == 0
    assert match(tmp_path, "食品") == (0, "", "")


def test_a_query_that_is_refused_says_where_and_reads_nothing(tmp_path):
    code, out, err = match(tmp_path, "食品 author:值班员A", lines=[{"id": 1, "text": "食品"}])
    assert (code, out) == (2, "")
    assert "第 11 个字：“值班员A”没有登记为监测源" in err
    assert not (tmp_path / "none").exists()


def test_the_offices_own_days_synonyms_and_accounts(tmp_path, database):
    now = datetime.now(UTC)
    with transaction() as session:
        source = sources.add_source(session, "https://news.example/feed", now, name="清源日报")
        add_articles(session, source, [NewArticle("https://news.example/1", "冷链食品", "提升产品和服务")], now)
        old = now - timedelta(days=9)
        add_articles(session, source, [NewArticle("https://news.example/2", "冷链旧闻", "")], old)
        watches.save_words(session, "冷柜 = 冷链", "", "command", now)
    code, out, err = match(tmp_path, "--last-days", "7", "冷柜 OR 和服", url=database)
    assert code == 0, err
    assert "最近 7 天共 1 条信息，命中 1 条。" in out
    assert "冷链食品\t清源日报\t冷链" in out
    assert "“和服务”里的“和服”，1 条" in err
    code, out, err = match(
        tmp_path, "冷柜 author:清源日报", lines=[{"id": 1, "text": "冷链", "author": "清源日报"}], url=database
    )
    assert json.loads(out) == {"id": 1, "hit": True, "spans": [[1, 3]]}
