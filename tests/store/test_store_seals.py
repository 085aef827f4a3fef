"""密封: texts go under the seal and come back, whoever brings them later; the matter keeps its clock."""

from datetime import timedelta

import pytest
from making import FOOD, OFFICE, T, article, office, person, unit, verdict
from sqlalchemy import func, select

from domain.case import Level
from domain.seal import TITLE
from store import articles, entering, events, leads, merging, notices, people, seals
from store.articles import Filter
from store.notices import Message
from store.tables import Article, Deadline, JournalEntry, Judged, Lead, Person, Seal, SealedText, Unit

NOW = T + timedelta(minutes=5)
SEALED = {"sealed": "staff", "about": FOOD, "sections": (OFFICE, FOOD), "personal": (("mobile", 0, 11),)}


def officer(session) -> Person:
    return session.scalars(select(Person).where(Person.name == "值班员A")).one()


def keeper(session) -> Person:
    return person(session, "纪检A", "discipline", role="leader")


def sealed_article(session, number: int = 1) -> Article:
    made = article(session, number, channel="message", author="来信人甲", simple="简体")
    articles.save_verdict(session, made.id, verdict(**SEALED), NOW)
    session.refresh(made, ["judged"])
    return made


def proposed(session, made: Article, key: str = "e") -> Lead:
    lead = events.put(session, made, events.Grouping(key, None, 1.0), NOW)[1]
    assert lead is not None
    return lead


def test_a_verdict_seals_its_article_and_the_lead_keeps_its_clock(session):
    office(session)
    made = sealed_article(session)
    assert (made.title, made.body, made.author, made.simple) == (TITLE, "", None, None)
    lead = proposed(session, made)
    assert (lead.title, lead.seal_id, lead.unit.name) == (TITLE, made.seal_id, OFFICE)
    assert [one.state for one in session.scalars(select(Deadline).where(Deadline.lead_id == lead.id))] == ["open"]
    kept = seals.contents(session, made.seal_id)[f"article-{made.id}"]
    assert (kept["title"], kept["body"], kept["author"]) == ("标题1", "正文", "来信人甲")
    shown = session.scalars(select(Judged).where(Judged.article_id == made.id)).one()
    assert shown.reasons == [seals.REASON]
    assert (shown.sealed, shown.about, shown.personal) == ("staff", None, None)


def test_search_does_not_find_it_and_the_list_counts_it(session):
    office(session)
    sealed_article(session)
    assert articles.count(session, Filter(words="标题1")) == 0
    assert articles.count(session, Filter(words="正文")) == 0
    assert articles.count(session, Filter()) == 1


def test_discipline_and_the_handler_may_read_and_nobody_else(session):
    duty, made = office(session), sealed_article(session)
    reader, other = keeper(session), person(session, "科员A")
    assert seals.may_read(session, made.seal_id, reader.id)
    assert not seals.may_read(session, made.seal_id, duty.id)
    assert not seals.may_read(session, made.seal_id, other.id)
    assert seals.may_read(session, None, other.id)
    seals.name_handler(session, session.get_one(Seal, made.seal_id), other, reader, NOW)
    assert seals.may_read(session, made.seal_id, other.id)
    assert seals.knows_writer(session, made.seal_id, other.id)
    assert not seals.knows_writer(session, made.seal_id, reader.id)


def test_the_unit_it_is_about_neither_leads_nor_handles_it(session):
    duty = office(session)
    lead = proposed(session, sealed_article(session))
    food = session.scalars(select(Unit).where(Unit.name == FOOD)).one()
    said = {"level": Level.YELLOW, "emergency": False}
    with pytest.raises(ValueError, match="不能由它牵头"):
        leads.confirm(session, lead, duty, NOW, unit=food, **said)
    seal, one = session.get_one(Seal, lead.seal_id), person(session, "食品科员", unit_id=food.id)
    with pytest.raises(ValueError, match=f"涉及{FOOD}"):
        seals.name_handler(session, seal, one, keeper(session), NOW)
    first = session.scalars(select(Unit).where(Unit.name == OFFICE)).one()
    case = leads.confirm(session, lead, duty, NOW, unit=first, title="写出来的标题", **said)
    assert (case.title, case.seal_id, case.about_unit_id) == (TITLE, lead.seal_id, food.id)


def test_opening_brings_every_text_back_and_the_system_does_not_seal_it_again(session):
    office(session)
    made = sealed_article(session)
    lead, reader = proposed(session, made), keeper(session)
    seal = session.get_one(Seal, made.seal_id)
    with pytest.raises(ValueError, match="请写明解除理由"):
        seals.open_(session, seal, reader, " ", NOW)
    with pytest.raises(ValueError, match="只有纪检和办公室"):
        seals.open_(session, seal, person(session, "科员B"), "想看", NOW)
    seals.open_(session, seal, reader, "不属密封范围", NOW)
    assert (made.title, made.body, made.author, made.simple) == ("标题1", "正文", "来信人甲", "简体")
    assert (lead.title, lead.seal_id, made.seal_id) == (TITLE, None, None)
    articles.save_verdict(session, made.id, verdict(**SEALED), NOW)
    assert (made.title, made.seal_id) == ("标题1", None)
    with pytest.raises(ValueError, match="已经解除"):
        seals.open_(session, seal, reader, "再开", NOW)
    assert session.scalars(select(func.count()).select_from(SealedText)).one() >= 1


