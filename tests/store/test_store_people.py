"""Who is told: resolved at the moment of telling, once each, and never nobody where somebody is there."""

import pytest
from making import FOOD, HOUR, SECOND, T, office, person, unit

from domain.escalation import POSTS
from store import people
from store.db import connect, disconnect, transaction
from store.tables import Person, Shift


def shift(session, post, who, start, end):
    session.add(Shift(post=post, person_id=who.id, start_at=start, end_at=end))
    session.flush()


def names(found):
    return [person.name for person in found]


def told(session, *posts, unit_id=None, now=T):
    return names(people.recipients(session, posts, unit_id, now))


def test_the_posts_are_told_in_their_order_with_the_liaison_of_the_unit(session):
    office(session)
    food = people.unit_named(session, FOOD)
    other = person(session, "联络员B", "liaison", at=people.unit_named(session, "办公室"))
    assert told(session, *POSTS, unit_id=food.id) == ["值班员A", "带班领导A", "主任A", "分管A", "局长A", "联络员A"]
    assert told(session, "liaison", unit_id=other.unit_id or people.unit_named(session, "办公室").id) == ["联络员B"]
    assert told(session, "chief", "duty_officer") == ["局长A", "值班员A"]


def test_who_holds_several_posts_is_told_once(session):
    office(session)
    both = person(session, "兼任A", "duty_leader", "office_director")
    assert told(session, "duty_leader", "office_director").count(both.name) == 1
    assert told(session, "duty_leader", "office_director") == ["带班领导A", "兼任A", "主任A"]


def test_the_rota_decides_while_it_says_something(session):
    office(session)
    night = person(session, "值班员B")
    shift(session, "duty_officer", night, T, T + 12 * HOUR)
    assert told(session, "duty_officer") == ["值班员B"]
    assert told(session, "duty_officer", now=T + 12 * HOUR - SECOND) == ["值班员B"]
    assert people.shift_ends(session, T) == T + 12 * HOUR


def test_a_gap_in_the_rota_is_filled_by_the_holders_of_the_post(session):
    office(session)
    night = person(session, "值班员B")
    shift(session, "duty_officer", night, T, T + 12 * HOUR)
    shift(session, "duty_officer", night, T + 24 * HOUR, T + 36 * HOUR)
    # The end is not part of a shift.
    assert told(session, "duty_officer", now=T + 12 * HOUR) == ["值班员A"]
    assert people.shift_ends(session, T + 12 * HOUR) is None
    assert told(session, "duty_leader") == ["带班领导A"]


def test_two_on_one_shift_are_both_told(session):
    office(session)
    for name in ("值班员B", "值班员C"):
        shift(session, "duty_officer", person(session, name), T, T + HOUR)
    assert told(session, "duty_officer") == ["值班员B", "值班员C"]


def test_who_has_left_is_not_told_and_a_shift_of_theirs_alone_counts_as_a_gap(session):
    office(session)
    gone = person(session, "值班员B", "office_director", active=False)
    shift(session, "duty_officer", gone, T, T + HOUR)
    assert told(session, "duty_officer", "office_director") == ["值班员A", "主任A"]


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (("duty_officer", "duty_leader", "office_director"), ["主任A", "值班员A", "带班领导A"]),
        (("duty_officer",), ["值班员A"]),
        ((), []),
    ],
)
def test_a_chain_that_leads_nowhere_falls_back_to_whoever_can_be_reached(session, left, expected):
    office(session)
    for holder in session.query(people.PostHolder):
        if holder.post not in left:
            session.delete(holder)
    session.flush()
    assert told(session, "liaison", "chief", unit_id=people.unit_named(session, FOOD).id) == expected


def test_an_unknown_post_is_named_with_the_known_ones(session):
    with pytest.raises(ValueError, match=r"局座.*liaison"):
        people.appoint(session, "局座", person(session, "值班员B"))


def test_a_unit_is_found_by_name_else_the_fallback_else_the_first(session):
    assert people.unit_named(session, FOOD) is None
    second, first = unit(session, "价格科", 2), unit(session, "办公室", 1)
    gone = unit(session, "撤销科", 0)
    gone.active = False
    session.flush()
    assert people.units(session) == [first, second]
    assert people.unit_named(session, "价格科") is second
    assert people.unit_named(session, "撤销科", "价格科") is second
    assert people.unit_named(session, None) is first


@pytest.fixture
def local(sqlite_url):
    """A session on SQLite alone: hashing takes long and knows no database."""
    connect(sqlite_url)
    with transaction() as session:
        yield session
    disconnect()


def test_only_the_right_password_of_an_active_person_signs_in(local):
    who = person(local, "值班员B", username="duty2")
    password = people.set_password(who)
    person(local, "值班员C", username="nopass")
    local.flush()
    assert len(password) >= 10
    assert password not in (who.password_hash or "")
    assert people.signed_in_as(local, "duty2", password) is who
    for name, tried in (("duty2", password + "x"), ("DUTY2 ", password), ("nobody", "nobody"), ("nopass", "nobody")):
        assert people.signed_in_as(local, name, tried) is None
    with pytest.raises(ValueError, match="10"):
        people.set_password(who, "123456789")
    who.active = False
    local.flush()
    assert people.signed_in_as(local, "duty2", password) is None


def test_a_damaged_hash_signs_nobody_in(local):
    who = person(local, "值班员B", username="duty2", password_hash="$argon2id$damaged")
    assert people.signed_in_as(local, "duty2", "whatever it was") is None
    assert local.get(Person, who.id) is who
