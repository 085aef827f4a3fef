"""What a person entered is never lost in a matter elsewhere, however alike the words are."""

import tomllib
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from classifier.grouper import Grouper
from classifier.jobs import judge_due
from classifier.judge import Judge
from domain.event import elsewhere
from domain.org import org_from
from huiying.demo.city import read_city
from huiying.demo.org import org_text
from store import entering
from store import org as units
from store.db import reading, transaction
from store.tables import Article, Deadline, Lead, Person

T = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
ORG = org_from(tomllib.loads(org_text(read_city(), "127.0.0.1:1")))
JUDGE = Judge(ORG)
HERE = "东岭区实验小学多名学生午餐后腹泻呕吐，已有26人送医。家长称食堂中午供应的是凉拌菜。"
THERE = "柳溪县中心小学多名学生午餐后腹泻呕吐，已有31人送医。家长称食堂中午供应的是凉拌菜。"
AGAIN = "东岭区实验小学又有多名学生午餐后腹泻呕吐送医，家长称食堂中午供应的是凉拌菜，已有29人。"


@pytest.fixture
def enter(database):
    """Enters a text and takes it through the line; gives the lead's id."""
    grouper = Grouper(T, ORG)
    with transaction() as session:
        units.put_units(session, ORG)
        session.add(Person(name="值班员A", role="duty"))

    def enter_(text: str, minutes: int) -> int:
        at = T + timedelta(minutes=minutes)
        with transaction() as session:
            officer = session.scalars(select(Person)).one()
            lead_id = entering.enter(session, officer, at, entering.Entered(text)).id
            article = session.scalars(select(Article).order_by(Article.id.desc()).limit(1)).one()
            article.page_at, article.judge_at = None, at
        judge_due(JUDGE, lambda: at)
        grouper.group_due(at)
        return lead_id

    return enter_


def state(lead_id: int) -> tuple[str, bool, set[str]]:
    with reading() as session:
        lead = session.get_one(Lead, lead_id)
        asked = select(Deadline.rule).where(Deadline.lead_id == lead_id, Deadline.state == "open")
        return lead.state, lead.suspected, set(session.scalars(asked))


def test_a_second_emergency_in_another_county_keeps_its_lead_and_starts_its_own_clocks(enter):
    first, second = enter(HERE, 0), enter(THERE, 5)
    running = {"LEAD_CONFIRM", "AUTH_RELEASE", "PRESS_CONF"}
    assert state(first) == ("open", True, running)
    assert state(second) == ("open", True, running)


def test_the_same_emergency_entered_in_other_words_has_one_lead(enter):
    first, second = enter(HERE, 0), enter(AGAIN, 5)
    assert state(first)[0] == "open"
    assert state(second)[0] == "merged"


def test_links_whose_pages_cannot_be_had_are_not_one_matter(enter):
    first, second = enter("https://a.example/1", 0), enter("https://b.example/2", 1)
    assert (state(first)[0], state(second)[0]) == ("open", "open")


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        (["东岭区"], ["柳溪县"], True),
        (["清源市", "东岭区"], ["清源市", "柳溪县"], True),
        (["东岭区"], ["东岭区", "河湾区"], False),
        (["清源市"], ["柳溪县"], False),
        ([], ["柳溪县"], False),
    ],
)
def test_places_are_others_where_both_are_named_and_none_is_shared(one, other, apart):
    assert elsewhere(one, other, ("清源市", "清源")) is apart
