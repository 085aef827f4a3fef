"""What people decided about events, as the live index knows it: merged ones stay parts with their own words."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from classifier.likeness import Live, Weighed


@dataclass(frozen=True, slots=True)
class ByHand:
    """By the key of a merged event the one it was merged into; by that of an event those told apart from it.

    A merged event stays in the index under its own key: the sum of two events' words would be like neither, and what
    is written later about either would open a third one.
    """

    into: Mapping[str, str] = field(default_factory=dict)
    apart: Mapping[str, Collection[str]] = field(default_factory=dict)

    def home(self, key: str) -> str:
        """Return the event that goes on for one, itself where nobody merged it."""
        return self.into.get(key, key)

    def apart_from(self, key: str) -> Collection[str]:
        """Return the events told apart from the one that goes on for a key."""
        return self.apart.get(self.home(key), ())

    def part(self, event: str, text: Weighed, live: Mapping[str, Live]) -> str:
        """Return which of the live events merged into one a text is likest to; the event itself where there is none."""
        if not self.into:
            return event
        parts = [event, *(key for key, into in self.into.items() if into == event)]
        return max(
            (key for key in parts if key in live),
            key=lambda key: (live[key].words.dot(text.words) / live[key].words.length, key),
            default=event,
        )
