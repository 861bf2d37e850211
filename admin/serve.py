"""The web application under gunicorn: several workers on one database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from werkzeug.middleware.proxy_fix import ProxyFix

from admin.app import create_app
from regions.platform import open_platform
from regions.settings import Settings


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn, told everything here: each worker opens a platform of its own."""

    def __init__(self, settings: Settings, *, hosts: Sequence[str], proxy: bool, options: dict[str, Any]) -> None:
        self._settings, self._hosts, self._proxy, self._options = settings, hosts, proxy, options
        super().__init__()

    def load_config(self) -> None:
        """Hand gunicorn its options."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Make the application of one worker."""
        app = create_app(open_platform(self._settings), secure=self._proxy, hosts=self._hosts)
        if self._proxy:
            app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
        return app
