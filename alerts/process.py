"""A process whose work goes on in a thread: it ends when it is told to, also while a mail server hangs."""

import threading
from collections.abc import Callable

from store.settings import Settings

LOOK = 1.0
"""Seconds between two looks whether the work goes on."""
PATIENCE = 0.4
"""Seconds the work has to end by itself."""


def work_until(
    stop: threading.Event, name: str, work: Callable[[Settings, threading.Event], None], settings: Settings
) -> None:
    """Let `work` go on until `stop` is set. SystemExit(1) if it broke off, so that the process is started anew."""
    thread = threading.Thread(target=work, args=(settings, stop), name=name, daemon=True)
    thread.start()
    while not stop.wait(LOOK):
        if not thread.is_alive():
            raise SystemExit(1)
    thread.join(PATIENCE)
