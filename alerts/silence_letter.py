"""What the duty officer is told of sources that fell silent."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from alerts.letter import PLAIN, Block, Button, Letter, as_message
from alerts.matter import Told, greeting, office, why_words
from alerts.short import short_text
from alerts.words import moment, short
from domain.notice import SITE
from domain.silence import wide
from store.notices import Message
from store.sources import Health
from store.tables.sources import Source

CHANGED = "栏目可能改版：请系统管理员重新预览、设置"
Troubled = tuple[Source, Health]
MOST = 12
WHAT = {
    Health.NEVER: "请核对地址，或看网站是否要求登记出口地址",
    Health.REFUSED: "对方拒绝访问：请与网站联系，或改用订阅源、接口",
    Health.FAILING: "多半是对方故障；恢复后会自动补抓",
    Health.SPARSE: "请打开栏目看一看是否改版",
}


def silence_message(session: Session, told: Told, troubled: Sequence[Troubled], watched: int, now: datetime) -> Message:
    """Return the letter about sources that do not work, the gravest first; `watched` is how many are fetched."""
    first = troubled[0][0].name
    others = f"等{len(troubled)}个" if len(troubled) > 1 else ""
    letter = Letter(
        subject=f"【监测源沉默】请查看：{short(first)}{others}",
        tag="监测源沉默",
        colour=PLAIN,
        greeting=greeting(told.post, told.person, None),
        ask=f"{len(troubled)}个监测源没有正常工作，这些地方的舆情现在看不到。{_ours(troubled, watched)}",
        title=f"{short(first)}{others}",
        rows=(("为何通知你", why_words(told.post, None)),),
        office=office(session),
        at=now,
        button=Button("查看监测源", f"{SITE}/sources"),
        short=short_text(office(session), "监测源沉默", f"{len(troubled)}个监测源没有正常工作"),
        notes=(("说明", "同一个监测源只通知一次，恢复后再出问题才会再通知；正常与否随时可在“监测源”里看。"),),
        blocks=(
            Block(f"没有正常工作 {len(troubled)}", (*(_row(one, now) for one in troubled[:MOST]), *_rest(troubled))),
        ),
    )
    return as_message(letter)


def _ours(troubled: Sequence[Troubled], watched: int) -> str:
    if wide(len(troubled), watched):
        return "几乎全部监测源同时中断，多半是本单位的网络或出口出了问题，请先联系网络管理员，并改用人工查看。"
    return "请先人工看一眼重要栏目，再按下面的提示处理。"


def _row(troubled: Troubled, now: datetime) -> tuple[str, str]:
    source, health = troubled
    since = f"{moment(source.failing_since, now)}起，" if source.failing_since else ""
    words = source.error or source.warning or "还没有抓到过内容"
    what = CHANGED if source.error_code == "unreadable" else WHAT[health]
    return short(source.name), f"{health.label} · {since}{short(words, 60)}。{what}"


def _rest(troubled: Sequence[Troubled]) -> tuple[tuple[str, str], ...]:
    more = len(troubled) - MOST
    return ((f"还有{more}个，见“监测源”", ""),) if more > 0 else ()
