"""`huiying grouper` for a small bureau, with a wall clock that the test sets and, if asked for, death at a named point.

Run as a file by `test_two_groupers.py`. The environment says what is wanted: WALL_CLOCK; FAULT_POINT and FAULT_MARK,
which may be missing.
"""

import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from faulty_clock import FAULTS, wall_clock, with_fault

from classifier import grouper
from domain.org import Duty, Org
from huiying.process import serve
from store import events

ORG = Org(
    "test", "清源市市场监管局", (Duty("食品安全科", "科室", {}), Duty("办公室", "科室", {})), "办公室", ("清源市",)
)
POINTS: dict[str, tuple[object, str, bool]] = {
    "decided": (events, "put", False),
    "not committed": (events, "put", True),
    "committed": (grouper.Grouper, "_group", True),
}
"""What is wrapped at each point, and whether the fault comes when that function has done its work."""


def main(env: Mapping[str, str] = os.environ) -> None:
    """Run the grouper process as the environment asks for."""
    if point := env.get("FAULT_POINT"):
        place, name, after = POINTS[point]
        setattr(place, name, with_fault(getattr(place, name), FAULTS["dies"], Path(env["FAULT_MARK"]), after))
    serve(lambda _, stop: grouper.run(stop, partial(wall_clock, Path(env["WALL_CLOCK"])), ORG))


if __name__ == "__main__":
    main()
