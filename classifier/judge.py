"""All questions asked of a text, answered from one reading of it."""

from collections.abc import Sequence
from dataclasses import replace

from classifier import heads, lexicons
from classifier.emergency import Emergency, emergency
from classifier.explain import Asked, phrases
from classifier.guess import Guess, Guesser
from classifier.intent import intent
from classifier.place import place
from classifier.priorities import priorities
from classifier.reading import Reader, Reading
from classifier.relevance import relevance
from classifier.rumour import rumour
from classifier.scales import strongest
from classifier.sealed import led_by, lists, sealed
from classifier.section import duty_key, sections
from classifier.sentiment import sentiment
from classifier.text import Item, normalise, normalised
from classifier.themes import themes
from classifier.topic import topic
from domain.leaf import DOUBTFUL
from domain.masking import Personal, find_each
from domain.org import Duty, Org
from domain.verdict import Opens, Reason, Verdict, opens

OPENED = {Opens.PROVISIONAL: "先行开启时限：疑似Ⅰ、Ⅱ级突发事件", Opens.LEAD: "列为待研判线索"}


class Judge:
    """The word lists compiled for one bureau; make it once and keep it."""

    def __init__(self, org: Org, trained: heads.Heads | None = None) -> None:
        """`trained` are the heads to judge by, those of the package where none are given."""
        self._org = replace(org, units=tuple(map(_spelled, org.units)), names=lexicons.spelled(org.names))
        self._scenes = {scene.key: scene for scene in lexicons.scenes_of(org)}
        own = {duty_key(unit.name): unit.words for unit in self._org.units}
        home = [name for name in org.home if len(name) > 1]
        self._reader = Reader({**own, "home": home, **lists(self._org)}, self._scenes.values())
        self._guesser = Guesser(trained or heads.shipped(), org)
        self._matters = frozenset(matter for unit in org.units for matter in unit.matters)
        known = self._guesser.heads.heads
        self._topics, self._wishes = known["topic"].classes, known["intent"].classes

    def judge(self, items: Sequence[Item], reasons: bool = True) -> list[Verdict]:
        """Return one verdict per item, in order; without `reasons` faster. Never raises for any text."""
        wholes = [item.whole for item in items]
        spelled = normalised(wholes)
        readings, guesses = self._reader.read(items, spelled), self._guesser.guesses(items, spelled)
        seen = zip(readings, guesses, find_each(wholes), strict=True)
        return [self._one(reading, guess, tuple(personal), reasons) for reading, guess, personal in seen]

    def _one(self, reading: Reading, guess: Guess, personal: tuple[Personal, ...], tell: bool) -> Verdict:
        item = reading.item
        found = emergency(reading, self._scenes, guess.emergency)
        where = place(reading, self._org.home, found.at)
        ranked, duty, section_reasons = sections(reading, self._org, guess)
        chance, relevance_reasons = relevance(reading, duty, found, guess.ours, self._matters, where.abroad, tell)
        wish, wish_reasons = intent(reading, guess, self._wishes, tell)
        mood, score, mood_reasons = sentiment(reading, guess.moods, wish, tell)
        theme, theme_reasons = topic(reading, guess, self._topics, tell)
        doubt, doubt_reasons = rumour(reading, guess.rumour)
        opened = opens(
            relevance=chance,
            emergency=found.probability,
            ours=where.ours,
            grave=found.grave,
            sentiment=mood,
            intent=wish,
            channel=item.channel,
            anywhere=not self._org.home,
        )
        first = priorities(reading, relevance=chance, ours=where.ours, found=found, mood=mood, intent=wish, doubt=doubt)
        shut = sealed(reading, self._org)
        if shut is not None:
            ranked = led_by(ranked, self._org, shut.about)
        reasons: list[Reason] = []
        if tell:
            reasons = [
                *(shut.reasons if shut else ()),
                *([Reason(OPENED[opened], 0.0, "opens")] if opened in OPENED else []),
                *strongest(found.reasons),
                *strongest([*where.reasons, *relevance_reasons, *section_reasons]),
                *strongest([*mood_reasons, *wish_reasons, *theme_reasons, *doubt_reasons]),
                *first.reasons,
                *phrases(self._guesser.heads, item, _asked(theme, doubt, found)),
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
            sealed=shut.kind if shut else None,
            about=shut.about if shut else None,
            personal=personal,
            must_respond=first.must_respond,
            themes=themes(reading),
            **(dict.fromkeys(first.flags, True) if first.flags else {}),
        )


def _asked(theme: str | None, doubt: float, found: Emergency) -> list[Asked]:
    """Return the questions whose trained answers are explained: those that were answered with something.

    Phrases of attitude carry its sign, as the words of the lexicon do.
    """
    asked = [Asked("sentiment", "sentiment", "positive", against="negative")]
    if theme is not None:
        asked.append(Asked("topic", "topic", theme))
    if doubt >= DOUBTFUL:
        asked.append(Asked("rumour", "rumour", "rumour"))
    if found.kind is not None:
        asked.append(Asked("emergency", "emergency", "happening"))
    return asked


def _spelled(unit: Duty) -> Duty:
    """Return the unit with its words spelled as readings are; single characters are no words."""
    words = {normalise(word): weight for word, weight in unit.words.items() if len(word) > 1}
    return replace(unit, words=words)
