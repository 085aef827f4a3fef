"""What a password has to be, by the profile the office chose. Pure; the time is a parameter."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST = 128
_COMMON = """
    123456789012 1234567890ab 1234567890-= 111111111111 000000000000 666666666666 888888888888 123123123123
    password1234 password12345 passwordpassword qwertyuiop12 qwertyuiop123 qwertyuiop[] 1q2w3e4r5t6y 1qaz2wsx3edc
    q1w2e3r4t5y6 abcd12345678 abc123456789 aa1234567890 admin1234567 administrator administrator1 adminadmin12
    changeme1234 welcome12345 iloveyou1234 woaini123456 woaini1314520 zhongguo1234 letmein12345 testtest1234
    huiying123456 huiyinghuiying
"""
COMMON = frozenset(_COMMON.split())
"""Refused in lower case; passwords shorter than 12 are refused anyway."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One policy: the least length, how many of the four kinds of signs, and how long a password is good."""

    name: str
    least: int
    kinds: int
    life: timedelta | None
    refuses_common: bool

    @property
    def words(self) -> str:
        """What is asked, in words."""
        kinds = f"，大写字母、小写字母、数字、符号中至少 {self.kinds} 种" if self.kinds > 1 else ""
        life = f"；每 {self.life.days} 天换一次" if self.life else ""
        return f"至少 {self.least} 个字符{kinds}{life}"


PROFILES = {
    "dengbao3": Profile("等保三级", 10, 3, timedelta(days=90), False),
    "asvs": Profile("OWASP ASVS", 12, 0, None, True),
}
"""`dengbao3`: GB/T 22239-2019 8.1.4.1 a) asks for complexity and regular change. `asvs`: OWASP ASVS 4.0.3 V2.1 forbids
both. An office chooses by the fact `password_profile`."""
DEFAULT = "dengbao3"

_KINDS: tuple[Callable[[str], bool], ...] = (
    str.isupper,
    str.islower,
    str.isdigit,
    lambda sign: not sign.isalnum(),
)


def profile_named(name: object) -> Profile:
    """Return the profile of this name, the default for any other."""
    return PROFILES.get(str(name), PROFILES[DEFAULT])


def fault(profile: Profile, password: str, username: str) -> str | None:
    """Return in words why a password cannot be used; None where it can."""
    if not profile.least <= len(password) <= LONGEST:
        return f"口令应为 {profile.least} 到 {LONGEST} 个字符"
    if username and username.lower() in password.lower():
        return "口令里不能含有用户名"
    if sum(any(map(kind, password)) for kind in _KINDS) < profile.kinds:
        return f"口令应有大写字母、小写字母、数字、符号中的至少 {profile.kinds} 种"
    if profile.refuses_common and (password.lower() in COMMON or len(set(password)) < 4):
        return "这个口令太常见，请换一个"
    return None


def is_expired(profile: Profile, set_at: datetime | None, now: datetime) -> bool:
    """Return whether a password set at `set_at` is too old to be used further; one of unknown age is not."""
    return profile.life is not None and set_at is not None and now - set_at >= profile.life
