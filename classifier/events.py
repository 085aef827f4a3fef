"""Which matter is it about? One pass in time order; an article joins the likest live event or opens a new one."""

import heapq
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from classifier.by_hand import ByHand
from classifier.doubts import doubt_of
from classifier.duplicates import Copies, Copy, Print
from classifier.frequencies import shipped
from classifier.likeness import Live, Weighed, features, likeness, other_thing
from classifier.pairs import PairsSeen
from classifier.terms import Seen
from classifier.told import Told, told
from domain.event import IDLE
from domain.regroup import Doubt

STAYS_OVER = ("message",)
"""Of these channels an event that is over is not opened again by a copy: the same few words a year later are new."""
LEAST = 0.15
"""Events whose words are less alike than this (cosine) are not looked at further."""
FILED = 16
"""An article's event is filed under so many of its heaviest words …"""
FILED_MOST = 64
"""… and under so many at most."""
VISITS = 60
"""So many entries are looked at for one article, those of its rarest words first …"""
EXACT = 3
"""… the cosine is taken with the best so many …"""
CLOSE = 2
"""… and all likenesses with the best so many of these."""
LIVE_MOST = 250_000
"""So many events are live at most; then the one idle for longest is over."""


@dataclass(frozen=True, slots=True)
class Grouped:
    """The answer for one article. `event` is the id of the article that opened the event; `why` is for the board.

    `doubt` is what a person should look at: the event it may be about as well.
    """

    event: str
    duplicate_of: str | None
    similarity: float
    why: str
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """An article whose event is known, as it is taken in again after a start, or after people changed its event.

    `part` is the event it was in before people merged that into `event`, empty where it came later or nobody did;
    `original` the article it is a copy of.
    """

    id: str
    at: datetime
    title: str
    text: str
    channel: str
    event: str
    part: str = ""
    original: str = ""


def _rarity(one: tuple[int, str, object]) -> tuple[int, str]:
    return one[0], one[1]


def _weightiest(met: Mapping[str, float]) -> list[str]:
    """Return the EXACT weightiest, in an order that does not depend on hashing."""
    bar = sorted(met.values(), reverse=True)[EXACT - 1] if len(met) > EXACT else 0.0
    return [key for _, key in sorted([(weight, key) for key, weight in met.items() if weight >= bar], reverse=True)][
        :EXACT
    ]


def _never(event: str) -> bool:
    return False


