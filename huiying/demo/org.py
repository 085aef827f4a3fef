"""The demo bureau's own template: the packaged one with the city's name, places, branches and outlets."""

import json
import re

from huiying.demo.city import City
from huiying.folder import template_text


def org_text(city: City, site: str) -> str:
    """Return the TOML text of the demo bureau; `site` is host and port of the city's site."""
    text = template_text("market_supervision")
    text = text.replace('name = "市场监督管理局"', f"name = {_quoted(city.bureau)}", 1)
    text = text.replace("home = []", f"home = {_quoted(list(city.home))}", 1)
    text = re.sub(r"^outlets = \[\n.*?^\]\n", lambda _: _outlets(city, site), text, count=1, flags=re.M | re.S)
    known = [f"name = {_quoted(unit.name)}" for unit in city.units]
    branches = [unit for unit, line in zip(city.units, known, strict=True) if line not in text]
    return text + "".join(
        f"\n[[units]]\nname = {_quoted(unit.name)}\nkind = {_quoted(unit.kind)}\n"
        f"places = {_quoted(list(unit.places))}\n"
        for unit in branches
    )


def _outlets(city: City, site: str) -> str:
    rows = [
        f"  {{ name = {_quoted(one.name)}, kind = {_quoted(one.kind)}, "
        f"address = {_quoted(site + one.path if one.path else '')} }},\n"
        for one in city.outlets
    ]
    return f"outlets = [\n{''.join(rows)}]\n"


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
