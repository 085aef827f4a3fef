"""The watch-word language: what is understood, what is refused, and that the refusal says what and where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.query import LONGEST, MOST_WORDS, Allowed, And, Not, Or, Word, explain, parse, words_in
from domain.query_words import QueryError

ALLOWED = Allowed({"news": "新闻", "weibo": "社交媒体"}, {"清源发布", "清源日报"})


@pytest.mark.parametrize(
    ("said", "understood"),
    [
        ("食品", "食品"),
        ("食品 投诉", "食品 且 投诉"),
        ("食品　投诉", "食品 且 投诉"),
        ("食品 AND 投诉", "食品 且 投诉"),
        ("食品 与 投诉", "食品 且 投诉"),
        ("食品 或 药品", "食品 或 药品"),
        ("食品 ＯＲ 药品", "食品 或 药品"),
        ("食品 药品 OR 化妆品", "（食品 且 药品） 或 化妆品"),
        ("（食品 OR 药品） 投诉", "（食品 或 药品） 且 投诉"),
        ("食品 -广告", "食品 且 不含 广告"),
        ("食品 －广告", "食品 且 不含 广告"),
        ("食品 NOT 广告", "食品 且 不含 广告"),
        ("食品 非 (广告 或 招聘)", "食品 且 排除（广告 或 招聘）"),
        ("食品 -“买一送一”", "食品 且 不含 买一送一"),
        ("食品 NOT NOT 广告", "食品 且 广告"),
        ("“食品 安全”", "食品 安全"),
        ('"食品 安全"', "食品 安全"),
        ("＂食品 安全＂", "食品 安全"),
        ("「食品 安全」", "食品 安全"),
        ("‘食品 安全’", "食品 安全"),
        ("与会 非法", "与会 且 非法"),
        ("GPT-4 12,000", "GPT-4 且 12,000"),
        ("=和服", "“和服”原样"),
        ("＝“？”", "“？”原样"),
        ("title:食品", "标题含 食品"),
        ("标题：(食品 或 药品) 抽检", "（标题含 食品 或 标题含 药品） 且 抽检"),
        ("食品 source:清源日报", "食品 且 来源是 清源日报"),
        ("食品 place:清源市 channel:社交媒体", "食品 且 地点是 清源市 且 渠道是 weibo"),
        ("author:清源发布 食品", "作者是 清源发布 且 食品"),
        ("http://a.cn/b", "http://a.cn/b"),
    ],
)
def test_a_query_is_understood(said, understood):
    assert explain(parse(said, ALLOWED)) == understood


@pytest.mark.parametrize(
    ("said", "place", "words"),
    [
        ("", 1, "还没有写要找的词"),
        ("（食品", 1, "括号没有合上"),
        ("食品）", 3, "多了一个右括号"),
        ("食品 （）", 5, "括号里没有内容"),
        ("食品 “药品", 4, "引号没有合上"),
        ("食品 “ ”", 4, "引号里没有内容"),
        ("食品 AND", 7, "“AND”后面缺一个词"),
        ("OR 食品", 1, "“OR”前面缺一个词"),
        ("食品、药品", 3, "“、”不表示“或”"),
        ("食品*", 3, "不支持通配符"),
        ("+食品", 1, "不用写加号"),
        ("？", 1, "“？”不是词"),
        ("food:x", 1, "没有“food”这个字段"),
        ("title:", 1, "字段的冒号后面要写一个词"),
        ("title:(source:a)", 8, "字段里不能再写字段"),
        ("食品 channel:抖音", 12, "没有“抖音”这个渠道"),
        ("-广告", 1, "只有排除"),
        ("食品 OR -广告", 1, "只有排除"),
        ("NOT (食品 药品)", 1, "只有排除"),
        ("食" * 61, 1, "一个词最多"),
        ("食品 " * 999, LONGEST + 1, "太长"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(said, place, words):
    with pytest.raises(QueryError) as caught:
        parse(said, ALLOWED)
    assert str(caught.value).startswith(f"第 {place} 个字：")
    assert words in caught.value.words


@pytest.mark.parametrize("account", ["值班员A", "清源日", "清源发布会"])
def test_nobody_private_can_be_watched(account):
    with pytest.raises(QueryError, match="没有登记为监测源"):
        parse(f"食品 author:{account}", ALLOWED)
    with pytest.raises(QueryError, match="没有登记为监测源"):
        parse("食品 author:清源发布")


def test_a_query_has_limits():
    many = " OR ".join(f"a{n}" for n in range(MOST_WORDS))
    assert sum(1 for _ in words_in(parse(many))) == MOST_WORDS
    with pytest.raises(QueryError, match="词太多"):
        parse(f"{many} OR b")
    with pytest.raises(QueryError, match="套得太深"):
        parse("(" * 14 + "a" + ")" * 14)


def test_words_know_their_place_and_manner():
    tree = parse("title:食品 (=和服 OR -广告 药品)")
    assert tree == And(
        (
            Word("食品", 6, title=True),
            Or((Word("和服", 10, exact=True), And((Not(Word("广告", 18)), Word("药品", 21))))),
        )
    )


@given(st.text(alphabet='ab食品 ()（）"“”-=:AND OR NOT与或非title：、', max_size=40))
def test_any_text_is_understood_or_refused_at_a_place_within_it(said):
    place = None
    try:
        explain(parse(said, ALLOWED))
    except QueryError as error:
        place = error.at
    assert place is None or 0 <= place <= len(said)
