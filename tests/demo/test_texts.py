"""The demo city's texts are in order, told in Beijing time, and a file that is not is refused with its place."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiying.demo.city import city_from, read_city
from huiying.demo.texts import HEADLINE, STORIES, Text, read_texts, texts_from

EPOCH = datetime(2026, 11, 22, 15, 58, tzinfo=UTC)  # 23:58 in Beijing, so that live texts cross midnight
CITY = read_city()
TEXTS = read_texts()
TEXTS_BY_KEY = {text.key: text for text in TEXTS}
ROW = 'story = "noise"\n[[texts]]\nkey = "a"\nsource = "ribao"\nminutes = 1\ntitle = "题"\nbody = "文"\n'


def test_every_story_is_told_often_enough():
    count = Counter(text.story for text in TEXTS)
    floors = {"food": 14, "lift": 4, "price": 10, "rumour": 4, "praise": 3, "suggestion": 4, "single": 8, "noise": 40}
    assert set(count) == set(STORIES)
    assert {story: count[story] for story in STORIES if count[story] < floors[story]} == {}
    assert len(TEXTS) >= 120


def test_texts_come_oldest_first_and_cover_a_month_and_six_hours():
    minutes = [text.minutes for text in TEXTS]
    assert minutes == sorted(minutes)
    assert minutes[0] < -28 * 24 * 60
    assert minutes[-1] > 300


def test_in_the_first_hour_something_arrives_every_few_minutes():
    live = [0.0] + [text.minutes for text in TEXTS if 0 < text.minutes <= 60]
    assert max(later - earlier for earlier, later in pairwise(live)) <= 4


def test_the_food_poisoning_grows_through_sources_of_every_kind():
    food = [text for text in TEXTS if text.story == "food"]
    assert [text.minutes for text in food[:4]] == [-25, -12, -6, -2]
    assert {CITY.source(text.source).authority for text in food} == {
        "self_media",
        "government",
        "city",
        "provincial",
        "central",
    }
    counts = [int(n) for text in food if text.source == "ribao" for n in re.findall(r"(\d+)(?:名学生|人)", text.title)]
    assert counts == sorted(counts)
    assert counts[0] == 37


def test_only_the_reprint_repeats_another_text():
    openings = Counter(text.body.removeprefix("本报讯 ")[:30] for text in TEXTS)
    assert {opening for opening, count in openings.items() if count > 1} == {TEXTS_BY_KEY["food-08"].body[:30]}
    assert TEXTS_BY_KEY["food-07"].body == f"本报讯 {TEXTS_BY_KEY['food-08'].body}"


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.key)
def test_no_text_betrays_the_demo_or_names_a_person(text: Text):
    shown = text.headline + "".join(text.paragraphs(EPOCH))
    assert not re.search(r"虚构|演示站|示例|1[3-9]\d{9}|[{}]", shown)
    limit = 6 if CITY.source(text.source).family != "micro" else 3
    assert 1 <= len(text.paragraphs(EPOCH)) <= limit
    assert all(part and not part.startswith((" ", "　")) for part in text.paragraphs(EPOCH))


def test_times_inside_a_text_are_beijing_time_counted_from_the_epoch():
    text = Text("a", "ribao", "noise", 5, "题", "{d-30}{t-30}发生，截至{d+3}{t+3}。\n\n完。")
    assert text.paragraphs(EPOCH) == ("11月22日23时28分发生，截至11月23日0时01分。", "完。")
    assert text.published_at(EPOCH) == EPOCH + timedelta(minutes=5)


def test_no_text_tells_of_a_minute_that_has_not_come():
    for text in TEXTS:
        told = [int(m) for m in re.findall(r"\{t([+-]\d+)\}", text.body)]
        assert all(minute <= text.minutes for minute in told), text.key


@given(st.text(alphabet="甲乙。", min_size=1, max_size=100))
def test_a_post_without_title_is_headed_by_its_beginning(body: str):
    headline = Text("a", "weibo", "noise", 0, "", body).headline
    assert len(headline) <= HEADLINE
    assert body.startswith(headline.removesuffix("…"))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('story = "noise"', 'story = "rain"', "story 应是"),
        ("minutes = 1", "minutes = true", "minutes 的类型不对"),
        ("minutes = 1", "minutes = 361", "minutes 应在"),
        ("minutes = 1", "minutes = nan", "minutes 应在"),
        ("minutes = 1\n", "", "缺少 minutes"),
        ('"ribao"', '"renmin"', "信源“renmin”不存在"),
        ('"ribao"', '"liuxitv"', "不发布内容"),
        ('"文"', '" "', "正文是空的"),
        ('"文"', '"{x-1}"', "时间记号写错了"),
        ('"题"', '"{d-1}"', "标题里不能用"),
        ('"题"', '""', "只有微博可以没有标题"),
        ('key = "a"', 'key = "A b"', "key 只能用"),
        ('key = "a"', 'key = "a"\ntone = "x"', "不认识的字段 tone"),
        ("[[texts]]", "[[texts", "不是合法的 TOML"),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(old: str, new: str, message: str):
    assert len(texts_from("x.toml", ROW, CITY)) == 1
    with pytest.raises(ValueError, match=message) as refused:
        texts_from("x.toml", ROW.replace(old, new), CITY)
    assert "x.toml" in str(refused.value)


def test_the_bureau_has_its_units_posts_and_one_liaison_each():
    assert len(CITY.units) == 14
    assert CITY.units[7].name == "食品安全科"
    posts = [person.name for person in CITY.people if person.role != "liaison"]
    assert posts == ["值班员A", "值班员B", "带班领导C", "办公室主任D", "分管副局长E", "局长F"]
    assert [person.unit for person in CITY.people if person.role == "liaison"] == [unit.name for unit in CITY.units]
    assert CITY.people[0].email == "zhiban-a@qingyuan.example"


def test_the_sources_show_every_kind_of_health():
    assert {source.health for source in CITY.sources} == {"live", "quiet", "dead"}
    assert [source.name for source in CITY.sources if source.role == "own"] == ["清源市场监管"]
    written = {text.source for text in TEXTS}
    assert written == {source.key for source in CITY.sources if source.health == "live"}


@pytest.mark.parametrize(
    ("part", "change", "message"),
    [
        ("sources", {"channel": "radio"}, "channel 应是"),
        ("sources", {"colour": "red"}, "不认识的字段 colour"),
        ("people", {"unit": "宣传科"}, "不在 units 之中"),
    ],
)
def test_a_wrong_city_is_refused(part: str, change: dict[str, str], message: str):
    source = {"key": "a", "name": "甲", "channel": "news", "authority": "city", "family": "news"}
    person = {"username": "p", "role": "liaison", "name": "某", "post": "联络员", "unit": "办公室", "phone": "0"}
    head = {
        "name": "市",
        "bureau": "局",
        "short": "短",
        "domain": "x.example",
        "districts": [],
        "towns": [],
        "home": [],
    }
    table = {"city": head, "units": [{"name": "办公室", "kind": "科室", "phone": "0"}]}
    rows = {"people": [person], "sources": [source]}
    assert city_from({**table, **rows}).source("a").path == "/feeds/a.xml"
    with pytest.raises(ValueError, match=message):
        city_from({**table, **rows, part: [{**rows[part][0], **change}]})
