"""Which schema a database has and which this program needs; light, because every process asks at its start."""

from importlib.resources import files
from pathlib import Path

from sqlalchemy import inspect, text

from store.db import make_engine


def newest() -> str:
    """Return the newest revision: migrations are named by their number, e.g. `0001_….py`."""
    folder = files("store").joinpath("migrations", "versions")
    return max(entry.name.partition("_")[0] for entry in folder.iterdir() if entry.name[:4].isdigit())


def is_current(url: str) -> bool:
    """Return whether the database at `url` has the newest schema. Asking makes no SQLite file."""
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        return False
    engine = make_engine(url)
    try:
        with engine.connect().execution_options(reading=True) as connection:
            if not inspect(connection).has_table("alembic_version"):
                return False
            found = connection.scalar(text("SELECT version_num FROM alembic_version"))
            return found is not None and str(found) == newest()
    finally:
        engine.dispose()
