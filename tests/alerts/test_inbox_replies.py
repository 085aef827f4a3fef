"""The new text of a reply: history and signature of each mail program are cut, and nothing else."""

import pytest
from returned_mail import QUOTED

from alerts.inbox.reply import new_text
from domain.html_text import as_text

NEW = "已到现场核查，结果如下：\n1. 样品已封存；\n2. 责令停业整改。"
HEADER = "发件人：值班室 <zhiban@demo.invalid>\n发送时间：2026年11月22日 14:05\n收件人：值班员A\n主题：舆情交办\n\n"
HISTORIES = {
    "QQ": '------------------ 原始邮件 ------------------\n发件人: "值班室" <zhiban@demo.invalid>;\n发送时间: 今天\n',
    "Outlook": "________________________________\n" + HEADER,
    "Outlook without a line": HEADER,
    "Outlook in English": "-----Original Message-----\nFrom: zhiban@demo.invalid\nSent: Sunday\nTo: A\nSubject: x\n",
    "Foxmail": " \n发件人： 值班室\n发送时间： 2026-11-22 14:05\n收件人： a\n主题： 舆情\n",
    "163": '在 2026-11-22 14:05:00，"值班室" <zhiban@demo.invalid> 写道：\n',
    "163 phone": "---- 回复的原邮件 ----\n| 发件人 | 值班室<zhiban@demo.invalid> |\n| 日期 | 2026年11月22日 14:05 |\n",
    "Apple": "> 在 2026年11月22日，下午2:05，值班室 <zhiban@demo.invalid> 写道：\n> \n",
    "Apple unquoted": "在 2026年11月22日，下午2:05，值班室\n<zhiban@demo.invalid> 写道：\n\n",
    "Gmail": "值班室 <zhiban@demo.invalid> 于2026年11月22日周日 14:05写道：\n\n",
    "Gmail in English": "On Sun, Nov 22, 2026 at 2:05 PM 值班室 <\nzhiban@demo.invalid> wrote:\n\n",
    "139": "----邮件原文----发件人：值班室 <zhiban@demo.invalid>收件人：a@demo.invalid\n",
    "wide dashes": "－－－－－原始邮件－－－－－\n",
    "Original": "Original:\nFrom：值班室 <zhiban@demo.invalid>\nDate：2026-11-22 14:05:00\nTo：a\n",
    "two lines": "发件人：“值班室”<zhiban@demo.invalid>\n日期：2026-11-22\n",
    "Alibaba": "-----------------------------------------\n发件人：值班室\n发送时间：今天\n收件人：a\n主　题：x\n",
    "forwarded": "-------- 转发的邮件 --------\n发件人：a\n",
}
SIGNATURES = {
    "none": "",
    "iPhone": "\n\n发自我的iPhone",
    "phone": "\n发自我的华为手机\n",
    "QQ phone": "\n\n来自 iPhone 的 QQ邮箱",
    "Outlook": "\n\n获取 Outlook for iOS",
    "English": "\n\nSent from my iPhone",
    "dashes": "\n-- \n值班员A\n清源市市场监督管理局",
    "line": "\n----------------\n值班员A\n食品安全科\n电话：0000-0000000",
    "card": "\n\n| |\n值班员A\n|\n|\na@demo.invalid\n|",
}


@pytest.mark.parametrize("signature", SIGNATURES)
@pytest.mark.parametrize("history", HISTORIES)
def test_new_text_is_what_stands_above_history_and_signature(history, signature):
    quoted = "".join(f"> {line}\n" for line in QUOTED.splitlines()) if "Apple" in history else QUOTED
    assert new_text(f"{NEW}{SIGNATURES[signature]}\n\n{HISTORIES[history]}{quoted}") == NEW
    assert new_text(f"签收{SIGNATURES[signature]}\r\n\r\n{HISTORIES[history]}{quoted}") == "签收"


@pytest.mark.parametrize(
    "text",
    [
        "企业在2026年11月22日的公告里写道：停业整改。\n请审阅。",
        "情况：\n发件人：张\n我局已核。",
        "来自城东分局的同志已到场处置。\n发自内心感谢。",
        "一、核查\n----------\n二、处置：已完成。",
        "- 已封存\n- 已抽样\n- 已约谈",
        "在2026年11月22日14:05接报，已办结。",
        "日期：2026年11月22日\n主题：现场会\n内容：见上。",
        "1",
    ],
)
def test_nothing_is_cut_from_what_only_looks_like_history(text):
    assert new_text(text) == text


def test_answers_between_and_below_quoted_lines_are_kept():
    assert (
        new_text("答复如下：\n\n> 一、何时到场？\n\n14时。\n\n> 二、何人带队？\n\n值班员A。")
        == "答复如下：\n\n14时。\n\n值班员A。"
    )
    assert new_text("2026-11-22 14:05，值班室 <z@demo.invalid> 写道：\n> 请反馈。\n\n已办结。") == "已办结。"


def test_a_mail_of_history_alone_has_no_new_text():
    assert new_text(HISTORIES["QQ"] + QUOTED) == ""
    assert new_text("") == ""


HTML = {
    "QQ": "<div>签收</div><div><br></div><div>---------&nbsp;原始邮件&nbsp;---------</div><div>食品</div>",
    "163": '签收<br>在 2026-11-22，"值班室" &lt;z@demo.invalid&gt; 写道：<br><blockquote><p>食品</p></blockquote>',
    "Outlook": '<p>签收</p><div style="border-top:solid #E1E1E1 1.0pt"><p>某某</p></div><p>食品</p>',
    "Outlook web": '<div>签收</div><hr><div id="divRplyFwdMsg">From</div><div>食品</div>',
    "Gmail": '<div>签收</div><div class="gmail_quote">某某<blockquote>食品</blockquote></div>',
    "head": "<html><head><title>t</title><style>p{}</style></head><!-- c --><body>签收<script>x</script></body></html>",
}


@pytest.mark.parametrize("program", HTML)
def test_html_is_cut_where_its_program_marks_the_history(program):
    assert new_text(as_text(HTML[program])) == "签收"


def test_html_is_read_in_time_that_grows_with_its_length():
    for hostile in ("<div>" * 200_000, "<!--" * 250_000, "<a " * 300_000, "<" * 1_000_000, "id=" * 300_000):
        as_text("<p " + hostile)
        as_text(hostile)


def test_long_texts_are_cut_in_time_that_grows_with_their_length():
    attribution = "在 2026-11-22，值班室 <z@demo.invalid> 写道：\n> x\n\ny\n"
    for hostile in (attribution * 4_000, "-- \n" * 5_000, "在 2026 " * 40_000, "From: a\n" * 5_000, "-" * 390_000):
        new_text(hostile)
