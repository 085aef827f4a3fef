"""Lets the clock and the sender of the demo's past do their work, rung by rung, up to an instant."""

from datetime import datetime, timedelta
from typing import Protocol

from alerts.clock import tick
from alerts.sender import send_due
from store.settings import Settings


class Play(Protocol):
    """What this needs of the player: its moving clock and when the next rung falls due."""

    at: datetime
    settings: Settings

    def next_stage(self) -> datetime | None:
        """Return when the next rung falls due."""


STEP = timedelta(seconds=5)


def tell_until(play: Play, until: datetime) -> None:
    """Tell every rung that falls due up to `until`, each in its time, and send what was written."""
    while (due := play.next_stage()) is not None and due <= until:
        play.at = max(play.at, due)
        _tell(play)
    play.at = max(play.at, until)
    _tell(play)


def _tell(play: Play) -> None:
    """Let one tick of the clock and one round of the sender pass."""
    tick(play.at)
    send_due(play.at, None, play.settings)
