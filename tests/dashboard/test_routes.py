"""Every route has a rule and nobody gets past it: generated from the route map, so that no route can be forgotten."""

import re
from collections.abc import Iterator

import pytest
import screen_matters as made
from flask import Flask

from dashboard.auth.rules import PUBLIC, rule_of

ROLES = ("duty", "office", "leader", "section", "system_admin", "security_admin", "audit_admin")
OPEN_TO_ALL = {
    "/login",
    "/n/<token>",
    "/voice/<token>",
    "/api/push/<int:source_id>",
    "/healthz",
    "/static/<path:filename>",
}


def routes(app: Flask) -> Iterator[tuple[str, str, frozenset[str] | None]]:
    """Yield (method, address with every number 1, roles)."""
    for rule in app.url_map.iter_rules():
        roles = rule_of(rule.endpoint, app.view_functions[rule.endpoint])
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, re.sub(r"<int:\w+>", "1", rule.rule), roles


def test_every_route_has_a_rule(app):
    assert [address for _, address, roles in routes(app) if roles is None] == []


def test_only_these_routes_are_public(app):
    assert {rule.rule for rule in app.url_map.iter_rules() if _roles(app, rule.endpoint) == PUBLIC} == OPEN_TO_ALL


def _roles(app, endpoint):
    return rule_of(endpoint, app.view_functions[endpoint])


def test_a_route_without_a_rule_answers_nobody(app, signed_in):
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    assert signed_in("office").get("/forgotten").status_code == 403


def test_anonymous_is_sent_to_sign_in_everywhere_else(app, browser):
    stranger = browser()
    for method, address, roles in routes(app):
        if roles == PUBLIC:
            continue
        answer = stranger.client.open(address, method=method)
        if method == "GET":
            assert answer.status_code == 302, address
            assert answer.headers["Location"].startswith("/login"), address
        else:
            assert answer.status_code == 401, address


def test_anonymous_learns_nothing_of_addresses(browser):
    stranger = browser()
    assert stranger.get("/no-such-page").headers["Location"] == "/login?next=%2Fno-such-page"
    assert stranger.get("/live", headers={"X-Huiying-Passive": "1"}).status_code == 401


@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_403_at_every_route_not_its_own(app, clock, signed_in, role):
    made.case(clock.now)
    one = signed_in(role)
    for method, address, roles in routes(app):
        if roles == PUBLIC or address == "/logout":
            continue
        answer = one.client.open(address, method=method, data={"csrf": one.csrf} if method == "POST" else None)
        assert (answer.status_code == 403) == (role not in roles), (method, address, answer.status_code)
        assert answer.status_code < 500, (method, address)


OTHERS = {
    "case_id": lambda now, unit, _: made.case(now, "别家的事", unit=unit),
    "article_id": lambda now, unit, _: made.article_of(made.case(now, "别家的事·信息", unit=unit)),
    "notice_id": lambda now, unit, _: made.notice(made.case(now, "别家的事·通知", unit=unit), READER[unit], now),
    "watch_id": lambda now, unit, _: made.watch(now, "别家的事·专题", unit=unit),
    "seal_id": lambda now, unit, _: made.seal(made.case(now, "别家的事·密封", unit=unit), READER[unit], now),
    "attachment_id": lambda now, unit, folder: made.attachment(made.case(now, "别家的事·附件", unit=unit), now, folder),
    "consultation_id": lambda now, unit, _: made.consultation(now, "别家的事·征集", unit=unit),
    "group_id": lambda now, unit, _: made.group_of(made.consultation(now, "别家的事·归类", unit=unit)),
    "warning_id": lambda now, unit, _: made.warning(now, "别家的事·预警", unit=unit),
}
"""How to make what a number in an address stands for, for a unit; a route that a section may use needs it here."""
READER = {"食品安全科": "section", "特种设备科": "leader"}


def scoped(app: Flask) -> Iterator[tuple[str, str, set[str]]]:
    """Yield (method, address pattern, names of its numbers) of the routes with a number that a section may use."""
    for rule in app.url_map.iter_rules():
        if rule.arguments and "section" in (_roles(app, rule.endpoint) or ()):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, rule.rule, set(rule.arguments)


