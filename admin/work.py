"""What a view works with: the platform, and a desk of the officer who is signed in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from flask import current_app
from flask_login import current_user

from core.casework.desk import Desk
from regions.platform import Platform


def platform() -> Platform:
    """Return the open platform."""
    return cast(Platform, current_app.extensions["platform"])


@contextmanager
def reading() -> Iterator[Desk]:
    """A desk that only reads, on one consistent view."""
    with platform().reading_desk(current_user.login) as desk:
        yield desk


@contextmanager
def working() -> Iterator[Desk]:
    """A desk that writes: committed whole at the end or not at all."""
    with platform().desk(current_user.login) as desk:
        yield desk
