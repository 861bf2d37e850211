"""The conformance suite: what a plugin must fulfil, one check a function, and the report of it."""

from __future__ import annotations

from regions.check.report import Report
from regions.check.run import check_here, check_plugin

__all__ = ["Report", "check_here", "check_plugin"]
