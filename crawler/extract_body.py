"""Where on a page the article stands, and its text: density of words, punctuation and links decides."""

from crawler.page_weights import Weights, kind

_PIECES = frozenset(["p", "li", "dd", "dt", "h1", "h2", "h3", "td"])
_LISTS = frozenset(["ul", "ol", "dl", "table", "div", "section"])


def containers(weights: Weights) -> list[int]:
    """Return the elements that hold the article, in order: one, or the posts of a thread; none without any text."""
    tree = weights.tree
    if not tree.tags or not weights.letters[0]:
        return []
    posts = [element for element in tree.parts.get("posts", ()) if weights.letters[element]]
    if posts:
        return posts
    best = _climbed(weights, _densest(weights))
    marked = _marked(weights, best)
    return [best if marked is None else marked]


def _marked(weights: Weights, best: int) -> int | None:
    """Return the element some family of sites marks as the text, if it holds enough; `best` is the densest.

    The only such mark of a page is believed even if something else, a list of other stories, is longer.
    """
    tree = weights.tree
    outer: list[int] = []
    for element in tree.parts.get("body", ()):
        if not (outer and element < tree.ends[outer[-1]]) and weights.link_share(element) < 0.5:
            outer.append(element)
    fullest = max(outer, key=lambda element: weights.letters[element], default=None)
    if fullest is None or weights.letters[fullest] < 20:
        return None
    share = weights.letters[fullest] / max(1, weights.letters[best])
    return fullest if share >= 0.5 or (len(outer) == 1 and share >= 0.2) else None


def _densest(weights: Weights) -> int:
    scores, names = _scores(weights), weights.tree.names

    def worth(element: int) -> float:
        bonus = 1.15 if element in names and kind(names[element]) == "article" else 1.0
        prose: float = (1 - weights.link_share(element)) ** 1.5
        return scores[element] * bonus * prose

    return max(scores, key=worth, default=0)


def _scores(weights: Weights) -> dict[int, float]:
    """Every block of prose counts for its parent, half for its grandparent, and for itself where it is long."""
    tree = weights.tree
    scores: dict[int, float] = {}
    for block, length in enumerate(weights.own):
        if length < 12 or not (weights.own_marks[block] or length > 60):
            continue
        weight = min(length, 400) / 20 + weights.own_marks[block] * 2
        if tree.tags[block] not in _PIECES or length > 250:
            scores[block] = scores.get(block, 0.0) + weight
        if block:
            parent = tree.blocks[tree.parents[block]]
            above = tree.blocks[tree.parents[parent]]
            scores[parent] = scores.get(parent, 0.0) + weight
            if parent:
                scores[above] = scores.get(above, 0.0) + weight / 2
    return scores


def _climbed(weights: Weights, best: int) -> int:
    """Go up while a parent adds much clean prose: paragraphs spread over several containers."""
    tree, top = weights.tree, weights.tree.parents[best]
    while top:
        much = weights.letters[top] > 1.25 * weights.letters[best] and weights.marks[top] > 1.25 * weights.marks[best]
        if much and weights.link_share(top) < 0.12:
            best = top
        elif weights.letters[top] > 1.6 * weights.letters[best]:
            break
        top = tree.parents[top]
    return best


def lines(weights: Weights, container: int) -> list[str]:
    """Return the text of an element, one block a line, without lists of links and what is left out."""
    tree = weights.tree
    out = _unprinted(weights, container)
    start, end = tree.span(container)
    found: list[str] = []
    parts: list[str] = []
    block = container
    for owner, text in zip(tree.owners[start:end], tree.texts[start:end], strict=True):
        if owner in out:
            continue
        if tree.blocks[owner] != block or text == "\n":
            _finish(parts, found)
            block = tree.blocks[owner]
        parts.append(text)
    _finish(parts, found)
    return found


def _finish(parts: list[str], found: list[str]) -> None:
    """End a line: collapse its white space and keep it unless it is empty."""
    if parts:
        line = " ".join("".join(parts).replace("\u200b", "").split())
        if line:
            found.append(line)
        parts.clear()


def _unprinted(weights: Weights, container: int) -> set[int]:
    """Return the elements inside `container` that are noise or lists of links, with all inside them."""
    tree = weights.tree
    out: set[int] = set()
    for element in range(container + 1, tree.ends[container]):
        if tree.parents[element] in out or weights.left_out[element] or _is_link_list(weights, element):
            out.add(element)
    return out


def _is_link_list(weights: Weights, element: int) -> bool:
    if weights.tree.blocks[element] != element:
        return False
    links = weights.links[element]
    size = weights.letters[element] + links
    return links > 0.6 * max(size, 1) and (size > 40 or weights.tree.tags[element] in _LISTS)
