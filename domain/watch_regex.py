"""Regular expressions that only say which words (`大疆|\\bDJI\\b`) as those words; others are refused with a reason."""

import re
from itertools import product

MOST = 60
"""Words one expression may stand for."""
_BORDER = re.compile(r"\\b|\(\?<?!(?:\[\^?[\w\\\-\[\]]+\]|\\w|\\d)\)|\(\?<?=(?:\[\^[\w\\\-]+\]|\\W|\\s|\\b|\^|\$)\)")
"""What says that a word ends here: the whole-word guard sees to that."""
_AROUND = re.compile(r"\(\?<?[!=]")
_CLASSES = {"d": "数字", "w": "字母", "s": "空白", "D": "非数字", "W": "非字母", "S": "非空白"}


def words_of_pattern(pattern: str) -> list[str]:
    """Return the words an expression stands for, each once. ValueError says what of it cannot be said by words."""
    reader = _Reader(pattern)
    found = list(dict.fromkeys(" ".join(word.split()) for word in reader.either()))
    reader.at_end()
    if not all(found):
        raise ValueError("可以什么都不匹配，会命中一切")
    return found


class _Reader:
    """Reads an expression from left to right into the words it can be."""

    def __init__(self, pattern: str) -> None:
        self._pattern, self._at = pattern, 0

    def either(self) -> list[str]:
        found = self._all()
        while self._take("|"):
            found += self._all()
        return _limited(found)

    def at_end(self) -> None:
        if self._at < len(self._pattern):
            raise ValueError("括号不成对")

    def _all(self) -> list[str]:
        words = [""]
        while self._at < len(self._pattern) and self._pattern[self._at] not in "|)":
            part = self._optional(self._one())
            words = _limited(["".join(pair) for pair in product(words, part)])
        return words

    def _take(self, sign: str) -> bool:
        found = self._pattern.startswith(sign, self._at)
        self._at += len(sign) if found else 0
        return found

    def _one(self) -> list[str]:
        """Return what the next sign, class or bracket can be."""
        if border := _BORDER.match(self._pattern, self._at):
            self._at = border.end()
            return [""]
        if _AROUND.match(self._pattern, self._at):
            raise ValueError("前后断言里不只是字母、数字的边界")
        if self._take("(?:") or self._take("("):
            return self._bracket()
        if self._take("["):
            return self._class()
        sign = self._pattern[self._at]
        self._at += 1
        if sign in ".*+{":
            raise ValueError(f"“{sign}”不是固定的词")
        if sign in "^$":
            raise ValueError(f"“{sign}”要求词在开头或末尾，监测词不分位置")
        return [self._escaped()] if sign == "\\" else [sign]

    def _bracket(self) -> list[str]:
        if self._take("?"):
            raise ValueError("用了特殊的括号")
        found = self.either()
        if not self._take(")"):
            raise ValueError("括号不成对")
        return found

    def _class(self) -> list[str]:
        end = self._pattern.find("]", self._at + 1)
        signs = self._pattern[self._at : end]
        if end < 0 or signs.startswith("^") or "-" in signs[1:-1] or "\\" in signs:
            raise ValueError("方括号里不是几个固定的字")
        self._at = end + 1
        return list(signs)

    def _escaped(self) -> str:
        if self._at >= len(self._pattern):
            raise ValueError("末尾多了反斜杠")
        sign = self._pattern[self._at]
        self._at += 1
        if sign in _CLASSES:
            if sign == "s" and (self._take("*") or self._take("?") or self._take("+")):
                raise ValueError("“\\s”加次数不是固定的词，请分别写出有空格和没有空格的写法")
            raise ValueError(f"“\\{sign}”（{_CLASSES[sign]}）不是固定的词")
        if sign.isalnum():
            raise ValueError(f"“\\{sign}”不能按词理解")
        return sign

    def _optional(self, part: list[str]) -> list[str]:
        if self._take("?"):
            return ["", *part]
        if self._at < len(self._pattern) and self._pattern[self._at] in "*+{":
            raise ValueError(f"“{self._pattern[self._at]}”（重复）不是固定的词")
        return part


def _limited(words: list[str]) -> list[str]:
    if len(words) > MOST:
        raise ValueError(f"展开后超过 {MOST} 个词")
    return words
