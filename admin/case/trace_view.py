"""An assessment as a page: the result in sentences, and every quantity with its value, formula, origin and citation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from admin.case.situation import Situation
from admin.formula_words import Names as Words
from admin.language import language, say
from core.assess import Assessment, assess
from core.casework.deciding.decision import decisions_of
from core.casework.deciding.facts import prepare_facts
from core.casework.deciding.proposal import propose
from core.casework.deciding.stored_policy import load_policy
from core.casework.flow.cite import cited
from core.casework.month import month_of
from core.errors import Text
from core.formula.tree import Failure
from core.narrative import narrate
from core.reasons import failure_text
from core.store.tables import Decision, FactsVersion
from core.trace import provision_table, steps
from core.values import Unit
from core.wording import number_text

FLAGS = {
    "assumed_date": Text("日期为推定", "date assumed"),
    "excerpt": Text("摘录", "excerpt"),
    "technical_default": Text("技术性默认", "technical default"),
    "gap": Text("空缺", "gap"),
}


def decided(now: Situation) -> list[Decision]:
    """Return the decisions that have a trace, the newest first."""
    return [one for one in reversed(decisions_of(now.desk.session, now.case.id)) if one.policy_hash is not None]


def assessment_of(now: Situation, row: Decision | None) -> Assessment:
    """Return what a decision was computed as, from the policy and facts it stored; without one, the case as of today.

    Raises:
        JiuzhuError: what an assessment raises where rules or facts are missing.
    """
    if row is None:
        return propose(now.desk, now.case, month=month_of(now.desk.today)).assessment
    session = now.desk.session
    facts = session.get_one(FactsVersion, row.facts_id)
    day = max(date.fromisoformat(row.basis["assessed_month"]), facts.effective_on)
    book = load_policy(session, str(row.policy_hash))
    return assess(book, prepare_facts(book, facts.facts, on=day, case_facts=row.basis["case"]))


def narrative(found: Assessment, now: Situation) -> list[str]:
    """Return the result in sentences, members by name."""
    return [_named(line, _names(now)) for line in narrate(found, language()).splitlines()]


def quantities(found: Assessment, now: Situation) -> list[dict[str, Any]]:
    """Return every quantity once, with its value for the household or for each record."""
    table, names, documents = provision_table(found.rulebook, language()), _names(now), now.desk.policies.documents
    words = Words(found.rulebook)
    rows: dict[str, dict[str, Any]] = {}
    for step in steps(found.rulebook, found.facts, found.result):
        origin = table.get(step["provision"], {})
        row = rows.setdefault(step["name"], {
            "name": step["name"], "label": _label(step, origin, words), "formula": step["formula"],
            "said": words.read(step["formula"] or ""),
            "cite": [cited(one, documents) for one in origin.get("cite", ())], "provision": step["provision"],
            "from": origin.get("from"), "flags": [FLAGS[one] for one in step["flags"]],
            "because": origin.get("because"), "values": [],
        })  # fmt: skip
        record = _record(step["record"], found, names) if step["record"] else ""
        row["values"].append((record, _value(step, found)))
    return list(rows.values())


def _label(step: Mapping[str, Any], origin: Mapping[str, Any], words: Words) -> str:
    """A quantity by the label of its rule; by its own where the rule has none, and goes by its address."""
    label = origin.get("label")
    if label and label != step["provision"].rpartition("@")[0]:
        return str(label)
    return words.read(step["name"].partition(".")[2])


def _value(step: Mapping[str, Any], found: Assessment) -> str:
    value, unit = step["value"], Unit.parse(step["unit"])
    if isinstance(value, Mapping):
        failure = Failure(code=value["error"], name=value["name"])
        return failure_text(failure, found.rulebook).pick(language())
    if isinstance(value, bool):
        return say("是", "yes") if value else say("否", "no")
    try:
        number = Fraction(value)
    except ValueError:
        return str(value)
    return number_text(number * 100 if unit.money == 1 else number, unit, language())


def _record(record: str, found: Assessment, names: Mapping[str, str]) -> str:
    """A record in words: a member by name, an entry of a list by the list's name and its number."""
    lists = {key: one.label or Text(key, key) for key, one in found.rulebook.program.schema.lists.items()}
    parts = record.split("/")
    words = [lists[one].pick(language()) if one in lists else names.get(one, one) for one in parts]
    return "".join(words) if len(words) < 3 else f"{words[0]} {''.join(words[1:])}"


def _names(now: Situation) -> Mapping[str, str]:
    return {one.token: one.name for one in now.all_members}


def _named(text: str, names: Mapping[str, str]) -> str:
    for token, name in names.items():
        text = text.replace(token, name)
    return text
