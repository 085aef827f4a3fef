"""How well mails that come back and answers of robots are read: each figure beside its target, on a folder of data."""

from collections.abc import Callable, Sequence
from pathlib import Path

from alerts.channels import robots
from alerts.figures import Figure
from alerts.inbox import evaluate as inbox

COLLECTIONS: tuple[Callable[[Path], Sequence[Figure]], ...] = (inbox.figures, robots.figures)


def main(argv: list[str], collections: Sequence[Callable[[Path], Sequence[object]]] = COLLECTIONS) -> int:
    """Print the figures of the folder named on the command line; 2 where it, or a part of it, is absent."""
    if not argv or not Path(argv[0]).is_dir():
        what = f"没有评测数据文件夹 {argv[0]}" if argv else "没有指明评测数据"
        print(f"{what}：没有评测。请用 make evaluate DATA=文件夹 指明。")
        return 2
    missing = 0
    for collection in collections:
        try:
            print("\n".join(str(figure) for figure in collection(Path(argv[0]))))
        except FileNotFoundError as error:
            missing += 1
            print(f"没有评测数据 {error.filename}：这一部分没有评测。")
    return 2 if missing else 0
