"""Judging what is due: the verdict is kept with its reasons and handed on; one bad text stops no other."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from classifier.jobs import BATCH, HOLD, judge_due
from domain.verdict import Opens, Reason, Sentiment, Verdict
from store import sources
from store.articles import NewArticle, add_articles, verdict_of
from store.db import reading, transaction
from store.due import PARK_AFTER
from store.tables import Article, Judged

T = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
COMPLAINT = "我要举报东岭区一家超市卖过期牛奶，吃了以后肚子疼，请市场监管部门尽快查处，还消费者公道。"


def verdict(words: str = "过期食品") -> Verdict:
    return Verdict(
        relevance=0.9,
        sections=("食品科", "稽查科"),
        sentiment=Sentiment.NEGATIVE,
        sentiment_score=-0.6,
        intent="投诉",
        topic="食品安全",
        emergency=0.1,
        emergency_kind=None,
        casualties=2,
        rumour=0.05,
        place=("东岭区",),
        ours=True,
        grave=False,
        opens=Opens.LEAD,
        reasons=(Reason(words, 1.5, "sentiment", (0, 4)), Reason("投诉我们", 0.0, "opens")),
    )


class ByHand:
    """Stands where the judge stands: raises at every text with a bad word, keeps what it was asked."""

    def __init__(self, *bad: str) -> None:
        self.bad = bad
        self.asked: list[list[str]] = []

    def judge(self, items):
        self.asked.append([item.text for item in items])
        if any(word in item.text for word in self.bad for item in items):
            raise ValueError("cannot read this")
        return [verdict(item.text) for item in items]


def publish(*texts: str, channel: str = "news") -> None:
    with transaction() as session:
        source = sources.add_source(session, "https://news.example/feed", T, channel=channel)
        items = [NewArticle(f"https://news.example/{n:04}", f"题{n}", text) for n, text in enumerate(texts)]
        add_articles(session, source, items, T, with_page=False)


def stored(what=Article):
    with reading() as session:
        return list(session.scalars(select(what).order_by(what.id)))


def test_the_verdict_is_kept_whole_and_the_article_handed_on(database):
    publish("过期食品")
    assert judge_due(ByHand(), lambda: T) == 1
    article, kept = stored()[0], stored(Judged)[0]
    assert (article.judge_at, article.group_at, article.attempts, article.parked) == (None, T, 0, None)
    assert (kept.maker, kept.at, kept.article_id) == ("system", T, article.id)
    said = verdict()
    for name in ("relevance", "sentiment_score", "intent", "topic", "emergency", "casualties", "rumour", "ours"):
        assert getattr(kept, name) == getattr(said, name), name
    assert (kept.sentiment, kept.opens, kept.sections, kept.place) == (
        "negative",
        "lead",
        ["食品科", "稽查科"],
        ["东岭区"],
    )
    assert kept.reasons == [
        {"words": "过期食品", "weight": 1.5, "about": "sentiment", "span": [0, 4]},
        {"words": "投诉我们", "weight": 0.0, "about": "opens", "span": None},
    ]


def test_the_real_judge_gives_reasons_that_stand_in_the_text(database, anywhere):
    publish(COMPLAINT, channel="message")
    judge_due(anywhere, lambda: T)
    article, kept = stored()[0], stored(Judged)[0]
    text = f"{article.title}\n{article.body}"
    spans = [reason["span"] for reason in kept.reasons if reason["span"]]
    assert (kept.opens, kept.intent in ("投诉", "举报")) == ("lead", True)
    assert spans
    assert all(0 <= begin < end <= len(text) for begin, end in spans)
    assert article.group_at == T


def test_judging_again_replaces_the_systems_verdict_and_keeps_a_persons(database):
    publish("第一次")
    judge_due(ByHand(), lambda: T)
    with transaction() as session:
        said = stored(Judged)[0]
        fields = {
            c.key: getattr(said, c.key) for c in Judged.__table__.columns if c.key not in ("id", "maker", "opens")
        }
        session.add(Judged(**fields, maker="person", opens="none"))
        article = session.get_one(Article, 1)
        article.body, article.judge_at = "第二次", T
    judge_due(ByHand(), lambda: T + timedelta(minutes=1))
    with reading() as session:
        article = session.get_one(Article, 1)
        assert sorted(row.maker for row in article.judged) == ["person", "system"]
        system = next(row for row in article.judged if row.maker == "system")
        assert system.reasons[0]["words"] == "第二次"
        assert verdict_of(article).opens == "none"


def test_one_bad_text_is_parked_after_its_tries_and_the_others_go_on(database):
    judge = ByHand("坏")
    publish("好一", "坏", "好二")
    for turn in range(PARK_AFTER - 1):
        judged = judge_due(judge, lambda turn=turn: T + turn * HOLD)
        assert judged == (2 if turn == 0 else 0)
        bad = stored()[1]
        assert (bad.parked, bad.judge_at, bad.attempts) == (None, T + (turn + 1) * HOLD, turn + 1)
    judge_due(judge, lambda: T + PARK_AFTER * HOLD)
    first, bad, last = stored()
    assert (first.group_at, last.group_at) == (T, T)
    assert "人工" in (bad.parked or "")
    assert (bad.judge_at, bad.group_at) == (None, None)
    assert {row.article_id for row in stored(Judged)} == {first.id, last.id}
    asked = len(judge.asked)
    assert judge_due(judge, lambda: T + 100 * HOLD) == 0
    assert len(judge.asked) == asked


def test_a_judge_that_recovers_leaves_nothing_parked(database):
    judge = ByHand("文")
    publish("文一", "文二")
    assert judge_due(judge, lambda: T) == 0
    judge.bad = ()
    assert judge_due(judge, lambda: T + HOLD) == 2
    assert [(a.parked, a.attempts, a.group_at) for a in stored()] == [(None, 0, T + HOLD)] * 2


def test_many_are_judged_in_batches_oldest_first_each_once(database):
    judge = ByHand()
    publish(*(f"文{n}" for n in range(BATCH + 5)))
    assert judge_due(judge, lambda: T) == BATCH + 5
    assert [len(batch) for batch in judge.asked] == [BATCH, 5]
    assert len({text for batch in judge.asked for text in batch}) == len(stored(Judged)) == BATCH + 5


@pytest.mark.parametrize(("due", "seconds"), [(T + timedelta(seconds=1), 5), (None, 5), (T, 0)])
def test_what_is_not_due_or_out_of_time_is_left_alone(database, due, seconds):
    publish("文")
    with transaction() as session:
        session.get_one(Article, 1).judge_at = due
    judge = ByHand()
    assert judge_due(judge, lambda: T, seconds=seconds) == 0
    assert judge.asked == []
    assert stored()[0].judge_at == due


def test_a_text_that_changed_while_it_was_judged_is_judged_anew(database):
    class Meanwhile(ByHand):
        def judge(self, items):
            if not self.asked:
                with transaction() as session:
                    article = session.get_one(Article, 1)
                    article.body, article.judge_at = "改后", T
            return super().judge(items)

    judge = Meanwhile()
    publish("改前")
    judge_due(judge, lambda: T)
    assert judge.asked == [["改前"], ["改后"]]
    assert [row.reasons[0]["words"] for row in stored(Judged)] == ["改后"]
    assert (stored()[0].judge_at, stored()[0].group_at) == (None, T)