def test_every_number_a_section_may_use_is_known_here(app):
    assert {rule: names for _, rule, names in scoped(app) if not names <= set(OTHERS)} == {}
    assert list(scoped(app))


@pytest.mark.parametrize(("unit", "seen"), [("食品安全科", True), ("特种设备科", False)])
def test_a_section_reaches_nothing_of_another_unit_by_its_number(app, clock, signed_in, unit, seen):
    one = signed_in("section")
    ids = {name: make(clock.now, unit, app.config["SETTINGS"].data_dir) for name, make in OTHERS.items()}
    for method, rule, _ in scoped(app):
        address = re.sub(r"<int:(\w+)>", lambda found: str(ids[found[1]]), rule)
        answer = one.client.open(address, method=method, data={"csrf": one.csrf} if method == "POST" else None)
        assert (answer.status_code != 404) == seen, (method, address, answer.status_code)
        assert seen or "别家的事" not in answer.text, address


def test_no_list_shows_a_section_what_is_another_units(app, clock, signed_in):
    made.notice(made.case(clock.now, "别家的事", unit="特种设备科"), "leader", clock.now)
    made.consultation(clock.now, "别家的事", unit="特种设备科")
    made.warning(clock.now, "别家的事", unit="特种设备科")
    one = signed_in("section")
    lists = [rule for rule in app.url_map.iter_rules() if not rule.arguments and "GET" in (rule.methods or ())]
    for rule in lists:
        if "section" in (_roles(app, rule.endpoint) or ()):
            assert "别家的事" not in one.client.get(rule.rule, follow_redirects=True).text, rule.rule


def test_no_form_is_taken_without_its_token(app, clock, signed_in):
    made.case(clock.now)
    office = signed_in("office")
    for method, address, roles in routes(app):
        if method == "POST" and roles != PUBLIC and "office" in roles:
            assert office.client.post(address, data={"csrf": "0" * 64}).status_code == 400, address
            assert office.client.post(address).status_code == 400, address


def test_no_form_is_taken_from_another_site(duty):
    answer = duty.client.post("/leads/new", data={"csrf": duty.csrf}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


def test_options_and_strange_methods_get_nothing(duty, browser):
    assert browser().client.open("/", method="OPTIONS").status_code == 401
    assert duty.client.open("/cases/1/close", method="PUT").status_code == 405


def test_every_answer_carries_the_headers(duty, browser):
    for answer in (duty.get("/"), duty.get("/no-such-page"), browser().get("/login"), browser().get("/healthz")):
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cache-Control"] == "no-store"


def test_pages_have_nothing_inline(duty, clock):
    case_id = made.case(clock.now)
    for address in (
        "/",
        f"/cases/{case_id}",
        "/cases",
        "/articles",
        "/articles/1",
        "/sources",
        "/digests",
        "/leads/new",
    ):
        page = duty.text(address)
        assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|javascript:", page), address
        assert "严禁处理涉密信息" in page


def test_errors_are_in_plain_chinese_and_say_nothing_of_the_inside(app, duty, monkeypatch):
    assert "没有这一页" in duty.get("/no-such-page").text
    app.view_functions["digests.listing"] = _broken
    answer = duty.get("/digests")
    assert answer.status_code in (403, 500)
    assert "secret detail" not in answer.text


def _broken() -> str:
    raise RuntimeError("secret detail")


def test_input_no_database_takes_is_refused_and_never_an_error(duty, clock):
    made.case(clock.now)
    for address in ("/articles?words=%00", "/articles?section=%00", "/cases?state=%00"):
        assert duty.get(address).status_code == 400, address
    assert duty.post("/leads/new", title="a\0b", channel="news").status_code == 400
    for address in (f"/cases/{2**31}", f"/leads/{'9' * 40}", f"/articles/{2**63}"):
        assert duty.get(address).status_code == 404, address
    for address in (f"/articles?page={'9' * 30}", f"/articles?source={'9' * 30}&event=-1", f"/cases?page={2**70}"):
        assert duty.get(address).status_code == 200, address
    assert duty.get(f"/cases/1?deadline={'9' * 30}").status_code == 200