class Index:
    """The live events. Feed it known articles with `put`, new ones with `add`; the same input gives the same ids."""

    def __init__(self) -> None:
        self._events: dict[str, Live] = {}
        self._filed: dict[str, dict[str, None]] = {}
        self._words, self._pairs = Seen.before(shipped("words")), PairsSeen(shipped("pairs"))
        self._copies = Copies()
        self._event_of: dict[str, str] = {}
        self._ends: list[tuple[datetime, str]] = []
        self._people = ByHand()

    def add(
        self,
        id: str,
        at: datetime,
        title: str,
        text: str,
        channel: str,
        hint: str = "",
        barred: Callable[[str], bool] = _never,
    ) -> Grouped:
        """Return the event of a new article, decided now and not taken back. Articles come in time order.

        `hint` is the event to join where the words alone would open a new one; one that is `barred` is not joined.
        """
        return self.add_told(id, at, told([(title, text, channel)])[0], hint, barred)

    def add_told(
        self, id: str, at: datetime, article: Told, hint: str = "", barred: Callable[[str], bool] = _never
    ) -> Grouped:
        """Do as `add` for an article that is ready to be compared."""
        self._expire(at)
        copy = self._copies.find(article.mark)
        weighed = self._weighed(article)
        grouped = self._decided(id, weighed, article.channel, copy, hint, barred)
        if copy is None:
            self._remember(id, article.mark, grouped.event)
        self._join(at, weighed, article.channel, grouped.event)
        event = self._people.home(grouped.event)
        return grouped if event == grouped.event else replace(grouped, event=event)

    def put(
        self, id: str, at: datetime, title: str, text: str, channel: str, event: str, part: str = "", original: str = ""
    ) -> None:
        """Take in an article whose event is known already (rebuilding after a start); the rest is as in `Known`."""
        self._expire(at)
        article = told([(title, text, channel)])[0]
        copy = self._copies.find(article.mark)
        weighed = self._weighed(article)
        known = Known(id, at, title, text, channel, event, part, original or (copy.id if copy else ""))
        key = self._part_of(known, weighed)
        if copy is None:
            self._remember(id, article.mark, key)
        self._join(at, weighed, channel, key)

    def __len__(self) -> int:
        """Return how many events are live."""
        return len(self._events)

    def words(self) -> str:
        """Return how full the index is, for `huiying doctor`."""
        return f"在线话题 {len(self)}（上限 {LIVE_MOST}）、可比对原文 {len(self._copies)}（上限 {self._copies.most}）"

    def _decided(
        self, id: str, text: Weighed, channel: str, copy: Copy | None, hint: str, barred: Callable[[str], bool]
    ) -> Grouped:
        original = None
        home = self._people.home
        if copy and not barred(home(event := self._event_of[copy.id])):
            original = copy.id
            if event in self._events or channel not in STAYS_OVER:
                return Grouped(event, original, copy.shared, f"与 {original} 文字重合 {copy.shared:.0%}")
        best = 0.0
        found = self._likest(text, channel)
        apart = self._people.apart_from(self._event_of[copy.id]) if copy else ()
        for sum_, cosine, event in found:
            best = max(best, cosine)
            if sum_ >= 0 and home(event) not in apart and not barred(home(event)):
                common = [word for _, word in self._events[event].words.common(text.words)[:5]]
                doubt = self._doubt(text, channel, found, event)
                return Grouped(event, original, round(cosine, 4), f"与话题 {event} 共有：{'、'.join(common)}", doubt)
        part = self._people.part(hint, text, self._events)
        if part in self._events and hint not in apart:
            doubt = self._doubt(text, channel, found, part)
            return Grouped(part, original, round(best, 4), f"与话题 {hint} 同地、同类、相隔不久", doubt)
        doubt = self._doubt(text, channel, found)
        return Grouped(id, original, round(best, 4), "新话题：没有足够相近的已有话题", doubt)

    def _weighed(self, article: Told) -> Weighed:
        """Return the text's terms weighed by what was seen before it."""
        known = self._words.look_up(article.text.words)
        words = self._words.weigh(known, article.text.words.values())
        return Weighed(article.text, words, self._pairs.weigh(article.pairs), known, article.pairs)

    def _likest(self, text: Weighed, channel: str) -> list[tuple[float, float, str]]:
        """Return (how far above the bar, cosine of the words, event) of the closest live events, the likest first."""
        exact = sorted((event.words.dot(text.words) / event.words.length, event.key) for event in self._met(text))
        found = []
        for cosine, key in reversed(exact[-CLOSE:]):
            event = self._events[key]
            if cosine >= LEAST and not other_thing(text, event):
                found.append((likeness(features(text, event, cosine), channel), cosine, key))
        return sorted(found, reverse=True)

    def _met(self, text: Weighed) -> list[Live]:
        """Return the live events filed under the text's rarest words, those it meets most weightily."""
        filed = self._filed
        found = [(len(events), word, events) for word in text.words if (events := filed.get(word))]
        found.sort(key=_rarity)
        met: defaultdict[str, float] = defaultdict(float)
        left = VISITS
        for many, word, events in found:
            left -= many
            if left < 0:
                break
            weight = text.words[word]
            for event in events:
                met[event] += weight
        return [self._events[key] for key in _weightiest(met)]

    def _join(self, at: datetime, text: Weighed, channel: str, key: str) -> None:
        """Take the article into its event, which is live from now on, and count its terms as seen."""
        self._place(at, text, channel, key)
        self._words.take_in(text.known)
        self._pairs.take_in(text.found)

    def _place(self, at: datetime, text: Weighed, channel: str, key: str) -> None:
        """Move the event of an article towards it and file the event under its words."""
        until = at + IDLE.get(channel, IDLE["news"])
        event = self._events.get(key)
        if event is None:
            event = self._events[key] = Live(key, until)
            heapq.heappush(self._ends, (until, key))
        elif until > event.until:
            event.until = until
            heapq.heappush(self._ends, (until, key))
        event.take_in(text)
        self._file(event, list(text.words)[:FILED])
        while len(self._events) > LIVE_MOST:
            self._end_one()

    def _remember(self, id: str, mark: Print, event: str) -> None:
        """Keep a text that is no copy, and its event; what is forgotten for it finds no copies any more."""
        self._event_of[id] = event
        forgotten = self._copies.put(id, mark)
        if forgotten is not None:
            del self._event_of[forgotten]

    def _file(self, event: Live, words: list[str]) -> None:
        if len(event.filed) + len(words) > FILED_MOST:
            kept = sorted(zip(event.words.weights, event.words.terms, strict=True), reverse=True)[: FILED_MOST // 2]
            self._unfile(event)
            words = [word for _, word in kept]
        for word in words:
            filed = self._filed.get(word)
            if filed is None:
                self._filed[word] = {event.key: None}
            else:
                filed[event.key] = None
        event.filed |= frozenset(words)

    def _unfile(self, event: Live) -> None:
        for word in event.filed:
            filed = self._filed[word]
            del filed[event.key]
            if not filed:
                del self._filed[word]
        event.filed = frozenset()

    def _expire(self, now: datetime) -> None:
        """Let the events nobody has written about for too long be over."""
        while self._ends and self._ends[0][0] < now:
            self._end_one()

    def _end_one(self) -> None:
        """Take the nearest end; the event is over unless its end was put off meanwhile."""
        until, key = heapq.heappop(self._ends)
        event = self._events.get(key)
        if event is not None and event.until == until:
            self._unfile(event)
            del self._events[key]

    def settle(self, people: ByHand, changed: Collection[str] = (), articles: Iterable[Known] = ()) -> None:
        """Follow what people merged, split and told apart; events that are `changed` are made anew of their articles.

        `articles` are those of all the changed events, in the order they came; their terms were counted when they came.
        """
        self._people = people
        for key in changed:
            event = self._events.pop(key, None)
            if event is not None:
                self._unfile(event)
        for known in articles:
            weighed = self._weighed(told([(known.title, known.text, known.channel)])[0])
            part = self._part_of(known, weighed)
            if known.id in self._event_of:
                self._event_of[known.id] = part
            self._place(known.at, weighed, known.channel, part)

    def _part_of(self, known: Known, text: Weighed) -> str:
        """Return under which key an article of a known event is kept: people may have merged several into it."""
        of_original = self._event_of.get(known.original, "")
        if known.part:
            return known.part
        if of_original and self._people.home(of_original) == known.event:
            return of_original
        return self._people.part(known.event, text, self._events)

    def _doubt(
        self, text: Weighed, channel: str, found: list[tuple[float, float, str]], joined: str = ""
    ) -> Doubt | None:
        """Return which other event the text may be about; parts of the one it joined are none."""
        home = self._people.home
        others = [one for one in found if home(one[2]) != home(joined)] if joined else found
        return doubt_of(self._events, text, channel, others, joined)
