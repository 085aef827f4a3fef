"""Tables as an office edits them: the packaged texts with something replaced."""

from domain import chase, escalation

LADDER, CHASE = escalation.packaged_text(), chase.packaged_text()
EARLY = LADDER.replace('title = "20分钟未确认"\nat = "start+20m"', 'title = "5分钟未确认"\nat = "start+5m"')
"""办公室主任 hears of a suspected emergency after 5 minutes and not after 20."""
assert EARLY != LADDER


def without(name: str, text: str = LADDER) -> str:
    """Return a text without the rung of this name."""
    return "\n\n".join(part for part in text.split("\n\n") if f'rung = "{name}"' not in part)


def added(name: str, at: str, title: str = "加的", ladder: str = "duty", text: str = LADDER) -> str:
    """Return a text with one rung more, for 值班员 and 办公室主任."""
    posts = '["duty_officer", "office_director"]'
    return f'{text}\n[[{ladder}]]\nrung = "{name}"\ntitle = "{title}"\nat = "{at}"\nposts = {posts}\n'
