"""Which matter is it about? One pass in time order; an article joins the nearest event or opens a new one."""

import heapq
import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from classifier.duplicates import Copies, print_of
from classifier.text import normalise

NEAR = {"message": 0.3, "news": 0.175, "weibo": 0.25}
"""How alike an article must be to an event, by channel: citizens describe one place in very different words."""
TITLE = {"message": 4, "news": 10, "weibo": 1}
"""How many times the words of the title count."""
IDLE = {"message": timedelta(days=180), "news": timedelta(days=14), "weibo": timedelta(days=14)}
"""After so long without an article an event takes no more."""
TERMS = 40
"""How many of its heaviest terms stand for an article."""
CENTRE = 80
"""How many terms stand for an event once it has many articles."""
PROBES = 10
"""Live events are looked up under so many of the heaviest terms …"""
EXACT = 20
"""… and compared exactly with the best so many."""
COMMON = 3000
"""A term filed under more live events than this tells nothing."""
HEAD = 300
"""Characters of the text that are read: the matter is told at the beginning."""
PRIOR = 500
"""Articles thought to have been seen before the first one, so that the first words are not all equally rare."""
_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]{2,}")
_STOP = frozenset("的了是在我有和就不人都一个上也很到说要去你会着没看好自己这那他她它们")


@dataclass(frozen=True, slots=True)
class Grouped:
    """The answer for one article. `event` is the id of the article that opened the event; `why` is for the board."""

    event: str
    duplicate_of: str | None
    similarity: float
    why: str


@dataclass(slots=True)
class _Event:
    """What is known of an event: its centre (term → weight, not normalised), its length, when it is over."""

    id: str
    centre: dict[str, float] = field(default_factory=dict)
    length: float = 1.0
    until: datetime | None = None


