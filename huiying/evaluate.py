"""`make evaluate`: figures of quality beside their targets, on a folder of mails, robots, files, feeds or events."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from alerts import evaluate as alerts
from crawler import evaluate as crawler
from crawler.evaluate import FEEDS
from huiying import doubt_evaluate, watch_evaluate

COLLECTIONS: tuple[Callable[[Path], Sequence[object]], ...] = (
    *alerts.COLLECTIONS,
    crawler.figures,
    watch_evaluate.figures,
)


def main(argv: list[str]) -> int:
    """Print the figures of the folder named on the command line; 2 where it, or a part of it, is absent.

    A folder of feeds, or of labelled events, is told by what it holds, and has nothing else.
    """
    if argv and all((Path(argv[0]) / name).is_file() for name in doubt_evaluate.FILES):
        return alerts.main(argv, (doubt_evaluate.figures,))
    if argv and (Path(argv[0]) / FEEDS).is_file():
        return alerts.main(argv, (crawler.feed_figures,))
    return alerts.main(argv, COLLECTIONS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
