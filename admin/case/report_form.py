"""The report of new circumstances: the facts as they are known, to be changed; members are those of the household."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from admin.case.fact_form import IDENTIFIED, Draft, FactForm, Facts, draft_from, draft_of, facts_of, values_of
from admin.case.situation import Options, Situation
from admin.case.step import ON
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

    @property
    def values(self) -> dict[str, Any]:
        """What stands in the fields."""
        own = {one.name: self.given.get(one.name, "") for one in FIELDS}
        return {**own, "about": ticked("about", self.given), **values_of(self.draft)}

    def every_field(self) -> list[Field]:
        """Every field, by which faults find their place."""
        found = [*FIELDS, *self.facts.household()]
        for n in range(len(self.tokens)):
            found += self.facts.of_member(n)
        for kind in self.facts.lists():
            for n in range(len(self.draft.rows[kind.name])):
                found += self.facts.of_row(kind, n, self.names)
        return found

    def told(self) -> Facts:
        """Return the facts as they are reported."""
        return facts_of(self.draft, self.facts, ids=dict(enumerate(self.tokens)))


def report_form(now: Situation, given: Mapping[str, Any] | None) -> ReportForm:
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
    shown = given if given is not None else {"happened_on": now.desk.today.isoformat()}
    return ReportForm(form, tokens, tuple(names.get(one, one) for one in tokens), draft, shown)
