"""The watch-word language: AND OR NOT, brackets, phrases, fields, exclusions; a text in, a small tree out."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from domain.query_words import QueryError, Token, tokens

LONGEST = 2000
"""Characters of a query."""
MOST_WORDS = 200
DEEPEST = 12
LONGEST_WORD = 60
FIELD_LABELS = {"title": "标题", "source": "来源", "place": "地点", "channel": "渠道", "author": "作者"}


@dataclass(frozen=True, slots=True)
class Word:
    """A word or phrase to be found, in the title alone where `title`; `exact`: whatever is around it, no aliases."""

    text: str
    at: int
    title: bool = False
    exact: bool = False


@dataclass(frozen=True, slots=True)
class About:
    """What is asked of an article beside its text: `field` is source, place, channel or author."""

    field: str
    value: str
    at: int


@dataclass(frozen=True, slots=True)
class And:
    """All of them."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of them."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Node"


Node = Word | About | And | Or | Not


@dataclass(frozen=True, slots=True)
class Allowed:
    """What fields may name: channels by code with their labels; accounts registered as sources (None: unknown)."""

    channels: Mapping[str, str] = field(default_factory=dict)
    accounts: Collection[str] | None = None


def parse(text: str, allowed: Allowed | None = None) -> Node:
    """Return the tree of a query. QueryError says in the user's words what is wrong, and where.

    Refused are: what is too long, deep or large to be matched against everything; a query that can hold by exclusions
    alone, which would hit nearly everything; `author:` with an account that is no registered source, because nobody
    private is watched (`allowed`).
    """
    if len(text) > LONGEST:
        raise QueryError(f"太长：最多 {LONGEST} 个字，现在 {len(text)} 个；请分成几个专题", LONGEST)
    reader = _Reader(tokens(text), len(text), allowed or Allowed())
    node = reader.whole()
    if not anchored(node):
        raise QueryError("只有排除、没有要找的词，会命中几乎所有信息；请先写要找的词", 0)
    return node


def words_in(node: Node) -> Iterator[Word]:
    """Yield the words of a tree, those of exclusions included, in the order they are written."""
    if isinstance(node, Word):
        yield node
    elif isinstance(node, Not):
        yield from words_in(node.part)
    elif isinstance(node, And | Or):
        for part in node.parts:
            yield from words_in(part)


def explain(node: Node, channels: Mapping[str, str] | None = None) -> str:
    """Return how a query was understood, in words: `（食品 或 药品） 且 不含 广告`; channels by their labels."""
    if isinstance(node, Word):
        return ("标题含 " if node.title else "") + (f"“{node.text}”原样" if node.exact else node.text)
    if isinstance(node, About):
        value = (channels or {}).get(node.value, node.value) if node.field == "channel" else node.value
        return f"{FIELD_LABELS[node.field]}是 {value}"
    if isinstance(node, Not):
        inner = explain(node.part, channels)
        return f"不含 {inner}" if isinstance(node.part, Word) else f"排除（{inner}）"
    said = [explain(part, channels) for part in node.parts]
    if isinstance(node, Or):
        return " 或 ".join(
            f"（{one}）" if isinstance(part, And) else one for part, one in zip(node.parts, said, strict=True)
        )
    return " 且 ".join(
        f"（{one}）" if isinstance(part, Or) else one for part, one in zip(node.parts, said, strict=True)
    )


def anchored(node: Node) -> bool:
    """Return whether nothing fits a tree without something that is there: a word found, or a field that says so."""
    if isinstance(node, And):
        return any(map(anchored, node.parts))
    if isinstance(node, Or):
        return all(map(anchored, node.parts))
    return not isinstance(node, Not)


