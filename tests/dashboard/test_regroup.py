"""整理话题: duty and office merge, split and take back; everybody who reads matters sees what was done."""

import re

import pytest
import screen_matters as made
from sqlalchemy import select

from domain.regroup import Doubt
from store import events, journal, sources
from store.articles import NewArticle, add_articles, save_verdict
from store.db import reading, transaction
from store.tables import Article, Case, Event, EventDoubt, JournalEntry, Lead


def publish(now, title, key, *, copy_of=None, doubt=None, verdict=None):
    """Store an article in the event of a key; return its id and that of the event."""
    with transaction() as session:
        source = sources.add_source(session, "https://bbs.example/feed", now, name="清源论坛")
        item = NewArticle(f"https://bbs.example/{title}", title, f"{title}正文", published_at=now)
        [row] = add_articles(session, source, [item], now, with_page=False)
        if verdict is not None:
            save_verdict(session, row.id, verdict, now)
        event, _ = events.put(session, row, events.Grouping(key, copy_of, 1.0, doubt), now)
        return row.id, event.id


@pytest.fixture
def two(app, clock):
    """Two events, each with a lead; the second raised a doubt about the first."""
    doubt = Doubt("school", 0.42, ("共有：食堂、腹泻", "数字各不相同"))
    one = publish(clock.now, "东岭小学食堂腹泻", "school", verdict=made.NEGATIVE)
    other = publish(clock.now, "东岭学生饭后呕吐", "pupils", doubt=doubt, verdict=made.NEGATIVE)
    return one[1], other[1]


def all_of(what):
    with reading() as session:
        return list(session.scalars(select(what).order_by(what.id)))


def test_what_the_machine_was_unsure_of_is_shown_side_by_side_and_merged(duty, two):
    page = duty.text("/events/unsure")
    assert all(
        words in page for words in ("东岭小学食堂腹泻", "东岭学生饭后呕吐", "相近程度 42%", "数字各不相同", "系统初判")
    )
    answer = duty.post("/events/unsure/1", answer="same")
    assert answer.status_code == 302
    assert "没有待核对的话题" in duty.text("/events/unsure")
    assert [event.articles for event in all_of(Event)] == [2, 0]
    assert sorted(lead.state for lead in all_of(Lead)) == ["merged", "open"]
    assert [(one.answer, one.answered_by is not None) for one in all_of(EventDoubt)] == [("same", True)]
    page = duty.text(f"/events/{two[0]}/regroup")
    assert "并入了" in page
    assert "核对后是同一话题" in page


def test_what_is_not_the_same_is_asked_once(duty, two, clock):
    duty.post("/events/unsure/1", answer="not", back=two[0])
    assert "没有待核对的话题" in duty.text("/events/unsure")
    doubt = Doubt("school", 0.6, ("共有：食堂",))
    publish(clock.forward(hours=1), "东岭学生家长再问", "pupils", doubt=doubt)
    assert len(all_of(EventDoubt)) == 1
    assert "已经有人答过了" in duty.post("/events/unsure/1", answer="same").text
    assert [event.articles for event in all_of(Event)] == [1, 2]


def test_a_doubt_ends_with_its_events(duty, two, clock):
    assert "东岭学生饭后呕吐" in duty.text("/events/unsure")
    clock.forward(days=15)
    duty.sign_in("duty")
    assert "没有待核对的话题" in duty.text("/events/unsure")


def test_merging_needs_a_reason_and_keeps_what_was_filled_in(duty, two):
    refused = duty.post(f"/events/{two[0]}/regroup/merge", other=two[1], why=" ")
    assert refused.status_code == 422
    assert "请写明合并理由" in refused.text
    assert re.search(rf'name="other" required value="{two[1]}"[^>]* checked', refused.text)
    assert duty.post(f"/events/{two[0]}/regroup/merge", other=two[1], why="同一所学校").status_code == 302
    gone = duty.text(f"/events/{two[1]}/regroup")
    assert "这个话题已并入" in gone
    assert "拆分选中的信息" not in gone
    with reading() as session:
        [entry] = session.scalars(select(JournalEntry).where(JournalEntry.action == "merge_event"))
        assert journal.words_of(session, [entry]) == {entry.seq: "同一所学校"}


def test_chosen_articles_are_split_with_their_copies_and_taken_back(duty, two, clock):
    first = publish(clock.now, "另一所学校的事", "school")[0]
    publish(clock.now, "转：另一所学校的事", "school", copy_of=first)
    page = duty.text(f"/events/{two[0]}/regroup")
    assert "另有转载 1 条随原文走" in page
    assert page.count('type="checkbox"') == 2
    assert duty.post(f"/events/{two[0]}/regroup/split", why="别的学校", article=[first]).status_code == 302
    split = all_of(Event)[-1]
    assert (split.title, split.articles, split.copies) == ("另一所学校的事", 2, 1)
    duty.post(f"/events/{two[0]}/regroup/undo", change=1, why="看错了")
    assert [event.articles for event in all_of(Event)] == [3, 1, 0]
    assert "看错了" in duty.text(f"/events/{two[0]}/regroup")
    again = duty.post(f"/events/{two[0]}/regroup/undo", change=1, why="再撤")
    assert (again.status_code, "已经撤销过了" in again.text) == (422, True)


def test_a_case_stays_with_the_part_the_person_says(duty, two, clock):
    publish(clock.now, "食堂整改", "school")
    with transaction() as session:
        lead = session.scalars(select(Lead).order_by(Lead.id)).first()
    duty.look(f"/leads/{lead.id}")
    form = {"unit": 1, "level": "yellow", "title": "食堂"}
    assert duty.post(f"/leads/{lead.id}/confirm", **form).status_code == 302
    page = duty.text(f"/events/{two[0]}/regroup")
    assert "线索或事项" in page
    duty.post(f"/events/{two[0]}/regroup/split", why="拆", article=[lead.article_id], matter="stays")
    assert all_of(Case)[0].event_id == two[0]
    assert [one.state for one in all_of(Lead)] == ["confirmed", "open", "open"]


def test_others_are_found_by_title_and_the_likest_come_first(duty, two, clock):
    publish(clock.forward(hours=1), "电梯停运两天", "lift")
    likest = duty.text(f"/events/{two[0]}/regroup")
    assert likest.index("东岭学生饭后呕吐</label>") < likest.index("电梯停运两天</label>")
    found = duty.text(f"/events/{two[0]}/regroup?words=电梯")
    assert "电梯停运两天</label>" in found
    assert "东岭学生饭后呕吐</label>" not in found
    assert "没有标题含" in duty.text(f"/events/{two[0]}/regroup?words=没有这个")


@pytest.mark.parametrize("role", ["leader", "office"])
def test_leaders_read_and_the_office_decides(signed_in, two, role):
    one = signed_in(role)
    for address in ("/events/unsure", f"/events/{two[0]}/regroup"):
        assert ("合并</button>" in one.text(address)) is (role == "office")
    answer = one.post(f"/events/{two[0]}/regroup/merge", other=two[1], why="同")
    assert answer.status_code == (302 if role == "office" else 403)


def test_what_came_from_outside_is_escaped_and_masked(duty, clock, app):
    _, event = publish(clock.now, "<b>投诉</b> 13812345678", "odd")
    page = duty.text(f"/events/{event}/regroup")
    assert "<b>投诉</b>" not in page
    assert "13812345678" not in page
    assert all_of(Article)[0].title.startswith("<b>")
