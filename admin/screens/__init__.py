"""The screens, one subject a module; each brings a blueprint."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint

from admin.screens import (
    account,
    amending,
    amendments,
    audit,
    batches,
    budgets,
    cases,
    filings,
    funds,
    home,
    impacts,
    jobs,
    ledgers,
    meetings,
    offices,
    payrolls,
    places,
    plugins,
    postings,
    proofs,
    recusals,
    regions,
    reports,
    standards,
    users,
    visits,
)

SCREENS: Sequence[Blueprint] = (
    account.screen,
    amending.screen,
    amendments.screen,
    audit.screen,
    batches.screen,
    budgets.screen,
    cases.screen,
    filings.screen,
    funds.screen,
    home.screen,
    impacts.screen,
    jobs.screen,
    ledgers.screen,
    meetings.screen,
    offices.screen,
    payrolls.screen,
    places.screen,
    plugins.screen,
    postings.screen,
    proofs.screen,
    recusals.screen,
    regions.screen,
    reports.screen,
    standards.screen,
    users.screen,
    visits.screen,
)
