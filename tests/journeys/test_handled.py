"""What happens in between: returned, approved by telephone, regraded, merged, transferred, reported upward."""

from journey import Journey, beijing, named, officer, person

from domain.case import Grade, Level
from store import acts, assignments, cases, deadlines, merging, regrading, returns, upward
from store.db import reading
from store.returns import Asked
from store.tables import Case, Lead, ReportTarget

FOOD, DEVICE, PRICE = "联络员·食品安全科", "联络员·特种设备科", "联络员·价格监督科"
BY = "清源市应急局〔2026〕1号"


def begun(journey: Journey, at: str, title: str = "清源一中多名学生饭后腹泻送医", **more: object) -> int:
    """Let a matter be found and confirmed in one minute."""
    journey.until(at)
    opens = "provisional" if more.get("emergency", True) else "lead"
    case_id = journey.confirmed(journey.found(title, opens=opens), **more)
    journey.until(at)
    return case_id


def test_a_unit_asks_to_be_relieved_and_the_clock_runs_on(journey: Journey) -> None:
    case_id = begun(journey, "6-10 14:00")
    due = journey.clock(case_id, "AUTH_RELEASE").due_at
    journey.until("6-10 14:20")

    def ask(session):
        case = session.get_one(Case, case_id)
        asked = Asked(case.unit, journey.now, "电话", "是气瓶问题", named(session, "特种设备科"))
        return returns.ask(session, case, asked, officer(session), journey.now).id

    bounce_id = journey.do(ask)
    journey.until("6-10 17:00")
    assert journey.at("6-10 14:20") == {"办公室主任C"}
    assert "食品安全科申请退办，请决定" in journey.said("办公室主任C")[0]
    assert FOOD in journey.at("6-10 16:30"), "half of the limit: the unit that asked is still the one that is told"

    def grant(session):
        row = session.get_one(returns.Bounce, bounce_id)
        returns.accept(session, row, "", person(session, "办公室主任C"), journey.now, named(session, "特种设备科"))

    journey.do(grant)
    journey.until("6-10 18:59")
    assert journey.told(DEVICE) == ["6-10 17:00", "6-10 18:00", "6-10 18:45"]
    assert "请于6月10日19:00前反馈" in journey.said(DEVICE)[0]
    assert journey.told(FOOD)[-1] == "6-10 17:00"
    assert "不再承办" in journey.said(FOOD)[-1]
    assert journey.clock(case_id, "AUTH_RELEASE").due_at == due


def test_a_request_that_is_refused_is_answered_with_words(journey: Journey) -> None:
    case_id = begun(journey, "6-10 14:00")

    def ask_and_refuse(session):
        case = session.get_one(Case, case_id)
        made = returns.ask(
            session, case, Asked(case.unit, journey.now, "电话", "不属本科"), officer(session), journey.now
        )
        returns.refuse(session, made, "餐饮由你科主管", person(session, "办公室主任C"), journey.now)

    journey.do(ask_and_refuse)
    journey.until("6-10 14:01")
    assert "退办未同意，请继续办理" in journey.said(FOOD)[-1]
    assert journey.said("办公室主任C") == [], "what was decided already needs no decision"


def test_handing_over_when_the_limit_is_over_already_says_so(journey: Journey) -> None:
    case_id = begun(journey, "6-10 14:00")
    journey.until("6-10 20:30")
    journey.do(
        lambda session: assignments.reassign(
            session, session.get_one(Case, case_id), named(session, "价格监督科"), "改派", officer(session), journey.now
        )
    )
    journey.until("6-10 20:31")
    assert "时限已于6月10日19:00届满，请立即反馈" in journey.said(PRICE)[0]


def test_a_unit_that_helps_is_asked_to_report_to_the_lead_unit(journey: Journey) -> None:
    case_id = begun(journey, "6-10 14:00")
    journey.do(
        lambda session: assignments.add_co(
            session,
            session.get_one(Case, case_id),
            named(session, "价格监督科"),
            "查票据",
            officer(session),
            journey.now,
        )
    )
    journey.until("6-10 19:00")
    assert journey.said(PRICE) == [
        "【舆情协办·红】请协助食品安全科办理：清源一中多名学生饭后腹泻送医（舆情〔2026〕1号）"
    ]


