"""How early and how seldom wrongly topics are warned of, as `make evaluate` prints it, on series of our own."""

import gzip
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.heat_table import shipped
from huiying import evaluate, heat_evaluate
from huiying.heat_evaluate import SERIES, Line, auc, delay, false_alarms

NUMBERS = shipped().warning


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=2, max_size=40))
def test_the_share_of_pairs_in_the_right_order(rows):
    mine = [score for score, good in rows if good]
    others = [score for score, good in rows if not good]
    if mine and others:
        pairs = [(one > other) + (one == other) / 2 for one in mine for other in others]
        assert auc([score for score, _ in rows], [good for _, good in rows]) == pytest.approx(sum(pairs) / len(pairs))


def test_a_lower_bar_is_wrong_more_often_and_a_quiet_topic_seldom():
    assert false_alarms(NUMBERS, NUMBERS.floor, 0.0, 400) <= 5
    assert false_alarms(replace(NUMBERS, threshold=3), NUMBERS.floor, 0.0, 400) > 50
    assert false_alarms(NUMBERS, NUMBERS.floor, 0.0, 50) == false_alarms(NUMBERS, NUMBERS.floor, 0.0, 50)


def test_a_post_that_grows_is_known_within_minutes_and_one_that_does_not_never():
    assert (delay([10.0 * n for n in range(200)], NUMBERS, 1) or 99) <= 5
    assert delay([], NUMBERS, 1) is None


def test_a_figure_stands_beside_its_floor():
    assert str(Line("认出", 0.9, least=0.85)) == "认出：0.900，目标 ≥ 0.85，达到"
    assert str(Line("误报", 3.0, most=2, shown="{:.1f}")) == "误报：3.0，目标 ≤ 2，没有达到"
    assert str(Line("时延", 2, shown="{:.0f}")) == "时延：2"


def test_a_folder_of_events_is_told_by_what_it_holds(tmp_path, monkeypatch, capsys):
    (tmp_path / "events").mkdir()
    rows = [{"id": f"p{n}", "repost_offsets_s": [i * 7200 / (n + 1) for i in range(n + 1)]} for n in range(60)]
    with gzip.open(tmp_path / "events" / SERIES, "wt", encoding="utf8") as file:
        file.write("\n".join(map(json.dumps, rows)))
    monkeypatch.setattr(heat_evaluate, "DAYS", 20)
    monkeypatch.setattr(heat_evaluate, "RISES", 3)
    assert evaluate.main([str(tmp_path)]) == 0
    assert evaluate.main([str(tmp_path / "events")]) == 0
    said = capsys.readouterr().out
    assert "首小时认出一天内转发前 10% 的帖子，AUC（全部 60 条，没有拟合）" in said
    assert "误报：每 1,000 个平静话题日" in said
    assert "预警时延" in said


def test_without_the_series_it_says_what_is_missing(tmp_path):
    with pytest.raises(FileNotFoundError, match=SERIES):
        heat_evaluate.figures(tmp_path)
