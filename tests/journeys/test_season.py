"""敏感时期: what is found in it is judged in fifteen minutes, and a shift with too few people is named beforehand."""

from datetime import date, datetime, timedelta

from journey import Journey, beijing, minute, person
from sqlalchemy import select

from alerts.auditor import audit
from domain.rota import shift_of
from store import seasons
from store.db import reading
from store.tables import Deadline, Digest, Season, Shift

FIRST, LAST = date(2026, 9, 28), date(2026, 10, 8)
GAP = "值班表未来14天有1处空缺，最早：每班应有3人，只排了2人（敏感时期：国庆）"


def shifts(journey: Journey, since: date, days: int, *pairs: tuple[str, str]) -> None:
    """Let people of (post, name) have every shift of so many days."""

    def put(session):
        for n in range(days):
            start, end = shift_of(since + timedelta(days=n))
            for post, name in pairs:
                session.add(Shift(post=post, person_id=person(session, name).id, start_at=start, end_at=end))

    journey.do(put)


def judged_by(lead_id: int) -> datetime:
    with reading() as session:
        asked = select(Deadline.due_at).where(Deadline.lead_id == lead_id, Deadline.rule == "LEAD_CONFIRM")
        return session.scalars(asked).one()


def rota_findings(journey: Journey) -> list[str]:
    return [one.words for one in audit(journey.now, journey.settings) if one.code == "rota"]


def test_a_matter_of_the_season_is_judged_in_fifteen_minutes_and_the_gap_is_named(journey: Journey) -> None:
    journey.until("9-20 9:00")
    pair = (("duty_officer", "值班员A"), ("duty_leader", "带班领导B"))
    shifts(journey, date(2026, 9, 19), 40, *pair)
    assert rota_findings(journey) == []
    journey.do(
        lambda session: seasons.take_over(session, 2026, date(2026, 9, 20), "person-1", journey.now, name="国庆")
    )
    [said] = rota_findings(journey)
    assert said.startswith(GAP), "the shortage is named eight days before"

    journey.until("9-27 23:50")
    before = journey.found("网传面包涨价", opens="lead")
    journey.until("9-28 0:10")
    inside = journey.found("网传月饼过期", opens="lead")
    assert (minute(judged_by(before)), minute(judged_by(inside))) == ("9-28 00:20", "9-28 00:25")
    journey.until("9-28 0:30")
    assert journey.at("9-28 00:20") == journey.at("9-28 00:25") == {"值班员A", "带班领导B"}
    assert "【线索】请于9月28日00:25前研判：网传月饼过期" in journey.said("值班员A")

    shifts(journey, FIRST, (LAST - FIRST).days + 1, ("duty_officer", "办公室主任C"))
    assert rota_findings(journey) == []
    journey.until("9-28 7:50")
    with reading() as session:
        told = session.scalars(select(Digest).order_by(Digest.id.desc())).first().content["season"]
    assert told == "敏感时期：国庆（9月28日至10月8日），每班3人，线索15分钟内研判"

    journey.until("10-9 0:00")
    after = journey.found("网传牛奶变质", opens="lead")
    assert judged_by(after) == beijing("10-9 0:30"), "the season is over"


def test_a_season_taken_away_leaves_the_limits_it_gave(journey: Journey) -> None:
    journey.until("9-28 9:00")
    journey.do(lambda session: seasons.add(session, "国庆", FIRST, LAST, "person-1", journey.now))
    lead_id = journey.found("网传月饼过期", opens="lead")
    journey.do(
        lambda session: seasons.remove(session, session.scalars(select(Season.id)).one(), "person-1", journey.now)
    )
    journey.until("9-28 9:20")
    assert judged_by(lead_id) == beijing("9-28 9:15")
    assert journey.at("9-28 09:15") == {"值班员A", "带班领导B"}