def test_what_was_approved_by_telephone_at_night_is_recorded_in_the_morning(journey: Journey) -> None:
    case_id = begun(journey, "6-9 23:40")
    journey.until("6-10 8:00")
    assert "主要领导E" in journey.at("6-10 04:40"), "nobody had told the service"

    def record(session):
        case, chief = session.get_one(Case, case_id), person(session, "分管领导D")
        at = beijing("6-9 23:55")
        return acts.approve(session, case, chief, "同意发布", "电话请示", at, officer(session), journey.now).id

    approval_id = journey.do(record)
    journey.released(case_id, "6-10 1:30")
    met = journey.clock(case_id, "AUTH_RELEASE")
    assert (met.met_at, met.recorded_at) == (beijing("6-10 1:30"), beijing("6-10 8:00"))
    assert met.met_at <= met.due_at, "in time, whatever the hour of the entry"
    assert journey.clock(case_id, "SIGN_LATER").due_at == beijing("6-10 23:59").replace(second=59)
    with reading() as session:
        late = [(one.kind, one.late) for one in cases.timeline(session, session.get_one(Case, case_id)) if one.late]
    assert sorted(late) == [("approval", True), ("release", True)]
    journey.until("6-10 10:00")
    assert journey.told("值班员A", "6-10 8:00") == ["6-10 08:00"], (
        "the signature is owed; nothing of the release any more"
    )
    journey.do(
        lambda session: acts.sign(
            session, session.get_one(acts.Approval, approval_id), journey.now, officer(session), journey.now
        )
    )
    journey.until("6-11 2:00")
    assert not [words for words in journey.said("值班员A") if "补签逾期" in words]


def test_graded_down_the_night_alarms_end_and_graded_up_they_begin(journey: Journey) -> None:
    case_id = begun(journey, "6-10 14:00")
    journey.until("6-10 15:00")
    journey.do(lambda s: regrading.grade(s, s.get_one(Case, case_id), Grade.III, BY, officer(s), journey.now))
    journey.until("6-10 20:00")
    assert journey.clocks(case_id) == {"AUTH_RELEASE": "void", "PRESS_CONF": "void", "OTHER_RESPONSE": "open"}
    assert journey.told(FOOD) == ["6-10 14:00", "6-10 15:00"], "told of the new limit, of nothing else"
    assert "请于6月12日14:00前反馈" in journey.said(FOOD)[-1]
    journey.do(lambda s: regrading.grade(s, s.get_one(Case, case_id), Grade.II, BY, officer(s), journey.now))
    journey.until("6-10 20:01")
    made = journey.clock(case_id, "AUTH_RELEASE")
    assert (made.due_at, made.found_late) == (beijing("6-10 19:00"), True)
    assert made.handle_by == beijing("6-11 1:00")
    assert journey.told(FOOD)[-1] == "6-10 20:00"
    journey.until("6-11 0:59")
    assert not [words for words in journey.said("主要领导E") if "5小时" in words or "届满" in words]


def test_a_level_raised_and_the_next_release_asked_for_until_the_final_one(journey: Journey) -> None:
    case_id = begun(journey, "6-10 14:00", "奶茶店过期原料", emergency=False)
    journey.until("6-10 16:00")
    journey.released(case_id)
    journey.do(
        lambda s: regrading.change_level(s, s.get_one(Case, case_id), Level.RED, "多家跟进", officer(s), journey.now)
    )
    journey.until("6-11 15:30")
    assert {"联络员·食品安全科", "带班领导B", "办公室主任C"} <= journey.at("6-11 15:00"), "the last hour of the next"
    journey.released(case_id, final=True)
    journey.until("6-13 0:00")
    assert journey.clocks(case_id)["NEXT_RELEASE"] == "met"
    assert journey.told(FOOD)[-1] == "6-11 15:00", "after the final one nobody is asked any more"


