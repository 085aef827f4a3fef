"""Ours, elsewhere, abroad; and names that are no places."""

import pytest


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("东岭区一饭店多名顾客呕吐", True),
        ("一饭店多名顾客呕吐", True),
        ("本市一饭店多名顾客呕吐", True),
        ("岚州市一饭店多名顾客呕吐", False),
        ("邻省一饭店多名顾客呕吐", False),
        ("长沙一饭店多名顾客呕吐", False),
        ("韩国一饭店多名顾客呕吐", False),
        ("楼下兰州拉面馆好几个人吃完呕吐", True),
        ("北京路的重庆火锅店好几个人吃完呕吐", True),
        ("那家韩国料理好几个人吃完呕吐", True),
        ("从日本代购的减肥药，吃完几个人呕吐", True),
        ("菜市场和超市旁边的饭店多人呕吐", True),
        ("清源市教育局转发：岚州市一中学多名学生食堂就餐后呕吐", False),
        ("东岭区多人呕吐，已转往岚州市人民医院", True),
    ],
)
def test_whose_place_it_is(verdict, text, ours):
    assert verdict(text, channel="news").ours is ours


def test_places_are_listed_in_the_order_of_the_text(verdict):
    assert verdict("从长沙运到东岭区的一批猪肉检出问题").place == ("长沙", "东岭区")


def test_a_longer_name_hides_the_shorter_one_in_it(verdict):
    assert verdict("罗马尼亚一学校午餐后多名学生呕吐").place == ("罗马尼亚",)
