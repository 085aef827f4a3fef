"""How times are written: the patterns `dates` reads, each with the same group names."""

import re

MONTHS = {
    name: n
    for n, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
ZONES = {"z": 0, "gmt": 0, "utc": 0, "ut": 0, "wet": 0, "bst": 1, "cet": 1, "cest": 2, "eet": 2, "msk": 3, "est": -5}
ZONES |= {"edt": -4, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "cst": 8, "bjt": 8, "hkt": 8, "jst": 9}
ZONES |= {"kst": 9, "sgt": 8, "北京时间": 8}

HALF = r"(?P<half>上午|早上|清晨|早晨|凌晨|中午|下午|傍晚|晚上|晚间|夜间|深夜|[AP]M)?"
ZONE = (
    r"(?:\s*\(?(?P<zone>(?:GMT|UTC)?\s?[+-]\d\d?(?::?\d\d)?(?!\d)|Z|GMT|UTC?|北京时间"
    r"|[CEMP][SD]T|BST|CES?T|EET|WET|MSK|BJT|HKT|JST|KST|SGT)(?![A-Za-z]))?"
)
CLOCK = (
    HALF + r"\s*(?P<hour>[01]?\d|2[0-4])\s?(?:[:：]\s?(?P<min>[0-5]\d)(?:\s?[:：]\s?(?P<sec>[0-5]\d|60)(?:[.,]\d+)?)?"
    r"|[时点](?P<min2>[0-5]?\d|半)?分?(?:(?P<sec2>[0-5]?\d)秒)?)(?:\s?(?P<half2>[AP]M)\b)?" + ZONE
)
GAP = r"(?:\s|&nbsp;|[T,，|]|[(（]?(?:星期|周)[一二三四五六日天][)）]?|[(（][一二三四五六日][)）])*"
CALENDAR = re.compile(
    r"(?<!\d)(?P<year>(?:19[7-9]|20\d)\d)\s?(?P<mark>[-/.年])\s?(?P<month>1[0-2]|0?[1-9])\s?[-/.月]\s?"
    r"(?P<day>3[01]|[12]\d|0?[1-9])(?!\d)\s?[日号]?(?:" + GAP + CLOCK + ")?",
    re.I,
)
SHORT_YEAR = re.compile(r"(?<!\d)(?P<year>\d\d)年(?P<month>\d\d?)月(?P<day>\d\d?)[日号]?(?:" + GAP + CLOCK + ")?", re.I)
COMPACT = re.compile(
    r"(?<!\d)(?P<year>(?:19[7-9]|20\d)\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])"
    r"(?:T?(?P<hour>[01]\d|2[0-3])(?P<min>[0-5]\d)(?P<sec>[0-5]\d)?)?" + ZONE + r"(?!\d)"
)
MONTH_NAME = r"(?:(?P<name>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?|(?P<month>1[0-2]|0?[1-9])月)"
MAIL = re.compile(
    r"(?<!\d)(?P<day>\d\d?)(?:st|nd|rd|th)?[\s-]+"
    + MONTH_NAME
    + r"[\s,-]+(?P<year>\d{4}|\d\d)(?!\d)(?:[\s,T]+"
    + CLOCK
    + ")?",
    re.I,
)
UNIX = re.compile(
    r"\b" + MONTH_NAME + r"\s+(?P<day>\d\d?)(?:,?\s+(?P<year0>\d{4}))?\s+" + CLOCK + r"(?:\s+(?P<year>\d{4}))?(?!\d)",
    re.I,
)
ENGLISH = re.compile(
    r"\b" + MONTH_NAME + r"\s+(?P<day>\d\d?)(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})(?!\d)(?:[\s,at-]+" + CLOCK + ")?",
    re.I,
)
HALF_DAY = re.compile("[AP]M|[ap]m")
AMERICAN = re.compile(
    r"(?<![\d/])(?P<month>1[0-2]|0?[1-9])/(?P<day>3[01]|[12]\d|0?[1-9])/(?P<year>20\d\d|19[7-9]\d)\s+(?=[\d:]+ ?[AP]M)"
    + CLOCK,
    re.I,
)
EPOCH = re.compile(r"(\d{10})(?:\.\d+)?|(\d{13})")
AGO = re.compile(
    r"(?P<count>\d{1,4}|半|一|两|几)\s?个?(?P<unit>秒钟?|分钟?|小时|钟头|天|日|周|星期|礼拜|月|年)(?:之|以)?前"
)
NEAR_DAY = re.compile(r"(?P<word>今天|今日|昨天|昨日|昨晚|前天|前日|今晨|今早)\s*(?:" + CLOCK + ")?", re.I)
YEARLESS = re.compile(
    r"(?<![\d.:/-])(?P<month>1[0-2]|0?[1-9])\s?(?:月|(?P<mark>[-/]))\s?(?P<day>3[01]|[12]\d|0?[1-9])(?![\d/-])\s?[日号]?(?:"
    + GAP
    + CLOCK
    + ")?",
    re.I,
)
BARE = re.compile(r"\s*" + CLOCK + r"\s*", re.I)
DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
SPELT = re.compile(
    r"([一二〇○零]{1}[〇○零一二三四五六七八九]{3})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
