"""What stays in every ladder, whatever the office adds: what the law and the promise to answer ask for. Pure.

Source of the order of those told: 国办发〔2016〕80号 (5 h, 24 h), and the office's promise that no limit is forgotten;
before a suspicion is confirmed only the duty room is told, so that alarms are not switched off.
"""

from collections.abc import Iterable, Iterator, Sequence

from domain.escalation import POSTS, UNCONFIRMED_FOR, Rung, named

UNCONFIRMED = ("lead", "suspected")
"""Ladders of matters nobody has confirmed."""
SUSPECTED_BY = {"duty_officer": 0, "duty_leader": 10, "office_director": 20}
"""Minutes after which each of these posts has been told of a suspected emergency, at the latest."""
CHIEFS = ("deputy_chief", "chief")
LONGEST_SILENCE = 60
"""Minutes between two reminders of a duty that was missed; no rung comes again sooner."""
SHORTEST_REMINDED = 60
"""Minutes: every limit of an hour and longer is reminded of before its end."""
_OPENING = {"lead": "proposed", "suspected": "proposed", "duty": "opened"}
"""Name of the rung of the opening; letters and acknowledgements know it by this name."""
_KEPT_FOR = {"proposed": ("lead", "suspected"), "opened": ("duty", "sign"), "hourly": ("duty",)}
"""Names that mean something: 已交办 is not told before confirmation, hourly reminders of several duties are merged."""
_OPENED_TO = {"lead": "duty_officer", "suspected": "duty_officer", "duty": "liaison"}
_MISSED_TO = {"lead": "duty_officer", "sign": "duty_officer", "report": "duty_officer", "duty": "office_director"}


def broken(ladder: str, rungs: Sequence[Rung]) -> list[str]:
    """Return in words every rule a ladder breaks; nothing for one that may be used. Its rungs can be read."""
    found = [*_opening(ladder, rungs), *_end(ladder, rungs), *_names_taken(ladder, rungs), *_repeats(rungs)]
    if ladder == "duty":
        found += [*_before_end(rungs), *_after_end(rungs)]
    if ladder == "suspected":
        found += _in_time(rungs)
    if ladder in UNCONFIRMED:
        found += _not_higher(rungs)
    return found


def _opening(ladder: str, rungs: Sequence[Rung]) -> Iterator[str]:
    if ladder not in _OPENING:
        return
    name, post = _OPENING[ladder], _OPENED_TO[ladder]
    rung = named(rungs, name)
    if rung is None or rung.place != ("start", 0) or rung.least or rung.every:
        yield f'要保留一开始的节点：rung = "{name}"，at = "start+0m"，不带 least、every'
    elif post not in rung.posts:
        yield f"的 {name}：一开始就要通知{POSTS[post]}（{post}）"


def _end(ladder: str, rungs: Sequence[Rung]) -> Iterator[str]:
    if ladder not in _MISSED_TO:
        return
    post = _MISSED_TO[ladder]
    at_end = next((rung for rung in rungs if rung.place == ("due", 0) and not rung.least), None)
    if at_end is None or (ladder == "duty" and at_end.rung != "missed"):
        name = 'rung = "missed"，' if ladder == "duty" else ""
        yield f'要保留到期时的节点：{name}at = "due"，不带 least'
    elif post not in at_end.posts:
        yield f"的 {at_end.rung}：到期没有办结，至少要通知{POSTS[post]}（{post}）"


def _names_taken(ladder: str, rungs: Sequence[Rung]) -> Iterator[str]:
    for name, ladders in _KEPT_FOR.items():
        rung = named(rungs, name)
        if rung is not None and ladder not in ladders:
            yield f"的 {name}：这个名称只用于 {'、'.join(ladders)}，请换一个"
        elif rung is not None and ladder not in _OPENING and rung.place != ("start", 0):
            yield f'的 {name}：这个名称只用于一开始的节点，at = "start+0m"'


def _before_end(rungs: Sequence[Rung]) -> Iterator[str]:
    """Yield that a limit of an hour or longer would come to its end without a reminder."""
    if not any(_reminds_from(rung) <= SHORTEST_REMINDED for rung in rungs):
        yield f"到期以前要有提醒：保留一个 half 或 due-15m 一类的节点，{SHORTEST_REMINDED} 分钟的时限也要提醒到"


def _reminds_from(rung: Rung) -> float:
    """Return the shortest limit, in minutes, that a rung reminds of before its end; infinite for other rungs."""
    base, minutes = rung.place
    if base == "half":
        return rung.least
    return max(rung.least, 1 - minutes) if base == "due" and minutes < 0 else float("inf")


def _after_end(rungs: Sequence[Rung]) -> Iterator[str]:
    """Yield that a missed duty would fall silent: what is not done is never forgotten."""
    rung = named(rungs, "hourly")
    base, minutes = rung.place if rung else ("", 0)
    if (
        rung is None
        or base != "due"
        or not 0 < minutes <= LONGEST_SILENCE
        or rung.every != LONGEST_SILENCE
        or rung.least
    ):
        yield (
            f'逾期以后要每小时提醒：保留 rung = "hourly"，at = "due+60m"（1 到 {LONGEST_SILENCE} 分钟），'
            f"every = {LONGEST_SILENCE}，不带 least"
        )
        return
    missing = [post for post in ("liaison", "duty_officer") if post not in rung.posts]
    if missing:
        yield f"的 hourly：逾期以后每小时要提醒{_names(missing)}"


def _repeats(rungs: Sequence[Rung]) -> Iterator[str]:
    for rung in rungs:
        base, minutes = rung.place
        if not rung.every:
            continue
        if base != "due" or minutes < 0:
            yield f"的 {rung.rung}：只有到期以后的节点可以重复（every）"
        if rung.every < LONGEST_SILENCE:
            yield f"的 {rung.rung}：重复的节点至少相隔 {LONGEST_SILENCE} 分钟，太密的提醒会被人关掉"
        chiefs = [post for post in CHIEFS if post in rung.posts]
        if chiefs:
            yield f"的 {rung.rung}：{_names(chiefs)}只在到期时通知一次，重复的节点不通知"


def _in_time(rungs: Sequence[Rung]) -> Iterator[str]:
    for post, minutes in SUSPECTED_BY.items():
        if post != "duty_officer" and in_time(rungs, post) is None:
            yield f'：最迟 {minutes} 分钟要通知{POSTS[post]}（{post}），at 写成 "start+{minutes}m" 或更早，不带 least'


def in_time(rungs: Iterable[Rung], post: str) -> Rung | None:
    """Return the first rung by which a post hears of a suspected emergency in time, None for none."""
    return next((rung for rung in rungs if _tells_by(rung, post, SUSPECTED_BY[post])), None)


def _tells_by(rung: Rung, post: str, minutes: int) -> bool:
    base, after = rung.place
    return base == "start" and after <= minutes and not rung.least and post in rung.posts


def _not_higher(rungs: Sequence[Rung]) -> Iterator[str]:
    hour = UNCONFIRMED_FOR.total_seconds() / 60
    for rung in rungs:
        base, minutes = rung.place
        chiefs = [post for post in CHIEFS if post in rung.posts]
        if chiefs and (base == "half" or minutes < hour):
            yield f"的 {rung.rung}：确认以前不满 60 分钟，不通知{_names(chiefs)}"
        if "liaison" in rung.posts:
            yield f"的 {rung.rung}：确认以前不通知承办单位的{POSTS['liaison']}"


def _names(posts: Iterable[str]) -> str:
    return "、".join(POSTS[post] for post in posts)
