"""How many people, as the text tells it."""

import pytest


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("餐馆气瓶爆炸，已致2人死亡、6人受伤", 8),
        ("锅炉爆炸致1死4伤", 5),
        ("食堂就餐后呕吐，截至今晨已有43人就诊，其中2人病情较重", 43),
        ("食堂午餐后17名孩子呕吐、拉肚子", 17),
        ("麻辣烫吃完，群里说拉的已经十几个了", 10),
        ("食堂饭菜有问题，四十来个老人又拉又吐", 40),
        ("上百名学生吃完食堂早餐后腹痛送医", 100),
        ("电梯里6人被困超过50分钟", 6),
        ("冷库漏氨，中毒的已经拉走三十五个", 35),
        ("三名工人吃了食堂的菜送医后，2人死亡", 3),
        ("假酒喝了出事，32人死亡50人送医", 82),
        ("过山车停在半空，12名游客被困1小时，无人受伤", 12),
        ("电梯坠落，无人员伤亡", 0),
        ("商场扶梯夹住了一个老人的脚，鞋被卷入，骨折", 1),
        ("食堂吃坏了好几个人，都在呕吐", None),
        ("600余名消防员扑救锅炉房火灾", None),
    ],
)
def test_casualties(verdict, text, count):
    assert verdict(f"今天，{text}。", channel="news").casualties == count


def test_the_injured_of_a_film_are_nobody(verdict):
    assert verdict("电影里电梯坠落那段，5人死亡，导演拍得真好", channel="weibo").casualties is None
