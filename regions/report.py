"""Answers to questions about rules, as plain JSON: what is in force, why, what differs, what is missing.

The command line and the admin print these; they hold no rules of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from core.cascade import AMENDMENT, STATE_TEXT, Rung
from core.errors import JiuzhuError, Language, Text, did_you_mean
from core.policy import Line, Policy
from core.provision import ASSURED
from core.rulebook import Rulebook
from core.trace import line_flags
from core.values import Bound
from regions.platform import Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A question about one place, area and day."""

    division: str
    area: str
    on: date
    programmes: tuple[str, ...] = ("dibao",)
    known_at: str | None = None


def by_area(ask: Ask) -> tuple[Ask, ...]:
    """Return the question for each area, where none was named: urban and rural rules differ nearly everywhere."""
    return tuple(replace(ask, area=area) for area in ("urban", "rural")) if ask.area == "any" else (ask,)


def rulebook(platform: Platform, ask: Ask) -> Rulebook:
    """Return the rulebook of a question."""
    return platform.registry.rulebook(
        ask.division, on=ask.on, area=ask.area, programmes=ask.programmes, known_at=ask.known_at
    )


def place(policy: Policy) -> dict[str, str]:
    """Return the place of a policy in code and words."""
    return {"division": policy.division, "name": policy.place.name, "area": policy.area}


def show(platform: Platform, ask: Ask, *, kind: str | None, language: Language) -> dict[str, Any]:
    """Return everything in force (or one kind), by programme and kind, with origins."""
    book = rulebook(platform, ask)
    _known_kind(platform, kind)
    found = {programme: _lines_of(book.policy, programme, kind, language) for programme in book.policy.programmes}
    return {
        "place": place(book.policy),
        "on": ask.on.isoformat(),
        "policy": book.hash,
        "programmes": found,
        "flags": flags(book.policy, language),
    }


def _lines_of(policy: Policy, programme: str, kind: str | None, language: Language) -> dict[str, list[dict[str, Any]]]:
    kinds = sorted({k for k, p in policy.found if p == programme and kind in (None, k)})
    return {k: [line_json(line, language) for line in policy.lines(k, programme)] for k in kinds}


def flags(policy: Policy, language: Language) -> list[dict[str, str]]:
    """Return what a reader must know about the policy though it stops nothing."""
    return [{"code": code, "message": text.pick(language), "provision": at} for code, text, at in policy.flags]


def line_json(line: Line, language: Language) -> dict[str, Any]:
    """Return one line in force with its origin."""
    governed = line.governed
    return {
        "key": line.key,
        "status": line.provision.status,
        "value": dict(line.value),
        "because": line.provision.because.pick(language) if line.provision.because else None,
        "origin": [f"{one.address}@{one.revision}" for one in line.provisions],
        "cite": [str(one.citation) for one in line.provisions if one.citation],
        "flags": list(line_flags(line)),
        "assumptions": [text.pick(language) for text in line.assumptions],
        "governed_by": None if governed is None else {
            "role": governed.role, "provision": governed.provision.address, "governs": governed.governs,
        },
    }  # fmt: skip


def explain(platform: Platform, ask: Ask, *, kind: str, key: str, language: Language) -> dict[str, Any]:
    """Return the ladder of one slot: the value in force, its origin, and every candidate with what became of it.

    Raises:
        JiuzhuError: ``unknown_kind``; ``nothing_in_force`` only when there is no candidate at all.
    """
    _known_kind(platform, kind)
    policy = rulebook(platform, ask).policy
    programme = ask.programmes[0]
    rungs = policy.ladders.get((kind, programme, key), ())
    areas = _other_areas(platform, policy, kind, key) if ask.area == "any" else []
    keys = sorted({k for kd, p, k in policy.ladders if kd == kind and p == programme})
    if not rungs and key and key not in keys:
        text = Text(f"{kind} 没有“{key}”这一项", f"{kind} has no item '{key}'")
        raise JiuzhuError("unknown_key", text, hint=did_you_mean(key, keys), value=key)
    if not rungs and keys and key == "":
        return {
            **_frame(policy, kind, programme, ""),
            "keys": keys,
            **({"areas": areas} if areas else {}),
            "in_force": None,
            "ladder": [],
            "error": None,
        }
    line = policy.line(kind, programme, key)
    error = None if line is not None else policy.nothing_in_force(kind, programme, key)
    addresses = {rung.provision.address for rung in rungs}
    return {
        **_frame(policy, kind, programme, key),
        "in_force": None if line is None else line_json(line, language),
        "error": None if error is None else _error_json(error, language),
        **({"areas": areas} if areas else {}),
        "ladder": [rung_json(rung, policy, language) for rung in rungs],
        "flags": [one for one in flags(policy, language) if one["provision"] in addresses],
    }


def _other_areas(platform: Platform, policy: Policy, kind: str, key: str) -> list[str]:
    """The areas that have rules of their own in a slot; a question about any area does not see them."""
    ladder = policy.place.ladder.codes
    return sorted({
        one.scope.area
        for one in platform.registry.provisions(None)
        if one.kind == kind and one.scope.division in ladder and one.scope.area != "any" and key in ("", one.key)
    })  # fmt: skip


def _error_json(error: JiuzhuError, language: Language) -> dict[str, Any]:
    return {
        "code": error.code,
        "message": error.message.pick(language),
        "hint": error.hint.pick(language) if error.hint else None,
    }


def _frame(policy: Policy, kind: str, programme: str, key: str) -> dict[str, Any]:
    return {
        "place": place(policy),
        "on": policy.on.isoformat(),
        "kind": kind,
        "programme": programme,
        "key": key,
    }


