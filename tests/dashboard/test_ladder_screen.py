"""设置 · 通知阶梯: shown in words, checked before it is saved, nothing lost, and only the office changes it."""

import html
import re

import pytest
import screen_matters as made
from services.ladder_texts import CHASE, EARLY, LADDER
from sqlalchemy import func, select

from store.db import reading, transaction
from store.ladder_edit import digest, save
from store.ladders import chases_of, kept, text_of
from store.office import set_fact
from store.tables import Deadline, JournalEntry, Stage

PAGE = "/settings/ladder"


@pytest.fixture
def office(signed_in):
    """The office's browser."""
    return signed_in("office")


def form(page, table="ladder"):
    """The hidden fields of a table's form and its text, as the browser would send them."""
    part = page[page.index(f'id="edit-{table}"') :]
    part = part[: part.index("</form>")]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w*)">', part))
    text = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", part, re.S)[1]
    return {**fields, "text": html.unescape(text)}


def send(browser, table="ladder", *, page=None, **changes):
    """Send the form of a table as it stands on a page, with something changed."""
    return browser.post(PAGE, **{**form(page or browser.text(PAGE), table), **changes})


def in_force(table="ladder"):
    with reading() as session:
        return text_of(session, table)


def test_both_tables_stand_there_in_words(office):
    page = office.text(PAGE)
    for words in ("线索研判", "疑似突发事件", "补签", "信息报送", "办理时限", "未签收跟进表"):
        assert words in page
    rows = re.findall(r'<td class="num">([^<]*)', page)
    assert rows[:3] == ["一开始", "到期时", "一开始"]
    assert {"10分钟后", "时限过半", "到期前1小时", "逾期1小时"} < set(rows)
    assert "带班领导 → 办公室主任 → 分管领导 → 主要领导" in page
    assert page.count("随系统提供的版本，本单位没有改过。") == 2
    assert "已改" not in page
    assert form(page)["text"] == LADDER
    assert form(page, "chase")["text"] == CHASE


def test_who_may_look_and_who_may_change(signed_in):
    for role in ("system_admin", "office"):
        page = signed_in(role).text(PAGE)
        assert ("<textarea" in page) == (role == "office")
        assert 'href="/settings/ladder"' in page
    assert signed_in("system_admin").post(PAGE, table="ladder", text=EARLY, do="check").status_code == 403
    security = signed_in("security_admin")
    assert security.get(PAGE).status_code == 403
    assert 'href="/settings/ladder"' not in security.text("/settings/people")
    assert in_force() == LADDER


def test_an_edit_is_checked_shown_and_only_then_saved(office, clock):
    made.lead(clock.now, suspected=True)
    with reading() as session:
        dues = session.execute(select(Deadline.id, Deadline.due_at)).all()
    checked = send(office, text=EARLY.replace("\n", "\r\n"), do="check")
    assert checked.status_code == 200
    assert "检查通过，还没有保存。" in checked.text
    assert "在办时限 1 项按新表通知，其中 1 项还没通知的节点有变：移动 1 个节点" in checked.text
    assert "已改：时点、名称" in checked.text
    assert (in_force(), form(checked.text)["text"]) == (LADDER, EARLY)
    saved = send(office, page=checked.text, reason="局长办公会议定", do="save")
    assert (saved.status_code, in_force()) == (302, EARLY)
    page = office.text(PAGE)
    assert "通知阶梯已保存。在办时限 1 项按新表通知" in page
    assert "本单位的版本，office员 09:30 修改：局长办公会议定" in page
    assert "已改：时点、名称" in page
    with reading() as session:
        moved = session.scalars(select(Stage.due_at).where(Stage.rung == "unconfirmed_office")).one()
        assert (moved - clock.now).total_seconds() == 300
        assert session.execute(select(Deadline.id, Deadline.due_at)).all() == dues
        entry = session.scalars(select(JournalEntry).order_by(JournalEntry.seq.desc())).first()
    assert (entry.action, entry.facts["before"], entry.facts["after"]) == ("set_ladder", digest(LADDER), digest(EARLY))
    assert "办公会" not in str(entry.facts)


def test_what_is_wrong_is_named_and_nothing_that_was_written_is_lost(office):
    wrong = EARLY.replace('at = "due-15m"', 'at = "soon"').replace('"office_director"', '"boss"')
    answer = send(office, text=wrong, reason="试一试", do="check")
    assert answer.status_code == 422
    assert "duty（办理时限）的 last_quarter：at 看不懂：soon" in answer.text
    assert "suspected（疑似突发事件）的 unconfirmed_office：posts 里不能有 boss" in answer.text
    assert form(answer.text)["text"] == wrong
    assert 'value="试一试"' in answer.text
    assert 'value="save"' not in answer.text, "what is not checked is not saved"
    assert in_force() == LADDER


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "</textarea><b>甲", "\n\n\n[[duty]]", ""])
def test_any_text_is_shown_as_it_was_written(office, text):
    answer = send(office, text=text, do="check")
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text
    assert form(answer.text)["text"].strip() == text.strip()


