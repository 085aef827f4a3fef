"""An entered lead and its article: one lead for one matter, whatever comes first."""

from datetime import timedelta

import pytest
from making import HOUR, T, arrives, office, verdict
from sqlalchemy import func, select

from domain.case import LeadState, Level
from store import articles, dutylog, entering, events, leads
from store.db import transaction
from store.tables import Article, Attachment, Case, Deadline, Lead, Person, Source, Unit

TEXT = "东岭区实验小学多名学生午餐后呕吐。家长已报警"
LINK = "https://news.example/late"
NOW = T + timedelta(minutes=5)


def officer(session) -> Person:
    return session.scalars(select(Person).where(Person.name == "值班员A")).one()


@pytest.fixture
def duty_office(database):
    with transaction() as session:
        office(session)


def enter(text: str = TEXT, now=T, **more) -> int:
    with transaction() as session:
        return entering.enter(session, officer(session), now, entering.Entered(text, **more)).id


def group(article_id: int, opens: str, key: str = "e9", now=NOW) -> None:
    with transaction() as session:
        articles.save_verdict(session, article_id, verdict(opens), now)
        made = session.get_one(Article, article_id)
        session.refresh(made, ["judged"])
        events.put(session, made, events.Grouping(key, None, 1.0), now)


def running(session, lead_id: int) -> set[str]:
    asked = select(Deadline.rule).where(Deadline.lead_id == lead_id, Deadline.state == "open")
    return set(session.scalars(asked))


def count(session, kind: type) -> int:
    return session.scalar(select(func.count()).select_from(kind)) or 0


def test_a_text_is_judged_and_a_link_gets_its_page(duty_office):
    first, second = enter(), enter(LINK)
    with transaction() as session:
        text, link = (session.get_one(Article, session.get_one(Lead, one).article_id) for one in (first, second))
        assert (text.title, text.judge_at, text.page_at) == ("东岭区实验小学多名学生午餐后呕吐", T, None)
        assert (link.link, link.page_at, link.judge_at, link.channel) == (LINK, T, None, "news")
        source = session.scalars(select(Source)).one()
        assert (source.kind, source.kind_label, source.url, source.fetch_at) == (
            "entry",
            "人工录入",
            "entry:值班录入",
            None,
        )
        assert session.get_one(Lead, second).title == LINK


def test_words_beside_a_link_are_judged_at_once_and_the_page_again(duty_office):
    lead_id = enter(f"{TEXT} {LINK}")
    with transaction() as session:
        article = session.get_one(Article, 1)
        assert (article.link, article.page_at, article.judge_at) == (LINK, T, T)
    group(1, "none")
    with transaction() as session:
        articles.save_verdict(session, 1, verdict("provisional"), NOW)
        article = session.get_one(Article, 1)
        session.refresh(article, ["judged"])
        events.reconsider(session, article, NOW)
        events.reconsider(session, article, NOW)
    with transaction() as session:
        lead = session.scalars(select(Lead)).one()
        assert (lead.id, lead.suspected) == (lead_id, True)
        assert {"AUTH_RELEASE", "PRESS_CONF", "LEAD_CONFIRM"} == running(session, lead_id)


def test_a_provisional_verdict_raises_the_one_lead_and_starts_its_clocks(duty_office):
    lead_id = enter()
    group(1, "provisional")
    with transaction() as session:
        lead = session.scalars(select(Lead)).one()
        assert (lead.id, lead.suspected, lead.level, lead.event_id) == (lead_id, True, "red", 1)
        assert {"AUTH_RELEASE", "PRESS_CONF", "LEAD_CONFIRM"} <= running(session, lead_id)
        assert [reason["about"] for reason in lead.reasons] == ["entered", "emergency"]
        start = session.scalars(select(Deadline.start_at).where(Deadline.rule == "AUTH_RELEASE")).one()
        assert start == T


@pytest.mark.parametrize("opens", ["none", "lead"])
def test_the_verdict_proposes_a_unit_and_no_second_lead(duty_office, opens):
    lead_id = enter()
    group(1, opens)
    with transaction() as session:
        lead = session.scalars(select(Lead)).one()
        assert (lead.id, lead.event_id, lead.suspected, lead.unit.name) == (lead_id, 1, False, "食品安全科")
        assert running(session, lead_id) == {"LEAD_CONFIRM"}


def test_a_lead_judged_before_the_grouping_takes_its_case_along_and_is_not_asked_anew(duty_office):
    lead_id = enter()
    with transaction() as session:
        lead = session.get_one(Lead, lead_id)
        chosen = session.scalars(select(Unit).where(Unit.name == "食品安全科")).one()
        leads.confirm(session, lead, officer(session), T, unit=chosen, level=Level.YELLOW, emergency=False)
    group(1, "provisional")
    with transaction() as session:
        assert session.scalars(select(Lead)).one().event_id == 1
        assert session.scalars(select(Case)).one().event_id == 1


