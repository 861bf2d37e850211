"""New circumstances of a household: the facts as they are known, to be changed; members are those of the household.

A report of a change asks what changed since when, a periodic review who looked when and from which month it counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from admin.case.fact_form import IDENTIFIED, Draft, FactForm, Facts, draft_from, draft_of, facts_of, values_of
from admin.case.situation import Options, Situation
from admin.case.step import ON, people
from admin.form import Field, ticked
from core.errors import Text

ABOUT: Options = [
    ("income", Text("收入", "income")),
    ("assets", Text("财产", "assets")),
    ("members", Text("成员情况", "members")),
    ("expenses", Text("支出", "expenses")),
    ("supporters", Text("赡养、抚养、扶养", "support")),
    ("other", Text("其他", "other")),
]
FIELDS = (
    ON,
    Field(
        "effective_on", Text("自何日起", "From"), kind="day", help=Text("不填即发生日期", "empty: the day it happened")
    ),
    Field("about", Text("变化事项", "What changed"), kind="several", options=ABOUT, required=True, wide=True),
)


@dataclass(frozen=True)
class ReportForm:
    """The form: the facts of the place's rules, the household's tokens, what was typed or is known."""

    facts: FactForm
    tokens: tuple[str, ...]
    names: tuple[str, ...]
    draft: Draft
    given: Mapping[str, Any]
    own: Sequence[Field]
    """What is asked beside the facts."""

    @property
    def values(self) -> dict[str, Any]:
        """What stands in the fields."""
        return {**{one.name: self._own(one) for one in self.own}, **values_of(self.draft)}

    def _own(self, one: Field) -> Any:
        return ticked(one.name, self.given) if one.kind == "several" else self.given.get(one.name, "")

    def every_field(self) -> list[Field]:
        """Every field, by which faults find their place."""
        found = [*self.own, *self.facts.household()]
        for n in range(len(self.tokens)):
            found += self.facts.of_member(n)
        for kind in self.facts.lists():
            for n in range(len(self.draft.rows[kind.name])):
                found += self.facts.of_row(kind, n, self.names)
        return found

    def told(self) -> Facts:
        """Return the facts as they are reported."""
        return facts_of(self.draft, self.facts, ids=dict(enumerate(self.tokens)))


def review_fields(now: Situation) -> list[Field]:
    """Return what a review asks beside the facts."""
    month = Text("结果自该月起计算", "the result counts from it")
    visitors = replace(people(now), label=Text("入户人员（公职人员名册）", "Visited by (register of office)"))
    return [
        replace(ON, label=Text("复核日期", "Reviewed on")),
        Field("from_month", Text("起始月", "From month"), kind="month", required=True, help=month),
        visitors,
        Field("note", Text("备注", "Note"), kind="text_long", wide=True),
    ]


def report_form(now: Situation, given: Mapping[str, Any] | None, own: Sequence[Field] = FIELDS) -> ReportForm:
    """Return the form, of what is known or of what was typed; who a member is stays as it is known."""
    form = FactForm(now.book)
    known = now.known_facts()
    draft = draft_from(known, form)
    tokens = tuple(row["id"] for row in draft.members)
    names = {one.token: one.name for one in now.all_members}
    if given is not None:
        typed = draft_of(given, form, members=len(tokens))
        for row, kept in zip(typed.members, draft.members, strict=True):
            row |= {name: kept[name] for name in IDENTIFIED if name in kept}
        draft = typed
    today = now.desk.today.isoformat()
    shown = given if given is not None else {one.name: today for one in own if one.kind == "day" and one.required}
    return ReportForm(form, tokens, tuple(names.get(one, one) for one in tokens), draft, shown, own)
