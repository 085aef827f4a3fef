"""设置: three administrators and the office, each with what is theirs; nobody raises oneself; the last one stays."""

import re

import pytest
from accounts import account, change
from sqlalchemy import select

from store import journal, people
from store.db import reading, transaction
from store.tables import JournalEntry, Person, PostHolder, SignIn, Unit


@pytest.fixture
def system(signed_in):
    """The system administrator's browser."""
    return signed_in("system_admin")


@pytest.fixture
def security(signed_in):
    """The security administrator's browser."""
    return signed_in("security_admin")


@pytest.fixture
def office(signed_in):
    """The office's browser."""
    return signed_in("office")


def id_of(username: str) -> int:
    return account(username).id


def units() -> dict[str, Unit]:
    with reading() as session:
        return {unit.name: unit for unit in session.scalars(select(Unit))}


def last_entry() -> JournalEntry:
    with reading() as session:
        return session.scalars(select(JournalEntry).order_by(JournalEntry.seq.desc())).first()


def test_a_unit_is_added_and_changed_and_the_journal_names_the_fields(system):
    form = {
        "name": "城东分局",
        "kind": "分局",
        "rank": 7,
        "telephone": "0000-1",
        "supervisor": units()["食品安全科"].id,
    }
    assert system.post("/settings/units", **form).status_code == 302
    made = units()["城东分局"]
    assert (made.kind, made.rank, made.telephone, made.supervisor_id) == ("分局", 7, "0000-1", form["supervisor"])
    system.post(f"/settings/units/{made.id}", **{**form, "rank": 8, "active": "no"})
    assert not units()["城东分局"].active
    entry = last_entry()
    assert (entry.action, entry.object) == ("change_unit", f"unit-{made.id}")
    assert sorted(entry.facts["fields"]) == ["active", "rank"]
    assert "城东" not in str(entry.facts)


BAD_UNITS = [
    ({"name": ""}, "请写单位名称"),
    ({"name": "食品安全科"}, "已经有叫"),
    ({"kind": "公司"}, "类别"),
    ({"supervisor": 999}, "对口科室"),
]


@pytest.mark.parametrize(("wrong", "words"), BAD_UNITS)
def test_a_unit_that_cannot_be_is_refused_and_what_was_entered_is_kept(system, wrong, words):
    answer = system.post("/settings/units", **{"name": "新单位", "kind": "科室", "telephone": "12345", **wrong})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="12345"' in answer.text


def test_no_unit_supervises_itself(system):
    made = units()["食品安全科"]
    answer = system.post(f"/settings/units/{made.id}", name=made.name, kind="科室", rank=0, supervisor=made.id)
    assert "不能是它自己" in answer.text


def test_the_office_appoints_a_liaison_and_units_without_one_stand_out(office):
    food = units()["食品安全科"]
    assert office.text("/settings/units").count("</svg> 没有联络员</b>") == 2
    form = {"post": "liaison", "unit": food.id, "person": id_of("section"), "back": food.id}
    assert office.post("/settings/posts", **form).headers["Location"] == f"/settings/units/{food.id}"
    assert office.post("/settings/posts", **form).status_code == 302
    with reading() as session:
        assert [person.name for person in people.holders(session, "liaison", food.id)] == ["section员"]
        holder = session.scalars(select(PostHolder)).one()
    assert office.text("/settings/units").count("</svg> 没有联络员</b>") == 1
    office.post(f"/settings/posts/{holder.id}/end", back=food.id)
    assert last_entry().action == "end_post"
    assert "没有联络员：" in office.text(f"/settings/units/{food.id}")


def test_the_leading_group_is_kept_and_tells_nobody(office):
    for post, name in (("group_head", "leader"), ("group_member", "duty"), ("duty_officer", "duty")):
        office.post("/settings/posts", post=post, person=id_of(name))
    page = office.text("/settings/posts")
    group = page[page.index("领导小组</h2>") :]
    assert group.index("组长") < group.index("leader员") < group.index("副组长") < group.index("duty员")
    with reading() as session:
        assert [person.name for person in people.holders(session, "group_head")] == ["leader员"]


def test_a_post_needs_what_it_is_about(office):
    for form, words in (
        ({"post": "liaison", "person": id_of("section")}, "哪个单位"),
        ({"post": "局座", "person": id_of("section")}, "岗位"),
        ({"post": "chief"}, "人员"),
    ):
        answer = office.post("/settings/posts", **form)
        assert answer.status_code == 422
        assert words in answer.text


def test_a_new_person_signs_in_only_after_the_security_administrator_acted(system, security, browser):
    food = units()["食品安全科"].id
    form = {"name": "值班员A", "username": "zhiban-a", "unit": food, "email": "a@x.example", "phone": "1", "im": "zb"}
    place = system.post("/settings/people", **form, role="security_admin").headers["Location"]
    made = account("zhiban-a")
    assert (made.role, made.password_hash, made.im, made.unit_id) == ("section", None, "zb", food)
    assert browser().sign_in("zhiban-a", "").status_code == 401
    assert security.post(f"{place}/role", role="duty").status_code == 302
    given = security.post(f"{place}/password")
    password = re.search(r"新口令：<b[^>]*>([A-Za-z0-9]{14})</b>", given.text)[1]
    assert password not in security.text(place)
    one = browser()
    one.sign_in("zhiban-a", password)
    assert one.get("/").headers["Location"] == "/password"


