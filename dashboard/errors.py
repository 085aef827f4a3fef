"""Pages for what went wrong, in plain Chinese; nothing about the inside of the service."""

import logging

from flask import Flask, g, render_template, request
from werkzeug.exceptions import HTTPException

log = logging.getLogger(__name__)

WORDS = {
    400: ("请求不完整", "表单没有提交。请返回上一页，刷新后再填一次。"),
    401: ("请先登录", "登录已过期。请重新登录，已登记的内容都在。"),
    403: ("没有权限", "您的账号不能看这一页或做这一步。需要时请与办公室联系。"),
    404: ("没有这一页", "网址不对，或者这一项已不存在。请从左侧菜单重新进入。"),
    405: ("不能这样打开", "这一步要在页面上按按钮完成。请返回上一页。"),
    413: ("内容太长", "表单没有提交。请把文字缩短，或换一个小一些的文件（导入不超过 20 MB）后再试。"),
    429: ("请稍等", "尝试次数太多。请过几分钟再试。"),
    503: ("暂时忙", "请过几秒钟再试。"),
    500: ("系统出错了", "刚才这一步可能没有完成，已登记的内容没有改动。请刷新后再看；仍不行请打电话给系统管理员。"),
}


def register(app: Flask) -> None:
    """Give the application its error pages."""
    app.register_error_handler(HTTPException, _known)
    app.register_error_handler(Exception, _unknown)


def _known(error: HTTPException) -> tuple[str, int]:
    code = error.code or 500
    title, words = WORDS.get(code, ("请求不能处理", "请返回上一页再试。"))
    return _page(code, title, words)


def _unknown(error: Exception) -> tuple[str, int]:
    log.exception("%s %s", request.method, request.path)
    return _page(500, *WORDS[500])


def _page(code: int, title: str, words: str) -> tuple[str, int]:
    return render_template("error.html", code=code, title=title, words=words, who=g.get("who")), code
