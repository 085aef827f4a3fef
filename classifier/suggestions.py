"""Which suggestions ask for the same? One pass in the order they came; the same input gives the same groups."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from classifier.frequencies import shipped
from classifier.pairs import PAIRS
from classifier.terms import WORDS, Seen, pairs_of, read
from classifier.text import normalise

CHANNEL = "message"
BAR = 0.13
"""A suggestion joins the group it is likest to (mean of the likest member and of all) from so much on.

Chosen on three consultations written by us (tests/classifier/test_suggestions.py): rather too many groups than two
wishes in one, because merging is one click and splitting is several.
"""
COMMON = 0.5
"""A term that stands in more than this part of all suggestions says nothing: it is what the consultation is about."""
FEW = 12
"""Among fewer suggestions than this no term counts as common to all."""
ASKS = frozenset(
    [
        "建议",
        "希望",
        "应该",
        "应当",
        "能不能",
        "可以",
        "要求",
        "意见",
        "需要",
        "最好",
        "一下",
        "我们",
        "大家",
        "现在",
        "问题",
    ]
)
"""How people ask; it says nothing of what for."""
SHOWN = 3
Terms = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Known:
    """A suggestion with its text and the number of its group, None where it has none yet."""

    id: int
    text: str
    group: int | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a suggestion goes: into `group`, else into the new one that suggestion `opened` opens; why, in words."""

    id: int
    group: int | None
    opened: int
    why: str


class _Groups:
    """The groups as they fill, filed under their terms: how like each is to a text is one walk through its terms."""

    def __init__(self) -> None:
        self._filed: dict[str, list[tuple[int, float]]] = defaultdict(list)
        self._group_of: list[tuple[int | None, int]] = []
        self._sizes: Counter[tuple[int | None, int]] = Counter()

    def put(self, terms: Terms, group: tuple[int | None, int]) -> None:
        """File one more member of a group."""
        for term, weight in terms.items():
            self._filed[term].append((len(self._group_of), weight))
        self._group_of.append(group)
        self._sizes[group] += 1

    def likest(self, terms: Terms) -> tuple[float, tuple[int | None, int] | None, list[str]]:
        """Return how like the likest group is, the group, the weightiest terms shared with it."""
        met: dict[int, float] = defaultdict(float)
        for term, weight in terms.items():
            for member, other in self._filed.get(term, ()):
                met[member] += weight * other
        best: dict[tuple[int | None, int], float] = defaultdict(float)
        sums: dict[tuple[int | None, int], float] = defaultdict(float)
        for member, likeness in met.items():
            group = self._group_of[member]
            best[group] = max(best[group], likeness)
            sums[group] += likeness
        found = {group: (best[group] + sums[group] / self._sizes[group]) / 2 for group in best}
        if not found:
            return 0.0, None, []
        chosen = max(found, key=lambda group: (found[group], -group[1]))
        return found[chosen], chosen, self._shared(terms, chosen)

    def _shared(self, terms: Terms, group: tuple[int | None, int]) -> list[str]:
        sums = {
            term: weight * sum(other for member, other in self._filed.get(term, ()) if self._group_of[member] == group)
            for term, weight in terms.items()
            if term.startswith(_WORD) and len(term) > len(_WORD) + 1
        }
        ranked = sorted(((many, term) for term, many in sums.items() if many), reverse=True)
        return [term.removeprefix(_WORD) for _, term in ranked[:SHOWN]]


_WORD, _PAIR = "w:", "p:"


def grouped(suggestions: Sequence[Known], about: str = "", only: Collection[int] | None = None) -> list[Placed]:
    """Return where each suggestion without a group goes, in the order given; those with one stay and draw others.

    `about` is the title of the consultation: its words tell no wish from another. With `only` these are placed and the
    rest waits; placed part by part, they end in the same groups as at once.
    """
    texts = _weighed([one.text for one in suggestions], about)
    groups = _Groups()
    for one, terms in zip(suggestions, texts, strict=True):
        if one.group is not None:
            groups.put(terms, (one.group, 0))
    placed = []
    for one, terms in zip(suggestions, texts, strict=True):
        if one.group is not None or (only is not None and one.id not in only):
            continue
        likeness, group, shared = groups.likest(terms)
        joins = group is not None and likeness >= BAR
        key = group if joins and group is not None else (None, one.id)
        why = f"与这一类共有：{'、'.join(shared) or '多处用字'}" if joins else "没有足够相近的类，单独成类"
        groups.put(terms, key)
        placed.append(Placed(one.id, key[0], key[1], why))
    return placed


def _weighed(texts: Sequence[str], about: str) -> list[dict[str, float]]:
    """Return the weighted words and pairs of each text, of length 1 together; what is in most of them is left out."""
    found, title = [read("", normalise(text), CHANNEL) for text in texts], read("", normalise(about), CHANNEL)
    words = _rare("words", [one.words for one in found], title.words, WORDS)
    pairs = _rare("pairs", [Counter(pairs_of(one.body)) for one in found], pairs_of(title.body), PAIRS)
    half = 0.5**0.5
    return [
        {_WORD + term: weight * half for term, weight in mine.items()}
        | {_PAIR + term: weight * half for term, weight in two.items()}
        for mine, two in zip(words, pairs, strict=True)
    ]


def _rare(kind: str, texts: Sequence[Mapping[str, int]], about: Iterable[str], most: int) -> list[dict[str, float]]:
    seen = Seen.before(shipped(kind))
    common = _common(texts) | ASKS | set(about)
    kept = ({term: many for term, many in text.items() if term not in common} for text in texts)
    return [seen.weigh(seen.look_up(text), text.values(), most) for text in kept]


def _common(texts: Sequence[Iterable[str]]) -> set[str]:
    stands = Counter(term for text in texts for term in text)
    return {term for term, many in stands.items() if len(texts) >= FEW and many > COMMON * len(texts)}
