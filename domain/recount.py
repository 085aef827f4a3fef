"""What a newly loaded calendar does to a working-day limit that runs: it may come earlier, never later."""

from datetime import date, datetime

from domain.regulations import Due
from domain.workdays import DAY, Calendar, add_workdays, beijing_day, count_workdays, end_of


def recount(due: Due, start: datetime, old: Calendar, new: Calendar) -> Due:
    """Return when a running working-day limit is due now that `new` stands where `old` stood.

    As many working days as `old` gave from `start` to the due day are counted again. An earlier day replaces the due
    day; a later one does not, what was promised stands. The mark 暂定 goes where every day crossed now has a table.
    """
    first, last = beijing_day(start), beijing_day(due.at)
    day, unknown = _again(first, last, old, new)
    if day < last:
        return Due(end_of(day), unknown)
    return Due(due.at, due.provisional and unknown)


def would_be_later(due: Due, start: datetime, old: Calendar, new: Calendar) -> bool:
    """Return whether `new` alone would lead to a later day than the one that stands."""
    return _again(beijing_day(start), beijing_day(due.at), old, new)[0] > beijing_day(due.at)


def changed_days(old: Calendar, new: Calendar) -> list[tuple[date, bool]]:
    """Return the days on which the calendars differ and whether they are worked by `new`, in order."""
    named = old.off | old.work | new.off | new.work
    return [(day, new.is_workday(day)) for day in sorted(named) if old.is_workday(day) != new.is_workday(day)]


def _again(first: date, last: date, old: Calendar, new: Calendar) -> tuple[date, bool]:
    """Return the day the same count leads to, and whether a year without a table was crossed."""
    if old.is_workday(last) and last > first:
        return add_workdays(first, count_workdays(first, last, old), new)
    # A day that an earlier load left as it was, though it turned out to be a holiday: there is nothing to count.
    return last, any(not new.knows(first + DAY * n) for n in range(1, (last - first).days + 1))
