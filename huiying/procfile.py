"""Read the Procfile: which processes the service consists of."""

import re
import shlex
from pathlib import Path

# The service is run from a checkout (`pip install -e .`), so the Procfile lies beside the package.
PROCFILE = Path(__file__).resolve().parent.parent / "Procfile"


def read_procfile(path: Path = PROCFILE) -> dict[str, list[str]]:
    """Return {name: command words} in the file's order; commands are run without a shell.

    Raises ValueError naming the line that is not `name: command`, FileNotFoundError if there is no such file.
    """
    found: dict[str, list[str]] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = re.fullmatch(r"\s*([\w-]+)\s*:\s*(\S.*)", line)
        if match is None or match[1] in found:
            raise ValueError(f"{path} 第 {number} 行不能用：应为“名称: 命令”，名称不得重复")
        found[match[1]] = shlex.split(match[2])
    return found
