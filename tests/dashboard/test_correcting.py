"""改判 on the screens: at once everywhere, both verdicts kept, undone by a newer one, no clock touched."""

import screen_matters as made
from sqlalchemy import select

from domain.correction import Answers
from store import corrections, events
from store.articles import save_verdict, verdict_of
from store.correcting import correct
from store.db import reading, transaction
from store.tables import Article, Correction, Deadline, JournalEntry, Judged, Lead, Person


def deadlines(lead_id: int) -> list[tuple[object, ...]]:
    with reading() as session:
        asked = select(Deadline).where(Deadline.lead_id == lead_id).order_by(Deadline.id)
        return [(d.rule, d.start_at, d.due_at, d.state) for d in session.scalars(asked)]


def test_a_correction_is_seen_at_once_everywhere_and_both_are_kept(duty, clock):
    lead_id = made.lead(clock.now, suspected=True)
    article_id = made.row(Lead, lead_id).article_id
    before = deadlines(lead_id)
    answer = duty.post(f"/articles/{article_id}/correct", unit="特种设备科", sentiment="neutral", why="是电梯的事")
    assert answer.headers["Location"] == f"/articles/{article_id}"
    page = duty.text(f"/articles/{article_id}")
    assert "牵头特种设备科、中性" in page
    assert page.index("人工改判") < page.index("系统初判（保留备查）")
    assert "是电梯的事" in page
    listed = duty.text("/articles?section=特种设备科&sentiment=neutral&corrected=1")
    assert f'id="article-{article_id}"' in listed
    assert "没有符合条件" in duty.text("/articles?section=食品安全科")
    assert "牵头特种设备科、中性" in duty.text(f"/articles/{article_id}/preview")
    for address in ("/", f"/leads/{lead_id}"):
        shown = duty.text(address)
        assert "特种设备科" in shown, address
        assert "人工改判：牵头特种设备科、中性" in shown, address
    assert deadlines(lead_id) == before
    with reading() as session:
        verdicts = {row.maker: row for row in session.scalars(select(Judged))}
        kept = session.scalars(select(Correction)).one()
        entry = session.scalars(select(JournalEntry).where(JournalEntry.action == "correct")).one()
    assert (verdicts["system"].sections, verdicts["system"].sentiment) == (["食品安全科"], "negative")
    assert (verdicts["person"].sections[0], verdicts["person"].sentiment) == ("特种设备科", "neutral")
    assert kept.said == {
        "relevance": 0.9,
        "section": "食品安全科",
        "sentiment": "negative",
        "emergency": 0.9,
        "opens": "provisional",
    }
    assert (entry.object, entry.facts["fields"]) == (f"article-{article_id}", ["unit", "sentiment"])


def test_an_irrelevant_lead_is_offered_as_not_ours_and_keeps_its_clock(duty, clock):
    lead_id = made.lead(clock.now)
    article_id, before = made.row(Lead, lead_id).article_id, deadlines(lead_id)
    answer = duty.post(f"/articles/{article_id}/correct", relevant="no", back=f"/leads/{lead_id}")
    assert answer.headers["Location"] == f"/leads/{lead_id}?open=dismiss"
    assert "可在下面记为非本单位事项" in duty.text(answer.headers["Location"])
    assert (made.row(Lead, lead_id).state, deadlines(lead_id)) == ("open", before)
    duty.post(f"/articles/{article_id}/correct", false_alarm="yes", back="/articles?words=奶茶")
    page = duty.text("/articles?words=奶茶")
    assert f"/leads/{lead_id}?open=dismiss" in page
    assert "没有符合条件" not in duty.text("/articles?relevant=1")


def test_a_newer_correction_undoes_an_older_one(duty, clock):
    lead_id = made.lead(clock.now)
    article_id = made.row(Lead, lead_id).article_id
    duty.post(f"/articles/{article_id}/correct", relevant="no")
    assert duty.post(f"/articles/{article_id}/correct", relevant="no").status_code == 422
    duty.post(f"/articles/{article_id}/correct", withdraw="yes")
    page = duty.text(f"/articles/{article_id}")
    assert "人工改判" not in page
    assert "已撤回改判" in page
    with reading() as session:
        assert len(session.scalars(select(Correction)).all()) == 2
        assert session.get_one(Lead, lead_id).reasons == [
            {"words": "过期", "weight": 1.9, "about": "sentiment", "span": [3, 5]}
        ]


def test_relevant_after_all_becomes_a_lead(duty, clock):
    from dataclasses import replace

    from domain.verdict import Opens

    quiet = replace(made.NEGATIVE, relevance=0.1, opens=Opens.NONE)
    article_id = made.article(made.source(clock.now), clock.now, verdict=quiet)
    with transaction() as session:
        article = session.get_one(Article, article_id)
        session.refresh(article, ["judged"])
        assert events.put(session, article, events.Grouping("event", None, 1.0), clock.now)[1] is None
    duty.post(f"/articles/{article_id}/correct", relevant="yes")
    with reading() as session:
        lead = session.scalars(select(Lead)).one()
    assert (lead.article_id, lead.state) == (article_id, "open")
    assert deadlines(lead.id)


def test_a_later_verdict_of_the_system_keeps_what_a_person_said(database, clock, app):
    article_id = made.article(made.source(clock.now), clock.now)
    with transaction() as session:
        article = session.get_one(Article, article_id)
        correct(session, article, Answers(unit="特种设备科"), made.person(session, "duty"), clock.now)
    from dataclasses import replace

    from domain.verdict import Sentiment

    with transaction() as session:
        save_verdict(session, article_id, replace(made.NEGATIVE, sentiment=Sentiment.POSITIVE), clock.now)
    with reading() as session:
        counts = verdict_of(session.get_one(Article, article_id))
        assert counts is not None
        assert (counts.maker, counts.sections[0], counts.sentiment) == ("person", "特种设备科", "positive")


def test_errors_say_what_to_do_and_keep_what_was_chosen(duty, clock):
    article_id = made.article(made.source(clock.now), clock.now)
    answer = duty.post(f"/articles/{article_id}/correct", relevant="no", unit="食品安全科", why="甲")
    assert answer.status_code == 422
    assert "没有牵头科室" in answer.text
    assert 'value="甲"' in answer.text
    assert "没有这个单位" in duty.post(f"/articles/{article_id}/correct", unit="别的科").text
    unjudged = made.article(made.source(clock.now, "乙"), clock.now, "未判", verdict=None)
    assert "还没有初判" in duty.post(f"/articles/{unjudged}/correct", relevant="no").text


def test_a_section_corrects_its_own_matters_only(signed_in, clock):
    own, other = made.article_of(made.case(clock.now)), made.article(made.source(clock.now, "丙"), clock.now, "别的")
    section = signed_in("section")
    assert "改判" in section.text(f"/articles/{own}")
    assert section.post(f"/articles/{own}/correct", sentiment="neutral").status_code == 302
    assert section.post(f"/articles/{other}/correct", sentiment="neutral").status_code == 404
    with reading() as session:
        assert session.scalars(select(Correction.article_id)).all() == [own]
        assert session.get_one(Person, session.scalars(select(Correction.person_id)).one()).role == "section"


def test_nothing_sealed_is_learned_from():
    article = Article(title="甲")
    assert not corrections.is_sealed(article, None)
    article.sealed = "廉政举报"
    assert corrections.is_sealed(None, article)
