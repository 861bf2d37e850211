"""The grid a posting sheet is drawn from: read as it was typed, shown as the cases themselves say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request

from admin.agenda_form import Question
from admin.asking import whole
from core.casework.deciding.decision import whole_fen
from core.casework.deciding.proposal import propose
from core.casework.desk import Desk
from core.casework.month import month_of
from core.casework.rounds.posting import Notice
from core.casework.rounds.posting_content import shown
from core.casework.words import words
from core.errors import InvalidInput, JiuzhuError, Problem, Text, Where
from core.store.tables import AssistanceCase
from core.values import fen, yuan_text


def rows_typed() -> list[dict[str, str]]:
    """The grid as it was typed: by case, its values and whether an exception spares it."""
    form = request.form
    names = [one.removeprefix("v-") for one in form if one.startswith("v-")]
    cells = {name: form.getlist(f"v-{name}") for name in names}
    spared = form.getlist("spared")
    taken = set(form.getlist("take"))
    return [
        {**{name: (cells[name][at : at + 1] or [""])[0].strip() for name in names}, "number": number.strip(),
         "spared": (spared[at : at + 1] or [""])[0], "take": "1" if number.strip() in taken else ""}
        for at, number in enumerate(form.getlist("number"))
    ]  # fmt: skip


def notice_of(asked_for: Question) -> Notice:
    """Read the form of a sheet.

    Raises:
        InvalidInput: ``bad_amount``, ``no_cases``.
    """
    values: dict[str, dict[str, Any]] = {}
    problems: list[Problem] = []
    excepted: dict[str, bool] = {}
    typed = [one for one in rows_typed() if one["take"]]
    extra = [one for one in request.form.get("more", "").replace("、", " ").replace("，", " ").split() if one]
    for row in typed:
        given = {name: one for name, one in row.items() if name not in ("number", "spared", "take") and one}
        try:
            values[row["number"]] = {name: _typed(name, one) for name, one in given.items()}
        except ValueError:
            text = Text("金额应为元，至多两位小数", "an amount is in yuan with at most two decimals")
            problems.append(Problem(code="bad_amount", message=text, where=Where(path=row["number"])))
        if row["spared"]:
            excepted[row["number"]] = row["spared"] == "yes"
    cases = list(dict.fromkeys([*(one["number"] for one in typed), *extra]))
    if not cases:
        text = Text("请至少勾选一户", "tick one household at least")
        problems.append(Problem(code="no_cases", message=text))
    if problems:
        raise InvalidInput(problems)
    phone = request.form.get("phone", "").strip()
    repeats = whole(request.form.get("repeats", ""))
    return Notice(event=asked_for.stage, division=asked_for.division, programme=asked_for.programme,
                  area=asked_for.area, cases=cases, phone=phone, values=values, excepted=excepted,
                  repeats=repeats)  # fmt: skip


def _typed(name: str, text: str) -> Any:
    """A value as the sheet keeps it: whole fen, a code where the word is known, else the text."""
    if name == "amount":
        return fen(text.replace(",", ""))
    found = (code for code, one in words()["results"].items() if text in (one["zh"], one["en"]))
    return next(found, text)


def computed(desk: Desk, cases: Sequence[AssistanceCase]) -> dict[str, int]:
    """Return what this month's rules give each case on its newest facts, in fen; nothing for one they do not give."""
    found = {}
    for case in cases:
        try:
            proposal = propose(desk, case, month=month_of(desk.today))
        except JiuzhuError:
            continue
        if proposal.status == "eligible":
            found[case.number] = whole_fen(proposal.monthly)
    return found


def rows_shown(
    cases: Sequence[AssistanceCase],
    names: dict[str, str],
    known: dict[str, dict[str, Any]],
    columns: Sequence[str],
    typed: Sequence[dict[str, str]],
    amounts: Mapping[str, int],
) -> list[dict[str, Any]]:
    """A row a case: what the case itself says is shown, the rest is asked for; on the way back as it was typed.

    ``amounts`` are what the rules make of cases nobody has decided yet: the field begins with them.
    """
    before = {one["number"]: one for one in typed}
    rows = []
    for case in cases:
        told_ = known.get(case.number, {})
        row: dict[str, Any] = {"number": case.number, "head": names[case.number], "village": case.village,
                               "take": bool(before[case.number]["take"]) if case.number in before else True,
                               "spared": before.get(case.number, {}).get("spared", ""), "cells": {}}  # fmt: skip
        for name in columns:
            value = told_.get(name)
            text = "" if value is None else yuan_text(value) if name == "amount" else shown(name, value)
            first = yuan_text(amounts[case.number]) if name == "amount" and case.number in amounts else ""
            typed_ = before[case.number].get(name, "") if case.number in before else first
            row["cells"][name] = {"text": text, "asked": value is None or name == "amount", "typed": typed_}
        rows.append(row)
    return rows
