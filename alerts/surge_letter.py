"""What the unit that protects consumers is told when a warning was drafted for it."""

from datetime import datetime

from sqlalchemy.orm import Session

from alerts.letter import PLAIN, Button, Evidence, Letter, as_message
from alerts.matter import Told, greeting, office
from alerts.short import short_text
from alerts.words import moment, short
from domain.notice import SITE
from domain.warning import usual
from store import surge_warnings
from store.notices import Message
from store.tables.articles import Article
from store.tables.opinion import SurgeWarning

SHOWN = 3


def surge_message(session: Session, told: Told, row: SurgeWarning, now: datetime) -> Message:
    """Return the letter about a draft: how many complaints, over what, where, and what is asked of the unit."""
    total = surge_warnings.total(session, row.id)
    places = "、".join(f"{place}{many}件" for place, many in surge_warnings.places(session, row.id)[:5])
    articles = surge_warnings.articles(session, row.id, SHOWN)
    letter = Letter(
        subject=f"【消费预警拟稿】请研究是否发布：{short(row.title)}",
        tag="消费预警拟稿",
        colour=PLAIN,
        greeting=greeting(told.post, told.person, row.unit),
        ask=f"涉及“{row.name}”的投诉举报明显多于平日，系统拟了一份消费预警。请研究是否发布：要发布的补齐内容送审，"
        "不发布的写明原因。系统不会自行发布。",
        title=row.title,
        rows=(
            ("件数", f"{moment(row.start_at, now)}起共{total}件，24小时内最多{row.peak}件，{usual(row.expected)}"),
            *((("地点", places),) if places else ()),
            ("为何通知你", f"{row.unit.name if row.unit else '本单位'}负责消费者权益保护，或你是应通知的岗位。"),
        ),
        office=office(session),
        at=now,
        button=Button("查看拟稿", f"{SITE}/warnings/{row.id}"),
        notes=(("说明", "同一轮增多只拟一份稿，后来的投诉并入这一份，不再另发通知。"),),
        evidence=tuple(_evidence(article, now) for article in articles),
        evidence_total=total,
        short=short_text(office(session), "消费预警拟稿", f"投诉{total}件，明显多于平日，请登录查看"),
    )
    return as_message(letter)


def _evidence(article: Article, now: datetime) -> Evidence:
    link = article.link if article.link.startswith(("http://", "https://")) else None
    at = moment(article.published_at or article.first_seen_at, now)
    return Evidence(short(article.title or article.body[:40]), link, f"{article.source.name} · {at}")
