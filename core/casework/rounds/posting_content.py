"""What stands on a sheet: only the fields a rule lists, names masked where somebody is to be spared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from core.assess import assess
from core.casework.deciding.decision import FOLLOWS, decisions_of, whole_fen
from core.casework.deciding.facts import facts_on, prepare_facts
from core.casework.desk import Desk
from core.casework.flow.transition import state_of
from core.casework.people.person import masked, shown_name
from core.casework.people.recusal import members_on
from core.casework.rounds.posting_rule import PostingRule
from core.casework.words import word
from core.errors import InvalidInput, Problem, Text, Where
from core.rulebook import Rulebook
from core.store.tables import AssistanceCase, Person

ADULT_AGE = 18
STAGES_OF: Mapping[str, tuple[str, ...]] = {
    "appraisal_opinion": ("community_appraisal", "appraisal"),
    "appraisal_result": ("community_appraisal", "appraisal"),
    "home_visit_result": ("home_visit", "survey"),
    "review_opinion": ("review",),
    "review_result": ("review",),
    "approval_opinion": ("approval", "approval_opinion", "confirmation"),
}
"""The stage whose result a field repeats."""
NAMES = ("head_name", "applicant_name", "family_members")
DONE = Text("已办理", "done")


def line_values(
    desk: Desk, case: AssistanceCase, rule: PostingRule, *, given: Mapping[str, Any], on: date
) -> dict[str, Any]:
    """Return what a household's line says, by field: whole fen, numbers, codes; names are read when it is printed.

    Raises:
        InvalidInput: ``field_not_allowed`` for what the rule does not list, ``value_missing`` for what nobody knows.
    """
    problems = [_not_allowed(case, name, rule) for name in given if name not in rule.fields]
    found: dict[str, Any] = {}
    for name in rule.fields:
        if name in NAMES:
            continue
        value = given[name] if name in given else known_value(desk, case, name)
        if value is None:
            problems.append(_missing(case, name))
        found[name] = value
    if problems:
        raise InvalidInput(problems)
    if "family_members" in rule.fields:
        found["family_members"] = members_on(desk.session, case, on)
    return found


def _not_allowed(case: AssistanceCase, name: str, rule: PostingRule) -> Problem:
    text = Text(f"{rule.cite.zh}没有允许公示“{name}”", f"{rule.cite.en} does not let '{name}' be posted")
    return Problem(
        code="field_not_allowed", message=text, where=Where(path=case.number), value=name, allowed=rule.fields
    )


def _missing(case: AssistanceCase, name: str) -> Problem:
    text = Text("公示内容缺少一项", "a field of the notice has no value")
    return Problem(code="value_missing", message=text, where=Where(path=case.number), value=name)


def _announced(desk: Desk, case: AssistanceCase) -> int | None:
    """The amount last decided: a notice is posted before a change made ahead takes effect."""
    made = [one for one in decisions_of(desk.session, case.id) if FOLLOWS not in one.basis]
    return whole_fen(made[-1].monthly) if made else case.monthly


def known_value(desk: Desk, case: AssistanceCase, name: str) -> Any | None:
    """Return what the case itself says of a field; None for what whoever draws the sheet must say."""
    if name == "household_size":
        return case.persons
    if name == "amount":
        return _announced(desk, case)
    if name == "application":
        return case.programme
    done = state_of(desk.session, case).done
    stage = next((done[one] for one in STAGES_OF.get(name, ()) if one in done), None)
    if stage is None:
        return None
    return stage.body.get("result") or stage.body.get("outcome_of_meeting") or "done"


def spared(desk: Desk, book: Rulebook, case: AssistanceCase, rule: PostingRule, *, said: bool | None) -> bool | None:
    """Tell whether an exception of the rule spares a household; None where nobody has said and nothing computes it."""
    if said is not None or not rule.exceptions:
        return bool(said)
    computed = [one.quantity for one in rule.exceptions if one.quantity is not None]
    facts = facts_on(desk.session, case.id, book.policy.on) if computed else None
    if facts is None:
        return None
    found = assess(book, prepare_facts(book, facts.facts, on=book.policy.on))
    if any(found.value(name) is True for name in computed):
        return True
    every = len(computed) == len(rule.exceptions) and all(found.value(name) is False for name in computed)
    return False if every else None


def posted_name(desk: Desk, person: Person, *, on: date, hidden: bool) -> str:
    """Return a name as it hangs on the board: a minor's, and that of somebody spared, shows its first character only.

    A rule that lists the family says nothing of children: what is not clearly listed is not posted.
    """
    name = shown_name(desk, person)
    return masked(name, head=1, tail=0) if hidden or is_minor(person, on) else name


def is_minor(person: Person, on: date) -> bool:
    """Tell whether somebody is known to be under eighteen on a day."""
    born = person.birth_date
    if born is None:
        return False
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day)) < ADULT_AGE


def shown(name: str, value: Any) -> str:
    """Return a value of a line as it is printed."""
    if name == "amount":
        return f"{value // 100}.{value % 100:02d}元/月"
    if name == "application":
        return "申请低保" if value == "dibao" else str(value)
    if name in STAGES_OF:
        return DONE.zh if value == "done" else word("results", str(value)).zh
    if name == "household_size":
        return f"{value}人"
    return word("results", str(value)).zh
