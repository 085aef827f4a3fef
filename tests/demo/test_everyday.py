"""A quiet month stays quiet: everyday texts seldom start a clock, and a real emergency among them still does."""

from itertools import islice

from classifier.judge import Judge
from classifier.text import Item
from huiying import orgs
from huiying.demo.city import read_city
from huiying.everyday import everyday
from huiying.false_starts import MOST, figures, started


def test_everyday_texts_differ_come_back_alike_and_leave_no_slot_open():
    found = list(everyday(3000))
    assert len({(item.title, item.text) for item in found}) == 3000
    assert found[:500] == list(islice(everyday(3000), 500))
    assert not any("{" in item.whole for item in found)
    assert {item.channel for item in found} == {"weibo", "message", "news"}


def test_among_everyday_texts_only_the_emergency_starts_the_clocks():
    judge = Judge(orgs.bureau("market_supervision", read_city().home))
    real = Item("", "东岭区第一小学午饭后40多名学生呕吐腹泻，刚刚被120送医院了", "weibo")
    quiet = list(everyday(3000, seed=7))
    assert real in started(judge, [*quiet[:100], real])
    assert len(started(judge, quiet)) <= MOST * 30 * len(quiet) / 20_000


def test_the_figure_names_its_ceiling_and_what_was_false(tmp_path):
    lines = figures(tmp_path)
    assert "上限 1，达到" in lines[0]
    assert len(lines) > 1  # The ride of the demo city starts a clock although nobody was hurt.