def test_where_the_event_has_a_lead_the_entered_one_is_merged_with_all_it_has(duty_office):
    with transaction() as session:
        first = arrives(session, 1, "lead")[1].id
    lead_id = enter(now=NOW)
    with transaction() as session:
        said = dutylog.Said("call", NOW, TEXT, "实验小学")
        dutylog.write(session, officer(session), said, NOW, session.get_one(Lead, lead_id))
        session.add(Attachment(lead_id=lead_id, name="a.png", media_type="image/png", size=1, sha256="0" * 64))
    group(2, "provisional", "e1")
    with transaction() as session:
        kept, merged = session.get_one(Lead, first), session.get_one(Lead, lead_id)
        assert (merged.state, merged.event_id, running(session, lead_id)) == (LeadState.MERGED, None, set())
        assert (kept.state, kept.suspected) == ("open", True)
        assert session.scalars(select(Attachment.lead_id)).one() == first
        assert dutylog.listed(session, T - HOUR, T + HOUR)[0].lead_id == first
        entered = session.get_one(Article, 2)
        found = entering.lead_of(session, entered)
        assert found is not None
        assert found.id == first
        assert [lead.id for lead in leads.open_leads(session)] == [first]


def test_a_quiet_lead_gives_way_to_the_entered_one(duty_office):
    with transaction() as session:
        old = arrives(session, 1, "lead", published=T - timedelta(days=9))[1].id
    lead_id = enter(now=NOW)
    group(2, "none", "e1")
    with transaction() as session:
        assert session.get_one(Lead, old).state == LeadState.MERGED
        assert [lead.id for lead in leads.open_leads(session)] == [lead_id]
        assert running(session, lead_id) == {"LEAD_CONFIRM"}


def test_what_is_known_leads_to_its_matter_and_is_not_doubled(duty_office):
    with transaction() as session:
        first = arrives(session, 1, "lead")[1].id
    with pytest.raises(entering.KnownAlready) as known:
        enter("快看 https://news.example/1?utm_source=wx")
    assert (known.value.lead_id, known.value.live) == (first, True)
    lead_id = enter()
    with pytest.raises(entering.KnownAlready) as known:
        enter(again=True)
    assert known.value.lead_id == lead_id
    with transaction() as session:
        assert (count(session, Article), count(session, Lead)) == (2, 2)


def test_what_was_collected_without_a_lead_gets_one(duty_office):
    with transaction() as session:
        assert arrives(session, 1, "none")[1] is None
    lead_id = enter("https://news.example/1")
    with transaction() as session:
        lead = session.get_one(Lead, lead_id)
        assert (lead.article_id, lead.event_id, lead.unit.name) == (1, 1, "食品安全科")
        assert count(session, Article) == 1


def test_a_matter_that_is_over_is_entered_again_when_asked(duty_office):
    first = enter()
    with transaction() as session:
        leads.dismiss(session, session.get_one(Lead, first), officer(session), T, "属外市事项")
    with pytest.raises(entering.KnownAlready) as known:
        enter()
    assert not known.value.live
    assert enter(again=True) != first


def test_what_is_refused_leaves_no_article(duty_office):
    for wrong in ({"text": "  "}, {"text": "办件", "channel": "hotline"}, {"text": "https://a:b@news.example/"}):
        with pytest.raises(ValueError, match=r"请写|要写明|用户名"):
            enter(**wrong)
    with transaction() as session:
        assert count(session, Article) == 0


def test_dl10_a_hotline_ticket_keeps_channel_number_and_limit(duty_office):
    lead_id = enter(channel="hotline", number="QY-88", limit=T + 30 * HOUR)
    group(1, "none")
    with transaction() as session:
        lead, article = session.scalars(select(Lead)).one(), session.get_one(Article, 1)
        assert (lead.id, lead.channel, lead.given_number, lead.given_limit) == (
            lead_id,
            "hotline",
            "QY-88",
            T + 30 * HOUR,
        )
        assert (article.channel, article.number, article.limit_at) == ("hotline", "QY-88", T + 30 * HOUR)


@pytest.mark.parametrize("channel", ["mailbox", "solicit", "survey"])
def test_qz13_a_letter_is_recorded_with_its_column_and_answered_as_a_message(duty_office, channel):
    lead_id = enter(channel=channel)
    group(1, "lead")
    with transaction() as session:
        lead = session.get_one(Lead, lead_id)
        unit = session.scalars(select(Unit).where(Unit.name == "食品安全科")).one()
        assert (lead.channel, session.get_one(Article, 1).channel) == (channel, channel)
        leads.confirm(session, lead, officer(session), NOW, unit=unit, level=Level.BLUE, emergency=False)
        assert "MSG_REPLY" in running(session, lead_id)
