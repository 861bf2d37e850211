"""The screens, one subject a module; each brings a blueprint."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint

from admin.screens import (
    account,
    audit,
    cases,
    filings,
    funds,
    home,
    jobs,
    ledgers,
    meetings,
    offices,
    payrolls,
    places,
    proofs,
    recusals,
    regions,
    standards,
    users,
    visits,
)

SCREENS: Sequence[Blueprint] = (
    account.screen,
    audit.screen,
    cases.screen,
    filings.screen,
    funds.screen,
    home.screen,
    jobs.screen,
    ledgers.screen,
    meetings.screen,
    offices.screen,
    payrolls.screen,
    places.screen,
    proofs.screen,
    recusals.screen,
    regions.screen,
    standards.screen,
    users.screen,
    visits.screen,
)