class _Reader:
    """Reads signs from left to right. NOT binds closest, then AND (also a mere blank), then OR."""

    def __init__(self, found: list[Token], length: int, allowed: Allowed) -> None:
        self._tokens, self._length, self._allowed = found, length, allowed
        self._next, self._words = 0, 0

    def whole(self) -> Node:
        if not self._tokens:
            raise QueryError("还没有写要找的词", 0)
        node = self._either("", 0)
        if (rest := self._peek()) is not None:
            raise QueryError("多了一个右括号", rest.at)
        return node

    def _peek(self) -> Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _ahead(self, *kinds: str) -> Token | None:
        token = self._peek()
        return token if token is not None and token.kind in kinds else None

    def _take(self) -> Token:
        self._next += 1
        return self._tokens[self._next - 1]

    def _either(self, of: str, depth: int) -> Node:
        parts = [self._all(of, depth)]
        while self._ahead("or"):
            self._take()
            parts.append(self._all(of, depth))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _all(self, of: str, depth: int) -> Node:
        parts = [self._one(of, depth)]
        while (token := self._peek()) is not None and token.kind not in ("or", ")"):
            if token.kind == "and":
                self._take()
            parts.append(self._one(of, depth))
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _one(self, of: str, depth: int) -> Node:
        """Return one word, field, bracket or exclusion; `of` is the field whose bracket is read."""
        token = self._peek()
        if token is None:
            raise QueryError(self._unfinished(), self._length)
        if depth > DEEPEST:
            raise QueryError(f"括号和“非”套得太深：最多 {DEEPEST} 层", token.at)
        if token.kind in ("and", "or", ")"):
            raise QueryError(self._unfinished(token), token.at)
        self._take()
        if token.kind == "not":
            part = self._one(of, depth + 1)
            return part.part if isinstance(part, Not) else Not(part)
        if token.kind == "(":
            return self._bracket(token, of, depth)
        if token.kind == "field":
            return self._of_field(token, of, depth)
        return self._leaf(token, of)

    def _unfinished(self, found: Token | None = None) -> str:
        before = self._tokens[self._next - 1] if self._next else None
        if before is not None and before.kind == "(" and found is not None and found.kind == ")":
            return "括号里没有内容"
        if found is not None and found.kind == ")" and before is None:
            return "多了一个右括号"
        place = (
            f"“{before.text}”后面"
            if before is not None and before.kind != "field"
            else "冒号后面"
            if before
            else "前面"
        )
        return f"{place}缺一个词" if found is None or found.kind == ")" else f"“{found.text}”前面缺一个词"

    def _bracket(self, opening: Token, of: str, depth: int) -> Node:
        if self._peek() is None:
            raise QueryError("括号没有合上", opening.at)
        node = self._either(of, depth + 1)
        if not self._ahead(")"):
            raise QueryError("括号没有合上", opening.at)
        self._take()
        return node

    def _of_field(self, token: Token, of: str, depth: int) -> Node:
        if of:
            raise QueryError("字段里不能再写字段", token.at)
        if not self._ahead("word", "phrase", "("):
            raise QueryError("字段的冒号后面要写一个词，或括号里的几个词", token.at)
        return self._one(token.text, depth)

    def _leaf(self, token: Token, of: str) -> Node:
        self._words += 1
        if self._words > MOST_WORDS:
            raise QueryError(f"词太多：一个专题最多 {MOST_WORDS} 个；请分成几个专题", token.at)
        if len(token.text) > LONGEST_WORD:
            raise QueryError(f"一个词最多 {LONGEST_WORD} 个字", token.at)
        if of in ("", "title"):
            return Word(token.text, token.at, title=of == "title", exact=token.exact)
        return About(of, self._value(of, token), token.at)

    def _value(self, of: str, token: Token) -> str:
        """Return what a field asks for, a channel by its code. QueryError where it may not be asked for."""
        if of == "channel":
            return self._channel(token)
        if of == "author":
            self._refuse_private(token)
        return token.text

    def _channel(self, token: Token) -> str:
        for code, label in self._allowed.channels.items():
            if token.text.lower() in (code, label.lower()):
                return code
        usable = "、".join(self._allowed.channels.values()) or "这里没有登记渠道"
        raise QueryError(f"没有“{token.text}”这个渠道；可用的有：{usable}", token.at)

    def _refuse_private(self, token: Token) -> None:
        known = self._allowed.accounts
        if known is None or token.text.casefold() not in {name.casefold() for name in known}:
            raise QueryError(
                f"“{token.text}”没有登记为监测源：author: 只能写已登记的媒体、机构、政务账号，不能盯个人", token.at
            )
