"""Several real processes that do the same to one database at the same time."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from threading import Barrier
from typing import Any

from store import db


def in_processes(number: int, work: Callable[..., Any], *given: Any) -> list[Any]:
    """Return what `work(*given, n)` returned in each of `number` fresh processes."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(number, mp_context=context) as pool:
        return list(pool.map(_run, [work] * number, [(*given, n) for n in range(number)]))


def _run(work: Callable[..., Any], given: tuple[Any, ...]) -> Any:
    return work(*given)


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Return what each of `works` returned or raised, all begun together in threads with connections of their own."""
    ready = Barrier(len(works))

    def begin(work: Callable[[], Any]) -> Any:
        ready.wait(10)
        try:
            return work()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(begin, works))


def change(work: Callable[..., Any], *given: Any) -> Callable[[], Any]:
    """Return a function that runs `work(session, *given)` in a transaction of its own."""

    def run() -> Any:
        with db.transaction() as session:
            return work(session, *given)

    return run
