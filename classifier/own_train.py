"""`huiying train --corrections`: from what the office's people corrected to columns of its own, if they are better."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from classifier import layer, lexicons, own_fit
from classifier.judge import Judge
from classifier.layer import QUESTIONS, Fitted
from classifier.own_check import Gold, answers, asked, check_set, right_answers
from classifier.own_fit import Lesson
from classifier.taught import answered, bases
from classifier.text import Item
from domain.correction import ALL, LEAST, LEAST_HELD, NAMES, is_held_out
from domain.org import Org
from domain.verdict import Verdict
from store.teaching import Teaching

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Figure:
    """One question: texts learned from and held out; right answers before and after on the held-out, on the check set.

    `check` counts the answers asked of the check set, over all questions.
    """

    question: str
    learned: int
    held_out: int
    own_before: int
    own_after: int
    check: int
    check_before: int
    check_after: int
    adopted: bool
    why: str

    @property
    def row(self) -> dict[str, Any]:
        """The figure as it is kept."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Exam:
    """Texts with the right answers and the program's verdicts."""

    golds: Sequence[Gold]
    verdicts: Sequence[Verdict]

    def right(self, taught: layer.Layer | None, org: Org) -> dict[str, int]:
        """Return how many answers are right, by question, with what was learned or without."""
        if taught is None:
            return right_answers(self.verdicts, self.golds)
        items = [gold.item for gold in self.golds]
        rows = zip(self.verdicts, taught.added(items), items, strict=True)
        return right_answers([answered(one, added, org, item.channel, False) for one, added, item in rows], self.golds)


@dataclass(frozen=True, slots=True)
class Course:
    """What one training has: texts to learn from, texts whose answers are to stay, texts to measure, the check set."""

    org: Org
    lessons: Mapping[str, Sequence[Lesson]]
    anchors: Mapping[str, Sequence[Lesson]]
    held_out: Exam
    checks: Exam


def train(judge: Judge, org: Org, found: Sequence[Teaching], folder: Path, say: Say) -> tuple[list[Figure], str | None]:
    """Fit, measure and return the figures, and the version written to `folder`; None where nothing was good enough.

    ValueError, in words, where no question has been corrected often enough.
    """
    course = _course(judge, org, [_known(one, org) for one in found])
    fitted, figures = [], []
    for question in _enough(course):
        lessons = [*course.lessons[question], *course.anchors[question]]
        columns = own_fit.fit(question, _answers(question, org), lessons)
        figure = _measured(course, question, [columns], folder)
        say(_words(figure))
        figures.append(figure)
        fitted += [columns] if figure.adopted else []
    if not fitted:
        return figures, None
    together = _measured(course, ALL, fitted, folder)
    say(_words(together))
    return [*figures, together], layer.save(folder, fitted) if together.adopted else None


def _known(one: Teaching, org: Org) -> Teaching:
    """Return the text without a unit the bureau's template does not know: nothing could be led by it."""
    labels = {name: said for name, said in one.labels.items() if name != "unit" or said in org.sections}
    return Teaching(one.key, one.title, one.text, one.channel, labels)


def _item(one: Teaching) -> Item:
    return Item(one.title, one.text, one.channel)


def _course(judge: Judge, org: Org, found: Sequence[Teaching]) -> Course:
    kept = [one for one in found if not is_held_out(one.key)]
    verdicts = judge.judge([_item(one) for one in kept], False)
    lessons: dict[str, list[Lesson]] = {question: [] for question in QUESTIONS}
    for one, verdict in zip(kept, verdicts, strict=True):
        base = bases(verdict, org)
        for question, label in one.labels.items():
            lessons[question].append(Lesson(_item(one), base[question], label))
    held = [
        Gold(_item(one), {name: frozenset({said}) for name, said in one.labels.items()})
        for one in found
        if is_held_out(one.key)
    ]
    return Course(org, lessons, anchors(judge, org), _exam(judge, held), _exam(judge, check_set(org)))


def _exam(judge: Judge, golds: Sequence[Gold]) -> Exam:
    return Exam(golds, judge.judge([gold.item for gold in golds], False))


def _enough(course: Course) -> list[str]:
    """Return the questions that were corrected often enough; ValueError where there is none."""
    held = asked(course.held_out.golds)
    sizes = {name: (len(course.lessons[name]) + held.get(name, 0), held.get(name, 0)) for name in QUESTIONS}
    enough = [name for name, (all_, apart) in sizes.items() if all_ >= LEAST and apart >= LEAST_HELD]
    if not enough:
        told = "；".join(f"{NAMES[name]} {all_} 条（其中留出 {apart} 条）" for name, (all_, apart) in sizes.items())
        raise ValueError(
            f"改判和研判还不够，没有训练：每一问至少要 {LEAST} 条不同的文字，其中留出测量的至少 {LEAST_HELD} 条。"
            f"现有：{told}"
        )
    return enough


def _answers(question: str, org: Org) -> tuple[str, ...]:
    return {"unit": org.sections, "sentiment": ("negative", "neutral", "positive")}.get(question, ("no", "yes"))


def anchors(judge: Judge, org: Org) -> dict[str, list[Lesson]]:
    """Return written sentences with what the program answers: what nobody corrected is to stay as it is."""
    table = lexicons.table("written")
    slots = {name: table[name][0] for name in ("place", "time", "many", "few")}
    items = [Item("", text.format(**slots), "message") for name in ("happening", "quiet") for text in table[name]]
    found: dict[str, list[Lesson]] = {question: [] for question in QUESTIONS}
    for item, verdict in zip(items, judge.judge(items, False), strict=True):
        base, said = bases(verdict, org), answers(verdict)
        for question, lessons in found.items():
            lessons.append(Lesson(item, base[question], said[question]))
    return found


def _measured(course: Course, question: str, fitted: Sequence[Fitted], folder: Path) -> Figure:
    """Return the figure of columns as they answer from their file: rounded, mapped, within their limits."""
    taught = layer.load(folder, layer.save(folder, fitted))
    names = QUESTIONS if question == ALL else (question,)
    own = [course.held_out.right(each, course.org) for each in (None, taught)]
    check = [course.checks.right(each, course.org) for each in (None, taught)]
    before, after = (sum(found.get(name, 0) for name in names) for found in own)
    better = after > before
    worse = [name for name in QUESTIONS if check[1].get(name, 0) < check[0].get(name, 0)]
    why = "采用" if better and not worse else "留出的改判没有变好" if not better else f"核对集变差：{_named(worse)}"
    return Figure(
        question=question,
        learned=sum(len(course.lessons[name]) for name in names),
        held_out=sum(asked(course.held_out.golds).get(name, 0) for name in names),
        own_before=before,
        own_after=after,
        check=sum(asked(course.checks.golds).values()),
        check_before=sum(check[0].values()),
        check_after=sum(check[1].values()),
        adopted=better and not worse,
        why=why,
    )


def _named(questions: Sequence[str]) -> str:
    return "、".join(NAMES[name] for name in questions)


def _words(one: Figure) -> str:
    name = "合计" if one.question == ALL else NAMES[one.question]
    return (
        f"{name}：学习 {one.learned} 条；留出 {one.held_out} 条，原来对 {one.own_before}，现在对 {one.own_after}；"
        f"核对集 {one.check} 问，原来对 {one.check_before}，现在对 {one.check_after}；{one.why}"
    )
