"""List pages as content management systems of Chinese offices write them: shapes with what should be read of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

URL = "https://scjg.qingyuan.example.cn/xwzx/tzgg/index.html"
FIRST = date(2026, 11, 20)
_SUBJECTS = (
    "清源市市场监督管理局关于开展冬季食品安全专项检查的通知",
    "关于公布2026年第3批不合格食品核查处置情况的公告",
    "我局召开价格监管工作座谈会",
    "清源市市场监督管理局行政处罚信息公示（11月16日至11月20日）",
    "东岭区开展计量惠民进社区活动",
    "关于12月1日起启用新版营业执照的公告",
    "致全市餐饮服务经营者的一封信",
    "特种设备检验机构名单",
)


@dataclass(frozen=True)
class Entry:
    """One row as it should be read."""

    title: str
    path: str
    day: date

    @property
    def cut(self) -> str:
        """The title as a narrow column shows it."""
        return f"{self.title[:14]}…" if len(self.title) > 15 else self.title


def entries(count: int, offset: int = 0) -> list[Entry]:
    """Return rows with distinct titles, links and days, the newest first."""
    return [
        Entry(
            f"{_SUBJECTS[(n + offset) % len(_SUBJECTS)]}（第{n + offset + 1}号）",
            f"/art/2026/11/20/art_{100 + offset}_{9000 + n}.html",
            FIRST - timedelta(days=n * 2),
        )
        for n in range(count)
    ]


def _trs(rows: list[Entry]) -> str:
    lines = [
        f'<li><a href=".{row.path}" target="_blank" title="{row.title}">{row.cut}</a><span>{row.day}</span></li>'
        + ('<li class="line"></li>' if n % 5 == 4 else "")
        for n, row in enumerate(rows)
    ]
    return f'<div class="list_con"><ul class="list01">{"".join(lines)}</ul></div>'


def _island(rows: list[Entry]) -> str:
    records = "".join(
        f"<record><![CDATA[<li><a href='{row.path}' title='{row.title}' target=\"_blank\">{row.title}</a>"
        f"<span>{row.day}</span></li>]]></record>"
        for row in rows
    )
    return (
        '<div id="423656" class="default_pgContainer"><script type="text/xml"><datastore><nextgroup><![CDATA['
        '<a href="/module/web/jpage/dataproxy.jsp?page=2"></a>]]></nextgroup><recordset>'
        f"{records}</recordset></datastore></script></div><script>var totalRecord=940;</script>"
    )


def _nested_tables(rows: list[Entry]) -> str:
    lines = "".join(
        '<tr><td height="28" background="dot.gif"><table width="100%"><tr><td width="20"><img src="d.gif"></td>'
        f'<td><a href="{row.path}">{row.title}</a></td><td width="90">[{row.day}]</td></tr></table></td></tr>'
        for row in rows
    )
    return (
        f'<table width="720" align="center"><tr><td valign="top"><table width="98%">{lines}</table></td></tr></table>'
    )


def _catalogue(rows: list[Entry]) -> str:
    lines = "".join(
        f"<tr><td>{n}</td><td class='mc'><a href='{row.path}'>{row.title}</a></td><td>清市监〔2026〕{n}号</td>"
        f"<td>{row.day:%Y年%m月%d日}</td></tr>"
        for n, row in enumerate(rows, 1)
    )
    head = "<tr><th>序号</th><th>名称</th><th>文号</th><th>发布日期</th></tr>"
    return f'<div class="xxgk_main"><table class="zfxxgk_list">{head}{lines}</table></div>'


def _dated_dd(rows: list[Entry]) -> str:
    lines = "".join(
        f'<dd><span class="date">{row.day:%m-%d}</span><a href="{row.path}">{row.title}</a></dd>' for row in rows
    )
    return f'<dl class="newslist"><dt>通知公告</dt>{lines}</dl>'


def _terms(rows: list[Entry]) -> str:
    lines = "".join(f'<dt><a href="{row.path}">{row.title}</a></dt><dd>发布时间：{row.day}</dd>' for row in rows)
    return f'<dl id="notices">{lines}</dl>'


def _cards(rows: list[Entry]) -> str:
    cards = "".join(
        f'<div class="item clearfix"><a class="pic" href="{row.path}"><img src="p.jpg"></a>'
        f'<div class="date"><b>{row.day:%d}</b><span>{row.day:%Y-%m}</span></div>'
        f'<div class="info"><h3><a href="{row.path}">{row.title}</a></h3>'
        f"<p>为进一步规范市场秩序，保障群众权益，我局组织开展相关工作。</p>"
        f"<a class='more' href='{row.path}'>查看详情</a></div></div>"
        for row in rows
    )
    return f'<div class="picList">{cards}</div>'


def _boda(rows: list[Entry]) -> str:
    lines = "".join(
        f'<tr id="line_u7_{n}" height="20"><td width="2%"><span class="leaderfont51377">·</span></td>'
        f'<td valign="middle"><a class="c51377" href="{row.path[1:]}" title="{row.title}">{row.cut}</a></td>'
        f'<td width="1%"><span class="timestyle51377">{row.day:%Y/%m/%d}&nbsp;</span></td></tr>'
        for n, row in enumerate(rows)
    )
    table = f'<table class="winstyle51377" width="100%">{lines}</table>'
    return f'<div class="ny_right_con"><form name="_f">{table}</form></div>'


def _whole_row(rows: list[Entry]) -> str:
    lines = "".join(
        f'<a class="news-item" href="{row.path}"><div class="tit">{row.title}</div>'
        f'<div class="time">{row.day:%Y.%m.%d}</div></a>'
        for row in rows
    )
    return f'<section class="news-wrap">{lines}</section>'


def _blocks_of_five(rows: list[Entry]) -> str:
    lines = [f'<li><a href="{row.path}">{row.title}</a><span class="sj">{row.day}</span></li>' for row in rows]
    blocks = [f'<ul class="gl_list">{"".join(lines[at : at + 5])}</ul>' for at in range(0, len(lines), 5)]
    return f'<div class="gl_box">{"<div class=fgx></div>".join(blocks)}</div>'


def _paragraphs(rows: list[Entry]) -> str:
    lines = "".join(f'<p>·<a href="{row.path}">{row.title}</a>　({row.day})</p>' for row in rows)
    return f'<div id="zoom">{lines}</div>'


def _made_up(rows: list[Entry]) -> str:
    lines = "".join(
        f'<li class="css-9k8j7h"><a class="sc-bdVaJa kXyZwQ" href="{row.path}"><h3 class="css-1q0">{row.title}</h3></a>'
        f'<time datetime="{row.day}T08:30:00+08:00">{row.day:%m/%d}</time></li>'
        for row in rows
    )
    return f'<main id="main"><div class="css-a1b2c3"><ul class="css-1x2y3z">{lines}</ul></div></main>'


def _letters(rows: list[Entry]) -> str:
    lines = "".join(
        f"<tr><td>XJ2026{n:06d}</td><td><a href='view.jsp?id={row.path[-9:-5]}'>{row.title}</a></td><td>食品安全科</td>"
        f"<td>{row.day}</td><td><a href='javascript:void(0)' onclick='rate({n})'>已办结</a></td></tr>"
        for n, row in enumerate(rows, 1)
    )
    head = "<thead><tr><td>编号</td><td>标题</td><td>承办</td><td>来信时间</td><td>状态</td></tr></thead>"
    return f'<div class="jzxx"><table class="table table-striped">{head}<tbody>{lines}</tbody></table></div>'


def _with_column(rows: list[Entry]) -> str:
    lines = "".join(
        f'<li><a class="lm" href="/col/col12/">[通知公告]</a><a href="{row.path}" target="_blank">{row.title}</a>'
        f"<i>{row.day:%Y年%m月%d日}</i></li>"
        for row in rows
    )
    return f'<div class="main_list"><ul>{lines}</ul></div>'


def _nameless(rows: list[Entry]) -> str:
    lines = "".join(f"<li><a href='{row.path}'>{row.title}</a> <em>{row.day}</em></li>" for row in rows)
    return f"<div><ul>{lines}</ul></div>"


def _wrapped(rows: list[Entry]) -> str:
    lines = "".join(
        f'<li class="clearfix"><div class="fl"><i class="icon"></i><a href="{row.path}" title="{row.title}">'
        f'<span>{row.cut}</span></a></div><div class="fr">{row.day}</div></li>'
        for row in rows
    )
    return f'<div class="right_con w900"><ul class="fl">{lines}</ul></div>'


def _date_in_link(rows: list[Entry]) -> str:
    lines = "".join(f'<li><a href="{row.path}"><span class="time">{row.day}</span>{row.title}</a></li>' for row in rows)
    return f'<ul class="infoList">{lines}</ul>'


def _forum(rows: list[Entry]) -> str:
    lines = "".join(
        f'<tbody id="normalthread_{88000 + n}"><tr><td class="icn"><a href="{row.path}"><img src="f.gif"></a></td>'
        f'<th class="new"><a href="{row.path}" class="s xst">{row.title}</a></th><td class="by"><cite><a href="/u/{n}">'
        f'网友{n}</a></cite><em>{row.day}</em></td><td class="num"><a href="{row.path}" class="xi2">{n}</a></td>'
        f'<td class="by"><cite><a href="/u/x{n}">网友甲</a></cite></td></tr></tbody>'
        for n, row in enumerate(rows)
    )
    return f'<div id="threadlist"><form><table id="threadlisttableid">{lines}</table></form></div>'


Shape = Callable[[list[Entry]], str]
SHAPES: dict[str, Shape] = {
    "TRS，标题截断，每五行一条线": _trs,
    "大汉数据岛": _island,
    "一行一张嵌套表格": _nested_tables,
    "信息公开目录表": _catalogue,
    "dd，日期在前，没有年份": _dated_dd,
    "dt 与 dd 交替，日期在后": _terms,
    "图文卡片，日期拆开": _cards,
    "博达，类名带编号": _boda,
    "整行是链接": _whole_row,
    "每五行一个 ul": _blocks_of_five,
    "段落，日期没有元素": _paragraphs,
    "类名由程序生成": _made_up,
    "局长信箱表格": _letters,
    "行内先有栏目链接": _with_column,
    "没有类名": _nameless,
    "层层包裹，类名只管位置": _wrapped,
    "日期在链接里": _date_in_link,
    "论坛，一帖一个 tbody": _forum,
}


def page(shape: Shape, rows: list[Entry], charset: str = "utf-8") -> bytes:
    """Return a whole page around the list: navigation, crumbs, a side list with dates, pages, links, foot."""
    names = ("首页", "机构概况", "政务公开", "办事服务", "互动交流")
    menu = "".join(f'<li><a href="/{name}/">{name}</a></li>' for name in names)
    hot = "".join(
        f'<li><a href="{row.path}">{row.cut}</a><span>{row.day:%m-%d}</span></li>' for row in entries(6, offset=50)
    )
    pages = "".join(f'<a href="index_{n}.html">{n}</a>' for n in range(1, 8))
    friends = "".join(f'<li><a href="https://{n}.example.cn/">清源市某某局{n}网站</a></li>' for n in range(8))
    return (
        f'<!DOCTYPE html><html><head><meta charset="{charset}"><title>通知公告</title></head><body>'
        f'<div class="header"><ul class="nav">{menu}</ul></div>'
        '<div class="crumb">当前位置：<a href="/">首页</a> &gt; <a href="/xwzx/">新闻中心</a></div>'
        f'<div class="wrap"><div class="sidebar"><h3>热点信息</h3><ul class="hot">{hot}</ul></div>'
        f'<div class="mainbox">{shape(rows)}<div class="pages">{pages}</div></div></div>'
        f'<div class="friendlink"><ul>{friends}</ul></div>'
        '<div class="footer"><a href="/about/">关于我们</a> 版权所有</div></body></html>'
    ).encode(charset)
