"""A bureau nobody thought of: a TOML table of its units, words and matters is all that judging needs."""

import tomllib

import pytest

from classifier.heads import shipped
from classifier.judge import Judge
from classifier.text import Item
from domain.org import org_from
from huiying import orgs

TABLE = """
code = "city_care"
name = "城市管理局"
fallback = "综合科"

[[units]]
name = "综合科"

[[units]]
name = "市容科"
matters = ["环境城管"]
[units.words]
"3" = "占道经营 流动摊贩"

[[units]]
name = "公交科"
matters = ["交通出行"]
"""


@pytest.fixture(scope="module")
def judge():
    return Judge(org_from(tomllib.loads(TABLE)))


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("公交车班次太少，候车半小时，下班高峰堵车", "公交科"),
        ("楼下烧烤摊每天半夜油烟噪音扰民，没法睡觉", "市容科"),
        ("流动摊贩把路占满了", "市容科"),
    ],
)
def test_matters_and_words_of_the_table_find_the_unit_and_make_it_relevant(judge, text, unit):
    verdict = judge.judge([Item("", text, "message")])[0]
    assert verdict.sections[0] == unit
    assert verdict.relevance > 0.5


def test_what_is_nobodys_goes_to_the_fallback_and_concerns_us_less(judge):
    verdict = judge.judge([Item("", "昨晚的球赛太精彩了", "weibo")])[0]
    assert verdict.sections[0] == "综合科"
    assert verdict.relevance < 0.5


def test_a_matter_that_no_head_knows_is_named_with_those_there_are():
    wrong = tomllib.loads(TABLE.replace("交通出行", "航天"))
    with pytest.raises(ValueError, match=r"公交科.*航天.*交通出行"):
        Judge(org_from(wrong))


@pytest.mark.parametrize("name", orgs.names())
def test_shipped_templates_name_known_matters_and_each_has_some(name):
    known = shipped().heads["matter"].classes
    named = [matter for unit in orgs.bureau(name).units for matter in unit.matters]
    assert named
    assert set(named) <= set(known)