def rung_json(rung: Rung, policy: Policy, language: Language) -> dict[str, Any]:
    """Return one candidate on the ladder."""
    one = rung.provision
    again = one.reaffirmed
    return {
        "provision": f"{one.address}@{one.revision}",
        "state": rung.state,
        "state_text": STATE_TEXT[rung.state].pick(language),
        "by": rung.by,
        "division": one.scope.division,
        "division_name": policy.place.names.get(one.scope.division, one.scope.division),
        "programme": one.scope.programme,
        "area": one.scope.area,
        "from": bound_json(one.period.start, language),
        "until": bound_json(one.period.until, language),
        "issued": one.issued.isoformat() if one.issued else None,
        "value": dict(one.value),
        "status": one.status,
        "because": one.because.pick(language) if one.because else None,
        "inert": one.inert.pick(language) if one.inert else None,
        "cite": str(one.citation) if one.citation else None,
        "assurance": one.assurance,
        "excerpt": one.assurance not in ASSURED,
        "binding": one.binding,
        **({"reaffirmed": {"on": again.on.isoformat(), "cite": str(again.citation)}} if again else {}),
    }


def bound_json(bound: Bound, language: Language) -> Any:
    """Return a bound: a date, ``open``, or what is assumed and why."""
    if bound.kind == "open":
        return "open"
    if bound.kind == "known" and bound.day is not None:
        return bound.day.isoformat()
    return {
        "unknown": True,
        "assumed": bound.day.isoformat() if bound.day else None,
        "because": bound.because.pick(language) if bound.because else None,
    }


def _known_kind(platform: Platform, kind: str | None) -> None:
    if kind is not None and kind not in platform.manager.kinds:
        text = Text(f"没有“{kind}”这种条款", f"there is no kind '{kind}'")
        raise JiuzhuError("unknown_kind", text, hint=did_you_mean(kind, platform.manager.kinds), value=kind)


def compare(platform: Platform, left: Ask, right: Ask, *, language: Language) -> dict[str, Any]:
    """Return the lines in which two places, or two days, differ; of both areas where none was named."""
    pairs = [
        (rulebook(platform, a).policy, rulebook(platform, b).policy)
        for a, b in zip(by_area(left), by_area(right), strict=True)
    ]
    return {
        "left": {**place(pairs[0][0]), "area": left.area, "on": left.on.isoformat()},
        "right": {**place(pairs[0][1]), "area": right.area, "on": right.on.isoformat()},
        "differences": [row for a, b in pairs for row in _differences(a, b, language)],
    }


def _differences(a: Policy, b: Policy, language: Language) -> list[dict[str, Any]]:
    keys = sorted({(k, p, key) for policy in (a, b) for (k, p), lines in policy.found.items() for key in lines})
    rows = [_difference(a, b, slot, language) for slot in keys]
    return [{"area": a.area, **row} for row in rows if row is not None]


def _difference(a: Policy, b: Policy, slot: tuple[str, str, str], language: Language) -> dict[str, Any] | None:
    kind, programme, key = slot
    left, right = a.line(kind, programme, key), b.line(kind, programme, key)
    if left is not None and right is not None and left.value == right.value and left.is_gap == right.is_gap:
        return None
    return {
        "kind": kind,
        "programme": programme,
        "key": key,
        "left": None if left is None else line_json(left, language),
        "right": None if right is None else line_json(right, language),
    }


def standards(
    platform: Platform,
    ask: Ask,
    *,
    programmes: Sequence[str],
    areas: Sequence[str],
    language: Language,
    gaps: bool = False,
) -> list[dict[str, Any]]:
    """Return the standards in force in a place, one row a programme and area; with ``gaps``, one that is a gap too."""
    rows: list[dict[str, Any]] = []
    for programme in programmes:
        for area in areas:
            policy = rulebook(platform, replace(ask, area=area, programmes=(programme,))).policy
            rows += [
                {
                    "programme": programme,
                    "area": area,
                    "name": line.key or "standard",
                    **_flagged(line, policy, language),
                }
                for line in policy.lines("standard", programme)
                if "amount" in line.value or (gaps and line.is_gap and not line.key)
            ]
    return rows


def _flagged(line: Line, policy: Policy, language: Language) -> dict[str, Any]:
    """A line with what the policy remarks on its provisions."""
    row = line_json(line, language)
    origins = {one.address for one in line.provisions}
    return row | {"flags": [*row["flags"], *(code for code, _, at in policy.flags if at in origins)]}


def history(platform: Platform, ask: Ask, *, language: Language) -> list[dict[str, Any]]:
    """Return every standard, floor and ceiling ever recorded for a place's ladder, oldest first.

    Without an area, those of both.
    """
    rows: dict[str, tuple[Rung, Policy]] = {}
    for area in ("urban", "rural") if ask.area == "any" else (ask.area,):
        policy = rulebook(platform, replace(ask, area=area)).policy
        for (kind, of, _), ladder in policy.ladders.items():
            if (kind, of) == ("standard", ask.programmes[0]):
                rows |= {rung.provision.address: (rung, policy) for rung in ladder}
    ordered = sorted(
        rows.values(), key=lambda row: (row[0].provision.period.start.day or date.min, row[0].provision.address)
    )
    return [{**rung_json(rung, policy, language), "document": _document(platform, rung)} for rung, policy in ordered]


def _document(platform: Platform, rung: Rung) -> str | None:
    """The document a published amendment rests on, by its number where it has one."""
    one = rung.provision
    document = platform.registry.documents.get(one.citation.document) if one.citation else None
    if document is None or one.plugin != AMENDMENT or one.citation is None:
        return None
    return f"{document.number or document.title} {one.citation.article}"
