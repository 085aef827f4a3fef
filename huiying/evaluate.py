"""`make evaluate`: figures of quality beside their targets, on a folder of data, and on what we wrote ourselves."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from alerts import evaluate as alerts
from crawler import evaluate as crawler
from crawler.evaluate import FEEDS
from huiying import doubt_evaluate, false_starts, heat_evaluate, watch_evaluate

COLLECTIONS: tuple[Callable[[Path], Sequence[object]], ...] = (
    *alerts.COLLECTIONS,
    crawler.figures,
    watch_evaluate.figures,
    false_starts.figures,
)


def main(argv: list[str]) -> int:
    """Print the figures of the folder named on the command line; 2 where it, or a part of it, is absent.

    A folder of feeds, or of events (or the folder that holds it), is told by what it holds, and has nothing else.
    """
    if argv and (Path(argv[0]) / FEEDS).is_file():
        return alerts.main(argv, (crawler.feed_figures,))
    if argv and (events := _of_events(Path(argv[0]))):
        return alerts.main(argv, events)
    return alerts.main(argv, COLLECTIONS)


def _of_events(folder: Path) -> list[Callable[[Path], Sequence[object]]]:
    """Return what can be measured on a folder of events, or on the folder that holds it; empty where it holds none."""
    series, labelled = heat_evaluate.folder_of(folder), doubt_evaluate.folder_of(folder)
    return [*([heat_evaluate.figures] if series else []), *([doubt_evaluate.figures] if labelled else [])]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
