"""操作日志 on the screen: filters, the state of the chain, its head; read by two roles and changed by none."""

import sys

import pytest
import screen_matters as made
from sqlalchemy import text

from store import journal
from store.db import reading, transaction


@pytest.fixture
def audit(signed_in):
    """The audit administrator's browser."""
    return signed_in("audit_admin")


def rows(page: str) -> int:
    return page.count('data-label="序号"')


def test_it_shows_who_did_what_in_words_with_the_head(audit, duty, clock):
    case_id = made.case(clock.now)
    page = audit.text("/journal")
    with reading() as session:
        last, mark = journal.head(session)
    assert f"共 {last} 条" in page
    assert mark in page
    assert "完整，刚刚逐条核对过" in page
    for words in ("确认立项", "duty员", f"case={case_id}"):
        assert words in page
    assert rows(page) == last


FILTERS = [
    ("actor=duty员", {"duty员"}),
    ("actor=duty", {"duty员"}),
    ("actor=系统", {"系统"}),
    ("actor=nobody", set()),
    ("action=confirm", {"duty员"}),
    ("about=lead-1&action=propose", {"系统"}),
    ("day=2026-11-19", set()),
    ("day=2026-11-20&action=sign_in", {"audit_admin员", "duty员"}),
]


@pytest.mark.parametrize(("query", "actors"), FILTERS)
def test_filters(audit, duty, clock, query, actors):
    made.case(clock.now)
    page = audit.text(f"/journal?{query}")
    shown = {part.split("<")[0] for part in page.split('data-label="操作人">')[1:]}
    assert shown == actors


def test_a_day_that_is_none_is_said(audit):
    answer = audit.get("/journal?day=gestern")
    assert answer.status_code == 422
    assert "看不懂" in answer.text
    for address in (
        "/journal?day=0001-01-01",
        "/journal?page=99999",
        "/journal?about=%27--",
        "/journal?actor=person-2",
    ):
        assert audit.get(address).status_code == 200, address


def test_pages_keep_the_filter(audit, clock):
    with transaction() as session:
        for number in range(120):
            journal.record(session, "system", "propose", f"lead-{number}", clock.now)
    page = audit.text("/journal?action=propose&page=2")
    assert rows(page) == 50
    assert "action=propose&amp;" in page
    assert "共 3 页（120 条）" in page


def test_tampering_is_named_with_the_first_entry(audit, clock):
    made.case(clock.now)
    with transaction() as session:
        session.execute(text("UPDATE journal SET actor = 'person-9' WHERE seq = 3"))
    page = audit.text("/journal")
    assert "从第 3 条起与校验值不符" in page
    assert "完整，刚刚" not in page


def test_a_reason_is_shown_beside_its_entry_until_it_is_destroyed(audit, clock):
    with transaction() as session:
        reason = "核对13812345678的说法"
        journal.record_words(session, "person-1", "open_evidence", "article-1", clock.now, reason, {"sound": True})
    page = audit.text("/journal?action=open_evidence")
    assert "事由：核对138******78的说法" in page
    assert "words=" not in page
    with transaction() as session:
        seq, _ = journal.head(session)
        journal.destroy_words(session, seq, "command", clock.now)
    page = audit.text("/journal")
    assert "核对138" not in page
    assert "事由已销毁" in page
    assert "销毁操作日志里的事由" in page
    assert "完整，刚刚逐条核对过" in page


def test_a_long_chain_is_checked_when_asked(audit, monkeypatch):
    monkeypatch.setattr(sys.modules["dashboard.journal"], "CHECKED_AT_ONCE", 0)
    assert "没有自动核对" in audit.text("/journal")
    assert "完整" in audit.text("/journal?check=1")


@pytest.mark.parametrize(("role", "status"), [("security_admin", 200), ("system_admin", 403), ("office", 403)])
def test_who_may_read_it(signed_in, role, status):
    one = signed_in(role)
    assert one.get("/journal").status_code == status
    assert one.post("/journal").status_code == 405
