"""专题 on the screen: made with what its query would have hit, its hits marked and clickable, words, import."""

import io
import re
from datetime import timedelta

import pytest
import screen_matters as made
from sqlalchemy import select

from classifier.trials import answer_due
from store import watch_hits, watches
from store.db import reading, transaction
from store.tables import Person, Source, Watch, WatchTrial

FORM = {"name": "冷链食品", "query": "冷链 -招聘", "quiet_from": "22:00", "quiet_to": "07:00", "cool": "120"}
WORDS = "# 冷链\n冷链\n!招聘\n@5\n\n/东岭.*市场/\n\n!优惠券\n"


def ids(role):
    with reading() as session:
        return session.scalars(select(Person.id).where(Person.username == role)).one()


def kept():
    with reading() as session:
        return [(one.name, one.query, one.active) for one in session.scalars(select(Watch).order_by(Watch.id))]


def test_a_topic_is_made_shown_changed_and_switched_off(duty, clock):
    assert "还没有专题" in duty.text("/watches")
    answer = duty.post("/watches/new", **FORM, person=ids("leader"), channel="email")
    assert answer.headers["Location"] == "/watches/1"
    page = duty.text("/watches/1")
    assert "理解为：冷链 且 不含 招聘" in page
    assert "leader员" in page
    assert "22:00 至 07:00" in page
    assert "正在查以前 30 天的命中" in page
    form = duty.text("/watches/1/edit")
    assert 'value="冷链食品"' in form
    assert re.search(rf'name="person" value="{ids("leader")}" checked', form)
    assert duty.post("/watches/1/edit", **{**FORM, "name": "冷链"}).status_code == 302
    assert duty.post("/watches/1/switch").status_code == 302
    assert kept() == [("冷链", "冷链 -招聘", False)]
    assert "已停用" in duty.text("/watches")


def test_what_is_wrong_is_said_and_what_was_typed_stays(duty):
    answer = duty.post("/watches/new", **{**FORM, "query": "冷链 author:值班员A"})
    assert answer.status_code == 422
    assert "没有登记为监测源" in answer.text
    assert "冷链 author:值班员A" in answer.text
    assert duty.post("/watches/new", **{**FORM, "name": " "}).status_code == 422
    duty.post("/watches/new", **FORM)
    assert "已有专题" in duty.post("/watches/new", **FORM).text


def test_the_query_is_tried_before_it_is_saved(duty, clock):
    made.publish(clock.now - timedelta(days=1), ("冷链食品抽检", "全市冷链"), ("产品和服务", "招聘<b>"))
    text = duty.post("/watches/try", query="冷链 OR 和服").text
    assert "理解为" in text
    assert "正在查最近 30 天" in text
    assert answer_due(clock) == 1
    number = re.search(r'data-waits="(\d+)"', text)[1]
    answer = duty.text(f"/watches/trials/{number}")
    assert "最近 30 天 2 条信息里会命中 1 条，约 30 天 1 条" in answer
    assert "<mark>冷链</mark>食品抽检" in answer
    assert "“和服务”里的“<mark>和服</mark>”" in answer
    assert "11月19日：1条" in answer
    assert kept() == []


def test_a_fault_is_shown_at_its_place_while_typing(duty):
    text = duty.post("/watches/try", query="冷链（招聘").text
    assert "括号没有合上" in text
    assert "冷链<mark>（</mark>招聘" in text
    assert "写好监测词" in duty.post("/watches/try", query=" ").text


def test_trying_anew_withdraws_the_question_before_and_nobody_sees_anothers(duty, signed_in, clock):
    duty.post("/watches/try", query="冷链")
    duty.post("/watches/try", query="冷链食品")
    with reading() as session:
        rows = session.scalars(select(WatchTrial)).all()
    assert [row.query for row in rows] == ["冷链食品"]
    assert signed_in("office").get(f"/watches/trials/{rows[0].id}").status_code == 404


def test_without_scripts_the_button_shows_the_same(duty, clock):
    made.publish(clock.now, ("冷链食品抽检", ""))
    page = duty.post("/watches/new", **FORM, **{"try": "1"})
    assert page.status_code == 200
    assert "正在查最近 30 天" in page.text
    assert "理解为" in page.text
    assert kept() == []


def test_hits_are_listed_by_day_marked_and_lead_to_the_article(duty, clock):
    watch = made.watch(clock.now, query="冷链 OR 13900000000")
    texts = [("冷链<i>抽检</i>", "电话13900000000，冷链")]
    [article] = made.publish(clock.now - timedelta(days=2), *texts)
    answer_due(clock)
    page = duty.text(f"/watches/{watch}")
    assert f'href="/articles/{article}"><mark>冷链</mark>&lt;i&gt;' in page
    assert "139******00" in page
    assert "13900000000，" not in page
    assert "最多的是" not in page
    assert f'href="/watches/{watch}?day=2026-11-18#hits"' in page
    assert "11月18日的命中" in duty.text(f"/watches/{watch}?day=2026-11-18")
    assert "这一天没有命中" in duty.text(f"/watches/{watch}?day=2026-11-17")
    own = duty.text(f"/articles/{article}")
    assert "命中专题" in own
    assert f'href="/watches/{watch}">冷链</a>' in own
    assert "电话<mark>139******00</mark>，<mark>冷链</mark>" in own
    assert "命中专题" in duty.text(f"/articles/{article}/preview")


