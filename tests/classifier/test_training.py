"""Training: from a small folder to parameters and card, byte by byte the same; nothing held out is learned."""

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from classifier import heads, train, train_measure
from classifier.text import Item
from classifier.train_data import SOURCES, Example, Source, examples, key_of, without_emoticons
from classifier.train_fit import balance, without_copies
from classifier.train_weak import seeded
from huiying.commands.train import command

PLACES = ("东岭区", "河湾区", "柳溪县", "石桥镇", "青石路", "南浦街", "云门巷", "老城里", "新港村", "北坡")
SENTENCES = {
    "smp2020_usual": [
        ("sentiment", "negative", "{}这家店太坑人了，气死我了，再也不去[怒]"),
        ("sentiment", "positive", "{}的小吃真好吃，老板热情，开心，下次还来[心]"),
        ("sentiment", "neutral", "{}今天多云转晴，最高气温二十度"),
    ],
    "weibo2018": [("label", "negative", "{}堵了一上午，烦死了"), ("label", "positive", "{}的花开了，真美，好喜欢")],
    "taidi_gov7_raw": [
        ("label", "交通运输", "{}公交车班次太少，候车要半小时，请增加线路"),
        ("label", "教育文体", "{}中学老师有偿补课，学生负担重，请教育局查处"),
    ],
    "ced_rumor": [
        ("label", "rumor", "紧急扩散！{}有人抢孩子，快转给家人"),
        ("label", "nonrumor", "{}图书馆本周末开放到晚上八点"),
    ],
    "taidi_intent_weak": [
        ("label", "投诉举报", "{}健身房跑路，退款没人理，要求退还会员卡余额"),
        ("label", "咨询", "请问{}办营业执照需要什么材料，工商登记在哪里办理"),
        ("label", "求助", "{}老人走失，恳请大家帮忙寻找，急求线索"),
    ],
}


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """A folder of small sets, one of them compressed."""
    folder = tmp_path_factory.mktemp("data")
    for name, kinds in SENTENCES.items():
        rows = [{field: label, "text": text.format(place)} for field, label, text in kinds for place in PLACES]
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
        path = folder / f"{name}.jsonl"
        if name == "ced_rumor":
            path.with_suffix(".jsonl.gz").write_bytes(gzip.compress(lines))
        else:
            path.write_bytes(lines)
    return folder


@pytest.fixture(scope="module")
def trained(data, tmp_path_factory) -> Path:
    """What one run of the training writes."""
    folder = tmp_path_factory.mktemp("trained")
    train.run(data, folder, folder / "card.md")
    return folder


def test_two_runs_write_the_same_bytes(data, trained, tmp_path):
    train.run(data, tmp_path, tmp_path / "card.md")
    for name in (*heads.FILES, "card.md"):
        assert (tmp_path / name).read_bytes() == (trained / name).read_bytes(), name


def test_what_was_learned_answers_for_new_sentences_of_the_kind(trained):
    learned = heads.load(trained)
    scores = learned.scores([Item("", "西关这家店太坑人了，气死我"), Item("", "西关的花开了，真美")])
    head = learned.heads["sentiment"]
    assert [head.classes[n] for n in scores[:, head.columns].argmax(axis=1)] == ["negative", "positive"]


def test_the_card_names_every_set_and_figure_and_the_known_failings(trained):
    card = (trained / "card.md").read_text("utf-8")
    for name in SENTENCES:
        assert f"| {name} |" in card
    for word in ("宏平均 F1", "校准", "表情", "文风", "弱标签"):
        assert word in card
    published = (Path(__file__).parents[2] / "docs" / "model-card.md").read_text("utf-8")
    assert card.partition("## 已知的不足")[2] == published.partition("## 已知的不足")[2]


def test_a_text_in_two_sets_counts_once_whatever_its_punctuation(tmp_path):
    (tmp_path / "one.jsonl").write_text(json.dumps({"label": "a", "text": "電梯困人！"}) + "\n", "utf-8")
    (tmp_path / "two.jsonl").write_text(json.dumps({"label": "b", "text": "电梯，困人"}) + "\n", "utf-8")
    found = examples(tmp_path, [Source("one", "label", "weibo"), Source("two", "label", "weibo")])
    assert [(one.set, one.label) for one in found] == [("one", "a")]


def test_words_set_apart_by_blanks_are_joined_again(tmp_path):
    row = {"label": "a", "text": "电梯 困 人 ok go", "pre_segmented": True}
    (tmp_path / "one.jsonl").write_text(json.dumps(row) + "\n", "utf-8")
    assert examples(tmp_path, [Source("one", "label", "weibo")])[0].item.text == "电梯困人ok go"


def test_nothing_held_out_nor_a_copy_of_it_is_learned_from(data):
    found = train.tasks(data)
    assert any(one.held_out for rows in found.values() for one in rows)
    assert not any(one.held_out for rows in train.seen(found).values() for one in rows)
    message = Item("", "关于东岭区公交车班次太少的问题，候车要半小时", "message")
    copy = Example("b", Item("", "东岭区公交车班次太少问题候车半小时", "message"), "交通运输", False)
    others = [
        Example("b", Item("", f"{place}食堂饭菜发霉，学生拉肚子", "message"), "卫生计生", False) for place in PLACES
    ]
    assert without_copies([copy, copy, *others], [message]) == others


def test_texts_with_emoticons_are_learned_without_them_too():
    one = Example("a", Item("", "太坑人了[怒]", "weibo"), "negative", False)
    assert [each.item.text for each in without_emoticons([one])] == ["太坑人了[怒]", "太坑人了"]


def test_within_a_set_every_class_weighs_the_same():
    rows = [Example("a", Item("", str(n)), label, False) for n, label in enumerate("xxxy")]
    rows += [Example("b", Item("", "1"), "x", False), Example("c", Item("", "2"), "y", False)]
    weights = balance(rows)
    assert weights[:3].sum() == pytest.approx(weights[3])
    assert weights[4] == pytest.approx(weights[5])
    assert weights.mean() == pytest.approx(1)


def test_seed_words_label_a_text_only_where_they_are_clear():
    texts = ["小区电梯困人，维保单位不修", "今天天气不错", "退款和地铁"]
    found = [Example("s", Item("", text), "s/", False) for text in texts]
    assert [(one.item.text, one.label) for one in seeded(found, "matters")] == [(texts[0], "特种设备")]


def test_macro_f1_is_the_mean_over_the_labels():
    assert train_measure.macro_f1(["a", "a", "b", "b"], ["a", "b", "b", "b"]) == pytest.approx((2 / 3 + 4 / 5) / 2)
    assert train_measure.macro_f1(["a", "b"], ["a", "a"]) == pytest.approx((2 / 3 + 0) / 2)


def test_a_folder_without_labelled_texts_is_refused_by_the_command(tmp_path):
    done = CliRunner().invoke(command, ["--data", str(tmp_path), "--to", str(tmp_path / "out")])
    assert done.exit_code == 1
    assert "没有可用来训练" in done.output
    assert not (tmp_path / "out").exists()


def test_no_question_learns_from_what_only_measures():
    sets = {source.set for sources in SOURCES.values() for source in sources}
    assert not {name for name in sets if "judge" in name or "alarm" in name}
    assert len(key_of(Item("", "甲"))) == 32
