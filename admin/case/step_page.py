"""The page of a step: its form with faults at their fields, or why the step cannot be taken now."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template, request

from admin.case import overview
from admin.case import step as step_form
from admin.case.situation import Situation
from admin.case.step import Step
from admin.case.together import together
from admin.form import Field, sorted_faults
from core.errors import JiuzhuError


def step_page(now: Situation, taken: Step, *, error: JiuzhuError | None = None) -> str:
    """Return the page of a step: its form as it was typed, what it can be done to, or why it cannot be taken now."""
    refusal = None if error is not None else taken.refusal(now)  # what was typed stays, whatever stands in the way
    choosing = taken.about is not None and not now.about
    if now.about and refusal is None:
        step_form.chosen(taken, now)
    fields = [] if choosing or refusal is not None else list(taken.fields(now))
    told = step_form.at_fields(error, fields) if error is not None else None
    by_field, rest = sorted_faults(told, fields)
    values = request.form if request.method == "POST" else _first_values(now, fields)
    return render_template(
        "cases/step.html", tab="", head=overview.header(now), step=taken, refusal=refusal, fields=fields, error=error,
        problems=by_field, rest=rest, values=values, about=now.about,
        together=together(now, refusal) if taken.key == "stage" and error is None else (),
        options=taken.about(now) if taken.about is not None else (),
        notes=list(taken.notes(now)) if taken.notes is not None and fields else (),
    )  # fmt: skip


def _first_values(now: Situation, fields: Sequence[Field]) -> dict[str, object]:
    """Today, where a day is asked for that has to be there."""
    return {one.name: now.desk.today.isoformat() for one in fields if one.kind == "day" and one.required}
