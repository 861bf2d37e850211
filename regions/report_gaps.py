"""What is missing: gaps, technical defaults, unknown dates, and what will stop a case in a place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from core.casework.assumed import ASSUMED as BY_CASEWORK
from core.casework.process import differ, running
from core.errors import Language, Text
from core.kinds.contribution import ASSUMED
from core.policy import Policy
from core.provision import ASSURED, Provision
from core.rulebook import Rulebook
from regions.platform import Platform
from regions.report import Ask, by_area, flags, place, rulebook
from regions.report_place import known_plugin, plugins


def gaps(platform: Platform, *, ask: Ask | None, plugin: str | None, language: Language) -> list[dict[str, Any]]:
    """Return gaps, technical defaults, excerpts and unknown dates: those in force for a place, or all registered.

    What the core and casework assume comes last; it belongs to no plugin.
    """
    if plugin is not None:
        known_plugin(platform, plugin)
    if ask is None:
        found: Sequence[Provision] = platform.registry.provisions(None)
    else:
        policies = [rulebook(platform, one).policy for one in by_area(ask)]
        lines = [line for policy in policies for group in policy.found.values() for line in group.values()]
        found = list({one.address: one for line in lines for one in line.provisions}.values())
    rows = [row for one in found if plugin in (None, one.plugin) if (row := _gap(one, language)) is not None]
    own = {**ASSUMED, **BY_CASEWORK} if plugin is None else {}
    return rows + [_core_default(at, text, language) for at, text in own.items()]


def _core_default(address: str, text: Text, language: Language) -> dict[str, Any]:
    return {
        "sort": "technical_default",
        "provision": address,
        "kind": address.partition("/")[0],
        "label": text.pick(language),
        "division": None,
        "programme": "any",
        "area": "any",
        "because": text.pick(language),
        "cite": None,
    }


def _gap(one: Provision, language: Language) -> dict[str, Any] | None:
    sort = "gap" if one.is_gap else "technical_default" if one.basis == "technical_default" else _bound_gap(one)
    if sort is None:
        return None
    between = "；" if language == "zh" else "; "
    because = one.because.pick(language) if one.because else between.join(_reasons(one, language))
    return {
        "sort": sort,
        "provision": one.address,
        "kind": one.kind,
        "label": one.label.pick(language),
        "division": one.scope.division,
        "programme": one.scope.programme,
        "area": one.scope.area,
        "because": because,
        "cite": str(one.citation) if one.citation else None,
    }


def _bound_gap(one: Provision) -> str | None:
    if one.assurance not in ASSURED:
        return "excerpt"
    if one.period.undatable:
        return "undatable"
    return "assumed_date" if one.period.start.assumed or one.period.until.assumed else None


def _reasons(one: Provision, language: Language) -> list[str]:
    return [bound.because.pick(language) for bound in (one.period.start, one.period.until) if bound.because]


def doctor(platform: Platform, *, ask: Ask | None, language: Language) -> dict[str, Any]:
    """Return what is wrong or missing: broken plugins, processes that differ, inert provisions, a place's gaps."""
    report: dict[str, Any] = {
        "registry_version": platform.registry.log.version(None),
        "plugins": plugins(platform, language),
        **_processes(platform),
        "inert": [
            {"provision": one.address, "reason": one.inert.pick(language)}
            for one in platform.registry.provisions(None) if one.inert is not None
        ],
    }  # fmt: skip
    if ask is not None:
        report |= _doctor_place(platform, ask, language)
    return report


def _processes(platform: Platform) -> dict[str, Any]:
    """Every process at work on the database, by which versions it answers, and whether they differ."""
    if platform.store is None:
        return {"processes": [], "differ": False}
    with platform.store.reading() as session:
        found = running(session, platform.clock().astimezone(UTC).isoformat(timespec="seconds"))
    rows = [
        {"host": one.host, "pid": one.pid, "role": one.role, "program": one.program, "plugins": dict(one.plugins),
         "registry_version": one.rules, "started_at": one.started_at, "seen_at": one.seen_at}
        for one in found
    ]  # fmt: skip
    return {"processes": rows, "differ": differ(found)}


def _doctor_place(platform: Platform, ask: Ask, language: Language) -> dict[str, Any]:
    """What will stop a case in a place, by area."""
    books = [rulebook(platform, one) for one in by_area(ask)]
    return {
        "place": place(books[0].policy),
        "on": ask.on.isoformat(),
        "stops": [row for book in books for row in _stops(book)],
        "gaps": [row for book in books for row in _gaps_of(book.policy, language)],
        "flags": list({row["provision"]: row for book in books for row in flags(book.policy, language)}.values()),
    }


def _stops(book: Rulebook) -> list[dict[str, str]]:
    """The quantities whose rule is a gap or not in force."""
    sources = ((formula.key, formula.source) for formula in book.program.formulas)
    return [
        {"area": book.policy.area, "quantity": key, "code": source.flags[0], "name": source.flags[1]}
        for key, source in sources
        if len(source.flags) == 2 and not source.text
    ]


def _gaps_of(policy: Policy, language: Language) -> list[dict[str, str]]:
    return [
        {
            "area": policy.area,
            "provision": line.provision.address,
            "kind": line.kind,
            "label": line.provision.label.pick(language),
            "because": line.provision.because.pick(language) if line.provision.because else "",
        }
        for line in policy.gaps
    ]
