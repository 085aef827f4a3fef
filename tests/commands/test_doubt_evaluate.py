"""`make evaluate` on labelled events: how often people are asked whether two are one, and how often they are."""

import gzip
import json

from huiying import evaluate
from huiying.doubt_evaluate import FILES, measure

FIRST = "东岭区第二中学食堂承包合同到期，家长委员会要求公开招标，学校称将在下周公布方案并征求意见。"
ALMOST = "第二中学食堂承包招标方案下周公布，家长委员会要求公开，学校称合同到期，正在征求意见。"
OTHER = "阳光花园电梯停运三天，物业称维保单位更换，二十八层老人下楼看病要走楼梯，居民集体反映。"


def rows(label):
    texts = ((FIRST, "a"), (ALMOST, label), (OTHER, "c"))
    return [{"id": str(n), "title": "", "text": text, "cluster": which} for n, (text, which) in enumerate(texts)]


def test_a_pair_that_is_asked_about_counts_as_same_where_the_labels_say_so():
    assert measure("news", rows("a")) == (1, 1)
    assert measure("news", rows("b")) == (1, 0)
    assert measure("news", rows("b")[:1]) == (0, 0)


def test_a_folder_of_labelled_events_is_told_by_what_it_holds(tmp_path, capsys):
    for name in FILES:
        with gzip.open(tmp_path / name, "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows("a"))
    assert evaluate.main([str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "（新闻）：每 100 条 33.3 对，其中 100% 确是同一话题" in said
