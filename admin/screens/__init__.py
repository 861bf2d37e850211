"""The screens, one subject a module; each brings a blueprint."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint

from admin.screens import home, jobs, places, regions, standards

SCREENS: Sequence[Blueprint] = (home.screen, jobs.screen, places.screen, regions.screen, standards.screen)
