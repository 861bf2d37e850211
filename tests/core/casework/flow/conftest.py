"""A township with the demonstration provisions, and a case of it in payment."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.casework.clients import DEMONSTRATION
from tests.core.casework.flow.running import PLACE, Running, first_household


@pytest.fixture
def township(make_bureau: Any) -> Any:
    """Dali county on 2008-03-03 with the demonstration provisions."""
    return make_bureau(PLACE, plugin_dirs=(DEMONSTRATION,))


@pytest.fixture
def running(township: Any) -> Running:
    """The first household of the township: four persons with 2,000, 772.00 a year since April."""
    return first_household(township)
