"""Amendments and their impact as plain JSON, in words a policy officer uses; commands and the admin print these."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from core.casework.uprating.redecision_judge import EXCEPTIONS
from core.errors import Language, Text
from core.policy import AREAS, amount_text
from core.provision import Json, text_of
from core.store.tables import Amendment, AmendmentRow
from core.values import Rate, fraction_text, yuan_text
from regions.amendment_state import STATUS
from regions.impact import Impact
from regions.impact_source import STANDING
from regions.impact_tally import CHANGES, Outlook, Tally

CHANGE_TEXT: Mapping[str, Text] = {
    "gained": Text("新纳入", "gained"),
    "lost": Text("退出", "lost"),
    "raised": Text("增发", "raised"),
    "lowered": Text("减发", "lowered"),
    "same": Text("不变", "unchanged"),
    "undecided": Text("无法计算", "not computable"),
}


def amendment_json(amendment: Amendment, language: Language) -> dict[str, Any]:
    """Return an amendment with its rows: 对象、地区、城乡、原标准、新标准、单位、增幅."""
    days = ("issued", "filed_on", "announced", "effective", "first_payment_month", "arrears_from")
    return {
        "id": amendment.uuid,
        "status": amendment.status,
        "status_text": STATUS[amendment.status].pick(language),
        "version": amendment.version,
        "division": amendment.division,
        "number": amendment.number,
        "issuer": amendment.issuer,
        "title": amendment.title,
        **{name: _day(amendment, name) for name in days},
        "filed_with": amendment.filed_with,
        "rolls_back": amendment.rolls_back,
        "superseded_by": amendment.superseded_by,
        "rows": [one for row in amendment.rows for one in row_json(row, amendment.division, language)],
        "findings": [
            {"code": one["code"], "message": one["en"] if language == "en" else one["zh"], "where": one["where"]}
            for one in amendment.findings
        ],
    }


def _day(amendment: Amendment, name: str) -> str | None:
    day = getattr(amendment, name)
    if day is None:
        return None
    return f"{day:%Y-%m}" if name in ("first_payment_month", "arrears_from") else str(day.isoformat())


def row_json(row: AmendmentRow, division: str, language: Language) -> Iterator[dict[str, Any]]:
    """Yield a row, or each of its items, with the value before and the new one."""
    raw = row.raw
    for key, value in _values(raw):
        before = (row.previous or {}).get(key)
        old = before["value"] if before is not None else {}
        label = text_of(value.get("label") or raw.get("label") or old.get("label"))
        is_gap = "gap" in (value.get("status"), raw.get("status"))
        yield {
            "position": row.position + 1,
            "kind": raw["kind"],
            "key": key,
            "programme": raw.get("programme", "any"),
            "label": label.pick(language) if label else None,
            "division": raw.get("division", division),
            "area": raw.get("area", "any"),
            "area_text": AREAS[raw.get("area", "any")].pick(language),
            "before": amount_text(old, language) or None,
            "after": Text("空缺", "gap").pick(language) if is_gap else amount_text(value, language) or None,
            "rise": None if is_gap else rise(old, value),
        }


def _values(raw: Mapping[str, Json]) -> Iterator[tuple[str, Mapping[str, Json]]]:
    if "items" in raw:
        yield from raw["items"].items()
    else:
        yield "", raw


def rise(old: Mapping[str, Json], new: Mapping[str, Json]) -> str | None:
    """Return what a value rises by (增幅), in yuan with its sign; None where the two are not of one unit."""
    before, after = _rate(old), _rate(new)
    if before is None or after is None or before.unit != after.unit:
        return None
    return f"{'+' if after.amount >= before.amount else ''}{yuan_text(after.amount - before.amount)}"


def _rate(value: Mapping[str, Json]) -> Rate | None:
    amount = value.get("amount")
    if not isinstance(amount, Mapping) or "yuan" not in amount:
        return None
    return Rate.parse(amount["yuan"], amount.get("per"))


def impact_json(found: Impact, language: Language) -> dict[str, Any]:
    """Return an impact; money is exact fen as text, with yuan beside it."""
    return {
        "population": found.population.pick(language),
        "not_counted": found.not_counted.pick(language),
        "on": found.changes.on.isoformat(),
        "linked": list(found.linked),
        "groups": [
            {"programme": programme, "standing": standing, "standing_text": STANDING[standing].pick(language),
             **_tally(tally, language)}
            for (programme, standing), tally in sorted(found.tallies.items())
        ],
        "places": [
            {"division": division, "area": area, **_tally(tally, language)}
            for (division, area), tally in sorted(found.places.items())
        ],
        "averages": [
            {"division": one.division, "area": one.area, "average": _money(one.average), "target": _money(one.target)}
            for one in found.averages
        ],
        "monthly": _money(found.monthly),
        "control_monthly": _money(found.control_monthly),
        "control": [
            {"programme": programme, "area": area, "monthly": _money(amount), "yearly": _money(amount * 12)}
            for (programme, area), amount in sorted(found.control.items())
        ],
        "starts": [
            {**_outlook(one), "control_total": _money(control.total)}
            for one, control in zip(found.outlooks, found.control_outlooks, strict=True)
        ],
        "apart": [
            {"reason": reason, "text": EXCEPTIONS[reason].pick(language), "households": one.households,
             "persons": one.persons}
            for reason, one in sorted(found.apart.items())
        ],
        "differing": found.differing,
        "failed": found.failed,
        "faults": [{"case": one.reference, "code": one.error.code, "message": one.error.message.pick(language)}
                   for one in found.faults],
    }  # fmt: skip


def _tally(tally: Tally, language: Language) -> dict[str, Any]:
    return {
        "households": tally.all.households,
        "persons": tally.all.persons,
        "changes": [
            {"change": name, "text": CHANGE_TEXT[name].pick(language), "households": tally.changes[name].households,
             "persons": tally.changes[name].persons}
            for name in CHANGES
        ],
        "before": _money(tally.before),
        "after": _money(tally.after),
        "monthly": _money(tally.monthly),
    }  # fmt: skip


def _outlook(one: Outlook) -> dict[str, Any]:
    return {
        "start": f"{one.start:%Y-%m}",
        "total": _money(one.total),
        "arrears": _money(one.arrears),
        "months": [
            {"month": f"{each.month:%Y-%m}", "amount": _money(each.amount), "arrears": each.arrears}
            for each in one.months
        ],
    }


def _money(amount: Fraction | None) -> dict[str, str] | None:
    return None if amount is None else {"fen": fraction_text(amount), "yuan": yuan_text(amount)}
