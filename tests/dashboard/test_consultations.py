"""征求意见 from its registration to the published result, on the screens: groups, decisions, the way back, refusals."""

import pytest
import screen_matters as made
from consulting import CAT, HOURS, SCALES, groups, largest, pasted, registered
from sqlalchemy import select

from classifier.consulting import group_due
from domain.outlets import OutletFields
from domain.verdict import Verdict
from store import outlets, watch_hits
from store.db import reading, transaction
from store.tables import Announcement, Article, Consultation, JournalEntry, Suggestion, SuggestionGroup


@pytest.fixture
def outlet(app, clock) -> int:
    with transaction() as session:
        said = OutletFields("局网站", "website", "www.qy.example")
        return outlets.save(session, None, said, 1, "command", clock.now).id


def test_qz12_a_group_that_is_concentrated_is_not_rejected_without_a_published_reason(signed_in, clock, outlet):
    office = signed_in("office")
    id_ = registered(office)
    pasted(office, id_, [*SCALES, *HOURS, *CAT], clock)
    assert sorted(map(len, groups().values())) == [1, 2, 5]
    page = office.text(f"/consultations/{id_}")
    assert "共收到 8 条意见建议，归为 3 类，已决定 0 类" in page
    assert "相对集中" in page
    assert "13812345678" not in page
    group = largest()
    refused = office.post(f"/consultations/groups/{group}/decide", decision="rejected", reason=" ")
    assert refused.status_code == 422
    assert "这一类有5条意见，相对集中（5条及以上），不予采纳的要说明理由；还没有保存" in refused.text
    with reading() as session:
        assert session.get_one(SuggestionGroup, group).decision is None
    why = "市场开办者已按计量法配备，办法不再重复规定"
    assert office.post(f"/consultations/groups/{group}/decide", decision="rejected", reason=why).status_code == 302
    small = min(groups().items(), key=lambda pair: len(pair[1]))[0]
    assert office.post(f"/consultations/groups/{small}/decide", decision="rejected").status_code == 302
    clock.forward(hours=1)
    result = office.text(f"/consultations/{id_}/result")
    assert "关于《清源市农贸市场管理办法（征求意见稿）》公开征求意见采纳情况的公告" in result
    assert "不予采纳的意见建议（2类、6条）" in result
    assert f"（5条），不予采纳。理由：{why}。" in result
    assert "还没有决定的 1 类" in result
    form = {"outlet": outlet, "link": "https://www.qy.example/cn/1", "at": "2026-11-20T10:30"}
    assert office.post(f"/consultations/{id_}/result", **form).status_code == 302
    with reading() as session:
        kept = session.scalars(select(Announcement)).one()
        assert sorted(kept.group_ids) == sorted([group, small])
        assert kept.link == "https://www.qy.example/cn/1"
        assert why in kept.text
    assert "都已公布" in office.text(f"/consultations/{id_}/result")
    assert why in office.text(f"/consultations/{id_}/result?id=1")
    assert why in office.get(f"/consultations/{id_}/result.txt?id=1").get_data(as_text=True)
    assert office.get(f"/consultations/{id_}/result.txt").status_code == 302


def test_a_group_that_grew_concentrated_after_its_rejection_cannot_be_published_without_a_reason(
    signed_in, clock, outlet
):
    office = signed_in("office")
    id_ = registered(office)
    pasted(office, id_, SCALES[:4], clock)
    assert office.post(f"/consultations/groups/{largest()}/decide", decision="rejected").status_code == 302
    pasted(office, id_, SCALES[4:], clock)
    assert "之后又有 1 条" in office.text(f"/consultations/{id_}")
    form = {"outlet": outlet, "link": "https://www.qy.example/cn/1", "at": "2026-11-20T09:30"}
    refused = office.post(f"/consultations/{id_}/result", **form)
    assert refused.status_code == 422
    assert "有5条，相对集中，不予采纳的要说明理由" in refused.text
    office.post("/consultations/concentrated", most=6)
    assert office.post(f"/consultations/{id_}/result", **form).status_code == 302


def test_the_number_is_the_offices_own_and_sane(signed_in, duty):
    office = signed_in("office")
    assert "相对集中：5 条及以上" in office.text("/consultations")
    assert office.post("/consultations/concentrated", most=1).status_code == 422
    assert office.post("/consultations/concentrated", most=3).status_code == 302
    assert "相对集中：3 条及以上" in duty.text("/consultations")
    assert duty.post("/consultations/concentrated", most=9).status_code == 403


def test_groups_are_moved_merged_split_and_every_step_can_be_taken_back(signed_in, clock):
    office = signed_in("office")
    id_ = registered(office)
    pasted(office, id_, [*SCALES, *HOURS], clock)
    before = groups()
    scales, hours = sorted(before, key=lambda group: -len(before[group]))
    assert office.post(f"/consultations/groups/{hours}/merge", to=scales).status_code == 302
    assert list(map(len, groups().values())) == [7]
    with reading() as session:
        first = session.scalars(select(Suggestion.id).order_by(Suggestion.id)).first()
    assert office.post(f"/consultations/groups/{scales}/move", to="new", one=[first]).status_code == 302
    assert sorted(map(len, groups().values())) == [1, 6]
    for left in ([7], [2, 5]):
        entry = latest_move()
        assert "撤销这一步" in office.text(f"/consultations/{id_}")
        assert office.post(f"/consultations/{id_}/undo", entry=entry).status_code == 302
        assert sorted(map(len, groups().values())) == left
    assert groups() == before
    assert "撤销这一步" not in office.text(f"/consultations/{id_}")
    stale = office.post(f"/consultations/{id_}/undo", entry=entry)
    assert stale.status_code == 422
    assert "分类刚被别人改过" in stale.text
    assert "请先选择要移动的意见" in office.post(f"/consultations/groups/{scales}/move", to="new").text


