"""More shapes of list pages, written after the proposals were made and used to measure them first."""

from collections.abc import Callable

from list_pages import Entry, Shape


def _each(row: Callable[[Entry], str], around: str, between: str = "") -> Shape:
    """Return a shape that writes every row the same way into `around`, where `{}` stands."""
    return lambda rows: around.replace("{}", between.join(map(row, rows)))


def _link(entry: Entry, inside: str = "") -> str:
    return f'<a href="{entry.path}" target="_blank">{inside}{entry.title}</a>'


MORE: dict[str, Shape] = {
    "h4 里链接与日期": _each(
        lambda row: f'<li><h4>{_link(row)}<span class="date"> {row.day} </span></h4></li>',
        '<div class="list list_1 list_2"><ul>{}</ul></div>',
    ),
    "公开平台表格，没有表头": _each(
        lambda row: (
            f'<tr><td class="first-td"><a href="{row.path}" title="{row.title}">{row.cut}</a></td>'
            f'<td class="date">{row.day}</td></tr>'
        ),
        '<div id="postList"><table class="table-content"><tbody>{}</tbody></table></div>',
    ),
    "li 里两个 p，日期带字": _each(
        lambda row: f'<li class="tit"><p>{_link(row)}</p><p class="time">时间：{row.day} 09:30</p></li>',
        '<ul class="list_box">{}</ul>',
    ),
    "斜体日期带时分": _each(
        lambda row: f'<li>{_link(row)} <i class="gray">{row.day:%Y年%m月%d日}09:15</i></li>',
        '<div class="ej_list_box"><ul class="list_14">{}</ul></div>',
    ),
    "栅格": _each(
        lambda row: (
            f'<div class="layui-row"><div class="layui-col-md10">{_link(row)}</div>'
            f'<div class="layui-col-md2">{row.day}</div></div>'
        ),
        '<div class="layui-card-body">{}</div>',
    ),
    "链接组，日期在链接里": _each(
        lambda row: f'<a class="list-group-item" href="{row.path}"><span class="badge">{row.day}</span>{row.title}</a>',
        '<div class="list-group">{}</div>',
    ),
    "标题、日期、间隔平铺": _each(
        lambda row: (
            f'<div class="news_title">{_link(row)}</div><div class="news_date">{row.day}</div><div class="clear"></div>'
        ),
        '<div class="news_list">{}</div>',
    ),
    "h3 与 p 平铺，日期带来源": _each(
        lambda row: (
            f'<h3>{_link(row)}</h3><p class="meta">发布时间：{row.day} 来源：办公室</p>'
            '<p class="sum">摘要文字若干，介绍主要情况。</p>'
        ),
        '<div class="artlist">{}</div>',
    ),
    "日期在几个 span 之中": _each(
        lambda row: (
            f'<div class="one"><h3>{_link(row)}</h3><div class="info"><span>来源：办公室</span>'
            f"<span>{row.day}</span><span>阅读 100</span></div></div>"
        ),
        '<div class="artlist">{}</div>',
    ),
    "带序号，方括号日期": _each(
        lambda row: f"<li><em>01</em>{_link(row)}<span>[{row.day:%m-%d}]</span></li>",
        '<ol class="xxlist">{}</ol>',
    ),
    "font 标签，行间有线": _each(
        lambda row: (
            f'<tr><td><font color="red">■</font> <a href="{row.path}"><font size="2">{row.title}</font></a> '
            f'<font color="#999">{row.day}</font></td></tr><tr><td height="1" bgcolor="#ccc"></td></tr>'
        ),
        '<table width="100%" cellspacing="0">{}</table>',
    ),
    "类名由程序生成，标题里有日期": _each(
        lambda row: (
            f'<a href="{row.path}"><p class="title_9Zk2q">{row.title}</p></a><p class="time_Xy12z">{row.day}</p>'
        ),
        '<div id="app"><div class="list-wrapper_3xK9a"><div class="list-item_aB3d9">{}</div></div></div>',
        between='</div><div class="list-item_aB3d9">',
    ),
    "一行一个 dl": _each(
        lambda row: f'<dl class="zxdl"><dt>{_link(row)}</dt><dd>{row.day:%Y/%m/%d} 08:00:00</dd></dl>', "{}"
    ),
    "月日在上，年在下": _each(
        lambda row: (
            f'<li><div class="d"><p>{row.day:%m-%d}</p><span>{row.day:%Y}</span></div>'
            f'<div class="t"><h4>{_link(row)}</h4></div></li>'
        ),
        '<ul class="nl">{}</ul>',
    ),
    "链接、日期、换行平铺": _each(lambda row: f"·{_link(row)} [{row.day}]<br>", '<div class="TRS_list">{}</div>'),
    "末行是脚本链接": _each(
        lambda row: f'<li><a href="{row.path}" onclick="return hit()">{row.title}</a><b>{row.day}</b></li>',
        '<ul class="tz">{}<li><a href="javascript:void(0)">收起</a></li></ul>',
    ),
}
