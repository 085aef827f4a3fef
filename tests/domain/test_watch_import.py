"""Keyword files people bring: every group becomes a 专题, every line that does not is listed with its reason."""

import pytest

from domain.query import LONGEST, MOST_WORDS, explain, parse
from domain.watch_import import decoded, read
from domain.watch_regex import words_of_pattern

FILE = """\
# 说明：一行一个词，空行分组。

# 🍚 食品安全
冷链食品
Stable 冰柜
+抽检
!招聘
!广告（商业）
@5

/校园餐|学校食堂|\\bAPP\\b/i => 校园食品
校外配餐

[重点市场]
河湾农贸市场
/东岭.*市场/ => 东岭市场

!年报解读

!？
!

[GLOBAL_FILTER]
优惠券
/抽奖|红包/

[WORD_GROUPS]
/(?<![a-zA-Z])ai(?![a-zA-Z])/i => AI 相关
"""


def queries(imported):
    return {one.name: explain(parse(one.query)) for one in imported.topics}


def test_groups_become_topics_with_their_must_and_exclusions():
    assert queries(read(FILE)) == {
        "食品安全": "（冷链食品 或 Stable 冰柜） 且 抽检 且 不含 招聘 且 不含 广告（商业）",
        "校园食品、校外配餐": "校园餐 或 学校食堂 或 APP 或 校外配餐",
        "重点市场": "河湾农贸市场",
        "AI 相关": "ai",
    }


def test_every_line_that_is_not_taken_over_is_listed():
    imported = read(FILE)
    assert [(left.line, left.why[:8]) for left in imported.left] == [
        (9, "限制一组最多显示"),
        (16, "“.”不是固定的"),
        (20, "只有标点，不是词"),
        (21, "没有写词"),
    ]
    assert imported.general == {"年报解读": 18, "优惠券": 24, "抽奖": 25, "红包": 25}
    assert str(imported.left[1]).startswith("第 16 行 /东岭.*市场/ => 东岭市场：")
    assert len(imported.notes) == 2


def test_a_plain_list_is_one_topic_and_a_table_one_a_row():
    assert queries(read("冷链\r\n冰柜\r\n")) == {"冷链、冰柜": "冷链 或 冰柜"}
    assert queries(read("词\n冷链\n冰柜\n", "表.csv")) == {"冷链、冰柜": "冷链 或 冰柜"}
    table = "专题,词,词\n食品,冷链,冰柜\n药品,处方药,!招聘\n"
    assert queries(read(table, "表.csv")) == {"食品": "冷链 或 冰柜", "药品": "处方药 且 不含 招聘"}
    assert queries(read("冷链\t冰柜\n药品\t\n", "表.tsv")) == {"冷链、冰柜": "冷链 或 冰柜", "药品": "药品"}


def test_a_required_word_that_is_not_understood_spoils_its_group():
    imported = read("食品\n+/抽.检/\n")
    assert imported.topics == []
    assert [(left.line, left.text) for left in imported.left] == [(2, "+/抽.检/"), (1, "（整组）")]


def test_a_group_too_large_becomes_several():
    imported = read("\n".join(f"监测词条{n}" for n in range(MOST_WORDS + 50)))
    assert [len(one.query) <= LONGEST for one in imported.topics] == [True] * len(imported.topics)
    assert imported.topics[0].name.endswith("（1）")
    assert sum(one.query.count("监测词条") for one in imported.topics) == MOST_WORDS + 50


def test_the_same_group_twice_is_one_and_names_are_free():
    imported = read("冷链\n\n冷链\n\n# 冷链\n冰柜\n")
    assert [one.name for one in imported.topics] == ["冷链", "冷链 2"]
    assert "相同" in imported.left[0].why


def test_words_that_look_like_the_language_are_quoted():
    assert queries(read("AND\n\n买一送一（限时）\n\n他说“好”\n\nC++\n\ntitle:x\n")) == {
        "AND": "AND",
        "买一送一（限时）": "买一送一（限时）",
        "他说“好”": "他说“好”",
        "C++": "C++",
        "title:x": "title:x",
    }


def test_files_are_decoded_and_refused_with_a_reason():
    assert decoded("冷链".encode("gb18030")) == decoded("\ufeff冷链".encode()) == "冷链"
    with pytest.raises(ValueError, match="编码"):
        decoded(b"\xff\xff\xff")
    with pytest.raises(ValueError, match="1 MB"):
        decoded(b"a" * 1024 * 1025)
    assert read("").topics == []


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"大疆|\bDJI\b", ["大疆", "DJI"]),
        (r"(?<![a-zA-Z0-9])5G(?![a-zA-Z0-9])", ["5G"]),
        (r"(?<!\w)AI(?!\w)", ["AI"]),
        ("(?:冷|热)链(食品)?", ["冷链", "冷链食品", "热链", "热链食品"]),
        ("[京津]东", ["京东", "津东"]),
        (r"C\+\+", ["C++"]),
    ],
)
def test_expressions_that_only_say_words_are_taken_over(pattern, words):
    assert words_of_pattern(pattern) == words


@pytest.mark.parametrize(
    "pattern", ["食品.*", "苹果(?!手机)", r"\d+人", "a{2}", "[^a]b", "[a-z]", "(a", "a)", "x?", "^食品", "(?i)a", "\\"]
)
def test_others_are_refused(pattern):
    with pytest.raises(ValueError, match=r"\S"):
        words_of_pattern(pattern)
