"""国庆: a grave matter found at night before the holiday, and nobody answers; the morning's digest says so."""

from journey import Journey
from sqlalchemy import select

from store.db import reading
from store.tables import Digest

FOOD = "联络员·食品安全科"
BOTH = {FOOD, "值班员A"}


def test_nobody_answers_a_grave_matter_through_the_holiday(journey: Journey) -> None:
    journey.until("9-30 23:40")
    lead_id = journey.found("清源一中多名学生饭后腹泻送医")
    journey.until("9-30 23:48")
    case_id = journey.confirmed(lead_id)
    journey.until("10-2 3:00")

    assert journey.at("9-30 23:40") == {"值班员A"}
    assert journey.at("9-30 23:48") == {"值班员A", "带班领导B", FOOD}
    assert journey.at("10-1 02:10") == BOTH, "half of the five hours"
    assert journey.at("10-1 03:40") == {*BOTH, "带班领导B", "办公室主任C"}, "the last hour"
    assert journey.at("10-1 04:25") == {*BOTH, "带班领导B", "办公室主任C", "分管领导D"}, "the last quarter"
    assert journey.at("10-1 04:40") == {*BOTH, "带班领导B", "办公室主任C", "分管领导D", "主要领导E"}, "missed"
    assert journey.at("10-1 05:40") == BOTH, "then every hour the unit and the duty officer alone"

    missed = [words for words in journey.said("主要领导E") if "届满" in words]
    assert [words[: words.index("，")] for words in missed] == [
        "【舆情逾期·红】时限已于10月1日04:40届满",
        "【舆情逾期·红】时限已于10月1日23:40届满",
    ]
    assert journey.told("主要领导E")[-1] == "10-1 23:40", "the chief hears of each miss once"
    assert journey.told(FOOD, "10-2 0:00") == ["10-2 00:40", "10-2 01:40", "10-2 02:40"], "both duties in one message"
    assert journey.clocks(case_id) == {"AUTH_RELEASE": "open", "PRESS_CONF": "open"}


def test_the_digest_of_the_morning_after_names_what_is_overdue(journey: Journey) -> None:
    journey.until("9-30 7:50")  # The office's first day.
    journey.until("9-30 23:40")
    journey.confirmed(journey.found("清源一中多名学生饭后腹泻送医"))
    journey.until("10-1 7:50")
    assert ("主要领导E", "【舆情日报】第1期 10月1日") in [(name, subject) for _, name, subject in journey.beside]
    with reading() as session:
        content = session.scalars(select(Digest)).one().content
    assert content["conclusion"] == "新增事项1项；在办1项，有1个时限已逾期。"
    assert [(row["duty"], row["overdue"]) for row in content["running"]] == [
        ("5小时发布", True),
        ("24小时发布会", False),
    ]
    assert content["decide"][0]["words"].startswith("5小时发布已逾期3小时10分，请督办食品安全科")