def test_a_reader_subscribes_and_leaves(signed_in, clock):
    watch = made.watch(clock.now)
    leader = signed_in("leader")
    assert leader.post(f"/watches/{watch}/subscribe").status_code == 302
    assert "leader员" in leader.text(f"/watches/{watch}")
    assert "取消订阅" in leader.text(f"/watches/{watch}")
    leader.post(f"/watches/{watch}/subscribe")
    assert "无人订阅" in leader.text(f"/watches/{watch}")


def test_a_section_sees_its_own_topics_and_no_articles_behind_them(signed_in, clock):
    mine = made.watch(clock.now, "我科的", "冷链", unit="食品安全科")
    made.watch(clock.now, "别科的", "冷链", unit="特种设备科")
    made.publish(clock.now, ("冷链抽检", ""))
    while answer_due(clock):
        pass
    section = signed_in("section")
    assert "我科的" in section.text("/watches")
    assert "别科的" not in section.text("/watches")
    page = section.text(f"/watches/{mine}")
    assert "<mark>冷链</mark>抽检" in page
    assert "/articles/" not in page
    assert "https://news.example/" in page


def test_the_words_are_kept_by_the_office_and_a_fault_names_its_line(duty, signed_in):
    assert "市监局 = 市场监管局" in duty.text("/watches/words")
    bad = duty.post("/watches/words", synonyms="甲 = 乙\n丙", general="")
    assert bad.status_code == 422
    assert "第 2 行" in bad.text
    assert duty.post("/watches/words", synonyms="甲 = 乙", general="招聘、广告").status_code == 302
    page = signed_in("leader").text("/watches/words")
    assert "甲 = 乙" in page
    assert "招聘\n广告" in page
    assert "readonly" in page


def upload(browser, content, name="frequency_words.txt"):
    data = {"csrf": browser.csrf, "file": (io.BytesIO(content), name)}
    return browser.client.post("/watches/import", data=data, content_type="multipart/form-data")


def test_a_keyword_file_is_looked_at_then_brought_in(duty, clock):
    page = upload(duty, WORDS.encode()).text
    assert "读出 1 组 2 个词、通用排除词 1 个，2 处没有照搬" in page
    assert "第 4 行" in page
    assert "“.”不是固定的词" in page
    assert kept() == []
    digest = re.search(r'name="sha256" value="(\w+)"', page)[1]
    assert "一组也没有选" in duty.post("/watches/import/take", name="a.txt", sha256=digest).text
    assert duty.post("/watches/import/take", name="a.txt", sha256=digest, group="0").status_code == 302
    assert kept() == [("冷链", "冷链 -招聘", True)]
    with reading() as session:
        assert watches.general(session) == "优惠券"
        assert session.get_one(Watch, 1).origin == "a.txt"
    assert "已有" in upload(duty, WORDS.encode()).text
    assert duty.post("/watches/import/take", name="a", sha256="0" * 64, group="0").status_code == 404
    assert duty.post("/watches/import/take", name="a", sha256="x", group="0").status_code == 422


@pytest.mark.parametrize(("content", "words"), [(b"", "没有读到词"), (b"\xff\xff\xff", "编码"), (b"@5", "没有读到词")])
def test_a_file_that_cannot_be_read_says_why(duty, content, words):
    answer = upload(duty, content)
    assert answer.status_code == 422
    assert words in answer.text


def test_a_topic_whose_account_is_gone_says_so(duty, clock):
    made.publish(clock.now, ("一", ""))
    watch = made.watch(clock.now, query="冷链 author:清源日报")
    with transaction() as session:
        session.scalars(select(Source)).one().authority = "self_media"
    assert "现在没有在匹配" in duty.text(f"/watches/{watch}")
    assert "没有在匹配" in duty.text("/watches")
    assert duty.post(f"/watches/{watch}/subscribe").status_code == 302


def test_a_changed_query_forgets_hits_nobody_heard_of(duty, clock):
    watch = made.watch(clock.now)
    made.publish(clock.now, ("冷链", ""), ("冻品", ""))
    answer_due(clock)
    duty.post(f"/watches/{watch}/edit", **{**FORM, "query": "冻品"})
    while answer_due(clock):
        pass
    with reading() as session:
        assert [hit.article.title for hit in watch_hits.latest(session, watch)] == ["冻品"]
