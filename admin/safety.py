"""What keeps the pages safe whatever a screen does: headers, cookies, forged forms, foreign hosts, what is too much."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from flask import Flask, Response, current_app, request
from flask_wtf import CSRFProtect
from werkzeug.routing import IntegerConverter

from core.casework.signin import WHOLE
from core.errors import JiuzhuError, Text
from regions.platform import Platform

KEY_FILE = "session.key"
LARGEST_UPLOAD = 32 * 1024 * 1024
"""Bytes of a request: a scanned document, a roster of a county."""

MOST_ENTRIES = 20_000
"""Entries of a form, sent either way: far more than the largest grid has."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=(), camera=()",
}

TLS_ONLY = "max-age=31536000"
"""Sent behind TLS: for a year the browser asks for this name in no other way."""


class Key(IntegerConverter):
    """A key in an address: no more digits than any database holds; what has more names nothing."""

    regex = r"\d{1,15}"


def install(app: Flask, *, secure: bool) -> None:
    """Set up cookies, CSRF, limits and headers."""
    platform: Platform = app.extensions["platform"]
    app.config.update(
        SECRET_KEY=_secret(platform.settings.data_dir / KEY_FILE),
        SESSION_COOKIE_NAME="jiuzhu",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        PERMANENT_SESSION_LIFETIME=WHOLE,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=30),
        MAX_CONTENT_LENGTH=LARGEST_UPLOAD,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        MAX_FORM_PARTS=MOST_ENTRIES,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
        WTF_CSRF_SSL_STRICT=secure,
    )
    app.url_map.converters["int"] = Key
    CSRFProtect(app)
    app.before_request(_refuse_unfit)
    app.after_request(_protect)


def _refuse_unfit() -> None:
    """Refuse what no form of ours sends: a character no database keeps, entries without end."""
    if len(request.form) > MOST_ENTRIES:
        raise JiuzhuError("too_long", Text("表单过大", "the form is too large"))
    named = [file.filename or "" for file in request.files.values()]
    given = (*request.args.items(multi=True), *request.form.items(multi=True), (request.path, *named))
    if any("\0" in text for texts in given for text in texts):
        text = Text("输入中有不能保存的字符", "something typed holds a character that cannot be kept")
        raise JiuzhuError("bad_text", text, hint=Text("请删去后重试", "take it out and try again"))


def _protect(response: Response) -> Response:
    """Add the headers; pages hold personal data and are never kept by a cache."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers.setdefault("Strict-Transport-Security", TLS_ONLY)
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response


def _secret(file: Path) -> bytes:
    """Return the key that signs cookies; the workers of a server share it, and it is made at the first start.

    Whole or not at all: of two workers that start at once one makes it, and the other never reads half of it.
    """
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)  # for its owner's eyes only
        with os.fdopen(handle, "wb") as target:
            target.write(secrets.token_bytes(32))
        with suppress(FileExistsError):
            os.link(beside, file)
        Path(beside).unlink()
    return file.read_bytes()
