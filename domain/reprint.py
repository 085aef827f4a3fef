"""转载: until when a superior's post should be answered, and why one may be left. Pure; the numbers are ours.

Source: 泉州市工商局2017年政务公开工作要点（上级门户网站发布的涉及本地区本部门的重要政策信息及时充分转载）.
"""

from datetime import datetime, timedelta

from domain.workdays import Calendar, add_workdays, beijing_day, end_of

WITHIN = 3
"""Working days for an answer, the day on which the post was first seen not counted."""
OLDER = timedelta(days=7)
"""A post this much older than the watch over its source is history, not news to reprint."""
REASONS = ("与本单位工作无关", "已有相同内容", "不面向公众", "已失效或已更新")


def answer_by(seen: datetime, calendar: Calendar) -> datetime:
    """Return the last second in which an answer is in time, aware, for a post first seen then. ValueError if naive."""
    return end_of(add_workdays(beijing_day(seen), WITHIN, calendar)[0])
