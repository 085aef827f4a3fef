"""How common words and pairs of characters are: `python -m classifier.frequencies DATA` counts them anew.

DATA is the folder of labelled data (texts/, events/). Texts that stand in events/ are left out, so that figures
measured there are not flattered. Only counts are kept, no text can be read out of them.
"""

import gzip
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path

from classifier.terms import pairs_of, read
from classifier.text import normalise

SETS = {
    "taidi_gov7_raw": 9000,
    "taidi_intent_weak": 9000,
    "taidi_reply": 4000,
    "finnews_body": 3000,
    "thucnews_title10": 6000,
    "tnews15": 5000,
    "cec_emergency5": 400,
    "smp2020_usual": 5000,
}
"""Which texts are counted, and how many of each set at most."""
RARE = 4
"""Terms of fewer texts are left out."""
HEAD = 600
_SLICES = (20, 60)
_SPACE = re.compile(r"(?<=[^\x00-\x7f]) +| +(?=[^\x00-\x7f])")


@cache
def shipped(kind: str) -> dict[str, float]:
    """Return term → the part of all texts it stands in, for `words` or `pairs`."""
    lines = (resources.files("classifier") / "models" / f"{kind}.txt").read_text("utf-8").splitlines()
    texts = int(lines[0])
    return {line[6:]: int(line[:5]) / texts for line in lines[1:]}


def main(data: Path, to: Path) -> None:
    """Count and write words.txt and pairs.txt: the number of texts, then one `count term` a line."""
    known = set(_slices(data / "events"))
    counts, texts = {"words": Counter[str](), "pairs": Counter[str]()}, 0
    for text in _texts(data / "texts"):
        if any(len(part := text[start : start + 24]) == 24 and part in known for start in _SLICES):
            continue
        found = read("", normalise(text), "message")
        counts["words"].update(found.words.keys())
        counts["pairs"].update(set(pairs_of(found.body)))
        texts += 1
    for kind, counted in counts.items():
        kept = sorted(((-count, term) for term, count in counted.items() if count >= RARE and len(term) <= 12))
        lines = [str(texts), *(f"{-count:5d} {term}" for count, term in kept)]
        (to / f"{kind}.txt").write_text("\n".join(lines) + "\n", "utf-8")


def _texts(folder: Path) -> Iterator[str]:
    for name, most in SETS.items():
        with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for _, line in zip(range(most), lines, strict=False):
                row = json.loads(line)
                text = str(row.get("text") or row.get("message") or "")
                text = _SPACE.sub("", text) if row.get("pre_segmented") else text
                yield normalise(f"{row.get('title') or ''}\n{text}"[:HEAD])


def _slices(folder: Path) -> Iterator[str]:
    """Yield every 24 characters that stand in a text of the events."""
    for path in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                text = normalise(str(json.loads(line).get("text") or ""))[:HEAD]
                yield from (text[start : start + 24] for start in range(len(text) - 23))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(__file__).parent / "models")
