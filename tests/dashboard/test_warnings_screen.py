"""消费预警 and 诉求分析 on the screens: who words, clears, publishes; every number leads to its rows."""

from dataclasses import replace
from datetime import timedelta

import pytest
import screen_matters as made
from sqlalchemy import select, update

from domain.outlets import OutletFields
from store import articles, outlets, sources, surge_warnings
from store.articles import NewArticle
from store.db import reading, transaction
from store.tables import Article, Source, SurgeWarning

COMPLAINT = replace(made.NEGATIVE, topic="商贸旅游", place=("东岭区",))


def complaints(now, many, *, days=0, mark="a", topic="商贸旅游") -> None:
    """Store complaints published so many days before now."""
    at = now - timedelta(days=days, hours=1)
    with transaction() as session:
        source = session.scalars(select(Source)).first() or sources.add_source(
            session, "https://news.example/feed", at, name="清源热线"
        )
        items = [
            NewArticle(f"https://news.example/{mark}-{n}", f"健身房不退款{n}", "电话13812345678", published_at=at)
            for n in range(many)
        ]
        for one in articles.add_articles(session, source, items, at, with_page=False):
            articles.save_verdict(session, one.id, replace(COMPLAINT, topic=topic), at)


@pytest.fixture
def draft(app, clock) -> int:
    complaints(clock.now, 1, days=70, mark="old")
    complaints(clock.now, 30, mark="surge")
    with transaction() as session:
        outlets.save(session, None, OutletFields("局网站", "website", "www.qy.example"), 1, "command", clock.now)
        return surge_warnings.look(session, clock.now).drafted[0].id


def state(id_: int) -> str:
    with reading() as session:
        return session.get_one(SurgeWarning, id_).state


def test_qz15_a_draft_is_worded_cleared_and_published_by_people(signed_in, duty, clock, draft):
    assert "关于“商贸旅游”消费投诉增多的消费预警" in duty.text("/warnings")
    page = duty.text(f"/warnings/{draft}")
    for words in ("系统初判", "24小时内30件", "此前各周同期没有", "还有 <b>5</b> 处", "东岭区 30", "健身房不退款"):
        assert words in page, words
    assert "13812345678" not in page
    gaps = duty.post(f"/warnings/{draft}", title="预警", text="〔请填写：什么〕", submit="1")
    assert gaps.status_code == 422
    assert "还有1处没有填写" in gaps.text
    assert "〔请填写：什么〕</textarea>" in gaps.text
    assert duty.post(f"/warnings/{draft}/review", secret="1").status_code == 403
    assert duty.post(f"/warnings/{draft}", title="健身预付卡消费预警", text="理性办卡。", submit="1").status_code == 302
    assert "由办公室或领导审核" in duty.text(f"/warnings/{draft}")
    leader = signed_in("leader")
    assert "保密审查" in leader.post(f"/warnings/{draft}/review").text
    assert state(draft) == "submitted"
    assert leader.post(f"/warnings/{draft}/review", secret="1").status_code == 302
    clock.forward(minutes=30)
    form = {"outlet": 0, "link": "https://www.qy.example/yj/1", "at": "2026-11-20T09:45"}
    assert duty.post(f"/warnings/{draft}/publish", **{**form, "link": "https://x.example/"}).status_code == 422
    assert duty.post(f"/warnings/{draft}/publish", **form).status_code == 302
    assert state(draft) == "released"
    page = duty.text(f"/warnings/{draft}")
    assert 'href="https://www.qy.example/yj/1"' in page
    assert "已发布" in duty.text("/warnings")
    assert "现在没有待处理的预警拟稿" in duty.text("/warnings")


def test_the_unit_that_is_told_words_its_draft_and_sees_no_more_than_it_must(signed_in, clock):
    section = signed_in("section")
    mine = made.warning(clock.now, "预付卡", unit="食品安全科")
    assert "预付卡" in section.text("/warnings")
    page = section.text(f"/warnings/{mine}")
    assert "送审" in page
    assert "不发布</summary>" not in page
    assert "诉求分析" not in page
    assert section.post(f"/warnings/{mine}", title="预警", text="正文", submit="1").status_code == 302
    assert state(mine) == "submitted"
    assert section.post(f"/warnings/{mine}/review", secret="1").status_code == 403


def test_a_draft_is_sent_back_and_dismissed_with_a_reason(signed_in, duty, draft):
    duty.post(f"/warnings/{draft}", title="预警", text="正文", submit="1")
    leader = signed_in("leader")
    assert leader.post(f"/warnings/{draft}/return").status_code == 422
    assert leader.post(f"/warnings/{draft}/return", words="数字再核").status_code == 302
    assert "退回意见：" in duty.text(f"/warnings/{draft}")
    assert duty.post(f"/warnings/{draft}/dismiss", words=" ").status_code == 422
    assert duty.post(f"/warnings/{draft}/dismiss", words="同一商家已集中退款").status_code == 302
    assert "同一商家已集中退款" in duty.text(f"/warnings/{draft}")
    assert duty.post(f"/warnings/{draft}/return").status_code == 302
    assert state(draft) == "draft"


def test_every_number_of_the_analysis_leads_to_as_many_rows(duty, clock):
    for many, days, topic in ((7, 1, "商贸旅游"), (3, 2, "卫生计生"), (5, 30, "商贸旅游"), (2, 31, None)):
        complaints(clock.now, many, days=days, mark=f"{days}", topic=topic)
    with transaction() as session:
        copy = session.scalars(select(Article.id).order_by(Article.id.desc())).first()
        session.execute(update(Article).where(Article.id == copy).values(copy_of=1))
    page = duty.text("/warnings/analysis?span=2026-11")
    assert "2026年11月截至11月20日共收到投诉、举报10件，2026年10月全月为6件；最多的是商贸旅游，7件" in page
    for span, topic, many in (
        ("2026-11", "商贸旅游", 7),
        ("2026-11", "卫生计生", 3),
        ("2026-10", "商贸旅游", 5),
        ("2026-10", "未分类", 1),
        ("2026-11", "", 10),
        ("2026-Q4", "", 16),
    ):
        rows = duty.text(f"/warnings/complaints?span={span}&topic={topic}")
        assert f"{many} 件</span>" in rows, (span, topic)
        assert rows.count('class="what untrusted"') == many
    assert "+2（+40%）" in page
    assert "共收到投诉、举报16件" in duty.text("/warnings/analysis?span=2026-Q4")
    assert duty.get("/warnings/analysis?span=2026-13").status_code == 404


def test_an_office_without_complaints_is_told_so(duty):
    assert "都没有收到投诉、举报" in duty.text("/warnings/analysis")
    assert "没有这样的投诉举报" in duty.text("/warnings/complaints")
    assert "现在没有待处理的预警拟稿" in duty.text("/warnings")