def test_what_the_law_asks_for_is_not_edited_away(office):
    answer = send(office, text=LADDER.replace("start+20m", "start+30m"), do="check")
    assert "最迟 20 分钟要通知办公室主任" in answer.text
    answer = send(office, "chase", text=CHASE.replace("telephone = true", "telephone = false"), do="check")
    assert "红色事项没有签收必须打电话" in answer.text
    assert (answer.status_code, in_force("chase")) == (422, CHASE)


def test_what_was_changed_after_the_check_is_checked_again(office):
    checked = send(office, text=EARLY, do="check").text
    other = EARLY.replace("start+5m", "start+7m")
    answer = send(office, page=checked, text=other, reason="会议定", do="save")
    assert (answer.status_code, in_force()) == (422, LADDER)
    assert "内容在检查以后又改过，还没有保存" in answer.text
    assert send(office, page=answer.text, reason="会议定", do="save").status_code == 302
    assert in_force() == other
    straight = send(office, text=EARLY, reason="会议定", do="save", checked="")
    assert (straight.status_code, in_force()) == (422, other)


def test_a_save_without_a_reason_or_without_a_change_is_refused(office):
    checked = send(office, text=EARLY, do="check").text
    answer = send(office, page=checked, reason="  ", do="save")
    assert (answer.status_code, in_force()) == (422, LADDER)
    assert "请写明修改的理由" in answer.text
    assert "内容没有改动" in send(office, do="check").text


def test_of_two_editors_the_second_is_told(office, signed_in, clock):
    checked = send(office, text=EARLY, do="check").text
    other = LADDER.replace("最后一天", "只剩一天")
    with transaction() as session:
        save(session, "ladder", other, "command", clock.now, reason="命令")
    answer = send(office, page=checked, reason="会议定", do="save")
    assert (answer.status_code, in_force()) == (422, other)
    assert "刚被别人改过" in answer.text
    assert form(answer.text)["text"] == EARLY


def test_the_packaged_table_is_restored_the_same_way(office, clock):
    with transaction() as session:
        save(session, "ladder", EARLY, "command", clock.now, reason="用服务器命令载入")
    made.lead(clock.now, suspected=True)
    page = office.text(PAGE)
    assert "本单位的版本，服务器命令 09:30 修改：用服务器命令载入" in page
    shown = send(office, page=page, do="default")
    assert "移动 1 个节点" in shown.text
    assert form(shown.text)["text"] == LADDER
    assert send(office, page=shown.text, reason="试用结束", do="save").status_code == 302
    page = office.text(PAGE)
    assert "随系统提供的版本，office员 09:30 恢复：试用结束" in page
    assert 'value="default"' not in page
    with reading() as session:
        assert kept(session, "ladder")["text"] is None


def test_the_table_of_follow_ups_is_edited_beside_it(office, clock):
    case_id = made.case(clock.now)
    made.notice(case_id, "section", clock.now)
    checked = send(office, "chase", text=CHASE.replace("minutes = 15", "minutes = 10"), do="check")
    assert "正在等签收" in checked.text or "没有通知在等签收" in checked.text
    assert "已改：等多久" in checked.text
    assert send(office, "chase", page=checked.text, reason="会议定", do="save").status_code == 302
    with reading() as session:
        assert chases_of(session)["orange"].wait.total_seconds() == 600
        assert session.scalar(select(func.count()).where(JournalEntry.action == "set_chase")) == 1
    assert in_force() == LADDER


def test_an_unknown_table_is_no_page(office):
    assert office.post(PAGE, table="password_profile", text="x", do="check").status_code == 404


def test_a_copy_that_cannot_be_used_is_said_and_can_be_mended(office):
    with transaction() as session:
        set_fact(
            session, "ladder", {"text": "[[duty", "reason": "", "by": "person-999", "at": "2026-11-20T01:00:00+00:00"}
        )
    page = office.text(PAGE)
    assert "本单位的版本有不能用的内容，现按默认的通知" in page
    assert form(page)["text"].strip() == "[[duty"
    assert send(office, page=send(office, do="default").text, reason="修好", do="save").status_code == 302
    assert "不能用的内容" not in office.text(PAGE)


def test_the_rungs_of_a_matter_carry_the_offices_titles(office, duty, clock):
    text = LADDER.replace('title = "最后1小时"', 'title = "只剩一小时"')
    with transaction() as session:
        save(session, "ladder", text, "command", clock.now, reason="会议定")
    case_id = made.case(clock.now)
    assert "只剩一小时" in duty.text("/")
    with transaction() as session:
        told = session.scalars(select(Stage).where(Stage.rung == "last_hour", Stage.state == "pending")).one()
        told.state, told.look_at, told.told_at = "told", None, clock.now
    assert "只剩一小时" in duty.text(f"/cases/{case_id}")
