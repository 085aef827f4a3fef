"""Articles as they leave the judge, with verdicts written by hand, for the tests of the grouping."""

from datetime import UTC, datetime

from sqlalchemy import func, select

from domain.org import Duty, Org
from domain.verdict import Opens, Reason, Sentiment, Verdict
from store import org as units
from store import sources
from store.articles import NewArticle, add_articles, save_verdict
from store.db import reading, transaction
from store.tables import Article

T = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
HOME = ("清源市", "东岭区", "河湾区")
FOOD, OFFICE = "食品科", "办公室"
ORG = Org("test", "清源市市场监管局", (Duty(FOOD, "科室", {}), Duty(OFFICE, "科室", {})), OFFICE, HOME[:1])
POISONING = "东岭区实验小学四十多名学生午餐后集体呕吐腹泻，已送医院治疗，食堂食品留样已经封存，调查正在进行。"
ELEVATOR = "河湾区阳光花园三号楼电梯昨晚从九楼坠落，两名住户受轻伤，物业公司表示维保单位正在检查钢丝绳。"
REPOST = f"【转】{POISONING}"
WITNESS = "我家娃上吐下泻，班里好几个都在输液，谁知道学校给孩子们吃了什么东西啊"


def verdict(opens: Opens = Opens.PROVISIONAL, section: str = FOOD, place: tuple[str, ...] = ("东岭区",)) -> Verdict:
    grave = opens is Opens.PROVISIONAL
    return Verdict(
        relevance=0.9,
        sections=(section,) if section else (),
        sentiment=Sentiment.NEGATIVE,
        sentiment_score=-0.8,
        intent="陈述",
        topic=None,
        emergency=0.95 if grave else 0.1,
        emergency_kind="公共卫生" if grave else None,
        casualties=40 if grave else None,
        rumour=0.0,
        place=place,
        ours=True,
        grave=grave,
        opens=opens,
        reasons=(Reason("集体呕吐腹泻", 2.1, "emergency"),),
    )


def publish(text: str, said: Verdict, at: datetime = T, published: datetime | None = None, day: bool = False) -> int:
    """Store one article as it leaves the judge; return its id."""
    with transaction() as session:
        units.put_units(session, ORG)
        source = sources.add_source(session, "https://news.example/feed", at)
        number = session.scalar(select(func.count()).select_from(Article))
        new = NewArticle(f"https://news.example/{number}", "", text, published_at=published or at, date_only=day)
        article = add_articles(session, source, [new], at, with_page=False)[0]
        save_verdict(session, article.id, said, at)
        article.judge_at, article.group_at = None, at
        return article.id


def stored(what):
    with reading() as session:
        return list(session.scalars(select(what).order_by(what.id)))
