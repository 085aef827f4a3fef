"""下一步: what a case still lacks before it can be closed, as a checklist. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from dashboard.board.rows import PLACES, VERBS
from dashboard.words import when
from domain.case import CaseState
from store.deadlines import TRANSFER
from store.limits import rule_for
from store.outlets import unregistered
from store.tables.cases import Case, Deadline, Release
from store.tables.handling import Bounce
from store.tables.notices import Notice


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the checklist; `link` is where it is done."""

    done: bool
    words: str
    link: str | None = None
    action: str = ""


def steps(
    case: Case,
    deadlines: Sequence[Deadline],
    notices: Sequence[Notice],
    now: datetime,
    *,
    press: datetime | None = None,
    bounces: Sequence[Bounce] = (),
    called: bool | None = None,
    copies: Sequence[Release] = (),
    registers: bool = False,
) -> list[Step]:
    """Return the checklist of a case in the order in which things are done.

    `press` is when the conference was put to 市新闻办, `bounces` are the requests to be relieved nobody has decided,
    `called` whether anybody was called upward (None: nobody has to be), `copies` the releases that are still to be put
    on the website, `registers` whether who looks may register outlets.
    """
    found = [_acknowledged(notices, case, now)]
    found += [
        Step(False, f"{row.unit.name}申请退办，等办公室决定", f"/cases/{case.id}?open=assign#assign", "去决定")
        for row in bounces
    ]
    if called is not None:
        found.append(Step(called, "已电话报告上级" if called else "还没有电话报告上级", "#upward", "看报送清单"))
    if case.emergency:
        found += [_graded(case), _press(case, press, now)]
    found += [_duty(case, deadline, now) for deadline in deadlines if deadline.rule != "LEAD_CONFIRM"]
    found += [_unregistered(release, now, registers) for release in unregistered(case)]
    found += [_copied(case, copies, now)] if case.releases else []
    found += [_broken(release, now) for release in case.releases if release.check_ok is False]
    found.append(_closed(case, now))
    return [step for step in found if step is not None]


def _acknowledged(notices: Sequence[Notice], case: Case, now: datetime) -> Step | None:
    asked = [notice for notice in notices if notice.asks_ack and notice.person.unit_id == case.unit_id]
    done = [notice for notice in asked if notice.ack_at is not None]
    if done:
        return Step(True, f"{case.unit.name}已签收（{done[0].person.name} {when(done[0].ack_at, now)}）")
    if asked:
        return Step(False, f"{case.unit.name}还没有签收", f"/notices/{asked[0].id}", "催办或电话签收")
    return Step(False, f"还没有要求{case.unit.name}签收的通知")


def _graded(case: Case) -> Step:
    if case.emergency_grade:
        return Step(True, f"已定级：{case.graded_by}")
    return Step(False, "疑似特别重大、重大突发事件，等主管部门定级", f"/cases/{case.id}?open=grade#grade", "定级")


def _press(case: Case, press: datetime | None, now: datetime) -> Step:
    if press is not None:
        return Step(True, f"{when(press, now)} 已报请市新闻办")
    return Step(False, "还没有报请市新闻办", f"/cases/{case.id}?open=press#press", "登记报请")


def _duty(case: Case, deadline: Deadline, now: datetime) -> Step | None:
    asked = rule_for(deadline)
    if deadline.state == "void":
        return None
    if deadline.met_how == TRANSFER:
        return Step(True, f"{asked.title}：{when(deadline.met_at, now)} 收到回执，已转交")
    if deadline.state == "met":
        return Step(True, f"{asked.title}：{when(deadline.met_at, now)} 已{asked.duty}")
    link = f"/cases/{case.id}?deadline={deadline.id}{PLACES.get(asked.met_by, '#record')}"
    if asked.met_by == "report":
        link = f"/leads/{deadline.lead_id}#upward"
    return Step(False, f"{asked.title}：还没有{asked.duty}", link, VERBS.get(asked.met_by, "登记"))


def _unregistered(release: Release, now: datetime, registers: bool) -> Step:
    """Return the step for a release on an outlet nobody registered; the release itself counts."""
    link = f"/settings/outlets?{urlencode({'name': release.channel})}#add" if registers else None
    words = f"{when(release.published_at, now)} 在“{release.channel}”发布：未登记渠道。发布已记录，时限已按实际时间停止"
    ask = "请核对并登记这个渠道" if registers else "请办公室核对并登记这个渠道"
    return Step(False, f"{words}；{ask}", link, "登记渠道")


def _copied(case: Case, copies: Sequence[Release], now: datetime) -> Step | None:
    """Return the step for the copy on the website: owed, done, or none where nothing was published elsewhere."""
    if copies:
        places = "、".join(dict.fromkeys(release.channel for release in copies))
        words = f"{when(copies[0].published_at, now)} 在{places}发布，还没有同步到门户网站（不影响已停的时限）"
        return Step(False, words, f"/cases/{case.id}?record=copy#record", "登记网站同步")
    copied = [release for release in case.releases if release.kind == "copy"]
    return Step(True, f"{when(copied[-1].published_at, now)} 已同步到{copied[-1].channel}") if copied else None


def _broken(release: Release, now: datetime) -> Step:
    """Return the step for a link that cannot be opened; the release itself counts."""
    words = f"{when(release.published_at, now)} 在{release.channel}发布的链接打不开，请核对（不影响已停的时限）"
    return Step(False, words, "#link", "更正链接")


def _closed(case: Case, now: datetime) -> Step:
    if case.state == CaseState.CLOSED:
        return Step(True, f"{when(case.closed_at, now)} 办结")
    return Step(False, "以上都完成后办结", "#close", "办结")
