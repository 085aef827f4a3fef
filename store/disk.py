"""How full the disk of the data folder is: above 90 % evidence stops, clocks never do."""

import shutil
from pathlib import Path

FULLEST = 0.90
"""Part of the disk that may be used while evidence is still kept; the clocks go on writing above it."""


def used_part(folder: Path) -> float:
    """Return which part, 0 to 1, of the disk is used where a folder is, or will be once it is made."""
    there = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())
    disk = shutil.disk_usage(there)
    return 1 - disk.free / disk.total


def full_words(used: float) -> str:
    """Return what a disk used to this part stops, in words."""
    return f"磁盘已用 {used:.0%}，暂停留存原始证据；时限和通知不受影响"
