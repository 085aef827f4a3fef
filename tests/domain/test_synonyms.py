"""The office's table of synonyms and its list of general exclusions."""

import pytest

from domain.synonyms import general_of, names_of, packaged


def test_a_group_stands_for_all_its_words_and_a_wider_word_one_way():
    table = names_of("# 说明\n市监局＝市场监督管理局 = 市场监管局\n\n四品一械 > 食品、药品\n")
    assert table["市场监管局"] == ("市监局", "市场监督管理局", "市场监管局")
    assert table["四品一械"] == ("四品一械", "食品", "药品")
    assert "食品" not in table


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("市监局", "第 1 行要写成 词 = 词"),
        ("甲 = 甲", "至少两个不同的词"),
        ("\n甲 = 乙\n乙 = 丙", "第 3 行的“乙”在第 2 行已有"),
        ("App = 应用\napp = 软件", "第 2 行的“app”在第 1 行已有"),
        ("甲 = ？", "不是词"),
        ("甲 = " + "乙" * 61, "最多 60 个字"),
    ],
)
def test_a_wrong_line_is_named(text, words):
    with pytest.raises(ValueError, match=words):
        names_of(text)


def test_the_packaged_table_holds():
    assert "市场监督管理局" in names_of(packaged())["市监局"]


def test_general_exclusions_are_read_as_people_write_them():
    assert general_of("招聘、广告\n优惠券,招聘") == ("招聘", "广告", "优惠券")
    with pytest.raises(ValueError, match="不是词"):
        general_of("招聘\n？")
