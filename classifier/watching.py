"""The office's watch words, compiled and kept: what an article hits, and what a query would have hit."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from classifier.text import Item
from classifier.watcher import Seen, Span, Watcher
from domain.case import reads_like
from domain.verdict import Verdict
from domain.watch import Watched, counted
from store import watches
from store.db import reading
from store.tables.articles import Article

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Compiled:
    """What the office watches for, ready to be matched."""

    watching: watches.Watching
    watcher: Watcher[int]

    def hits(self, seen: Seen, verdict: Verdict) -> dict[int, tuple[Span, ...]]:
        """Return the places of the words by 专题; nothing where matching fails: the verdict must not wait for it."""
        try:
            return {hit.key: hit.spans for hit in self.watcher.match(_placed(seen, verdict.place))}
        except Exception:
            log.exception("watch words could not be matched")
            return {}

    def counted(self, verdict: Verdict, hits: Mapping[int, tuple[Span, ...]], channel: str) -> Verdict:
        """Return the verdict in which these hits count."""
        known = [(self.watching.watched.get(id_, Watched("")), spans) for id_, spans in hits.items()]
        return counted(verdict, known, channel)


class Live:
    """Keeps the compiled watch words of a process and compiles them anew when the office changed them."""

    def __init__(self) -> None:
        self._kept: Compiled | None = None

    def current(self) -> Compiled:
        """Return what is watched for now; one small question where nothing changed."""
        with reading() as session:
            if self._kept is None or self._kept.watching.version != watches.version(session):
                self._kept = compiled(watches.watching(session))
        return self._kept


def compiled(watching: watches.Watching) -> Compiled:
    """Return the queries compiled."""
    watcher = Watcher(watching.queries, watching.synonyms, watching.general, watching.narrow)
    return Compiled(watching, watcher)


def seen_of(article: Article, places: Iterable[str] = ()) -> Seen:
    """Return an article as it is matched; `places` are those its verdict names."""
    source = article.source
    said = (article.place_said, source.region)
    return Seen(
        item=Item(article.title, article.body, reads_like(article.channel)),
        sources=tuple(filter(None, (source.name, article.origin))),
        places=tuple(filter(None, (*places, *said))),
        accounts=tuple(filter(None, (article.author, source.name))),
        channel=article.channel,
    )


def _placed(seen: Seen, places: Iterable[str]) -> Seen:
    return replace(seen, places=(*places, *seen.places))
