"""How faults reach the page: told where they belong, never half done; what is not ours to show reads like absent."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, render_template, request
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from admin.language import say
from admin.own_address import is_ours
from core.errors import InvalidInput, JiuzhuError

LOG = logging.getLogger("jiuzhu.admin")
ABSENT = ("unknown_", "no_such_")
STATUS = {
    "not_permitted": 403, "conflict": 409, "too_many_attempts": 429, "database_busy": 503, "database_gone": 503,
    "disk_full": 507,
}  # fmt: skip
"""Statuses of errors by code; every other error is the input's (422)."""

SAYING = {
    400: ("请求不完整，请返回重试", "the request is incomplete; go back and try again"),
    403: ("没有权限", "you have no right to this"),
    404: ("没有这个页面，或不在您的管辖范围内", "there is no such page, or it is not in your area"),
    405: ("该页面不能这样访问", "this page cannot be used like that"),
    413: ("文件过大，上限 32 MB", "the file is too large; the limit is 32 MB"),
}


def install(app: Flask, *, secure: bool) -> None:  # noqa: ARG001 - every part is installed alike
    """Handle our errors, the web's, and our bugs."""
    app.register_error_handler(JiuzhuError, told)
    app.register_error_handler(CSRFError, lambda _: _page(400, *SAYING[400]))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _bug)


def told(error: JiuzhuError) -> ResponseReturnValue:
    """Answer an error that no form has taken: a page, or a fragment where one was asked for."""
    status = status_of(error)
    if request.view_args and (_is_absent(error) or (status in (403, 404) and request.method == "GET")):
        return _page(404, *SAYING[404])  # whether it exists elsewhere is nobody's business here
    problems = error.problems if isinstance(error, InvalidInput) else ()
    return _page(status, error.message.zh, error.message.en, error=error, problems=problems)


def _is_absent(error: JiuzhuError) -> bool:
    """Tell whether what the address names is not there for this officer; what a form names is a fault of the form."""
    named = (error.value or "").rpartition("/")[2]  # ``visit/7`` in an address of visits is 7
    return error.code.startswith(ABSENT) and named in map(str, (request.view_args or {}).values())


def status_of(error: JiuzhuError) -> int:
    """Return the HTTP status of an error."""
    if error.code.startswith(ABSENT) and (request.method == "GET" or _is_absent(error)):
        return 404
    return STATUS.get(error.code, 422)


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    zh, en = SAYING.get(error.code, ("请求不能处理", "the request cannot be handled"))
    return _page(error.code, zh, en)


def _bug(error: Exception) -> ResponseReturnValue:
    LOG.error("%s %s: %s", request.method, request.url_rule, type(error).__name__, exc_info=error)
    return _page(500, "系统出错，已记录；没有保存任何内容", "something broke and was logged; nothing was saved")


def _page(status: int, zh: str, en: str, **more: object) -> ResponseReturnValue:
    if request_ctx.url_adapter is None:  # a foreign host: no address of ours can be made
        return say(zh, en), status
    part = "fragments/problem.html" if request.headers.get("HX-Request") else "problem.html"
    return render_template(part, status=status, message=say(zh, en), back=_back(), **more), status


def _back() -> str:
    """The page somebody comes from, where it is one of ours and another one."""
    came = urlsplit(request.referrer or "")
    address = urlunsplit(("", "", came.path, came.query, ""))
    return address if came.netloc == request.host and is_ours(address) and came.path != request.path else ""
