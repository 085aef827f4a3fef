"""An office with a ladder of its own: told earlier, told more, edited while matters run; nobody falls between."""

from journey import Journey, beijing, minute
from services.ladder_texts import CHASE, EARLY
from services.ladder_texts import LADDER as PACKAGED
from sqlalchemy import select

from store import cases
from store.db import reading
from store.ladder_edit import reset, save
from store.tables import Case, JournalEntry, Stage

FOOD = "联络员·食品安全科"


def rung(ladder: str, name: str, title: str, at: str, *posts: str) -> str:
    """Return one rung as it is written."""
    told = ", ".join(f'"{post}"' for post in posts)
    return f'\n[[{ladder}]]\nrung = "{name}"\ntitle = "{title}"\nat = "{at}"\nposts = [{told}]\n'


def edited(journey: Journey, text: str, table: str = "ladder") -> None:
    """Have the office save a table now."""
    journey.do(lambda session: save(session, table, text, "person-1", journey.now, reason="局长办公会议定"))


def test_the_office_director_hears_of_a_suspicion_after_five_minutes_and_not_again_after_twenty(
    journey: Journey,
) -> None:
    journey.until("6-10 1:00")
    edited(journey, EARLY)
    journey.until("6-10 2:00")
    journey.found("网传某食堂多人腹泻")
    journey.until("6-10 2:59")
    assert journey.told("办公室主任C") == ["6-10 02:05"]
    assert journey.told("带班领导B") == ["6-10 02:05", "6-10 02:10"], "told with the director, then in turn"
    assert "5分钟未确认，请立即研判" in journey.said("办公室主任C")[0]
    assert journey.told("主要领导E") == []
    journey.until("6-10 3:00")
    assert journey.told("主要领导E") == ["6-10 03:00"], "nobody higher before an hour has passed"


def test_a_ladder_edited_while_a_suspicion_waits_tells_at_once_whom_it_would_have_told(journey: Journey) -> None:
    journey.until("6-10 2:00")
    journey.found("网传某食堂多人腹泻")
    journey.until("6-10 2:08")
    edited(journey, EARLY)
    journey.until("6-10 2:40")
    assert journey.told("办公室主任C") == ["6-10 02:08"]
    journey.do(lambda session: reset(session, "ladder", "person-1", journey.now, reason="试用结束"))
    journey.until("6-10 2:59")
    assert journey.told("办公室主任C") == ["6-10 02:08"], "what was told is not told again"


def test_rungs_of_the_offices_own_are_told_in_fitting_words(journey: Journey) -> None:
    journey.until("6-10 9:00")
    case_id = journey.confirmed(journey.found("某食品抽检不合格"), emergency=False)
    journey.until("6-10 10:00")
    text = PACKAGED + rung("duty", "two_hours", "最后2小时", "due-120m", "liaison", "deputy_chief")
    edited(journey, text + rung("duty", "next_day", "逾期半小时", "due+30m", "office_director"))
    due = journey.clock(case_id, "OTHER_RESPONSE").due_at
    journey.until("6-12 7:00")
    assert (due, journey.at("6-12 07:00")) == (beijing("6-12 9:00"), {FOOD, "分管领导D"})
    assert "催办·黄】最后2小时，请于6月12日09:00前反馈" in journey.said("分管领导D")[0]
    # It is dropped again; what was told of it stays in the file of the matter, under its own name.
    edited(journey, text.replace('"last_hour"', '"hour"').replace('title = "最后1小时"', 'title = "一小时"'))
    journey.until("6-12 8:30")
    assert "一小时，请于6月12日09:00前反馈" in journey.said("办公室主任C")[0]
    journey.do(lambda session: reset(session, "ladder", "person-1", journey.now, reason="试用结束"))
    journey.until("6-12 9:40")
    with reading() as session:
        told = [
            entry.what for entry in cases.timeline(session, session.get_one(Case, case_id)) if entry.kind == "stage"
        ]
    assert told[:4] == [
        "48小时回应 · 已逾期",
        "48小时回应 · 最后15分钟",
        "48小时回应 · 一小时",
        "48小时回应 · 最后2小时",
    ]
    assert journey.clock(case_id, "OTHER_RESPONSE").due_at == due


def test_a_rung_after_the_miss_says_that_the_limit_is_over(journey: Journey) -> None:
    edited(journey, PACKAGED + rung("duty", "half_hour", "逾期半小时", "due+30m", "office_director"))
    journey.until("6-10 9:00")
    journey.confirmed(journey.found("某食品抽检不合格"), emergency=False)
    journey.until("6-12 9:30")
    assert "【舆情逾期·黄】截至6月12日09:30仍未反馈，时限为6月12日09:00" in journey.said("办公室主任C")[-1]


def test_a_lead_is_reminded_of_before_its_limit_is_over(journey: Journey) -> None:
    edited(journey, PACKAGED + rung("lead", "soon", "还剩10分钟", "due-10m", "duty_officer"))
    journey.until("6-10 9:00")
    journey.found("咨询营业执照换发", opens="lead")
    journey.until("6-10 9:30")
    assert [words[: words.index("：")] for words in journey.said("值班员A")] == [
        "【线索】请于6月10日09:30前研判",
        "【线索·催办】还剩10分钟，请于6月10日09:30前研判",
        "【线索·未研判】研判时限已于6月10日09:30届满",
    ]


def test_a_rung_no_table_knows_any_more_is_told_under_its_old_title_and_stops_nobody(journey: Journey) -> None:
    edited(journey, PACKAGED + rung("duty", "two_hours", "最后2小时", "due-120m", "liaison", "deputy_chief"))
    journey.until("6-10 9:00")
    case_id = journey.confirmed(journey.found("某食品抽检不合格"), emergency=False)
    due = journey.clock(case_id, "OTHER_RESPONSE")
    journey.do(lambda session: reset(session, "ladder", "person-1", journey.now, reason="试用结束"))
    at = beijing("6-12 7:00")
    journey.do(lambda session: session.add(Stage(deadline_id=due.id, rung="two_hours", turn=9, due_at=at, look_at=at)))
    edited(journey, CHASE.replace("minutes = 60", "minutes = 30"), "chase")
    journey.until("6-12 9:10")
    assert journey.at("6-12 07:00") == {"值班员A", "办公室主任C"}
    assert "催办·黄】最后2小时，请于6月12日09:00前反馈" in "".join(journey.said("办公室主任C"))
    assert "主要领导E" in journey.at("6-12 09:00")
    assert minute(min(at for at, _, subject in journey.beside if "未签收" in subject)) == "6-10 09:30"
    with reading() as session:
        words = [entry.what for entry in cases.timeline(session, session.get_one(Case, case_id))]
        actions = set(session.scalars(select(JournalEntry.action)))
    assert "48小时回应 · 最后2小时" in words
    assert {"set_ladder", "set_chase", "reset_ladder"} <= actions
