"""快速录入 on the screen: paste, pictures, calls; and the duty log as a table."""

import csv
import io

import pytest
import screen_matters as made
from sqlalchemy import select

from domain.case import Level
from store import leads, merging
from store.db import reading, transaction
from store.tables import Article, Attachment, Case, DutyEntry, JournalEntry, Lead, Unit

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
TEXT = "东岭区实验小学多名学生呕吐。家长已报警"


def rows(kind: type) -> list:
    with reading() as session:
        return list(session.scalars(select(kind).order_by(kind.id)))


def sent(content: bytes, name: str = "image.png"):
    return (io.BytesIO(content), name)


def test_one_field_and_a_picture_are_enough(duty):
    answer = duty.post("/leads/new", text=TEXT, pictures=[sent(PNG), sent(b"\xff\xd8\xff" + PNG, "b.jpg")])
    assert answer.headers["Location"] == "/leads/1?open=confirm"
    lead, kept = rows(Lead)[0], rows(Attachment)
    assert (lead.title, lead.channel, lead.article_id) == ("东岭区实验小学多名学生呕吐", "weibo", 1)
    assert [(one.lead_id, one.media_type) for one in kept] == [(1, "image/png"), (1, "image/jpeg")]
    page = duty.text("/leads/1")
    assert 'src="/leads/1/pictures/1"' in page
    assert "系统正在初判" in page


def test_a_picture_is_shown_and_nothing_else_done_with_it(duty, signed_in, clock):
    duty.post("/leads/new", text=TEXT, pictures=[sent(PNG, "=1.png")])
    answer = signed_in("leader").get("/leads/1/pictures/1")
    assert (answer.data, answer.content_type) == (PNG, "image/png")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == "inline"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script" not in policy
    other = made.lead(clock.now)
    assert duty.get(f"/leads/{other}/pictures/1").status_code == 404
    assert signed_in("section").get("/leads/1/pictures/1").status_code == 403
    assert signed_in("section").get("/attachments/1").status_code == 404


def test_pictures_of_a_lead_are_on_its_case_for_those_who_may_see_the_lead(duty, signed_in, clock):
    duty.post("/leads/new", text=TEXT, pictures=[sent(PNG, "现场13812345678.png"), sent(PNG + b"2", "b.png")])
    with transaction() as session:
        lead, person, unit = session.get_one(Lead, 1), made.person(session, "duty"), session.get_one(Unit, 1)
        about = {"unit": unit, "level": Level.RED, "emergency": False}
        case_id = leads.confirm(session, lead, person, clock.now, **about).id
    page = duty.text(f"/cases/{case_id}")
    for row in rows(Attachment):
        assert f'href="/leads/1/pictures/{row.id}"' in page
        assert row.sha256 in page
    assert 'alt="截图 1：现场138******78.png"' in page
    assert page.count(" 录入</span>") == 2
    assert "录入线索：东岭区实验小学多名学生呕吐" in page
    assert "<b>系统初判</b>" not in page, "a person entered it"
    assert rows(Attachment)[0].entered_at == clock.now
    assert "/pictures/" in signed_in("leader").text(f"/cases/{case_id}")
    section = signed_in("section")
    assert section.get(f"/cases/{case_id}").status_code == 200
    assert "/pictures/" not in section.text(f"/cases/{case_id}")


def test_a_case_shows_the_pictures_of_what_was_merged_into_it(duty, clock):
    duty.post("/leads/new", text=TEXT, pictures=[sent(PNG)])
    other = made.case(clock.now)
    with transaction() as session:
        lead, person, unit = session.get_one(Lead, 1), made.person(session, "duty"), session.get_one(Unit, 2)
        mine = leads.confirm(session, lead, person, clock.now, unit=unit, level=Level.RED, emergency=False)
        merging.merge(session, mine, session.get_one(Case, other), "同一件事", person, clock.now)
    assert "/leads/1/pictures/1" in duty.text(f"/cases/{other}")


@pytest.mark.parametrize("address", ["/", "/cases", "/cases?state=leads", "/dutylog"])
def test_one_word_leads_to_the_one_form_from_everywhere(duty, signed_in, address):
    page = duty.text(address)
    assert page.count('href="/leads/new"') == 2, "in the menu and on the screen"
    assert page.count("快速录入") == 2
    assert "来电登记" not in page
    assert "/leads/new" not in signed_in("leader").text(address)


def send_large(browser, address: str, content: bytes, **fields: str):
    """Send a form with one large picture; encoded here, because the client's own temporary file is left open."""
    parts = [
        f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()
    ]
    head = '--edge\r\nContent-Disposition: form-data; name="pictures"; filename="a.png"\r\n\r\n'
    body = "".join([*parts, head]).encode() + content + b"\r\n--edge--\r\n"
    return browser.client.post(address, data=body, content_type="multipart/form-data; boundary=edge")


BAD = [
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "不是 PNG"),
    (b"%PDF-1.7", "不是 PNG"),
    (b"", "不是 PNG"),
]