def latest_move() -> int:
    with reading() as session:
        asked = (
            select(JournalEntry.seq)
            .where(JournalEntry.action == "regroup_suggestions")
            .order_by(JournalEntry.seq.desc())
        )
        undone = select(JournalEntry.facts).where(JournalEntry.action == "undo_suggestions")
        gone = {facts["entry"] for facts in session.scalars(undone)}
        return next(seq for seq in session.scalars(asked) if seq not in gone)


def test_what_is_brought_twice_is_counted_once_and_the_same_wish_of_two_people_twice(signed_in, clock):
    office = signed_in("office")
    id_ = registered(office)
    pasted(office, id_, HOURS, clock)
    assert office.post(f"/consultations/{id_}/paste", text="\n".join(HOURS)).status_code == 302
    assert "已登记 0 条，2 条以前已登记" in office.text(f"/consultations/{id_}")
    pasted(office, id_, [HOURS[0], HOURS[0]], clock)
    assert [len(texts) for texts in groups().values()] == [4]


def test_suggestions_of_the_watch_come_in_by_themselves_others_do_not(signed_in, clock):
    office = signed_in("office")
    watch_id = made.watch(clock.now, "农贸市场", unit="食品安全科")
    source = made.source(clock.now)
    says = {"建议配公平秤": "建议", "市场太脏": "投诉"}
    for title, intent in says.items():
        verdict = Verdict(**{**vars_of(made.NEGATIVE), "intent": intent})
        article_id = made.article(source, clock.now, title, verdict)
        with transaction() as session:
            watch_hits.add(session, watch_id, [(article_id, [(0, 2)])])
    id_ = registered(office, watch=watch_id, end="2026-11-30")
    assert group_due(lambda: clock.now) == 1
    assert list(groups().values()) == [["建议配公平秤\n正文"]]
    with reading() as session:
        row = session.get_one(Consultation, id_)
        assert row.group_at is not None
        assert row.group_at > clock.now
        other = session.scalars(select(Article.id).where(Article.title == "市场太脏")).one()
    assert office.post(f"/consultations/{id_}/paste", text=f"http://host/articles/{other}").status_code == 302
    assert "没有编号为 99 的信息" in office.post(f"/consultations/{id_}/paste", text="/articles/99").text
    with reading() as session:
        assert len(session.scalars(select(Suggestion)).all()) == 2


def vars_of(verdict: Verdict) -> dict[str, object]:
    return {name: getattr(verdict, name) for name in verdict.__dataclass_fields__}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"link": "https://other.example/1"}, "这个链接不是“局网站”"),
        ({"link": "http:"}, "请填写发布链接"),
        ({"outlet": 0, "link": "https://other.example/1"}, "请选择发布渠道"),
        ({"at": "2026-11-21T09:00"}, "发布时间不能晚于现在"),
        ({"at": "2026-11-20T08:00"}, "发布时间早于作出决定的时间"),
    ],
)
def test_a_publication_needs_an_official_outlet_a_link_of_it_and_a_true_time(signed_in, clock, outlet, wrong, words):
    office = signed_in("office")
    id_ = registered(office)
    pasted(office, id_, HOURS, clock)
    office.post(f"/consultations/groups/{largest()}/decide", decision="adopted", reason="写入第八条")
    clock.forward(minutes=5)
    form = {"outlet": outlet, "link": "https://www.qy.example/1", "at": "2026-11-20T09:35", **wrong}
    answer = office.post(f"/consultations/{id_}/result", **form)
    assert answer.status_code == 422
    assert words in answer.text


def test_the_clock_of_publishing_runs_from_the_oldest_unpublished_decision(signed_in, clock, outlet):
    office = signed_in("office")
    id_ = registered(office)
    pasted(office, id_, [*HOURS, *CAT], clock)
    assert "前公布" not in office.text(f"/consultations/{id_}")
    office.post(f"/consultations/groups/{largest()}/decide", decision="partly", reason="鼓励")
    page = office.text(f"/consultations/{id_}")
    assert "12月18日 周五 前公布" in page  # 20 working days after Friday 20 November.
    clock.forward(days=30)
    assert "逾期" in signed_in("office").text("/consultations")


def test_readers_read_and_decide_nothing(signed_in, clock):
    id_ = registered(signed_in("office"))
    pasted(signed_in("office"), id_, HOURS, clock)
    leader = signed_in("leader")
    page = leader.text(f"/consultations/{id_}")
    assert "作出决定" not in page
    assert "粘贴" not in page
    assert leader.post(f"/consultations/groups/{largest()}/decide", decision="adopted").status_code == 403
    assert "没有登记" not in leader.text("/consultations")


@pytest.mark.parametrize("count", [0, 3, 300])
def test_every_page_holds_none_few_and_many(signed_in, clock, count):
    office = signed_in("office")
    id_ = registered(office)
    if count:
        lines = [f"{(SCALES + HOURS + CAT)[n % 8]}第{n}条" for n in range(count)]
        pasted(office, id_, lines, clock)
        assert sum(map(len, groups().values())) == count
        assert 0 not in groups()
        office.text(f"/consultations/groups/{largest()}?page=2")
    assert f"共收到 {count} 条意见建议" in office.text(f"/consultations/{id_}")
    office.text(f"/consultations/{id_}/result")
