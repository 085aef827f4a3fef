"""Watch words against texts: the whole-word guard, exclusions, fields, and the same answers as a naive evaluator."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.borders import false_friend
from classifier.text import Item, normalise
from classifier.watcher import Seen, Watcher
from domain.query import About, Allowed, And, Not, Or, Word, anchored, parse
from domain.synonyms import names_of

ALLOWED = Allowed({"news": "新闻", "weibo": "社交媒体"}, {"清源发布"})


def hit(query, text, title="", aliases=None, **said):
    """The marked words of one query in one text, None where it does not hold."""
    found = Watcher({"q": parse(query, ALLOWED)}, aliases).match(Seen(Item(title, text), **said))
    whole = f"{title}\n{text}"
    return [whole[start:end] for start, end in found[0].spans] if found else None


@pytest.mark.parametrize(
    ("word", "text", "friend"),
    [
        ("和服", "提升产品和服务质量", "和服务"),
        ("市监", "大润发超市监控坏了", "超市监控"),
        ("市监", "该市监控坏了", "市监控"),
        ("国人", "中国人民很行", "中国人民"),
        ("华人", "中华人民共和国", "中华人民共和国"),
        ("食品", "零食品牌", "零食品牌"),
        ("人工", "拖欠工人工资", "工人工资"),
        ("学生", "科学生产", "科学生产"),
        ("家政", "国家政策好", "国家政策"),
        ("ai", "e-mail mail", "mail"),
        ("gpt-4", "gpt-4o", "gpt-4o"),
        ("5g", "15gb", "15gb"),
    ],
)
def test_a_chance_part_of_other_words_is_no_hit(word, text, friend):
    at = text.find(word, text.find(friend))
    found = false_friend(text, at, at + len(word))
    assert found is not None
    assert found in friend or friend in found


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("食品", "副食品"),
        ("食品安全", "副食品安全"),
        ("产品质量", "农产品质量"),
        ("学生", "大学生"),
        ("消费", "消费者投诉"),
        ("市监局", "清源市监局来了"),
        ("市监局", "天津市监局来了"),
        ("市监局", "市监局长"),
        ("监管局", "市场监管局"),
        ("工商", "市工商局"),
        ("药监", "市药监局"),
        ("团购", "团购价"),
        ("管理费", "物业管理费用"),
        ("油烟", "抽油烟机"),
        ("车", "汽车"),
        ("a50", "a50期指"),
        ("ai", "ai手机"),
        ("ai", "手机ai很好"),
    ],
)
def test_a_word_stays_where_it_is_part_of_a_longer_one_or_of_a_name(word, text):
    at = text.index(word)
    assert false_friend(text, at, at + len(word)) is None


def test_gz2_traditional_full_width_and_case_are_the_same_word():
    """GZ2/GZ9: 局長信箱諮詢 written in traditional characters meets the same watch word."""
    assert hit("局长信箱", "致局長信箱的諮詢") == ["局長信箱"]
    assert hit("局長信箱", "致局长信箱的咨询") == ["局长信箱"]
    assert hit("ＡＰＰ", "这个app不退款") == ["app"]
    assert hit("app", "這個ＡＰＰ不退款") == ["ＡＰＰ"]


def test_dl4_hype_about_housing_is_found_by_a_query_and_advertisements_are_not():
    """DL4: 虚假宣传、恶意炒作 (房地产) as a watch query with an exclusion that excludes."""
    query = "(楼盘 OR 房价 OR 房地产) (“虚假宣传” OR “恶意炒作”) -招聘"
    assert hit(query, "某楼盘涉嫌虚假宣传") == ["楼盘", "虚假宣传"]
    assert hit(query, "某楼盘涉嫌虚假宣传，另招聘销售") is None
    assert hit(query, "股票价格遭恶意炒作") is None


def test_dl5_the_four_products_and_one_device_are_one_alias():
    """DL5: 四品一械 stands for its five kinds of goods."""
    table = names_of("四品一械 > 食品、药品、保健食品、化妆品、医疗器械")
    assert hit("四品一械 投诉", "化妆品烂脸，已投诉", aliases=table) == ["化妆品", "投诉"]
    assert hit("食品 投诉", "化妆品烂脸，已投诉", aliases=table) is None
    assert hit("=四品一械 投诉", "化妆品烂脸，已投诉", aliases=table) is None


def test_an_alias_is_the_same_word_either_way():
    table = names_of("市监局 = 市场监督管理局")
    assert hit("市監局", "清源市市场监督管理局通报", aliases=table) == ["市场监督管理局"]
    assert hit("市场监督管理局", "清源市市監局通報", aliases=table) == ["市監局"]


def test_an_exclusion_excludes_wherever_the_word_stands():
    assert hit("食品 -广告", "食品过期", title="广告") is None
    assert hit("食品 -(广告 招聘)", "食品 广告") == ["食品"]
    assert hit("食品 -(广告 OR 招聘)", "食品 招聘") is None
    assert hit("食品 -和服", "食品，产品和服务") == ["食品"], "a false friend excludes no more than it hits"


def test_an_equals_sign_asks_for_the_very_characters():
    assert hit("和服", "产品和服务") is None
    assert hit("=和服", "产品和服务") == ["和服"]
    assert hit("=“？”", "真的？") == ["？"]


def test_fields_ask_what_they_name():
    assert hit("title:食品", "食品", title="通报") is None
    assert hit("title:食品", "", title="食品通报") == ["食品"]
    assert hit("食品 source:日报", "食品", sources=("清源日报",)) == ["食品"]
    assert hit("食品 place:清源", "食品", places=("清源市",)) == ["食品"]
    assert hit("食品 place:清源", "食品", places=("别处",)) is None
    assert hit("食品 channel:社交媒体", "食品", channel="weibo") == ["食品"]
    assert hit("author:清源发布", "食品", accounts=("清源发布",)) == []
    assert hit("author:清源发布", "食品", accounts=("清源发布会",)) is None


def test_only_the_branch_that_holds_is_marked():
    assert hit("(食品 抽检) OR 药品", "食品和药品") == ["药品"]


def test_spans_count_original_characters():
    title, text = "ＡＢ通報", "局長😀說食品"
    found = Watcher({1: parse("食品")}).match(Seen(Item(title, text)))
    start, end = found[0].spans[0]
    assert f"{title}\n{text}"[start:end] == "食品"


def test_half_a_character_pair_spoils_nothing():
    assert hit("食品", "\ud800食品") == ["食品"]


def test_general_exclusions_narrow_only_those_queries_that_ask_for_it():
    watcher = Watcher({"a": parse("食品"), "b": parse("食品")}, never=["招聘"], narrow=["a"])
    assert [one.key for one in watcher.match(Seen(Item("", "食品厂招聘")))] == ["b"]
    assert [one.key for one in watcher.match(Seen(Item("", "食品厂")))] == ["a", "b"]


def test_what_the_guard_drops_can_be_shown():
    drops = []
    Watcher({1: parse("和服 OR 产品")}).match(Seen(Item("", "产品和服务")), drops)
    assert drops == [("和服", "和服务")]


# The naive evaluator: every word is looked for by itself, every query walked through from its root.
WORDS = ["食品", "产品", "和服", "服务", "市监", "超市", "ai", "监控", "局长", "车", "＝"]
TEXTS = [*WORDS, "AI", "局長", "mail", "，", " ", "超市监控", "产品和服务", "副食品", "安", "\n"]
GROUPS = [("市监", "局长"), ("ai", "人工智能")]
ALIASES = {word: group for group in GROUPS for word in group}
leaves = st.builds(Word, st.sampled_from(WORDS), st.just(0), st.booleans(), st.booleans()) | st.builds(
    About, st.just("source"), st.sampled_from(["甲", "乙"]), st.just(0)
)
trees = st.recursive(
    leaves,
    lambda parts: (
        st.builds(Not, parts)
        | st.builds(And, st.lists(parts, min_size=1, max_size=3).map(tuple))
        | st.builds(Or, st.lists(parts, min_size=1, max_size=3).map(tuple))
    ),
    max_leaves=8,
)


def naive(node, title, text, source):
    if isinstance(node, Word):
        return naive_word(node, title, normalise(f"{title}\n{text}"))
    if isinstance(node, About):
        return set() if node.value in source else None
    if isinstance(node, Not):
        return set() if naive(node.part, title, text, source) is None else None
    found = [naive(part, title, text, source) for part in node.parts]
    held = [one for one in found if one is not None]
    if isinstance(node, And) and len(held) < len(found):
        return None
    return set().union(*held) if held else None


def naive_word(word, title, whole):
    key = normalise(word.text)
    same = [key, *(other for group in GROUPS if key in group and not word.exact for other in group)]
    spans = {
        (start, start + len(name))
        for name in same
        for start in range(len(whole))
        if whole.startswith(name, start)
        and (word.exact or false_friend(whole, start, start + len(name)) is None)
        and (not word.title or start + len(name) <= len(title))
    }
    return spans or None


@settings(max_examples=300, deadline=None)
@given(
    st.lists(trees, min_size=1, max_size=5),
    st.lists(st.sampled_from(TEXTS), max_size=4).map("".join),
    st.lists(st.sampled_from(TEXTS), max_size=12).map("".join),
    st.sampled_from(["甲报", "乙报", ""]),
)
def test_the_watcher_answers_as_a_naive_evaluator_does(queries, title, text, source):
    """Queries that exclusions alone can fulfil are refused by the language; here the rest is compared."""
    wanted = {number: node for number, node in enumerate(queries) if anchored(node)}
    expected = {n: spans for n, node in wanted.items() if (spans := naive(node, title, text, source)) is not None}
    found = Watcher(wanted, ALIASES).match(Seen(Item(title, text), sources=(source,)))
    assert {one.key: set(one.spans) for one in found} == {n: set(sorted(s)[:60]) for n, s in expected.items()}
