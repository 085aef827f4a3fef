"""初判参数: what judges now, the figures of every training, and the way back by one button."""

import screen_matters as made

from store import learned
from store.db import transaction

FIGURE = {
    "question": "unit",
    "learned": 69,
    "held_out": 27,
    "own_before": 7,
    "own_after": 26,
    "check": 555,
    "check_before": 535,
    "check_after": 536,
    "adopted": True,
    "why": "采用",
}


def train(now, version="ab" * 32):
    with transaction() as session:
        figures = [FIGURE, FIGURE | {"question": "all"}]
        return learned.note(session, "command", now, figures, version).id


def test_both_figures_before_and_after_are_shown_and_taken_back_by_a_button(signed_in, clock):
    office = signed_in("office")
    assert "还没有学习过" in office.text("/settings/learned")
    train(clock.now)
    page = office.text("/settings/learned")
    for words in ("7 → <b>26</b>", "535 → <b>536</b>", "abababab", "正在使用", "服务器命令"):
        assert words in page, words
    assert office.post("/settings/learned/revert").status_code == 302
    page = office.text("/settings/learned")
    assert "已撤回，恢复随程序提供的参数" in page
    assert "由office员撤回" in page
    assert "没有可撤回的" in office.post("/settings/learned/revert").text


def test_what_can_be_learned_is_counted_and_a_broken_file_is_told(signed_in, clock):
    article = made.article(made.source(clock.now), clock.now)
    signed_in("duty").post(f"/articles/{article}/correct", sentiment="neutral", unit="特种设备科")
    train(clock.now)
    with transaction() as session:
        learned.note_trouble(session, "本单位的初判参数不能用，已改用随程序提供的参数：文件读不出")
    page = signed_in("system_admin").text("/settings/learned")
    assert "1 条" in page
    assert "至少要 40 条，其中留出 8 条" in page
    assert "已改用随程序提供的参数" in page
    assert signed_in("leader").get("/settings/learned").status_code == 403
    office = signed_in("office")
    assert 'href="/settings/learned/unit">1 条' in office.text("/settings/learned")
    rows = office.text("/settings/learned/unit")
    assert f'href="/articles/{article}">奶茶店过期原料' in rows
    assert "特种设备科" in rows
    assert "中性" in office.text("/settings/learned/sentiment")
    assert office.get("/settings/learned/topic").status_code == 404