BAD_PEOPLE = [
    ({"name": " "}, "请写姓名"),
    ({"username": "值班"}, "小写字母"),
    ({"username": "duty"}, "已经有人用了"),
    ({"email": "a b@x"}, "邮箱看不懂"),
    ({"unit": 999}, "请选择单位"),
]


@pytest.mark.parametrize(("wrong", "words"), BAD_PEOPLE)
def test_a_person_who_cannot_be_is_refused(system, wrong, words):
    answer = system.post("/settings/people", **{"name": "值班员B", "phone": "0000-2", **wrong})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="0000-2"' in answer.text


def test_changing_a_person_changes_no_role(system):
    place = f"/settings/people/{id_of('duty')}"
    form = {"name": "duty员", "username": "duty", "email": "new@demo.invalid", "role": "system_admin"}
    assert system.post(place, **form).status_code == 302
    made = account("duty")
    assert (made.email, made.role) == ("new@demo.invalid", "duty")
    assert last_entry().facts == {"fields": ["email"]}


OWN = ("role", "password", "code")


@pytest.mark.parametrize("what", OWN)
def test_nobody_raises_or_resets_oneself(security, what):
    me = account("security_admin")
    answer = security.post(f"/settings/people/{me.id}/{what}", role="system_admin")
    assert answer.status_code == 422
    assert "另一位安全管理员" in answer.text
    now = account("security_admin")
    assert (now.role, now.password_hash, now.totp_secret) == (me.role, me.password_hash, me.totp_secret)


def test_a_second_administrator_resets_the_first(app, security, signed_in, browser):
    with transaction() as session:
        kept = session.scalars(select(Person).where(Person.username == "duty")).one()
        kept.role = "security_admin"
    place = f"/settings/people/{id_of('duty')}"
    assert security.post(f"{place}/code").status_code == 302
    assert "新口令" in security.post(f"{place}/password").text
    one = browser()
    assert one.sign_in("duty").status_code == 401


def test_the_last_administrator_of_a_kind_stays(system, security):
    for what, form in (("active", {}), ("role", {"role": "duty"})):
        who = {"active": (system, "security_admin"), "role": (security, "system_admin")}[what]
        answer = who[0].post(f"/settings/people/{id_of(who[1])}/{what}", **form)
        assert answer.status_code == 422
        assert "最后一位" in answer.text
    assert account("security_admin").active
    assert account("system_admin").role == "system_admin"
    change("duty", role="security_admin")
    assert system.post(f"/settings/people/{id_of('security_admin')}/active").status_code == 302
    assert not account("security_admin").active


def test_nobody_disables_oneself(system):
    assert "自己" in system.post(f"/settings/people/{id_of('system_admin')}/active").text
    assert account("system_admin").active


def test_who_is_disabled_or_given_another_role_is_signed_out(system, security, duty, signed_in):
    place = f"/settings/people/{id_of('duty')}"
    system.post(f"{place}/active")
    assert duty.get("/").status_code == 302
    system.post(f"{place}/active")
    leader = signed_in("leader")
    security.post(f"/settings/people/{id_of('leader')}/role", role="section")
    assert leader.get("/cases").status_code == 302
    assert last_entry().facts == {"before": "leader", "after": "section"}


def test_a_reset_signs_out_everywhere_and_unlocking_forgives(security, browser, duty):
    stranger = browser()
    for _ in range(6):
        stranger.sign_in("duty", "guess")
    assert stranger.sign_in("duty").status_code == 429
    place = f"/settings/people/{id_of('duty')}"
    assert security.post(f"{place}/unlock").status_code == 302
    assert stranger.sign_in("duty").status_code == 302
    security.post(f"{place}/password")
    assert duty.get("/").status_code == 302
    with reading() as session:
        assert session.scalars(select(SignIn).where(SignIn.person_id == id_of("duty"))).first() is None
        assert journal.first_broken(session) is None


def test_everyone_sees_what_they_may_change_and_not_more(system, security, office):
    place = f"/settings/people/{id_of('duty')}"
    assert "改角色" not in system.text(place)
    assert "改角色" not in office.text(place)
    assert 'name="email"' not in security.text(place)
    assert 'id="add"' in system.text("/settings/people")
    assert 'id="add"' not in office.text("/settings/people")
    assert 'id="add"' in office.text("/settings/posts")
    assert 'id="add"' not in system.text("/settings/posts")
    assert system.get("/settings").headers["Location"] == "/settings/people"
    assert office.get("/settings").headers["Location"] == "/settings/units"


def test_the_security_administrator_chooses_the_password_policy(security, duty):
    assert "等保三级" in security.text("/settings/people")
    assert security.post("/settings/policy", profile="asvs").status_code == 302
    assert last_entry().facts == {"profile": "asvs"}
    assert "至少 12 个字符，不含用户名" in duty.text("/password")
    assert security.post("/settings/policy", profile="none").status_code == 422
