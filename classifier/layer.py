"""What an office's corrections add to the answers of the program: a few linear columns over the same hashed grams."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier import heads
from classifier.text import Item

QUESTIONS = ("unit", "sentiment", "relevant", "emergency")
MOST = {"unit": 6.0, "sentiment": 4.0, "relevant": 4.0, "emergency": 4.0}
"""What was learned moves the log-odds of an answer by no more."""
TOLD = "layer.json"
FILES = (*heads.FILES, TOLD)
Added = Mapping[str, Mapping[str, float]]
"""By question and answer, what is added to its log-odds."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """One question as it was fitted: its answers, and coefficients, answers × buckets."""

    question: str
    answers: tuple[str, ...]
    coefficients: NDArray[np.float32]


class Layer:
    """The columns of one office, memory-mapped."""

    def __init__(self, found: heads.Heads) -> None:
        self._heads = found

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions it has learned something about."""
        return tuple(self._heads.heads)

    def added(self, items: Sequence[Item]) -> list[Added]:
        """Return what is added to the answers of each item, within MOST."""
        scores = self._heads.scores(items)
        clipped = {
            name: (head.classes, np.clip(scores[:, head.columns], -MOST[name], MOST[name]).tolist())
            for name, head in self._heads.heads.items()
        }
        return [
            {name: dict(zip(classes, rows[n], strict=True)) for name, (classes, rows) in clipped.items()}
            for n in range(len(items))
        ]


def save(folder: Path, fitted: Sequence[Fitted]) -> str:
    """Write a layer into `folder` and return its version, the SHA-256 of its files; the same for the same columns."""
    idf = np.load(heads.SHIPPED / "idf.npy", allow_pickle=False)
    rows = [(one.question, one.answers, one.coefficients, _no_biases(one)) for one in fitted]
    heads.save(folder, rows, idf.astype(np.float32))
    (folder / TOLD).write_text(json.dumps({"base": base()}) + "\n", "utf-8")
    return version_of(folder)


def _no_biases(one: Fitted) -> NDArray[Any]:
    """Return zeros: a bias would teach of every text what was said of some."""
    return np.zeros(len(one.answers))


def load(folder: Path, version: str) -> Layer:
    """Return the layer kept in `folder`. ValueError, in words, where it is not what was adopted or fits no more."""
    try:
        if version_of(folder) != version:
            raise ValueError("文件与采用时不一致，可能被改动或损坏")
        told = json.loads((folder / TOLD).read_text("utf-8"))
        found = heads.load(folder)
    except OSError as error:
        raise ValueError(f"文件读不出（{error.strerror or type(error).__name__}）") from None
    except (KeyError, TypeError) as error:
        raise ValueError(f"文件不完整（{error}）") from None
    if told["base"] != base():
        raise ValueError("它是在旧版程序的参数上学的，升级后请重新训练")
    if not set(found.heads) <= set(QUESTIONS):
        raise ValueError("不是本程序的校正参数")
    return Layer(found)


def version_of(folder: Path) -> str:
    """Return the SHA-256 over all files of a layer, as 64 hex digits. OSError where one is missing."""
    found = hashlib.sha256()
    for name in FILES:
        found.update((folder / name).read_bytes())
    return found.hexdigest()


@cache
def base() -> str:
    """Return the SHA-256 of the parameters of the program, which a layer corrects."""
    found = hashlib.sha256()
    for name in heads.FILES:
        found.update((heads.SHIPPED / name).read_bytes())
    return found.hexdigest()
