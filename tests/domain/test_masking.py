"""Personal numbers are masked, everything else stays, and spans stay valid."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.masking import mask


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("电话13812345678请回", "电话138******78请回"),
        ("电话138-1234-5678。", "电话138-****-**78。"),
        ("+86 138 1234 5678", "+86 138 **** **78"),
        ("+8613812345678", "+86138******78"),
        ("座机010-62345678转3", "座机010-******78转3"),
        ("座机(0595)2234567", "座机(0595)*****67"),
        ("座机（0595）22345678", "座机（0595）******78"),
        ("身份证11010519491231002X,", "身份证110***************,"),
        ("身份证110105194912310021", "身份证110***************"),
    ],
)
def test_personal_numbers_are_masked(text, shown):
    assert mask(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "拨打12345或12315",
        "客服400-800-1234",
        "2026年11月22日14时05分",
        "订单号202611221405001234567",
        "罚款138123456789元",
        "舆情〔2026〕3号",
        "编号110105999912310021",
        "涉及1381234567个",
    ],
)
def test_other_numbers_stay(text):
    assert mask(text) == text


@given(st.text(alphabet=st.sampled_from("0123456789-+86 ()（）Xx电话,"), max_size=60))
def test_the_length_never_changes_and_only_digits_do(text):
    shown = mask(text)
    assert len(shown) == len(text)
    assert all(a == b or b == "*" for a, b in zip(text, shown, strict=True))


@given(st.text(max_size=80))
def test_masking_twice_changes_nothing_more(text):
    assert mask(mask(text)) == mask(text)
