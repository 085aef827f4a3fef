"""Learning from an office's corrections: better on its own held-out texts, no worse on the check set, or not at all."""

from dataclasses import replace

import own_lessons as made
import pytest

from classifier import heads, layer, own_train
from classifier.own_check import asked, check_set, right_answers
from classifier.taught import TaughtJudge, answered, bases
from classifier.text import Item
from domain.correction import ALL, is_held_out
from domain.verdict import Opens, Sentiment
from huiying.orgs import bureau

ORG = bureau("market_supervision", ("清源市", "东岭区", "河湾区", "柳溪县", "石桥镇"))
NEW = Item("", "清源市大桥下的换电柜坏了，换电的押金退不了", "message")


def learned(judge, folder, found):
    """Train and return the figures by question, and the judge that answers with what was adopted."""
    figures, version = own_train.train(judge, ORG, found, folder, lambda _: None)
    taught = TaughtJudge(judge, layer.load(folder, version), ORG) if version else None
    return {one.question: one for one in figures}, taught


def test_the_check_set_asks_every_question_often_enough_of_any_bureau(local):
    golds = check_set(ORG)
    assert len(golds) >= 150
    assert len({(gold.item.title, gold.item.text) for gold in golds}) == len(golds)
    asks = asked(golds)
    right = right_answers(local.judge([gold.item for gold in golds], False), golds)
    for question, least in (("unit", 0.9), ("sentiment", 0.9), ("relevant", 0.9), ("emergency", 0.95)):
        assert asks[question] >= 80, question
        assert right[question] / asks[question] >= least, question
    assert asked(check_set(bureau("commerce", ())))["relevant"] == len(golds)


def test_a_unit_is_taught_and_measured_on_texts_that_were_not_learned(local, tmp_path):
    figures, taught = learned(local, tmp_path, made.taught(unit=made.UNIT, relevant="yes"))
    unit, both = figures["unit"], figures[ALL]
    assert unit.adopted
    assert (unit.own_before, unit.own_after) == (7, unit.held_out)
    assert both.check_after >= both.check_before
    assert local.judge([NEW])[0].sections[0] != made.UNIT
    found = taught.judge([NEW])[0]
    assert found.sections[0] == made.UNIT
    assert found.relevance >= 0.5
    assert any(reason.words == f"本单位改判过类似的信息：{made.UNIT}" for reason in found.reasons)
    elsewhere = Item("", "学校食堂饭菜发霉，请查", "message")
    assert taught.judge([elsewhere])[0].sections[0] == local.judge([elsewhere])[0].sections[0] == "食品安全科"


def test_what_would_harm_the_check_set_is_refused(local, tmp_path):
    figures, taught = learned(local, tmp_path, made.taught(made.FOOD, unit="办公室"))
    assert taught is None
    unit = figures["unit"]
    assert unit.own_after > unit.own_before
    assert unit.check_after < unit.check_before
    assert (unit.adopted, unit.why) == (False, "核对集变差：牵头科室")


def test_what_is_right_already_is_not_learned_again(local, tmp_path):
    figures, taught = learned(local, tmp_path, made.taught(made.FOOD, relevant="yes"))
    assert taught is None
    assert figures["relevant"].why == "留出的改判没有变好"


def test_the_same_corrections_make_the_same_bytes(local, tmp_path):
    found = made.taught(unit=made.UNIT, sentiment="neutral")
    versions = [own_train.train(local, ORG, found, tmp_path / name, lambda _: None)[1] for name in "ab"]
    assert versions[0] is not None
    assert versions[0] == versions[1]
    for name in layer.FILES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_too_few_corrections_are_counted_in_words(local, tmp_path):
    found = [one for one in made.taught(relevant="yes") if not is_held_out(one.key)][:30]
    with pytest.raises(ValueError, match="至少要 40 条") as error:
        own_train.train(local, ORG, found, tmp_path, lambda _: None)
    assert "是否相关 30 条（其中留出 0 条）" in str(error.value)
    assert "牵头科室 0 条" in str(error.value)
    with pytest.raises(ValueError, match="牵头科室 0 条"):
        own_train.train(local, ORG, made.taught(unit="别局的科"), tmp_path, lambda _: None)


def added(**shifts):
    """Return what a layer would add: towards yes, or towards a named answer."""
    return {name: {"yes": shift, "no": 0.0} for name, shift in shifts.items()}


def test_nothing_learned_starts_a_clock_or_stops_one(verdict):
    alarm = verdict("刚才石桥镇小学食堂午饭后四十多个学生呕吐腹泻，都送医院了，快来人！")
    assert alarm.opens == Opens.PROVISIONAL
    assert answered(alarm, added(relevant=-4.0, emergency=-4.0), ORG, "message") == alarm
    plain = verdict("东岭区一家面馆吃出蟑螂，投诉")
    assert answered(replace(plain, grave=True), added(emergency=4.0), ORG, "message").opens == Opens.LEAD


def test_what_may_be_an_emergency_stays_a_lead(verdict):
    seen = verdict("商场的扶梯经常突然停下，带孩子坐太危险了，反映几次都没有回音，请查处。")
    assert seen.emergency >= 0.5
    found = answered(seen, added(relevant=-4.0, emergency=-4.0), ORG, "message")
    assert (found.emergency, found.opens, found.relevance) == (0.2, Opens.LEAD, seen.relevance)


def test_an_attitude_learned_turns_the_score_too(verdict):
    seen = verdict("公司地址变更需要去哪个窗口办理，能不能网上办？")
    found = answered(seen, {"sentiment": {"negative": 0.0, "neutral": 0.0, "positive": 4.0}}, ORG, "message")
    assert (found.sentiment, found.sentiment_score > 0) == (Sentiment.POSITIVE, True)
    assert bases(seen, ORG)["sentiment"][seen.sentiment] > 0


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda folder: (folder / "weights.npy").unlink(), "读不出"),
        (lambda folder: (folder / "layer.json").write_text('{"base": "x"}'), "不一致"),
        (lambda folder: (folder / "heads.json").write_bytes(b"{}"), "不一致"),
    ],
)
def test_a_broken_file_is_refused_in_words(local, tmp_path, spoil, words):
    _, version = own_train.train(local, ORG, made.taught(unit=made.UNIT), tmp_path, lambda _: None)
    spoil(tmp_path)
    with pytest.raises(ValueError, match=words):
        layer.load(tmp_path, version)


def test_parameters_of_another_program_or_kind_are_refused(local, tmp_path):
    own_train.train(local, ORG, made.taught(unit=made.UNIT), tmp_path, lambda _: None)
    (tmp_path / "layer.json").write_text('{"base": "0"}')
    with pytest.raises(ValueError, match="旧版程序"):
        layer.load(tmp_path, layer.version_of(tmp_path))
    for name in heads.FILES:
        (tmp_path / name).write_bytes((heads.SHIPPED / name).read_bytes())
    (tmp_path / "layer.json").write_text(f'{{"base": "{layer.base()}"}}')
    with pytest.raises(ValueError, match="不是本程序的校正参数"):
        layer.load(tmp_path, layer.version_of(tmp_path))
