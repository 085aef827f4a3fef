"""`huiying clock` with a wall clock that the test sets and, if asked for, one fault at a named point.

Run as a file by `clock_process.py`, so that the service itself needs no hooks. The environment says what is wanted:
WALL_CLOCK, FAULT_POINT, FAULT, FAULT_MARK, CLOCK_STUCK, CLOCK_SENDERS, SMTP_PATIENCE; each may be missing.
"""

import ctypes
import os
import signal
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial, wraps
from pathlib import Path

from alerts import clock, run, sender
from alerts.channels import email
from huiying.process import serve, watchdog

POINTS: dict[str, tuple[object, str, bool]] = {
    "rung taken": (clock, "_told", False),
    "rung not committed": (clock, "tell", True),
    "rung told": (clock, "_told", True),
    "notice taken": (sender, "_prepared", False),
    "before SMTP": (email, "send", False),
    "mail taken": (email, "send", True),
    "outcome not committed": (sender, "_note", True),
    "outcome committed": (sender, "_handed_over", True),
}
"""What is wrapped at each point, and whether the fault comes when that function has done its work."""
FAULTS: dict[str, Callable[[], object]] = {
    "dies": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "sleeps": lambda: time.sleep(9999),
    # As a parser in C that finds no end: no other thread of the process gets a turn.
    "holds the interpreter": lambda: ctypes.PyDLL(None).sleep(9999),
}


def wall_clock(path: Path) -> datetime:
    """Return the time the file says: an instant at which the clock stands still, or seconds that it is ahead."""
    said = path.read_text()
    return datetime.fromisoformat(said) if "T" in said else datetime.now(UTC) + timedelta(seconds=float(said))


def with_fault(
    work: Callable[..., object], fault: Callable[[], object], mark: Path, after: bool
) -> Callable[..., object]:
    """Return `work` with the fault before or after it, once: the marker file says that it has happened."""

    @wraps(work)
    def faulty(*args: object, **named: object) -> object:
        done = work(*args, **named) if after else None
        try:
            mark.touch(exist_ok=False)
        except FileExistsError:
            return done if after else work(*args, **named)
        fault()
        raise SystemExit("the fault came to an end")

    return faulty


def main(env: Mapping[str, str] = os.environ) -> None:
    """Run the clock process as the environment asks for."""
    usual, short = watchdog(run.STUCK), watchdog(float(env.get("CLOCK_STUCK", run.STUCK)))
    ticks = set()

    def alive() -> None:
        ticks.add("begun")
        usual()

    def fault() -> None:
        if ticks:
            short()  # From here on, so that a slow machine is not taken for a stuck one.
        FAULTS[env["FAULT"]]()

    if point := env.get("FAULT_POINT"):
        place, name, after = POINTS[point]
        setattr(place, name, with_fault(getattr(place, name), fault, Path(env["FAULT_MARK"]), after))
    run.SENDERS = int(env.get("CLOCK_SENDERS", run.SENDERS))
    email.VERB = float(env.get("SMTP_PATIENCE", email.VERB))
    email.WHOLE = 1.5 * email.VERB
    now = partial(wall_clock, Path(env["WALL_CLOCK"])) if "WALL_CLOCK" in env else run.present
    serve(partial(run.run, now=now, alive=alive))


if __name__ == "__main__":
    main()
