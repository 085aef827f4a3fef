"""Bureau templates shipped with the service: one TOML file each, which an office copies and edits."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from domain.org import Org, org_from


def names() -> tuple[str, ...]:
    """Return the names of the packaged templates."""
    files = resources.files(__package__).iterdir()
    return tuple(sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")))


@cache
def template(name: str) -> dict[str, Any]:
    """Return the parsed template `name`; ValueError lists the known ones."""
    if name not in names():
        raise ValueError(f"没有名为 {name} 的机构模板；可用的有：{'、'.join(names())}")
    return tomllib.loads((resources.files(__package__) / f"{name}.toml").read_text("utf-8"))


def bureau(name: str, home: tuple[str, ...] | None = None) -> Org:
    """Return the bureau of template `name`, with `home` as its own places where given. ValueError as `template`."""
    return org_from(template(name), home)
