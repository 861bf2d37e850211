"""The populations a sampling rule may name, each as one query: case numbers with their ids."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select

from core.casework.desk import Desk
from core.casework.month import month_of
from core.casework.reporting.roll import on_roll
from core.casework.scope import inside
from core.errors import JiuzhuError, Text, did_you_mean
from core.store.tables import AssistanceCase


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What is sampled: a place, a programme, ``urban``, ``rural`` or ``any``, and the days ``[since, until)``."""

    division: str
    programme: str
    area: str
    since: date
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    span: Span
    path: str
    today: date
    named: Sequence[str]


def members_of(
    desk: Desk, population: str, span: Span, *, named: Sequence[str] = (), label: str = ""
) -> dict[str, int]:
    """Return the cases of a population: ids by case number; ``named`` are those whoever draws names.

    ``label`` is what the rule calls the population, for a refusal.

    Raises:
        JiuzhuError: ``unknown_population``.
    """
    condition = POPULATIONS.get(population)
    if condition is None:
        said = label or population
        text = Text(f"抽查范围“{said}”无法由案件记录取数", f"it is not known which cases '{said}' are")
        raise JiuzhuError("unknown_population", text, hint=did_you_mean(population, POPULATIONS), value=population)
    asked = _Asked(span=span, path=desk.path(span.division), today=desk.today, named=named)
    query = select(AssistanceCase.number, AssistanceCase.id).where(
        AssistanceCase.programme == span.programme, inside(AssistanceCase.path, [asked.path]), condition(asked)
    )
    if span.area != "any":
        query = query.where(AssistanceCase.area == span.area)
    return {row.number: row.id for row in desk.session.execute(query)}


def _new(asked: _Asked) -> ColumnElement[bool]:
    """New applicant households: accepted within the span and not withdrawn, whatever was decided."""
    accepted = AssistanceCase.accepted_on
    return (accepted >= asked.span.since) & (accepted < asked.span.until) & (AssistanceCase.status != "withdrawn")


def _existing(asked: _Asked) -> ColumnElement[bool]:
    """Households on the roll on the day of the draw that are not new."""
    month = month_of(min(asked.today, date.fromordinal(asked.span.until.toordinal() - 1)))
    rolled = on_roll(month, programme=asked.span.programme, roots=[asked.path])
    accepted = AssistanceCase.accepted_on
    earlier = or_(accepted.is_(None), accepted < asked.span.since)
    return AssistanceCase.id.in_(rolled) & earlier


def _pending(asked: _Asked) -> ColumnElement[bool]:  # noqa: ARG001 - every population is asked alike
    """Applications in procedure."""
    return AssistanceCase.status == "in_procedure"


def _registered_relatives(asked: _Asked) -> ColumnElement[bool]:
    """Applications in procedure of filed relatives of staff."""
    return _pending(asked) & AssistanceCase.filed.is_(True)


def _doubtful(asked: _Asked) -> ColumnElement[bool]:
    """Applications in procedure that whoever draws names."""
    return _pending(asked) & AssistanceCase.number.in_(asked.named)


POPULATIONS: Mapping[str, Callable[[_Asked], ColumnElement[bool]]] = {
    "new": _new,
    "existing": _existing,
    "pending": _pending,
    "registered_relatives": _registered_relatives,
    "doubtful": _doubtful,
}
"""What each population of a sampling rule means in rows."""

CALLED: Mapping[str, Text] = {
    "new": Text("新申请家庭", "new applicant households"),
    "existing": Text("已在保家庭", "households on the roll"),
    "pending": Text("在办申请", "applications in procedure"),
    "registered_relatives": Text("单独登记的近亲属申请", "applications of registered near relatives"),
    "doubtful": Text("有疑问、有举报的申请", "doubtful or reported applications"),
}
"""What a population is called where the rule gives it no name."""