class Index:
    """The live events. Feed it known articles with `put`, new ones with `add`; the same input gives the same ids."""

    def __init__(self) -> None:
        self._events: dict[str, _Event] = {}
        self._filed: dict[str, dict[str, None]] = {}
        self._seen: Counter[str] = Counter()
        self._articles = 0
        self._copies = Copies()
        self._event_of: dict[str, str] = {}
        self._ends: list[tuple[datetime, str]] = []

    def add(self, id: str, at: datetime, title: str, text: str, channel: str, hint: str = "") -> Grouped:
        """Return the event of a new article, decided now and not taken back. Articles come in time order.

        `hint` is the event to join where the words alone would open a new one.
        """
        self._expire(at)
        mark = print_of(title, text)
        copy = self._copies.find(mark)
        terms = self._weighed(_terms(title, text, channel))
        event, similarity = self._nearest(terms)
        if copy and copy.id in self._event_of and self._event_of[copy.id] in self._events:
            event = self._event_of[copy.id]
            grouped = Grouped(event, copy.id, copy.shared, f"与 {copy.id} 文字重合 {copy.shared:.0%}")
        elif event and similarity >= NEAR.get(channel, NEAR["news"]):
            why = f"与话题 {event} 共有：{'、'.join(self._common(terms, event))}"
            grouped = Grouped(event, copy.id if copy else None, round(similarity, 4), why)
        elif hint in self._events:
            grouped = Grouped(
                hint, copy.id if copy else None, round(similarity, 4), f"与话题 {hint} 同地、同类、相隔不久"
            )
        else:
            grouped = Grouped(id, copy.id if copy else None, round(similarity, 4), "新话题：没有足够相近的已有话题")
        if copy is None:
            self._copies.put(id, mark)
        self._join(id, at, terms, channel, grouped.event)
        return grouped

    def put(self, id: str, at: datetime, title: str, text: str, channel: str, event: str) -> None:
        """Take in an article whose event is already known (rebuilding after a start)."""
        self._expire(at)
        mark = print_of(title, text)
        if self._copies.find(mark) is None:
            self._copies.put(id, mark)
        self._join(id, at, self._weighed(_terms(title, text, channel)), channel, event)

    def __len__(self) -> int:
        """Return how many events are live."""
        return len(self._events)

    def _weighed(self, terms: Mapping[str, int]) -> dict[str, float]:
        """Return the heaviest terms with TF-IDF weights, length 1. The counts of this article are taken in after."""
        total = self._articles + PRIOR
        weights = {
            term: (1 + math.log(count)) * math.log(total / (self._seen.get(term, 0) + 1))
            for term, count in terms.items()
        }
        self._articles += 1
        self._seen.update(terms.keys())
        best = heapq.nlargest(TERMS, weights.items(), key=lambda one: (one[1], one[0]))
        length = math.sqrt(sum(weight * weight for _, weight in best)) or 1.0
        return {term: weight / length for term, weight in best}

    def _nearest(self, terms: Mapping[str, float]) -> tuple[str, float]:
        """Return the most similar live event and the cosine, looking only where the heaviest terms are filed."""
        met: dict[str, float] = {}
        probes = 0
        for term, weight in terms.items():
            filed = self._filed.get(term)
            if not filed or len(filed) > COMMON:
                continue
            for event in filed:
                met[event] = (
                    met.get(event, 0.0) + weight * self._events[event].centre[term] / self._events[event].length
                )
            probes += 1
            if probes >= PROBES:
                break
        likely = heapq.nlargest(EXACT, met.items(), key=lambda one: (one[1], one[0]))
        exact = ((self._cosine(terms, event), event) for event, _ in likely)
        similarity, event = max(exact, default=(0.0, ""))
        return event, similarity

    def _cosine(self, terms: Mapping[str, float], event: str) -> float:
        centre = self._events[event].centre
        return sum(weight * centre.get(term, 0.0) for term, weight in terms.items()) / self._events[event].length

    def _common(self, terms: Mapping[str, float], event: str) -> list[str]:
        centre = self._events[event].centre
        return sorted((term for term in terms if term in centre), key=lambda term: -terms[term] * centre[term])[:5]

    def _join(self, id: str, at: datetime, terms: Mapping[str, float], channel: str, name: str) -> None:
        """Move the event's centre towards the article and file the terms it has now."""
        event = self._events.get(name)
        if event is None:
            event = self._events[name] = _Event(name)
        for term, weight in terms.items():
            event.centre[term] = event.centre.get(term, 0.0) + weight
            self._filed.setdefault(term, {})[name] = None
        if len(event.centre) > 2 * CENTRE:
            self._trim(event)
        event.length = math.sqrt(sum(weight * weight for weight in event.centre.values())) or 1.0
        until = at + IDLE.get(channel, IDLE["news"])
        if event.until is None or until > event.until:
            event.until = until
            heapq.heappush(self._ends, (until, name))
        self._event_of[id] = name

    def _trim(self, event: _Event) -> None:
        kept = heapq.nlargest(CENTRE, event.centre.items(), key=lambda one: (one[1], one[0]))
        for term in event.centre.keys() - {term for term, _ in kept}:
            self._unfile(term, event.id)
        event.centre = dict(kept)

    def _expire(self, now: datetime) -> None:
        """Forget the events nobody has written about for too long."""
        while self._ends and self._ends[0][0] < now:
            until, name = heapq.heappop(self._ends)
            event = self._events.get(name)
            if event is not None and event.until == until:
                for term in event.centre:
                    self._unfile(term, name)
                del self._events[name]

    def _unfile(self, term: str, name: str) -> None:
        filed = self._filed.get(term)
        if filed is not None:
            filed.pop(name, None)
            if not filed:
                del self._filed[term]


def _terms(title: str, text: str, channel: str) -> Counter[str]:
    """Return the pairs of characters and the Latin words with their counts, those of the title several times."""
    terms = Counter(_pieces(normalise(text[:HEAD])))
    for term in _pieces(normalise(title)):
        terms[term] += TITLE.get(channel, 1)
    return terms


def _pieces(text: str) -> list[str]:
    pieces = []
    for run in _RUN.findall(text):
        if run[0] < "\u3400":
            pieces.append(run)
        else:
            pieces += [run[i : i + 2] for i in range(len(run) - 1)]
    return [piece for piece in pieces if not (piece[0] in _STOP or piece[-1] in _STOP)]
