"""The office's own ladders and chase table: what is understood, what is refused and in which words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import chase, escalation
from domain.chase_table import checked_chases, read_chases
from domain.escalation import POSTS, ladders, named
from domain.ladder_rules import broken
from domain.ladder_table import LADDERS, checked_ladders, read_ladders
from domain.ladder_words import at_words, rows
from domain.table_text import LONGEST, Faulty, tidied

LADDER, CHASE = escalation.packaged_text(), chase.packaged_text()


def rung(text, ladder, name):
    """The lines of one rung in a text."""
    return next(part for part in text.split("\n\n") if f"[[{ladder}]]" in part and f'rung = "{name}"' in part)


def edited(ladder, name, old, new):
    """The packaged text with something replaced within one rung."""
    part = rung(LADDER, ladder, name)
    assert old in part, part
    return LADDER.replace(part, part.replace(old, new))


def without(ladder, name):
    return LADDER.replace(rung(LADDER, ladder, name), "")


def added(ladder, name, at, posts, **more):
    extra = "".join(f"{key} = {value}\n" for key, value in more.items())
    names = ", ".join(f'"{post}"' for post in posts)
    return f'{LADDER}\n[[{ladder}]]\nrung = "{name}"\ntitle = "加的"\nat = "{at}"\nposts = [{names}]\n{extra}'


def faults(text, check=checked_ladders):
    with pytest.raises(Faulty) as refused:
        check(text)
    assert str(refused.value) == "；".join(refused.value.faults)
    return refused.value.faults


def test_the_packaged_tables_are_complete_and_keep_every_rule():
    assert checked_ladders(LADDER) == ladders()
    assert set(ladders()) == set(LADDERS)
    assert checked_chases(CHASE) == chase.chases()


ALLOWED = {
    "the director after five minutes and not after twenty": edited("suspected", "unconfirmed_office", "20m", "5m"),
    "one person more at half": edited("duty", "half", '"duty_officer"]', '"duty_officer", "office_director"]'),
    "one rung more": added("duty", "last_half_hour", "due-30m", ["liaison", "deputy_chief"], least=60),
    "one reminder before the end is enough": LADDER.replace(rung(LADDER, "duty", "half"), "")
    .replace(rung(LADDER, "duty", "last_day"), "")
    .replace(rung(LADDER, "duty", "last_hour"), ""),
    "the chief not at the miss": edited("duty", "missed", ', "chief"', ""),
    "the miss again the day after": added("duty", "daily", "due+1440m", ["office_director"], every=1440),
    "no reminder of a signature at its opening": without("sign", "opened"),
    "the chiefs an hour after the end of the judging": added("suspected", "late", "due+60m", ["chief"]),
}


@pytest.mark.parametrize("text", ALLOWED.values(), ids=ALLOWED)
def test_an_office_may(text):
    assert set(checked_ladders(text)) == set(LADDERS)


UNREADABLE = {
    "no TOML": ("[[duty]\n", "第1行看不懂"),
    "cut off": ('[[duty]]\nrung = "a', "末尾看不懂"),
    "a name twice in one rung": ('[[duty]]\nat = "due"\nat = "half"\n', "第3行看不懂"),
    "nested without end": ("a = " + "[" * 5000, "看不懂"),
    "a number without end": ("a = " + "9" * 5000, "看不懂"),
    "too long": ("#" * (LONGEST + 1), "内容太长"),
    "unknown ladder": (LADDER + '[[boss]]\nrung = "a"', "boss：没有这个阶梯"),
    "no list of rungs": (LADDER.replace("[[report]]", "[report]", 1).split("[[report]]")[0], "以 [[report]] 开头"),
    "too many rungs": (LADDER + ("\n" + rung(LADDER, "duty", "half") + "\n") * 20, "最多 20 个"),
    "unknown field": (edited("duty", "half", "least", "lest"), "duty（办理时限）的 half：不认识的项 lest"),
    "no name": (edited("duty", "half", 'rung = "half"', ""), "第2个节点：rung 应为"),
    "a name with a blank": (edited("duty", "half", '"half"\ntitle', '"过 半"\ntitle'), "第2个节点：rung 应为"),
    "a name too long": (edited("duty", "half", 'rung = "half"', f'rung = "{"a" * 25}"'), "现在是 aaaa"),
    "no title": (edited("duty", "half", "时限过半", ""), "的 half：title 应为"),
    "a title of two lines": (edited("duty", "half", "时限过半", "时限\\n过半"), "的 half：title 应为"),
    "a title that turns the text round": (edited("duty", "half", "时限过半", "时限\u202e"), "的 half：title 应为"),
    "a title with brackets": (edited("duty", "half", "时限过半", "】时限"), "的 half：title 应为"),
    "a title too long": (edited("duty", "half", "时限过半", "半" * 21), "的 half：title 应为"),
    "no time": (edited("duty", "half", 'at = "half"', ""), "的 half：at 看不懂：（没有写）"),
    "a time in words": (edited("duty", "half", 'at = "half"', 'at = "一半"'), "的 half：at 看不懂：一半"),
    "a time in hours": (edited("duty", "last_hour", "due-60m", "due-1h"), "的 last_hour：at 看不懂：due-1h"),
    "before the opening": (edited("duty", "half", 'at = "half"', 'at = "start-5m"'), "的 half：at 不能早于开始"),
    "years away": (edited("duty", "half", 'at = "half"', 'at = "due+999999m"'), "的 half：at 离得太远"),
    "unknown post": (edited("duty", "half", '"liaison"', '"boss"'), "的 half：posts 里不能有 boss"),
    "a post twice": (edited("duty", "half", '"liaison"', '"duty_officer"'), "的 half：posts 里 duty_officer 写了两遍"),
    "nobody": (edited("duty", "half", '["liaison", "duty_officer"]', "[]"), "的 half：posts 一个岗位也没有"),
    "posts in words": (edited("duty", "half", '["liaison", "duty_officer"]', '"liaison"'), "posts 应为岗位的列表"),
    "a length in words": (edited("duty", "half", "120", '"120"'), "的 half：least 应为 0 到"),
    "a truth for a length": (edited("duty", "half", "120", "true"), "的 half：least 应为 0 到"),
    "less than nothing": (edited("duty", "hourly", "every = 60", "every = -60"), "的 hourly：every 应为 0 到"),
    "a name twice": (edited("duty", "last_day", '"last_day"', '"half"'), "的 half：这个名称写了 2 次"),
    "a time twice": (added("duty", "also", "due-60m", ["liaison"]), "的 also：与 last_hour 在同一时点"),
    "a ladder missing": (LADDER.split("[[sign]]")[0], "缺少阶梯 duty（办理时限）"),
    "nothing at all": ("", "缺少阶梯 lead（线索研判）"),
}


@pytest.mark.parametrize(("text", "words"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_is_named_with_its_rung(text, words):
    assert any(words in fault for fault in faults(text)), faults(text)


def test_every_fault_is_named_at_once():
    text = edited("duty", "half", '"liaison"', '"boss"').replace('at = "due-15m"', 'at = "soon"')
    assert [fault[: fault.index("：")] for fault in faults(text)] == [
        "duty（办理时限）的 half",
        "duty（办理时限）的 last_quarter",
    ]


REFUSED = {
    "no opening": (without("duty", "opened"), '要保留一开始的节点：rung = "opened"'),
    "an opening later": (edited("duty", "opened", "start+0m", "start+5m"), '要保留一开始的节点：rung = "opened"'),
    "an opening under another name": (edited("duty", "opened", '"opened"', '"begin"'), "要保留一开始的节点"),
    "an opening of long limits alone": (edited("duty", "opened", "posts", "least = 60\nposts"), "不带 least"),
    "an opening without the unit": (edited("duty", "opened", '"liaison", ', ""), "的 opened：一开始就要通知联络员"),
    "no miss": (without("duty", "missed"), 'rung = "missed"，at = "due"'),
    "a miss later": (edited("duty", "missed", 'at = "due"', 'at = "due+1m"'), "要保留到期时的节点"),
    "a miss under another name": (edited("duty", "missed", '"missed"', '"over"'), 'rung = "missed"'),
    "a miss of long limits alone": (edited("duty", "missed", "posts", "least = 60\nposts"), "不带 least"),
    "a miss the director does not hear of": (
        edited("duty", "missed", '"office_director", ', ""),
        "的 missed：到期没有办结，至少要通知办公室主任",
    ),
    "no reminder": (
        without("duty", "half")
        .replace(rung(LADDER, "duty", "last_day"), "")
        .replace(rung(LADDER, "duty", "last_hour"), "")
        .replace(rung(LADDER, "duty", "last_quarter"), ""),
        "到期以前要有提醒",
    ),
    "a reminder of long limits alone": (without("duty", "last_quarter"), "到期以前要有提醒"),
    "silence after the miss": (without("duty", "hourly"), "逾期以后要每小时提醒"),
    "every two hours after the miss": (edited("duty", "hourly", "every = 60", "every = 120"), "逾期以后要每小时提醒"),
    "the first hour of silence longer": (edited("duty", "hourly", "due+60m", "due+61m"), "逾期以后要每小时提醒"),
    "the unit not after the miss": (edited("duty", "hourly", '"liaison", ', ""), "逾期以后每小时要提醒联络员"),
    "the chief every hour": (
        edited("duty", "hourly", '"duty_officer"]', '"duty_officer", "chief"]'),
        "的 hourly：主要领导只在到期时通知一次",
    ),
    "every half hour": (added("duty", "nag", "due+30m", ["liaison"], every=30), "的 nag：重复的节点至少相隔 60 分钟"),
    "again before the end": (added("duty", "nag", "due-90m", ["liaison"], every=60), "只有到期以后的节点可以重复"),
    "the suspicion not at once": (edited("suspected", "proposed", "0m", "1m"), '要保留一开始的节点：rung = "proposed"'),
    "the suspicion to another": (
        edited("suspected", "proposed", "duty_officer", "duty_leader"),
        "的 proposed：一开始就要通知值班员",
    ),
    "the leader after 11 minutes": (
        edited("suspected", "unconfirmed_leader", "10m", "11m"),
        "suspected（疑似突发事件）：最迟 10 分钟要通知带班领导",
    ),
    "the director after 21 minutes": (edited("suspected", "unconfirmed_office", "20m", "21m"), "通知办公室主任"),
    "the director for long limits alone": (
        edited("suspected", "unconfirmed_office", "posts", "least = 31\nposts"),
        "最迟 20 分钟要通知办公室主任",
    ),
    "the director dropped": (without("suspected", "unconfirmed_office"), "最迟 20 分钟要通知办公室主任"),
    "the chief after 59 minutes": (
        edited("suspected", "unconfirmed_chief", "60m", "59m"),
        "的 unconfirmed_chief：确认以前不满 60 分钟，不通知分管领导、主要领导",
    ),
    "the chief when the judging is late": (added("suspected", "over", "due", ["chief"]), "不满 60 分钟"),
    "the chief at half of the judging": (added("lead", "middle", "half", ["deputy_chief"]), "不满 60 分钟"),
    "the unit before the confirmation": (added("lead", "unit", "start+5m", ["liaison"]), "确认以前不通知承办单位"),
    "a lead that runs out in silence": (without("lead", "unjudged"), "lead（线索研判）要保留到期时的节点"),
    "a signature that runs out in silence": (without("sign", "missed"), "sign（补签）要保留到期时的节点"),
    "a report that runs out unheard": (
        edited("report", "missed", '"duty_officer", ', ""),
        "report（信息报送）的 missed：到期没有办结，至少要通知值班员",
    ),
    "a name that is never told before confirmation": (added("lead", "opened", "start+9m", ["duty_officer"]), "只用于"),
    "a name whose reminders are merged": (
        added("sign", "hourly", "due+60m", ["duty_officer"], every=60),
        "只用于 duty",
    ),
    "the name of the opening elsewhere": (edited("sign", "opened", "start+0m", "start+5m"), "只用于一开始的节点"),
}


@pytest.mark.parametrize(("text", "words"), REFUSED.values(), ids=REFUSED)
def test_what_the_law_and_the_promise_ask_for_stays(text, words):
    assert any(words in fault for fault in faults(text)), faults(text)


@settings(deadline=None)
@given(st.data())
def test_whichever_rungs_are_dropped_what_is_accepted_keeps_the_promise(data):
    ladder = data.draw(st.sampled_from(list(LADDERS)))
    kept = tuple(one for one in ladders()[ladder] if data.draw(st.booleans()))
    if broken(ladder, kept):
        return
    if ladder == "duty":
        assert {"opened", "missed", "hourly"} < {one.rung for one in kept}
        assert "office_director" in named(kept, "missed").posts
    if ladder == "suspected":
        assert {"proposed", "unconfirmed_leader", "unconfirmed_office"} <= {one.rung for one in kept}


@settings(deadline=None)
@given(st.text(max_size=300) | st.builds(LADDER.replace, st.sampled_from(LADDER.split()), st.text(max_size=8)))
def test_any_text_is_read_or_refused_in_words(text):
    for check in (checked_ladders, checked_chases):
        try:
            check(tidied(text))
        except Faulty as error:
            refused = error.faults
        else:
            continue
        assert refused
        assert all(fault.strip() for fault in refused)


CHASE_REFUSED = {
    "a level missing": (CHASE.split("[blue]")[0], "缺少 [blue]（蓝色）"),
    "an unknown level": (CHASE + "[black]\nminutes = 1", "black：没有这个等级"),
    "no row": ("red = 5", "red（红色）应写成一节"),
    "no minutes": (CHASE.replace("minutes = 240\n", ""), "blue（蓝色）：minutes 应为 1 到"),
    "less than a minute": (CHASE.replace("minutes = 15", "minutes = 0"), "orange（橙色）：minutes 应为 1 到"),
    "a part of a minute": (CHASE.replace("minutes = 15", "minutes = 1.5"), "orange（橙色）：minutes 应为 1 到"),
    "a chain with nobody": (CHASE.replace('= ["office_director"]', "= []"), "blue（蓝色）：superiors 一个岗位也没有"),
    "an unknown post": (CHASE.replace('= ["office_director"]', '= ["boss"]'), "superiors 里不能有 boss"),
    "the liaison above the liaison": (CHASE.replace('= ["office_director"]', '= ["liaison"]'), "不能有 liaison"),
    "a telephone in words": (CHASE.replace("telephone = true", 'telephone = "是"'), "telephone 应为 true 或 false"),
    "a misspelt field": (CHASE.replace("telephone = true", "phone = true"), "不认识的项 phone"),
    "red without a telephone": (CHASE.replace("= true", "= false"), "red（红色）：红色事项没有签收必须打电话"),
    "red after six minutes": (CHASE.replace("minutes = 5\n", "minutes = 6\n"), "minutes 不能超过 5"),
}


@pytest.mark.parametrize(("text", "words"), CHASE_REFUSED.values(), ids=CHASE_REFUSED)
def test_a_chase_table_that_cannot_be_is_refused(text, words):
    assert any(words in fault for fault in faults(text, checked_chases)), faults(text, checked_chases)


def test_an_office_may_follow_up_faster_and_ring_more():
    text = CHASE.replace("minutes = 5\n", "minutes = 3\n").replace("telephone = false", "telephone = true")
    found = checked_chases(text)
    assert found["red"].wait.total_seconds() == 180
    assert all(row.telephone for row in found.values())
    assert read_chases("[red]\nminutes = 1\nsuperiors = ['chief']\ntelephone = true").keys() == {"red"}


def test_a_text_is_kept_with_line_ends_of_one_kind():
    assert tidied("\ufeff# 甲\r\n[a]\r\n\r\n") == "# 甲\n[a]\n"
    assert read_ladders(LADDER.replace("\n", "\r\n").replace("\r\n", "\n")) == ladders()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("opened", "一开始"),
        ("half", "时限过半"),
        ("last_day", "到期前1天"),
        ("last_hour", "到期前1小时"),
        ("missed", "到期时"),
        ("hourly", "逾期1小时"),
    ],
)
def test_a_time_in_words(name, words):
    assert at_words(named(ladders()["duty"], name)) == words


def test_what_differs_from_the_packaged_table_is_marked():
    text = edited("suspected", "unconfirmed_office", "20m", "5m").replace("60分钟未确认", "一小时未确认")
    text += '\n[[suspected]]\nrung = "again"\ntitle = "仍未确认"\nat = "start+90m"\nposts = ["duty_leader"]\n'
    text = text.replace(rung(text, "suspected", "proposed"), "")
    found = rows(read_ladders(text)["suspected"], ladders()["suspected"])
    assert [(row.name, row.when, row.change) for row in found] == [
        ("proposed", "一开始", "已去掉"),
        ("unconfirmed_office", "5分钟后", "已改：时点"),
        ("unconfirmed_leader", "10分钟后", ""),
        ("unconfirmed_chief", "1小时后", "已改：名称"),
        ("again", "1小时30分钟后", "新增"),
    ]
    assert found[1].who == ("值班员", "带班领导", "办公室主任")
    duty = rows(ladders()["duty"], ladders()["duty"])
    assert [row.note for row in duty if row.note] == [
        *("时限满2小时才有", "时限满3天才有", "时限满2小时才有", "时限满1小时才有", "以后每1小时一次"),
    ]
    assert not any(row.change for row in duty)
    assert set(POSTS.values()) == {who for row in duty for who in row.who}
