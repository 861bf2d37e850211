"""The application factory. For now it answers one question: is the service up, and which version is it."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from flask import Flask, Response, jsonify

from core.origin import check_single_root


def create_app() -> Flask:
    """Return the web application.

    Raises:
        JiuzhuError: ``mixed_installation`` – another distribution's module hides one of ours.
    """
    check_single_root()
    app = Flask(__name__)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # answers are read by people: 救助, not escapes
    app.add_url_rule("/health", view_func=health)
    return app


def health() -> Response:
    """Answer that the service is up: ``{"status": "ok", "version": "0.1.0"}``."""
    return jsonify(status="ok", version=installed_version())


def installed_version(distribution: str = "jiuzhu") -> str:
    """Return the installed version, ``unknown`` when the code runs without having been installed."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "unknown"