def test_what_comes_later_goes_under_the_seal_too(session):
    office(session)
    made = sealed_article(session)
    made.title, made.body = "网页上的标题", "网页上的正文"
    seals.shut_later(session, made, made.seal_id)
    assert (made.title, made.body) == (TITLE, "")
    assert seals.text_of(session, made) == ("网页上的标题", "网页上的正文")
    articles.save_verdict(session, made.id, verdict(place=("东岭区",)), NOW)
    again = session.scalars(select(Judged).where(Judged.article_id == made.id)).one()
    assert (again.reasons, again.place) == ([seals.REASON], [])


def test_sealing_by_hand_takes_articles_leads_cases_and_notices_along(session):
    duty = office(session)
    made = article(session, 1, channel="message")
    articles.save_verdict(session, made.id, verdict(), NOW)
    session.refresh(made, ["judged"])
    lead = proposed(session, made)
    told = notices.write(
        session,
        duty,
        "t",
        Message("标题1", "标题1的正文", None, "舆情〔2026〕1号"),
        NOW,
        lead_id=lead.id,
        asks_ack=True,
    )
    boss = person(session, "办公室A", role="office")
    with pytest.raises(ValueError, match="请写明密封理由"):
        seals.by_hand(session, lead, boss, "", NOW)
    with pytest.raises(ValueError, match="只有纪检和办公室"):
        seals.by_hand(session, lead, duty, "理由", NOW)
    seal = seals.by_hand(session, lead, boss, "投诉工作人员", NOW)
    assert {made.seal_id, lead.seal_id} == {seal.id}
    assert (made.title, lead.title, lead.event.title) == (TITLE, TITLE, TITLE)
    assert told is not None
    assert "标题1" not in f"{told.subject}{told.text}"
    assert "舆情〔2026〕1号" in told.text
    assert "〔签收链接〕" in told.text
    with pytest.raises(ValueError, match="已经密封"):
        seals.by_hand(session, lead, boss, "再封", NOW)
    seals.open_(session, seal, boss, "误封", NOW)
    assert (made.title, lead.title, told.text) == ("标题1", "标题1", "标题1的正文")
    assert [one[0] for one in session.info["journal"] if one[0].action in ("seal", "open_seal")]


def test_a_letter_about_a_sealed_matter_carries_no_text(session):
    duty = office(session)
    lead = proposed(session, sealed_article(session))
    message = Message("【线索】请研判", "什么都写在这里", "<p>什么都写在这里</p>", "待研判线索 黄色，请立即研判")
    told = notices.write(session, duty, "t", message, NOW, lead_id=lead.id)
    assert told is not None
    assert (told.html, told.text.splitlines()[0]) == (None, "待研判线索 黄色，请立即研判")
    assert "什么都写在这里" not in told.text


def test_what_is_entered_by_hand_is_sealed_before_anybody_is_told(session):
    duty = office(session)
    said = entering.Entered("食品安全科王科长收红包，通风报信。有转账记录", channel="message", called=True)
    lead = entering.enter(session, duty, NOW, said)
    assert lead.seal_id is not None
    assert lead.title == TITLE
    made = session.get_one(Article, lead.article_id)
    assert (made.title, made.seal_id) == (TITLE, lead.seal_id)
    plain = entering.enter(session, duty, NOW, entering.Entered("超市收银员张某态度恶劣", channel="message"))
    assert (plain.seal_id, plain.title) == (None, "超市收银员张某态度恶劣")


def test_a_sealed_case_is_not_merged_with_another(session):
    duty = office(session)
    first = session.scalars(select(Unit).where(Unit.name == OFFICE)).one()
    said = {"unit": first, "level": Level.YELLOW, "emergency": False}
    case = leads.confirm(session, proposed(session, sealed_article(session)), duty, NOW, **said)
    other = article(session, 2, channel="message")
    articles.save_verdict(session, other.id, verdict(), NOW)
    session.refresh(other, ["judged"])
    into = leads.confirm(session, proposed(session, other, "f"), duty, NOW, **said)
    with pytest.raises(ValueError, match="不能与别的事项并案"):
        merging.merge(session, case, into, "同一事", duty, NOW)


def test_discipline_holds_a_post_like_any_other(session):
    unit(session, OFFICE)
    one = keeper(session)
    assert people.POST_NAMES["discipline"] == "纪检"
    assert people.holders(session, "discipline") == [one]
    assert session.scalars(select(JournalEntry)).all() == []


def test_the_system_seals_one_article_and_not_the_others_of_its_event(session):
    office(session)
    first, second = article(session, 1, channel="message"), article(session, 2, channel="message")
    for one in (first, second):
        articles.save_verdict(session, one.id, verdict(), NOW)
        session.refresh(one, ["judged"])
        events.put(session, one, events.Grouping("e", None, 1.0), NOW)
    articles.save_verdict(session, second.id, verdict(**SEALED), NOW)
    lead = session.scalars(select(Lead)).one()
    assert (first.title, second.title, lead.title) == ("标题1", TITLE, "标题1")
    assert (first.seal_id, lead.seal_id) == (None, None)


def test_a_lead_without_an_article_is_sealed_alone(session):
    duty, boss = office(session), person(session, "办公室A", role="office")
    said = {"text": "", "channel": "message", "unit": None}
    first, second = (leads.enter(session, duty, NOW, title=title, **said) for title in ("来电一", "来电二"))
    seals.by_hand(session, first, boss, "投诉工作人员", NOW)
    assert (first.title, second.title, second.seal_id) == (TITLE, "来电二", None)
