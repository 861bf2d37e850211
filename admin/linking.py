"""Links between subjects: a page that is not there yet leads nowhere, and no template falls over it."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for


def link(endpoint: str, **values: Any) -> str:
    """Return the address of a page, nothing where the application has none."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""
