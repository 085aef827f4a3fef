"""Consultations for the tests of the screens: registered, filled and grouped as people and workers do it."""

from sqlalchemy import select

from classifier.consulting import group_due
from store import people
from store.db import reading
from store.tables import Suggestion

SCALES = [
    "建议农贸市场每个摊位都配公平秤，经常检定，缺斤少两的要罚。",
    "公平秤要放在显眼位置，不要锁起来，老人买菜总被缺斤少两。",
    "建议市场入口处设公平秤，并公布缺斤少两的投诉电话13812345678。",
    "公平秤只有一台还是坏的，建议多放几台公平秤。",
    "公平秤建议由市场监管部门统一配发、统一检定。",
]
HOURS = ["希望把营业时间延长到晚上，下班去菜市场都关门了。", "农贸市场能不能延长营业时间？双职工只有晚上有空。"]
CAT = ["活禽宰杀污水横流，建议集中宰杀。"]
FORM = {
    "title": "清源市农贸市场管理办法（征求意见稿）",
    "start": "2026-10-20",
    "end": "2026-11-18",
    "contact": "0000-1",
}


def registered(office, **more) -> int:
    form = {**FORM, "unit": unit_id(), **more}
    answer = office.post("/consultations/new", **form)
    assert answer.status_code == 302, answer.text
    return int(answer.headers["Location"].rpartition("/")[2])


def unit_id() -> int:
    with reading() as session:
        return people.units(session)[0].id


def pasted(office, id_, lines, clock) -> None:
    assert office.post(f"/consultations/{id_}/paste", text="\n".join(lines), origin="网页留言").status_code == 302
    assert group_due(lambda: clock.now) == 1


def groups() -> dict[int, list[str]]:
    with reading() as session:
        found: dict[int, list[str]] = {}
        for one in session.scalars(select(Suggestion).order_by(Suggestion.id)):
            found.setdefault(one.group_id or 0, []).append(one.text)
        return found


def largest() -> int:
    return max(groups().items(), key=lambda pair: len(pair[1]))[0]
