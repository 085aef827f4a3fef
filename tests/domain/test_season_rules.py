"""What seasons raise together, and numbers that would raise nothing."""

import pytest

from domain.seasons import Raised, check_raised, raised

CASES = [
    ([], 30, None),
    ([("国庆", 3, 15)], 30, Raised(("国庆",), 3, 15)),
    ([("全国两会", 4, 20), ("3·15", 3, 10)], 30, Raised(("全国两会", "3·15"), 4, 10)),
    ([("国庆", 3, 15)], 10, Raised(("国庆",), 3, None)),
    ([("国庆", 3, 15)], 15, Raised(("国庆",), 3, None)),
    ([("国庆", 3, 15)], None, Raised(("国庆",), 3, 15)),
]


@pytest.mark.parametrize(("seasons", "usual", "expected"), CASES)
def test_the_most_people_and_the_least_time_count_and_never_more_time_than_usual(seasons, usual, expected):
    assert raised(seasons, usual) == expected


def test_the_level_is_said_in_words():
    level = Raised(("全国两会", "3·15"), 4, 10)
    assert (level.why, level.level) == ("敏感时期：全国两会、3·15", "每班4人，线索10分钟内研判")
    assert level.brief == "敏感时期：全国两会等2个，每班4人，线索10分钟内研判"
    assert Raised(("国庆",), 3, None).level == "每班3人"
    assert Raised(("创建全国文明城市迎检",), 3, None).brief == "敏感时期：创建全国文明城市迎检，每班3人"
    assert Raised(("创建全国文明城市迎检期",), 3, None).brief == "敏感时期：创建全国文明城市迎…，每班3人"


@pytest.mark.parametrize(
    ("persons", "minutes", "usual", "words"),
    [
        (1, 15, 30, "2到20；平时是2人"),
        (21, 15, 30, "2到20"),
        (3, 0, 30, "1到30分钟"),
        (3, 31, 30, "不能比平时长"),
        (3, 20, 15, "1到15分钟"),
    ],
)
def test_numbers_that_raise_nothing_are_refused(persons, minutes, usual, words):
    with pytest.raises(ValueError, match=words):
        check_raised(persons, minutes, usual)


def test_a_season_that_leaves_one_of_both_as_usual_may_be():
    check_raised(2, 15, 30)
    check_raised(3, 30, 30)
