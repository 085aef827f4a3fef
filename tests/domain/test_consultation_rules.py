"""征求意见: what is asked of a rejection, the published text, pasted suggestions; 消费预警: its steps and its gaps."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import consultation as rule
from domain import warning
from domain.consultation import Answered, Decision, Result
from domain.spans import month_of, quarter_of, span_named
from domain.warning import Facts, State

RESULT = Result(
    office="清源市市场监督管理局",
    title="清源市农贸市场管理办法（征求意见稿）",
    start_on=date(2026, 10, 20),
    end_on=date(2026, 11, 18),
    received=12,
    groups=(
        Answered("增加停车位", 5, Decision.REJECTED, "不属于本办法调整的事项。"),
        Answered("公平秤要检定，电话13812345678", 4, Decision.ADOPTED, "写入第八条"),
        Answered("延长营业时间", 2, Decision.PARTLY, "鼓励，不作统一规定"),
        Answered("取消活禽交易", 1, Decision.REJECTED),
    ),
    unit="食品安全科",
    contact="0000-1",
    on=date(2026, 11, 20),
)


def test_the_number_is_packaged_marked_as_ours_and_the_rule_has_its_source():
    found = rule.concentrated()
    assert (found.suggestions, found.ours) == (5, True)
    assert "相对集中" in found.source


@given(
    st.sampled_from(list(Decision)), st.integers(0, 30), st.integers(2, 20), st.sampled_from(["", " ", "\n", "理由"])
)
def test_only_a_concentrated_rejection_needs_a_reason(decision, count, most, reason):
    needs = decision is Decision.REJECTED and count >= most and not reason.strip()
    try:
        rule.check_decision(decision, reason, count, most)
        refused = False
    except ValueError:
        refused = True
    assert refused == needs
    assert bool(rule.lacking([Answered("x", count, decision, reason)], most)) == needs


def test_the_published_text_has_counts_decisions_and_reasons_in_the_language_of_documents():
    assert rule.result_text(RESULT).splitlines() == [
        "2026年10月20日至2026年11月18日，清源市市场监督管理局就《清源市农贸市场管理办法（征求意见稿）》向社会公开征求意见。"
        "征求意见期间共收到意见建议12条。经逐条研究，归并为4类。现将采纳情况公布如下：",
        "一、采纳的意见建议（1类、4条）",
        "（一）关于“公平秤要检定，电话138******78”的意见建议（4条），采纳。采纳情况：写入第八条。",
        "二、部分采纳的意见建议（1类、2条）",
        "（一）关于“延长营业时间”的意见建议（2条），部分采纳。采纳情况：鼓励，不作统一规定。",
        "三、不予采纳的意见建议（2类、6条）",
        "（一）关于“增加停车位”的意见建议（5条），不予采纳。理由：不属于本办法调整的事项。",
        "（二）关于“取消活禽交易”的意见建议（1条），不予采纳。",
        "感谢社会各界对我们工作的关心和支持。",
        "承办单位：食品安全科；联系方式：0000-1。",
        "清源市市场监督管理局",
        "2026年11月20日",
    ]


def test_a_result_of_some_groups_says_that_it_is_of_some():
    assert "共收到意见建议30条。经逐条研究，现将其中4类（12条）的采纳情况公布如下：" in rule.result_text(
        replace(RESULT, received=30)
    )


def test_a_title_in_brackets_keeps_its_own():
    assert rule.result_title("《办法》") == "关于《办法》公开征求意见采纳情况的公告"
    assert rule.result_title("办法") == "关于《办法》公开征求意见采纳情况的公告"


@pytest.mark.parametrize(
    ("number", "words"), [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九"), (100, "100")]
)
def test_numerals(number, words):
    assert rule.numeral(number) == words


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("甲\n乙\r\n丙\n", ["甲", "乙", "丙"]),
        ("甲一\n甲二\n\n乙\n \n丙", ["甲一\n甲二", "乙", "丙"]),
        (" \n\n", []),
        ("电话13812345678", ["电话138******78"]),
    ],
)
def test_pasted_suggestions_are_lines_or_paragraphs(text, parts):
    assert rule.split(text) == parts


@given(st.text(alphabet="甲乙 \n\r\t", max_size=60))
def test_no_character_of_a_pasted_text_is_lost(text):
    assert "".join("".join(rule.split(text)).split()) == "".join(text.split())


def test_nothing_is_released_that_was_not_cleared_and_everything_open_can_be_dismissed():
    assert [one for one, after in warning.NEXT.items() if State.RELEASED in after] == [State.CLEARED]
    assert [one for one, after in warning.NEXT.items() if State.CLEARED in after] == [State.SUBMITTED]
    assert {one for one, after in warning.NEXT.items() if State.DISMISSED in after} == {
        State.DRAFT,
        State.SUBMITTED,
        State.CLEARED,
    }
    for old in State:
        for new in State:
            if new in warning.NEXT[old]:
                warning.check_step(old, new)
            else:
                with pytest.raises(ValueError, match="请刷新"):
                    warning.check_step(old, new)


def test_a_draft_says_where_a_person_must_fill_in_and_is_whole_when_they_did():
    at = datetime(2026, 11, 22, 6, 5, tzinfo=UTC)
    facts = Facts("健身预付卡", "东岭区", at, at, 30, 27, 0.5, (("东岭区", 30),), "局")
    text = warning.draft_text(facts)
    assert len(warning.gaps(text)) == 5
    assert "平日同期不到1件。反映较多的" in text
    assert "主要集中" not in text
    with pytest.raises(ValueError, match="还有5处没有填写"):
        warning.check_text("标题", text, whole=True)
    for gap in warning.gaps(text):
        text = text.replace(gap, "已填")
    assert warning.check_text(" 标 题 ", text, whole=True) == ("标 题", text)
    with pytest.raises(ValueError, match="请写标题"):
        warning.check_text(" ", text, whole=False)


@given(st.dates(date(2001, 1, 1), date(2098, 12, 31)))
def test_months_and_quarters_follow_each_other_without_gap_and_are_found_by_their_names(day):
    for span in (month_of(day), quarter_of(day)):
        assert span.start <= day < span.after
        assert span.before.after == span.start
        assert span_named(span.name) == span


@pytest.mark.parametrize("name", ["", "2026", "2026-13", "2026-Q5", "2026-00", "1999-01", "2026-11-01"])
def test_other_names_are_no_period(name):
    with pytest.raises(ValueError, match="没有这样的周期"):
        span_named(name)


def test_how_periods_are_called():
    assert month_of(date(2026, 11, 22)).label == "2026年11月"
    assert quarter_of(date(2026, 11, 22)).label == "2026年第4季度"