def test_of_two_cases_that_become_one_only_the_one_is_told_and_by_the_earlier_limit(journey: Journey) -> None:
    first = begun(journey, "6-10 14:00", "奶茶店过期原料", emergency=False)
    second = begun(journey, "6-10 16:00", "奶茶店原料发霉", emergency=False, unit="价格监督科")
    journey.until("6-10 17:00")

    def merge(session):
        merging.merge(
            session,
            session.get_one(Case, first),
            session.get_one(Case, second),
            "同一家店",
            officer(session),
            journey.now,
        )

    journey.do(merge)
    journey.until("6-12 14:00")
    assert journey.clock(second, "OTHER_RESPONSE").due_at == beijing("6-12 14:00")
    assert journey.clocks(first) == {"OTHER_RESPONSE": "void"}
    assert journey.told(FOOD) == ["6-10 14:00", "6-10 17:00"]
    assert "不再承办" in journey.said(FOOD)[-1]
    assert PRICE in journey.at("6-12 14:00")
    assert journey.told("主要领导E") == ["6-12 14:00"]


def test_a_transfer_without_receipt_stops_nothing_and_the_receipt_stops_everything(journey: Journey) -> None:
    case_id = begun(journey, "6-10 14:00")
    journey.until("6-10 14:30")
    handed = acts.Handed("市应急管理局", "属燃气安全", journey.now)
    transfer_id = journey.do(lambda s: acts.transfer(s, s.get_one(Case, case_id), handed, officer(s), journey.now).id)
    journey.until("6-10 18:10")
    assert FOOD in journey.at("6-10 18:00"), "the last hour is told all the same"
    journey.do(
        lambda s: acts.receive(
            s, s.get_one(acts.Transfer, transfer_id), "收文8号", beijing("6-10 18:05"), officer(s), journey.now
        )
    )
    journey.until("6-11 20:00")
    assert journey.clocks(case_id) == {"AUTH_RELEASE": "met", "PRESS_CONF": "met"}
    assert journey.clock(case_id, "PRESS_CONF").met_how == "transfer"
    assert journey.told(FOOD)[-1] == "6-10 18:00"
    assert "主要领导E" not in {name for _, name, _ in journey.mails}


def test_reports_upward_go_on_from_the_lead_to_its_case(journey: Journey, targets: None) -> None:
    journey.until("6-10 14:00")
    lead_id = journey.found("清源一中多名学生饭后腹泻送医")

    def report(kind: str, **said: object):
        return journey.do(
            lambda s: upward.record(
                s,
                s.get_one(Lead, lead_id),
                upward.Report(kind, journey.now, s.get_one(ReportTarget, 1) if kind == "phone" else None, **said),
                officer(s),
                journey.now,
            )
        )

    report("phone", taken_by="接报人甲")
    report("first", text="性质：疑似")
    case_id = journey.confirmed(lead_id)
    report("follow_up", text="趋势：好转")
    report("final", text="建议：结案")
    with reading() as session:
        said = [one.what for one in cases.timeline(session, session.get_one(Case, case_id)) if one.kind == "upward"]
    assert sorted(said) == ["初报", "电话报告 市委值班室 · 接报人 接报人甲", "终报", "续报1"]


def test_the_call_upward_has_its_own_limit_and_the_first_call_meets_it(journey: Journey, targets: None) -> None:
    journey.until("6-10 14:00")
    lead_id = journey.found("清源一中多名学生饭后腹泻送医")

    def limited(session):
        lead, by = session.get_one(Lead, lead_id), beijing("6-10 14:30")
        deadlines.write_deadline(session, lead, "INFO_REPORT", journey.now, journey.now, ladder="report", limit=by)

    journey.do(limited)
    case_id = journey.confirmed(lead_id)
    journey.until("6-10 14:35")
    assert journey.at("6-10 14:20") == {"值班员A", "带班领导B"}
    assert journey.at("6-10 14:30") == {"值班员A", "带班领导B", "办公室主任C"}
    [words] = journey.said("办公室主任C")
    assert words.startswith("【报送逾期】时限已于6月10日 14:30届满，请立即向上级报送（先电话后书面）：清源一中")

    def call(session):
        report = upward.Report("phone", beijing("6-10 14:25"), session.get_one(ReportTarget, 1))
        upward.record(session, session.get_one(Lead, lead_id), report, officer(session), journey.now)

    journey.do(call)
    met = journey.clock(case_id, "INFO_REPORT")
    assert (met.state, met.met_at, met.met_how) == ("met", beijing("6-10 14:25"), "report")
