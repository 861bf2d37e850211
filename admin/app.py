"""The application factory: a platform in, a web application out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from flask import Flask, Response, jsonify

from admin import access, language, problems, safety, shapes, signin
from admin.screens import SCREENS
from core.origin import check_single_root
from regions.one_state import one_state
from regions.platform import Platform

LOOPBACK = ("127.0.0.1", "localhost")
Wsgi = Callable[[Any, Any], Iterable[bytes]]


def create_app(platform: Platform, *, secure: bool = True, hosts: Sequence[str] = LOOPBACK) -> Flask:
    """Return the web application of an open platform.

    ``secure`` is off only for a server on this machine that speaks plain HTTP: browsers then keep the cookie all the
    same. ``hosts`` are the names the server answers to; any other in a request is refused.

    Raises:
        JiuzhuError: ``mixed_installation`` – another distribution's module hides one of ours.
    """
    check_single_root()
    app = Flask(__name__)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # answers are read by people: 救助, not escapes
    app.config["TRUSTED_HOSTS"] = list(hosts)
    app.extensions["platform"] = platform
    app.add_url_rule("/health", view_func=health)
    for part in (safety, signin, access, language, shapes, problems):
        part.install(app, secure=secure)
    for screen in SCREENS:
        app.register_blueprint(screen)
    app.wsgi_app = of_one_state(app.wsgi_app)  # type: ignore[assignment, method-assign]
    return app


def of_one_state(answer: Wsgi) -> Wsgi:
    """Make each page of one state of the rules, and ask the database for news of them once a page."""

    def settled(environ: Any, start: Any) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return answer(environ, start)
        with one_state():
            return answer(environ, start)

    return settled


def health() -> Response:
    """Answer that the service is up: ``{"status": "ok", "version": "0.1.0"}``."""
    return jsonify(status="ok", version=installed_version())


def installed_version(distribution: str = "jiuzhu") -> str:
    """Return the installed version, ``unknown`` when the code runs without having been installed."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "unknown"
