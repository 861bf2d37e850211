"""What a paper says of a case. What nobody recorded and no rule says is left out: the paper has a line for the pen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from admin.case.fact_words import choices_of, unit_of
from admin.case.family import SHOWN
from admin.case.situation import Member, Situation
from admin.case.trace_view import assessment_of
from admin.papers import rounds
from admin.papers.capital import capital
from core.casework.deciding.decision import decisions_of
from core.casework.deciding.stored_policy import load_policy
from core.casework.flow.acceptance import missing_papers
from core.casework.flow.certificate import current
from core.casework.flow.transition import event_label
from core.casework.income_item import item_labels
from core.casework.people.person import masked, reveal
from core.casework.words import word
from core.errors import Text
from core.policy import amount_text
from core.provision import text_of
from core.store.sealed import open_in
from core.store.tables import Decision, FactsVersion
from core.values import fraction_text, yuan_text
from core.wording import citation_text

NO_PAPER = ("evidence", "facts_recorded", "correction", "certificate", "posting_ended", "took_effect")
"""Events that leave no paper of their own in the file."""
Read = Callable[[Member, str], str]
"""A sealed field of a member as the paper shows it: masked, or in full by right."""


def masked_in(now: Situation) -> Read:
    """Show numbers with their middle hidden, and no address."""

    def read(one: Member, name: str) -> str:
        text = open_in(one.person, name, cipher=now.desk.cipher)
        if not text or name == "address":
            return ""
        head, tail = SHOWN.get(name, (1, 0))
        return masked(text, head=head, tail=tail)

    return read


def in_full(now: Situation, *, reason: str) -> Read:
    """Show them in full; each is on record with the reason."""

    def read(one: Member, name: str) -> str:
        if not getattr(one.person, name):
            return ""
        return reveal(now.desk, one.person, name, path=now.case.path, reason=reason)

    return read


def content(now: Situation, code: str, read: Read) -> dict[str, Any]:
    """Return everything papers may say of a case, by the names templates use.

    A paper about a decision says what was known and in force when it was made, whatever has changed since.
    """
    case = now.case
    made = _wanted(decisions_of(now.desk.session, case.id), code)
    day = made.decided_on if made is not None else now.desk.today
    facts = _facts(now, made)
    members = [one for one in now.all_members if one.since <= day and (one.until is None or one.until > day)]
    head = next((one for one in now.all_members if one.person.id == case.head_id), None)
    held = current(now.desk, case)
    return {
        "number": case.number, "place": _place(now), "village": case.village or "",
        "programme": _programme(now), "area": {"urban": "城市", "rural": "农村"}.get(case.area, ""),
        "applied_on": case.opened_on, "accepted_on": case.accepted_on, "persons": len(members) or case.persons,
        **(_applicant(now, head, facts, read) if head is not None else {}),
        "members": [_member(now, one, facts, read) for one in members],
        "incomes": list(_incomes(now, facts)), "assets": list(_assets(now, facts)), "standard": _standard(now, made),
        "papers": _received(now),
        "missing": [word("papers", one).zh for one in missing_papers(now.course)] if not case.accepted_on else [],
        "noticed_on": _done_on(now, "deficiency_notice"), "stages": _stages(now),
        "limit": _limit(now), "decision": _decision(now, made), "changes": _changes(now),
        "certificate": {"number": held.number, "issued_on": held.issued_on} if held is not None else {},
        "objections": rounds.objections(now), "meeting": rounds.meeting(now), "visits": rounds.visits(now),
        "posting": rounds.posting(now), "filings": rounds.filings(now), "file": _file(now),
    }  # fmt: skip


def _applicant(now: Situation, head: Member, facts: Mapping[str, Any], read: Read) -> dict[str, Any]:
    return {
        "head": _member(now, head, facts, read), "address": read(head, "address"), "phone": read(head, "phone"),
        "bank": head.person.bank or "", "account": read(head, "account"),
    }  # fmt: skip


def _facts(now: Situation, made: Decision | None) -> Mapping[str, Any]:
    if made is None or made.facts_id is None:
        return now.known_facts()
    return now.desk.session.get_one(FactsVersion, made.facts_id).facts


def _received(now: Situation) -> list[str]:
    """The papers the applicant handed in."""
    handed = [one for one in now.course.state.happenings if one.kind in ("application", "evidence") and not one.void]
    return [word("papers", code).zh for one in handed for code in one.body.get("evidence", ())]


def _place(now: Situation) -> str:
    steps = now.desk.tree.ladder(now.case.division, now.desk.today)
    return "".join(now.desk.tree.name(one) for one in steps[1:])


def _programme(now: Situation) -> str:
    line = now.book.policy.line("programme", now.case.programme)
    return line.provision.label.zh if line is not None else now.case.programme


def _member(now: Situation, one: Member, known: Mapping[str, Any], read: Read) -> dict[str, Any]:
    facts = next((each for each in _listed(known, "members") if str(each.get("id")) == one.token), {})
    return {
        "name": one.name, "relation": now.relation(one.relation).zh, "sex": _choice(now, "member.sex", one.person.sex),
        "born": one.person.birth_date, "id_number": read(one, "id_number"), "health": _health(now, facts),
        "work": _choice(now, "member.work_capacity", facts.get("work_capacity")),
    }  # fmt: skip


def _health(now: Situation, facts: Mapping[str, Any]) -> str:
    said = []
    if str(facts.get("severe_illness")) == "true":
        said.append("重病")
    level = str(facts.get("disability_level", "0"))
    if level not in ("0", ""):
        kind = _choice(now, "member.disability_kind", facts.get("disability_kind"))
        said.append(f"{kind}残疾{level}级")
    return "、".join(said)


def _choice(now: Situation, name: str, value: Any) -> str:
    declared = now.book.facts.declared.get(name, {})
    found = dict(choices_of(declared)).get(str(value)) if value else None
    return found.zh if found is not None else ""


def _listed(facts: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    found = facts.get(name)
    return found if isinstance(found, list) else []


def _incomes(now: Situation, facts: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    labels = item_labels(now.book)
    names = {one.token: one.name for one in now.all_members}
    whose = [(names.get(str(one.get("id")), ""), each) for one in _listed(facts, "members")
             for each in one.get("income", ())]  # fmt: skip
    whose += [("家庭", each) for each in _listed(facts, "shared_income")]
    for who, one in whose:
        item = str(one.get("item", ""))
        yield {
            "who": who, "item": labels[item].zh if item in labels else item, "amount": str(one.get("amount", "")),
            "frequency": _choice(now, "income.frequency", one.get("frequency")),
            "basis": _choice(now, "income.basis", one.get("basis", "declared")),
        }  # fmt: skip


def _assets(now: Situation, facts: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for one in _listed(facts, "assets"):
        yield {
            "kind": _choice(now, "asset.kind", one.get("kind")), "amount": str(one.get("amount", "")),
            "quantity": str(one.get("quantity", "1")),
            "unit": unit_of(now.book.facts.declared.get("asset.amount", {})),
        }  # fmt: skip


def _standard(now: Situation, made: Decision | None) -> dict[str, str]:
    """The standard a decision was made by, from the rules it stored; without a decision the one in force today."""
    if made is not None and made.policy_hash is None:
        return {}  # taken over from a roster: nobody knows by which rules
    book = now.book if made is None else load_policy(now.desk.session, str(made.policy_hash))
    line = book.policy.line("standard", now.case.programme)
    if line is None or line.is_gap:
        return {}
    cite = line.provision.citation
    documents = {**now.desk.policies.documents, **book.documents}
    return {
        "amount": amount_text(line.value, "zh"), "cite": citation_text(cite, documents, "zh") if cite else "",
    }  # fmt: skip


def _stages(now: Situation) -> dict[str, dict[str, Any]]:
    """What was done at each stage, by its key: when, with which result, by whom of the register."""
    officials = dict(now.officers)
    labels = {one.key: one.label.zh for one in now.course.procedure.stages}
    return {
        key: {
            "label": labels.get(key, key), "on": done.happened_on, "reason": done.reason or "",
            "result": word("results", str(done.body["result"])).zh if done.body.get("result") else "",
            "by": [_plain(officials.get(str(each))) for each in done.body.get("by", ()) if str(each) in officials],
        }
        for key, done in now.course.state.done.items()
    }  # fmt: skip


def _plain(text: Text | str | None) -> str:
    return text.zh.partition("　")[0] if isinstance(text, Text) else text or ""


def _done_on(now: Situation, stage: str) -> date | None:
    done = now.course.state.done.get(stage)
    return done.happened_on if done is not None else None


def _limit(now: Situation) -> dict[str, Any]:
    """The limit of the whole procedure, where one is ruled."""
    found = next((one for one in now.limits if one.stage == "total"), None)
    return {"due": found.due.day} if found is not None else {}


def _wanted(made: Sequence[Decision], code: str) -> Decision | None:
    kinds = {
        "refusal_notice": ("refuse",), "increase_notice": ("increase",), "reduce_notice": ("reduce",),
        "stop_notice": ("stop",), "grant_notice": ("grant", "opening"),
    }.get(code, ("grant", "opening", "refuse"))  # fmt: skip
    return next((one for one in reversed(made) if one.kind in kinds), None)


def _decision(now: Situation, one: Decision | None) -> dict[str, Any]:
    if one is None:
        return {}
    before = [each for each in decisions_of(now.desk.session, now.case.id) if each.number < one.number]
    return {
        "number": one.number, "kind": word("results", one.kind).zh, "on": one.decided_on,
        "from_month": one.from_month, "refused": one.kind == "refuse", "money": money(one.monthly),
        "before": money(before[-1].monthly) if before else {},
        "reasons": _reasons(now, one),
        "remedies": [word("remedies", each).zh for each in one.basis.get("remedies", ())],
    }  # fmt: skip


def _reasons(now: Situation, one: Decision) -> list[Text]:
    """Why, as the decision says; of a stop, the conditions that failed when it was computed."""
    said = [text for each in one.basis.get("reasons", ()) if (text := text_of(each)) is not None]
    if said or one.kind != "stop" or one.policy_hash is None or "assessed_month" not in one.basis:
        return said
    return [Text(each.message("zh"), each.message("en")) for each in assessment_of(now, one).failed]


def _changes(now: Situation) -> list[dict[str, Any]]:
    """What was decided after the household came in, for the certificate's record."""
    made = decisions_of(now.desk.session, now.case.id)
    return [
        {
            "on": one.decided_on, "yuan": yuan_text(one.monthly),
            "what": f"{word('results', one.kind).zh}，自{one.from_month.year}年{one.from_month.month}月起",
        }
        for one in made if one.kind not in ("grant", "opening", "refuse")
    ]  # fmt: skip


def money(monthly: Fraction) -> dict[str, str]:
    """An amount as papers write it: figures, capitals, and for one that is no whole fen what it is exactly."""
    whole = Fraction(yuan_text(monthly)) * 100
    exact = "" if monthly.denominator == 1 else f"精确值 {fraction_text(monthly / 100)} 元，按发放期合并取整"
    return {"yuan": yuan_text(monthly), "capital": capital(int(whole)), "exact": exact}


def _file(now: Situation) -> list[dict[str, Any]]:
    """The papers of the file in the order they came in: those handed in, and a paper for every act; each once a day."""
    rows: dict[tuple[str, date], dict[str, Any]] = {}
    for one in now.course.state.happenings:
        if one.void:
            continue
        names = [word("papers", each).zh for each in one.body.get("evidence", ())]
        names += [] if one.kind in NO_PAPER else [_act(now, one)]
        for name in names:
            rows.setdefault((name, one.happened_on), {"name": name, "on": one.happened_on})
    return list(rows.values())


def _act(now: Situation, one: Any) -> str:
    stage = now.course.procedure.by_key.get(str(one.body.get("stage", "")))
    return stage.label.zh if one.kind == "stage" and stage is not None else event_label(one.key).zh
