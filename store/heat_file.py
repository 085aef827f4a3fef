"""The office's own copy of the numbers of heat and levels, else the packaged ones."""

import os
from pathlib import Path

from domain.heat_table import Numbers, numbers_from, shipped, shipped_text
from store.settings import SettingError, Settings

NAME = "heat.toml"


def path_of(settings: Settings) -> Path:
    """Return where the office's copy stands, or would stand."""
    return settings.data_dir / NAME


def read_numbers(settings: Settings) -> Numbers:
    """Return the numbers that hold. SettingError says what is wrong with the office's copy."""
    path = path_of(settings)
    try:
        return numbers_from(path.read_text("utf-8"))
    except FileNotFoundError:
        return shipped()
    except OSError as error:
        raise SettingError(f"热度数字表 {path} 无法读取：{error.strerror}") from None
    except ValueError as error:
        raise SettingError(f"热度数字表 {path} 有误：{error}") from None


def write_copy(settings: Settings) -> Path:
    """Write the packaged table into the data folder, to be changed there; return its path. FileExistsError if there."""
    path = path_of(settings)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(shipped_text())
    return path
