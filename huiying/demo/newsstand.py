"""What the demo's media have published up to now: a text exists only from its own minute on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from huiying.demo.beijing import require_aware
from huiying.demo.city import City, Source
from huiying.demo.texts import Text


def real_now() -> datetime:
    """The real time, aware."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Newsstand:
    """The city's texts with the epoch they count from and the clock that decides what is out."""

    city: City
    texts: Sequence[Text]
    epoch: datetime
    now: Callable[[], datetime] = real_now

    def __post_init__(self) -> None:
        require_aware(self.epoch)

    def published(self, source: str | None = None) -> list[Text]:
        """The texts that are out, of one source or of all, newest first."""
        now = self.now()
        out = [text for text in self.texts if source in (None, text.source) and text.published_at(self.epoch) <= now]
        return sorted(out, key=lambda text: -text.minutes)

    def find(self, key: str) -> Text:
        """The text with this key; LookupError if there is none or it is not out yet."""
        return next((text for text in self.published() if text.key == key), None) or _missing(key)

    def source(self, key: str) -> Source:
        """The source with this key; LookupError if there is none."""
        return self.city.source(key)

    def earlier(self, text: Text, count: int = 6) -> list[Text]:
        """The newest `count` texts of the same source that came before `text`: the page's related links."""
        same = [other for other in self.texts if other.source == text.source and other.minutes < text.minutes]
        return sorted(same, key=lambda other: -other.minutes)[:count]


def _missing(key: str) -> Text:
    raise LookupError(key)
