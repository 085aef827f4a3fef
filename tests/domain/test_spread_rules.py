"""Spread: told by time alone; what is news among the copies is never hidden; who carried a release (DL8)."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.spread import FOLLOWED, Post, by_place, by_rank, carried, timeline

T = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def post(id_, hours=0.0, **more):
    said = {"source_id": id_, "source": f"源{id_}", "authority": "city", "region": "清源市", "title": f"标题{id_}"}
    return Post(id_, T + hours * HOUR, **{**said, **more})


def test_copies_are_folded_behind_what_they_repeat():
    rows = timeline([post(1), post(2, 1, copy_of=1), post(3, 2, copy_of=1), post(4, 3)])
    assert [(row.post.id, [one.id for one in row.hidden]) for row in rows] == [(1, [2, 3]), (4, [])]
    assert rows[0].why == ("首发（按时间推断）",)


def test_a_new_region_a_higher_outlet_and_new_casualties_are_never_hidden():
    found = timeline(
        [
            post(1, authority="self_media"),
            post(2, 1, authority="self_media", copy_of=1, region="东岭省"),
            post(3, 2, copy_of=1, authority="central"),
            post(4, 3, copy_of=1, casualties=3),
            post(5, 4, copy_of=1, casualties=3, region="东岭省"),
        ]
    )
    assert [row.why for row in found[1:]] == [("首次见于东岭省",), ("首家中央媒体",), ("首次提到伤亡 3 人",)]
    assert [one.id for one in found[0].hidden] == [5]


posts = st.lists(
    st.builds(
        post,
        st.integers(1, 500),
        st.floats(0, 100),
        copy_of=st.none() | st.integers(1, 20),
        region=st.sampled_from(["", "清源市", "东岭省"]),
        authority=st.sampled_from(["central", "city", "self_media"]),
        casualties=st.none() | st.integers(0, 9),
    ),
    max_size=30,
    unique_by=lambda one: one.id,
)


@given(posts)
def test_every_post_is_shown_or_counted_exactly_once_in_any_order(found):
    rows = timeline(found)
    assert sorted([row.post.id for row in rows] + [one.id for row in rows for one in row.hidden]) == sorted(
        one.id for one in found
    )
    assert rows == timeline(found[::-1])
    for region in {one.region for one in found} - {""}:
        assert any(row.post.region == region for row in rows)
    if found:
        assert max(row.post.rank for row in rows) == max(one.rank for one in found)
        assert max(row.post.casualties or 0 for row in rows) == max(one.casualties or 0 for one in found)


def test_outlets_by_rank_and_place():
    found = [post(1), post(2, 1, authority="central", region=""), post(3, 2, source_id=1)]
    assert [(one.key, one.number, one.outlets) for one in by_rank(found)] == [("中央", 1, 1), ("市级、政府网站", 2, 1)]
    assert [(one.key, one.number) for one in by_place(found)] == [("清源市", 2), ("未登记地区", 1)]


def test_dl8_mainstream_outlets_that_carried_a_release_are_told_by_rank():
    found = carried(
        [
            post(1, -1, authority="central"),
            post(2, 1),
            post(3, 2, authority="provincial", copy_of=90),
            post(4, 3, authority="self_media", copy_of=90),
            post(5, 3, channel="weibo", copy_of=90),
            post(6, 3, own=True, copy_of=90),
            post(7, 4, source_id=2, copy_of=90),
            post(8, FOLLOWED / HOUR + 1, authority="central", copy_of=90),
        ],
        T,
        [90],
    )
    assert [(one.post.id, one.copied) for one in found] == [(3, True), (7, True)]
