"""A step of a case as data: its name, who may, in which status, what is asked, and the service that does it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from admin.case.situation import Options, Situation
from admin.form import Field
from core.casework.access import denied
from core.casework.deciding.decision import Departure
from core.casework.flow.transition import require
from core.errors import InvalidInput, JiuzhuError, Text, Where

Values = Mapping[str, Any]
PROCEDURE, CHANGE, RECORD = "procedure", "change", "record"
"""Groups of steps: of an application, of a case that is paid, beside the way."""
NOTHING: Text = Text("没有可办的事项", "there is nothing to do it to")

ON = Field(
    "happened_on", Text("发生日期", "Happened on"), kind="day", required=True,
    help=Text("实际发生之日；晚于当日录入的记为补录", "the real day; entered later it is marked a late entry"),
)  # fmt: skip
REASON = Field("reason", Text("原因", "Reason"), kind="text_long", required=True, wide=True)
NOTE = Field("reason", Text("说明", "Note"), kind="text_long", wide=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step. ``actions``: any of them gives the right. ``event``: what moves the case, None where any status will do.

    ``about`` lists what it can be done to (stages, proposals, members); without it the step is about the case.
    ``blocked`` says what else stands in the way, as the service would.
    """

    key: str
    group: str
    label: Text
    explain: Text
    actions: tuple[str, ...]
    fields: Callable[[Situation], Sequence[Field]]
    do: Callable[[Situation, Values], Any]
    event: str | None = None
    about: Callable[[Situation], Options] | None = None
    blocked: Callable[[Situation], JiuzhuError | None] | None = None
    nothing: Text = NOTHING
    lasting: Text | None = None
    """What cannot be undone: the page asks once more and says this."""
    page: str | None = None
    """The endpoint of a page of its own, for what is more than a form of a few fields."""
    notes: Callable[[Situation], Iterable[Text]] | None = None
    """What the officer should know before he fills it in."""

    def refusal(self, now: Situation) -> JiuzhuError | None:
        """Return why the step cannot be taken now, in the services' words; None where it can."""
        desk, case = now.desk, now.case
        if not any(desk.actor.may(action, case.path, desk.today) for action in self.actions):
            return denied(desk.actor, self.actions[0], case.path)
        try:
            if self.event is not None:
                require(case, self.event)
            if self.about is not None and not self.about(now):
                return JiuzhuError("nothing_waits", self.nothing)
            return self.blocked(now) if self.blocked is not None else None
        except JiuzhuError as error:
            return error


def chosen(step: Step, now: Situation) -> None:
    """Refuse a step about something that is not, or no longer, among what it can be done to.

    Raises:
        JiuzhuError: ``nothing_chosen``, ``unknown_subject``.
    """
    if step.about is None:
        return
    if not now.about:
        raise JiuzhuError("nothing_chosen", Text("请先选择办理的对象", "choose what it is about first"))
    if now.about not in {key for key, _ in step.about(now)}:
        text = Text("没有这个办理对象，或已被他人办理", "there is no such thing, or somebody else has dealt with it")
        raise JiuzhuError("unknown_subject", text, value=now.about)


def on_day(values: Values) -> dict[str, Any]:
    """The day of an act, as services take it."""
    return {"happened_on": values["happened_on"]}


def numbers(values: Values, name: str = "by") -> tuple[int, ...]:
    """The persons in office that are ticked, by their numbers."""
    return tuple(int(one) for one in values.get(name) or ())


def people(now: Situation, *, least: int = 0) -> Field:
    """The field of who did it, from the register of office."""
    help_ = Text(f"须至少{least}名不同人员", f"at least {least} different people") if least else None
    label = Text("办理人（公职人员名册）", "Done by (register of office)")
    return Field("by", label, kind="several", wide=True, options=now.officers, required=least > 0, help=help_)


def departure_fields(now: Situation, *, benefit: bool = True) -> list[Field]:
    """The fields of a departure from the computed result, where the case has a finding to rest it on."""
    held: Options = [(one, one) for one in sorted(now.course.state.findings)]
    if not held:
        return []
    told = [
        Field("finding", Text("偏离计算结果所依据的认定", "Finding a departure rests on"), kind="choice", options=held),
        Field("departure_reason", Text("偏离的理由", "Reason of the departure"), kind="text_long", wide=True),
    ]
    amount = Field("benefit", Text("偏离后的月额（元）", "Monthly amount of the departure (yuan)"), kind="money")
    return [*told, *([amount] if benefit else [])]


def departure_of(values: Values) -> Departure | None:
    """Read a departure from the computed result."""
    if not values.get("finding"):
        return None
    amount = values.get("benefit")
    parts = {"benefit": Fraction(amount)} if amount is not None else {}
    return Departure(parts=parts, finding=values["finding"], reason=values.get("departure_reason") or "")


AT_FIELD: Mapping[str, str] = {
    "too_few_people": "by",
    "not_in_office": "by",
    "unknown_holder": "by",
    "recusal_required": "by",
    "signature_missing": "signatures",
    "papers_missing": "evidence",
    "no_authorisation": "evidence",
    "unknown_method": "methods",
    "bad_result": "result",
    "not_delegable": "delegated_to",
    "in_the_future": "happened_on",
    "before_predecessor": "happened_on",
    "moved_later": "happened_on",
    "participants_missing": "present",
    "participants_number": "present",
    "villagers_share": "role_villager_representatives",
    "attendance_share": "expected",
    "pass_share": "for",
    "bad_value": "value",
    "member_missing": "member",
    "number_taken": "number",
    "wrong_first_month": "from_month",
    "wrong_stop_month": "from_month",
    "head_missing": "new_head",
    "unknown_division": "division",
    "same_place": "division",
    "not_above": "instead_of",
    "not_of_this_place": "holder",
    "unknown_exit_reason": "reason",
    "death_unnamed": "reason",
    "not_a_death": "reason",
    "bad_way": "way",
    "id_number_length": "id_number",
    "id_number_check": "id_number",
    "id_number_character": "id_number",
    "id_number_date": "id_number",
    "another_birth_date": "birth_date",
    "another_sex": "sex",
    "another_name": "name",
    "another_persons_number": "id_number",
}
"""Codes of faults → the field of a step they are told at, where the step has it."""


def at_fields(error: JiuzhuError, fields: Sequence[Field]) -> JiuzhuError:
    """Return an error with its faults placed at the fields they are about."""
    names = {one.name for one in fields}
    reasons = next((one for one in ("reasons", "reason") if one in names), "")
    placed = []
    for one in error.problems:
        name = reasons if one.code in ("reasons_missing", "reason_missing") else AT_FIELD.get(one.code, "")
        told = replace(one, where=Where(path=f"$.{name}")) if name in names else one
        placed.append(told)
    if not any(one.where is not None for one in placed):
        return error
    return InvalidInput(placed)