@pytest.mark.parametrize(("content", "words"), BAD)
def test_what_is_no_picture_is_refused_and_the_text_kept(duty, content, words):
    answer = duty.post("/leads/new", text=TEXT, pictures=[sent(content, "a.png")])
    assert answer.status_code == 422
    assert words in answer.text
    assert TEXT in answer.text
    assert "截图没有保留" in answer.text
    assert (rows(Lead), rows(Attachment)) == ([], [])


def test_nine_pictures_and_pictures_without_a_word_are_refused(duty):
    assert "最多 8 张" in duty.post("/leads/new", text=TEXT, pictures=[sent(PNG) for _ in range(9)]).text
    assert "何地何事" in duty.post("/leads/new", text="", pictures=[sent(PNG)]).text
    assert rows(Lead) == []


def test_only_this_view_takes_large_forms_and_only_of_those_who_may_enter(duty, signed_in, browser):
    large = PNG + b"\0" * (2 * 1024 * 1024)
    form = {"csrf": duty.csrf, "text": TEXT}
    assert send_large(duty, "/leads/new", large, **form).status_code == 302
    assert send_large(duty, "/dutylog", large, **form).status_code == 413
    leader = signed_in("leader")
    assert send_large(leader, "/leads/new", large, csrf=leader.csrf).status_code == 403
    assert send_large(browser(), "/leads/new", large, text=TEXT).status_code == 401
    assert "超过 10 MB" in send_large(duty, "/leads/new", PNG + b"\0" * (10 * 1024 * 1024), **form).text
    assert len(rows(Lead)) == 1


def test_a_known_link_leads_to_its_matter(duty, clock):
    lead_id = made.lead(clock.now, "tea")
    answer = duty.post("/leads/new", text="网传 https://news.example/tea?utm_source=wx")
    assert answer.status_code == 422
    assert "没有重复登记" in answer.text
    assert f'href="/leads/{lead_id}"' in answer.text


def test_sm8_a_hotline_call_keeps_who_rang_what_was_answered_and_by_whom(duty):
    form = {"kind": "hotline", "at": "2026-11-20T09:10", "caller": "李某", "telephone": "0000-7"}
    answer = duty.post("/dutylog", **form, words="=咨询预付卡", action="已告知备案办法", answered_by="2")
    assert answer.status_code == 302
    entry = rows(DutyEntry)[0]
    assert (entry.kind, entry.caller, entry.words, entry.action, entry.person_id) == (
        "hotline",
        "李某",
        "=咨询预付卡",
        "已告知备案办法",
        2,
    )
    page = duty.text("/dutylog")
    assert "热线记录" in page
    assert "office员 接听答复" in page


def test_sm8_the_calls_are_counted_and_exported_without_formulas(duty, signed_in):
    for words in ("=HYPERLINK(1)", "＝全角", "咨询备案"):
        duty.post("/dutylog", kind="hotline", words=words, caller="@李某")
    duty.post("/dutylog", kind="note", words="记事")
    asked = "/dutylog/export?from=2026-01-01&to=2026-12-31&kind=hotline"
    answer = duty.get(f"{asked}&what=rows")
    assert answer.text.startswith("\ufeff")
    table = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert table[0][:2] == ["来电时间", "类别"]
    assert [row[4] for row in table[1:]] == ["'=HYPERLINK(1)", "'＝全角", "咨询备案"]
    assert {row[2] for row in table[1:]} == {"'@李某"}
    counted = list(csv.reader(io.StringIO(duty.text(f"{asked}&what=counts").removeprefix("\ufeff"))))
    assert counted == [["月份", "热线记录", "合计"], ["2026-11", "3", "3"], ["合计", "3", "3"]]
    with reading() as session:
        exported = session.scalars(select(JournalEntry).where(JournalEntry.action == "export_log")).all()
        assert [one.facts["what"] for one in exported] == ["rows", "counts"]
    assert signed_in("leader").get(asked).status_code == 403
    for wrong in ("from=x&to=2026-01-01", "from=2026-02-01&to=2026-01-01", "from=2026-01-01&to=2026-02-01&kind=x"):
        assert duty.get(f"/dutylog/export?{wrong}").status_code == 400


def test_dl10_a_ticket_of_the_hotline_is_entered_with_number_and_limit_and_logged_as_such(duty):
    form = {"text": TEXT, "channel": "hotline", "number": "QY-88", "limit": "2026-11-23T18:00", "caller": "热线中心"}
    assert "要写明编号" in duty.post("/leads/new", **{**form, "number": ""}).text
    assert duty.post("/leads/new", **form, called_at="2026-11-20T09:00").status_code == 302
    lead, entry, article = rows(Lead)[0], rows(DutyEntry)[0], rows(Article)[0]
    assert (lead.channel, lead.given_number, article.channel) == ("hotline", "QY-88", "hotline")
    assert (entry.kind, entry.at.isoformat()) == ("hotline", "2026-11-20T01:00:00+00:00")


def test_qz13_a_letter_of_the_website_is_recorded_with_its_column(duty):
    for channel, label in (("mailbox", "信箱来信"), ("solicit", "民意征集"), ("survey", "网上调查")):
        assert label in duty.text("/leads/new")
        assert duty.post("/leads/new", text=f"{label}：建议延长办事时间", channel=channel).status_code == 302
    assert [one.channel for one in rows(Lead)] == ["mailbox", "solicit", "survey"]
