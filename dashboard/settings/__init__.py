"""设置: each kind of administrator and the office change what is theirs alone; one file a screen."""

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.pages import who
from dashboard.settings.accounts import accounts
from dashboard.settings.forms import SEE
from dashboard.settings.ladder import ladder
from dashboard.settings.people import people
from dashboard.settings.posts import posts
from dashboard.settings.units import units

settings = Blueprint("settings", __name__, url_prefix="/settings")
for screen in (units, people, accounts, posts, ladder):
    settings.register_blueprint(screen)


@settings.get("")
@allow(*SEE)
def first() -> Response:
    """Lead to the first of the screens."""
    return redirect("/settings/people" if who().administers else "/settings/units")
