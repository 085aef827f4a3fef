"""Keyword files beside their targets, as `make evaluate` prints them."""

import json

import pytest

from huiying.watch_evaluate import FOLDER, figures


def collection(tmp_path, **files):
    """Make a folder of keyword files: name → (text, how many groups it is said to have)."""
    folder = tmp_path / FOLDER
    folder.mkdir()
    rows = []
    for name, (text, groups) in files.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf8")
        rows.append(json.dumps({"file": f"{name}.txt", "syntax_used": {"groups": groups}}))
    (folder / "index.jsonl").write_text("\n".join(rows), encoding="utf8")
    return tmp_path


def test_groups_that_became_nothing_are_named(tmp_path):
    found = figures(collection(tmp_path, good=("冷链\n@5\n\n冰柜\n\n!招聘\n", 3), lost=("冷链\n", 2)))
    assert [str(one) for one in found] == [
        "监测词文件导入，每组都成为专题或通用排除词：1/2 = 50.0%，目标 100%，没有达到\n    不对的：lost.txt",
        "导入的监测词都能匹配：2/2 = 100.0%，目标 100%，达到",
        "    2 个文件：专题 3 个、词 3 个、通用排除词 1 个；1 行没有照搬",
        "    没有照搬 1 行：限制一组最多显示几条：这里没有这个限制，命中都留着",
    ]


def test_an_absent_collection_is_an_error_that_names_it(tmp_path):
    with pytest.raises(FileNotFoundError, match=FOLDER):
        figures(tmp_path)
