"""Where nobody acknowledges (签收): how long to wait, who is next, who is called. Pure; the numbers are data."""

import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files

CHASE = "chase-"
"""Topics of messages to the next person begin with this, the rest names what was not acknowledged."""
CALL = "call-"
"""Topics of calls begin with this."""
CALL_AGAIN = timedelta(minutes=5)
"""When somebody who did not answer is called again."""
CALL_OVERDUE = timedelta(minutes=10)
"""A call nobody made for so long is a finding."""


@dataclass(frozen=True, slots=True)
class Chase:
    """What is done for want of an acknowledgement of a matter of one level."""

    wait: timedelta
    superiors: tuple[str, ...]
    telephone: bool


Chases = Mapping[str, Chase]
"""What is done by level: red, orange, yellow, blue."""


def packaged_text() -> str:
    """Return the packaged table as it is written, TOML."""
    return files("domain").joinpath("chase.toml").read_text(encoding="utf8")


@cache
def chases() -> dict[str, Chase]:
    """Return the packaged table by level; what an office uses is asked of `store.ladders`."""
    return {
        level: Chase(timedelta(minutes=row["minutes"]), tuple(row["superiors"]), row["telephone"])
        for level, row in tomllib.loads(packaged_text()).items()
    }


def next_to_ask(mates: Iterable[int], superiors: Iterable[int], asked: Collection[int]) -> int | None:
    """Return the id of who is told next: another holder of the post, then the superiors in order; None for nobody."""
    return next((person for person in (*mates, *superiors) if person not in asked), None)


def base_of(topic: str) -> str:
    """Return the topic a chain began with, for the topic of any of its messages and calls."""
    return topic.removeprefix(CHASE).removeprefix(CALL)


def family_of(topic: str) -> tuple[str, str, str]:
    """Return the topics of a whole chain: what was not acknowledged, what the next were told, the calls."""
    base = base_of(topic)
    return base, f"{CHASE}{base}", f"{CALL}{base}"
