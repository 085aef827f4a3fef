"""All questions asked of a text, answered from one reading of it."""

from collections.abc import Sequence

from classifier.emergency import emergency
from classifier.intent import intent
from classifier.place import place
from classifier.reading import Reader
from classifier.relevance import relevance
from classifier.rumour import rumour
from classifier.scales import strongest
from classifier.section import duty_key, sections
from classifier.sentiment import sentiment
from classifier.text import Item, normalise
from classifier.topic import topic
from domain.org import Duty, Org
from domain.verdict import Opens, Reason, Verdict, opens

OPENED = {Opens.PROVISIONAL: "先行开启时限：疑似Ⅰ、Ⅱ级突发事件", Opens.LEAD: "列为待研判线索"}


class Judge:
    """The word lists compiled for one bureau; make it once and keep it."""

    def __init__(self, org: Org) -> None:
        self._org = Org(org.code, org.name, tuple(map(_spelled, org.units)), org.fallback, org.home)
        own = {duty_key(unit.name): unit.words for unit in self._org.units}
        self._reader = Reader({**own, "home": [name for name in org.home if len(name) > 1]})

    def judge(self, items: Sequence[Item]) -> list[Verdict]:
        """Return one verdict per item, in order. Never raises for any text."""
        return [self._one(item) for item in items]

    def _one(self, item: Item) -> Verdict:
        reading = self._reader.read(item)
        found = emergency(reading)
        where = place(reading, self._org.home, found.at)
        ranked, duty, section_reasons = sections(reading, self._org)
        chance, relevance_reasons = relevance(reading, duty, found)
        mood, score, mood_reasons = sentiment(reading)
        wish, wish_reasons = intent(reading)
        theme, theme_reasons = topic(reading)
        doubt, doubt_reasons = rumour(reading)
        opened = opens(
            relevance=chance,
            emergency=found.probability,
            ours=where.ours,
            grave=found.grave,
            sentiment=mood,
            intent=wish,
            channel=item.channel,
        )
        reasons = [
            *([Reason(OPENED[opened], 0.0, "opens")] if opened in OPENED else []),
            *strongest(found.reasons),
            *strongest([*where.reasons, *relevance_reasons, *section_reasons]),
            *strongest([*mood_reasons, *wish_reasons, *theme_reasons, *doubt_reasons]),
        ]
        return Verdict(
            relevance=chance,
            sections=ranked,
            sentiment=mood,
            sentiment_score=score,
            intent=wish,
            topic=theme,
            emergency=found.probability,
            emergency_kind=found.kind,
            casualties=found.casualties,
            rumour=doubt,
            place=where.names,
            ours=where.ours,
            grave=found.grave,
            opens=opened,
            reasons=tuple(reasons),
        )


def _spelled(unit: Duty) -> Duty:
    """Return the unit with its words spelled as readings are; single characters are no words."""
    words = {normalise(word): weight for word, weight in unit.words.items() if len(word) > 1}
    return Duty(unit.name, unit.kind, words, unit.places)
