"""Copies are found, forms filled in anew are not copies."""

from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.duplicates import Copies, print_of, shared

STORY = (
    "昨天傍晚，东岭区幸福里小区三号楼一部电梯突然停在七楼与八楼之间，六名居民被困约四十分钟。"
    "维保人员到场后将轿厢手动盘车至平层，被困居民全部安全离开，无人受伤。物业称，该电梯上月刚完成年检。"
    "市场监管部门已要求维保单位提交故障分析报告，并对小区其余电梯开展检查。"
)


def found(known, text):
    copies = Copies()
    copies.put("first", print_of("", known))
    return copies.find(print_of("", text))


def test_spaces_punctuation_and_spelling_do_not_matter():
    assert found(STORY, " " + STORY.replace("，", ",　") + "！").shared == 1


def test_an_excerpt_is_a_copy():
    assert found(STORY, STORY[:70]).id == "first"


def test_a_text_with_a_dateline_and_a_tail_is_a_copy():
    assert found(STORY, f"本报清源讯 {STORY}（来源：东岭发布）").id == "first"


def test_the_same_form_with_other_numbers_is_no_copy():
    form = "经检测，第{}批次样品编号{}，生产日期{}年，检出含量{}毫克，判定为不合格，已责令下架召回，特此通告。"
    assert found(form.format(12, 8801, 2021, 35), form.format(77, 9904, 2023, 46)) is None


def test_another_story_is_no_copy():
    assert found(STORY, "健身房一夜关门，几十名会员拿着合同到门口讨要说法，市场监管部门到场登记。") is None


def test_reposts_with_a_new_title_are_copies_of_the_text():
    copies = Copies()
    copies.put("first", print_of("电梯困人", STORY))
    assert copies.find(print_of("快看！又困人了", STORY)).id == "first"


def test_the_oldest_are_forgotten():
    copies = Copies(most=2)
    for name in ("a", "b", "c"):
        copies.put(name, print_of("", name * 40))
    assert copies.find(print_of("", "a" * 40)) is None
    assert copies.find(print_of("", "c" * 40)).id == "c"


@settings(deadline=None)
@given(st.text(max_size=80), st.text(max_size=80))
def test_sharing_is_symmetric_and_in_range(one, other):
    there, back = shared(print_of("", one), print_of("", other)), shared(print_of("", other), print_of("", one))
    assert 0 <= there <= 1
    assert there == back


@settings(deadline=None)
@given(st.text(min_size=1, max_size=200))
def test_every_text_is_a_copy_of_itself(text):
    assert shared(print_of("", text), print_of("", text)) == 1
