"""Subscribers of 专题: told once per event and cool-down, never in quiet hours, many hits in one letter; the legal
clocks are told beside it as if there were none."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from alerts import clock, sender
from domain.watch import WatchFields
from store import events, sources, watch_hits, watches
from store.articles import NewArticle, add_articles
from store.db import reading, transaction
from store.events import Grouping
from store.tables import Article, Notice, Person, WatchTell

MINUTE = timedelta(minutes=1)


@pytest.fixture
def watch(office, t0):
    """Make a 专题 the liaison subscribes to; gives its id."""

    def made(name="冷链", query="冷链", **fields):
        said = WatchFields(name, query, **({"subscriber_ids": (office["liaison"],), "quiet": None} | fields))
        with transaction() as session:
            return watches.save(session, None, said, "command", t0).id

    return made


@pytest.fixture
def hit(database):
    """Let a new article hit a 专题: hit(watch_id, title, now, event="甲")."""

    def done(watch_id, title, now, event=None, spans=((0, 2),)):
        with transaction() as session:
            source = sources.add_source(session, "https://news.example/feed", now, name="清源日报")
            link = f"https://news.example/{watch_id}-{title[:6].encode().hex()}"
            article = add_articles(session, source, [NewArticle(link, title, published_at=now)], now)[0]
            people = watches.watching(session).subscribers
            watch_hits.write(session, {article.id: {watch_id: spans}}, now, people)
            if event:
                events.put(session, article, Grouping(event, None, 0.0), now)
            return article.id

    return done


def told():
    with reading() as session:
        asked = select(Notice).where(Notice.topic.startswith("watch-")).order_by(Notice.id)
        return [notice.subject for notice in session.scalars(asked)]


def waiting():
    with reading() as session:
        return [tell.tell_at for tell in session.scalars(select(WatchTell).where(WatchTell.tell_at.is_not(None)))]


def test_a_hit_is_told_once_however_often_the_clock_ticks(watch, hit, t0):
    hit(watch(), "冷链食品抽检", t0)
    clock.tick(t0)
    assert told() == [], "its article is grouped first"
    for seconds in (31, 31, 60, 600):
        clock.tick(t0 + timedelta(seconds=seconds))
    assert told() == ["【专题命中】冷链：冷链食品抽检"]
    assert waiting() == []


def test_the_letter_says_what_was_hit_and_where(watch, hit, t0, settings, mailbox):
    hit(watch(), "冷链食品抽检，电话13900000000", t0)
    clock.tick(t0 + MINUTE, settings)
    assert sender.send_due(t0 + MINUTE, None, settings) == 1
    text = mailbox.mails[0].message.get_body(("plain",)).get_content()
    assert "联络员F" in text
    assert "命中：冷链" in text
    assert "https://news.example/" in text
    assert "13900000000" not in text
    assert "时限通知不受影响" in text


def test_an_event_is_told_again_only_after_the_cool_down(watch, hit, t0):
    made = watch(cool_minutes=60)
    hit(made, "冷链一", t0, event="甲")
    clock.tick(t0 + MINUTE)
    hit(made, "冷链二", t0 + 20 * MINUTE, event="甲")
    hit(made, "冷链乙", t0 + 20 * MINUTE, event="乙")
    clock.tick(t0 + 21 * MINUTE)
    assert told() == ["【专题命中】冷链：冷链一", "【专题命中】冷链：冷链乙"]
    hit(made, "冷链三", t0 + 90 * MINUTE, event="甲")
    clock.tick(t0 + 91 * MINUTE)
    assert told()[2:] == ["【专题命中】冷链：冷链三"]


def test_two_topics_have_cool_downs_of_their_own(watch, hit, t0):
    hit(watch(), "冷链一", t0, event="甲")
    clock.tick(t0 + MINUTE)
    hit(watch("食品", "食品"), "冷链二", t0 + 20 * MINUTE, event="甲")
    clock.tick(t0 + 21 * MINUTE)
    assert len(told()) == 2


def test_nobody_is_told_in_quiet_hours_and_what_was_held_comes_in_one_letter(watch, hit, t0):
    made = watch(quiet=("13:00", "15:00"))
    hit(made, "冷链一", t0)
    clock.tick(t0 + MINUTE)
    hit(made, "冷链二", t0 + 30 * MINUTE)
    clock.tick(t0 + 31 * MINUTE)
    assert told() == []
    assert waiting() == [t0 + 60 * MINUTE] * 2
    clock.tick(t0 + 60 * MINUTE)
    assert told() == ["【专题命中】2条：冷链"]


def test_many_hits_are_one_letter_by_topic(watch, hit, t0):
    first, second = watch(), watch("食品", "食品")
    for number in range(25):
        hit(first, f"冷链{number}", t0)
    hit(second, "食品一", t0)
    clock.tick(t0 + MINUTE)
    assert told() == ["【专题命中】26条：冷链、食品"]
    with reading() as session:
        text = session.scalars(select(Notice.text)).one()
    assert "冷链 25" in text
    assert "还有5条，登录后查看" in text
    assert "食品 1" in text


def test_copies_of_one_event_are_one_line(watch, hit, t0):
    made = watch()
    for number in range(3):
        hit(made, f"冷链{number}", t0, event="甲")
    clock.tick(t0 + MINUTE)
    assert told() == ["【专题命中】冷链：冷链0"]
    with reading() as session:
        assert "同一话题：另有2条" in session.scalars(select(Notice.text)).one()


def test_hits_after_a_letter_are_collected_for_the_next(watch, hit, t0):
    made = watch()
    hit(made, "冷链一", t0)
    clock.tick(t0 + MINUTE)
    for number in (2, 3):
        hit(made, f"冷链{number}", t0 + number * MINUTE)
        clock.tick(t0 + (number + 1) * MINUTE)
    assert len(told()) == 1
    clock.tick(t0 + 11 * MINUTE)
    assert told()[1:] == ["【专题命中】2条：冷链"]


def test_a_topic_or_person_that_left_is_told_nothing(watch, hit, t0, office):
    made = watch()
    hit(made, "冷链一", t0)
    with transaction() as session:
        watches.switch(session, watches.named(session, "冷链"), active=False, by="command", now=t0)
    clock.tick(t0 + MINUTE)
    hit(watch("食品", "食品"), "食品一", t0)
    with transaction() as session:
        session.get_one(Person, office["liaison"]).active = False
    clock.tick(t0 + 2 * MINUTE)
    assert (told(), waiting()) == ([], [])


def test_each_subscriber_has_quiet_hours_cool_down_and_pace_of_their_own(watch, hit, t0, office):
    made = watch(subscriber_ids=(office["liaison"], office["deputy_chief"]))
    hit(made, "冷链一", t0)
    clock.tick(t0 + MINUTE)
    with reading() as session:
        people = session.scalars(select(Notice.person_id).order_by(Notice.person_id)).all()
    assert people == sorted((office["liaison"], office["deputy_chief"]))


def test_legal_notices_go_out_first_and_a_flood_of_hits_delays_none(watch, hit, t0, office, settings, mailbox):
    from store import notices

    made = watch()
    for number in range(300):
        hit(made, f"冷链{number}", t0)
    clock.tick(t0 + MINUTE, settings)
    with transaction() as session:
        person = session.get_one(Person, office["duty_officer"])
        notices.write(session, person, "stage-1", notices.Message("时限", "时限"), t0 + MINUTE)
    sender.send_due(t0 + MINUTE, None, settings)
    subjects = [str(mail.message["Subject"]) for mail in mailbox.mails]
    assert subjects[0].endswith("时限")
    assert len(subjects) == 2
    with reading() as session:
        legal = dict(session.execute(select(Notice.topic, Notice.legal)).all())
    assert [is_legal for topic, is_legal in legal.items() if topic.startswith("watch-")] == [False]


def test_a_clock_set_back_lets_nobody_wait_for_days(watch, hit, t0):
    from alerts.set_back import bring_forward

    hit(watch(), "冷链一", t0)
    with transaction() as session:
        session.scalars(select(WatchTell)).one().tell_at = t0 + timedelta(days=3)
        bring_forward(session, t0)
    assert waiting() == [t0]
    with reading() as session:
        assert session.scalars(select(Article)).one().title == "冷链一"
