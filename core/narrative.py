"""An assessment as a page of text: the result, the amounts, what failed and why, what else is ruled, and caveats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from core.assess import Assessment
from core.errors import Language, Text
from core.formula.tree import CheckedFormula, Failure
from core.kinds.contribution import ASSUMED
from core.policy import AREAS, Line, amount_text
from core.provision import text_of
from core.reasons import failure_text
from core.trace import line_flags, record_names, steps
from core.values import NUMBER
from core.wording import Value, citation_text, date_text, value_text

_STATUS = {
    "eligible": Text("符合条件", "eligible"),
    "not_eligible": Text("不符合条件", "not eligible"),
    "undecided": Text("暂不能认定", "cannot be decided yet"),
}
_NO_CONDITIONS = Text("没有现行的资格条件", "no condition of eligibility is in force")
_LABELS: Mapping[str, Text] = {
    "household_size": Text("共同生活的家庭成员", "household members"),
    "entitled_size": Text("保障人口", "persons entitled"),
    "counted_income": Text("计入的家庭收入", "counted income"),
    "standard": Text("保障标准", "standard"),
    "benefit": Text("保障金", "benefit"),
    "topup": Text("分类施保", "top-up"),
    "price_subsidy": Text("物价补贴", "price subsidy"),
    "payment": Text("每次发放", "each payment"),
    "phase_out_amount": Text("渐退期保障金", "benefit in phase-out"),
    "member.benefit": Text("补贴", "subsidy"),
    "member.payment": Text("每次发放", "each payment"),
    "review_months": Text("复核间隔", "review every"),
}
_QUIET = ("benefit", "payment", "topup", "price_subsidy", "phase_out_amount")
"""Shown only when there is something to pay, or when the rule is missing and the household is eligible."""
FLAGS = {
    "assumed_date": Text("日期为推定", "date assumed"),
    "excerpt": Text("摘录，未核全文", "excerpt, full text not verified"),
    "technical_default": Text("技术性默认", "technical default"),
    "gap": Text("空缺", "gap"),
}
"""What a reader must know of a value, in few words."""
_DAYS = {"calendar": Text("日", " days"), "working": Text("个工作日", " working days")}
_FREQUENCY = {"month": Text("按月", "monthly"), "quarter": Text("按季", "quarterly"), "year": Text("按年", "yearly")}


def narrate(found: Assessment, language: Language, *, trace: bool = False) -> str:
    """Return the page. ``trace`` adds every step."""
    policy = found.rulebook.policy
    head = f"{policy.place.name} · {AREAS[policy.area].pick(language)} · {date_text(policy.on, language)}"
    parts = [head, *(line for programme in policy.programmes for line in _programme(found, programme, language))]
    parts += _caveats(found, language)
    if trace:
        parts += ["", Text("计算过程", "Steps").pick(language), *_steps(found, language)]
    return "\n".join(parts)


def _programme(found: Assessment, programme: str, language: Language) -> Iterator[str]:
    line = found.rulebook.policy.line("programme", programme)
    label = (line.provision.label if line is not None else Text(programme, programme)).pick(language)
    status = found.statuses.get(programme)
    told = _STATUS[status] if status is not None else _NO_CONDITIONS
    yield ""
    yield f"{label}{Text('：', ': ').pick(language)}{told.pick(language)}"
    formulas = {
        formula.source.name: formula
        for formula in found.rulebook.program.formulas
        if formula.source.programme == programme
    }
    for name, text in _LABELS.items():
        if name in formulas:
            yield from _quantity(found, formulas[name], text, language, told=status in ("eligible", None))
    for one in found.failed:
        if one.condition.startswith(f"{programme}."):
            whose = f"{one.member}{Text('：', ': ').pick(language)}" if one.member else ""
            yield f"  ✗ {whose}{one.message(language)}"
    if status == "undecided":
        own = {failure_text(one, found.rulebook) for one in _failures(found, programme)}
        yield from (
            "  ？" + text.pick(language) for text in dict.fromkeys(text for _, text in found.failures) if text in own
        )
    yield from _ruled(found, programme, language)


def _failures(found: Assessment, programme: str) -> Iterator[Failure]:
    """Why quantities that this programme's conditions read have no value; what comes after them does not matter yet."""
    read = {f"{programme}.eligible", f"{programme}.member.eligible"}
    for formula in reversed(found.rulebook.program.formulas):  # each reads only earlier ones
        if formula.key in read:
            read.update(formula.reads)
            value = found.value(formula.key)
            yield from (one for one in (value if isinstance(value, list) else [value]) if isinstance(one, Failure))


def _quantity(
    found: Assessment, formula: CheckedFormula, label: Text, language: Language, *, told: bool
) -> Iterator[str]:
    value = found.value(formula.key)
    quiet = formula.source.name in _QUIET
    if isinstance(value, list):
        names = record_names(found.rulebook, found.facts, formula.level)
        shown = [f"{name} {_one(one, formula, language)}" for name, one in zip(names, value, strict=True) if one != 0]
        if shown:
            yield f"  {label.pick(language)}  {'；'.join(shown)}{_marks(found, formula, language)}"
    elif isinstance(value, Failure):
        if told and value.code != "nothing_in_force":  # a rule this programme does without
            yield f"  {label.pick(language)}  ？{failure_text(value, found.rulebook).pick(language)}"
    elif not (quiet and value == 0):
        text = value_text(value, formula.type, formula.unit, language)
        yield f"  {label.pick(language)}  {text}{_marks(found, formula, language)}"


def _one(value: Value, formula: CheckedFormula, language: Language) -> str:
    """One person's amount; where there is none, a mark and not a zero."""
    return "？" if isinstance(value, Failure) else value_text(value, formula.type, formula.unit, language)


def _marks(found: Assessment, formula: CheckedFormula, language: Language) -> str:
    line = _lines(found).get(formula.source.provision)
    flags = (
        line_flags(line) if line is not None else ("technical_default",) if formula.source.provision in ASSUMED else ()
    )
    texts = [FLAGS[flag].pick(language) for flag in flags]
    if not texts:
        return ""
    return f"（{'，'.join(texts)}）" if language == "zh" else f" ({', '.join(texts)})"


def _lines(found: Assessment) -> dict[str, Line]:
    return {line.provision.address: line for group in found.rulebook.policy.found.values() for line in group.values()}


def _ruled(found: Assessment, programme: str, language: Language) -> Iterator[str]:
    """Say what the policy rules beside amounts: payment and posting."""
    policy = found.rulebook.policy
    payment = policy.line("payment_schedule", programme)
    if payment is not None and payment.value.get("frequency") in _FREQUENCY:
        frequency = _FREQUENCY[payment.value["frequency"]].pick(language)
        yield f"  {Text('发放', 'paid').pick(language)}  {frequency}{_cited(found, payment, language)}"
    for line in policy.lines("publicity_rule", programme):
        if line.key and not line.is_gap:
            label = (text_of(line.value.get("label")) or Text(line.key, line.key)).pick(language)
            told = " ".join(filter(None, (label, _days(line.value, language))))
            yield f"  {Text('公示', 'posting').pick(language)}  {told}{_cited(found, line, language)}"


def _cited(found: Assessment, line: Line, language: Language) -> str:
    cite = line.provision.citation
    return f"  {citation_text(cite, found.rulebook.documents, language)}" if cite is not None else ""


def _days(value: Mapping[str, Any], language: Language) -> str:
    days = value.get("days")
    if days is None:
        return ""
    if isinstance(days, Mapping):
        return Text("（天数未见规定）", "(days not ruled)").pick(language)
    kind = _DAYS[value.get("day_kind", "calendar")].pick(language)
    return f"{Text('不少于', 'at least ').pick(language) if value.get('at_least') else ''}{days}{kind}"


def _caveats(found: Assessment, language: Language) -> list[str]:
    """Say what the result assumes, each reason once with the provisions it touches."""
    used = {formula.source.provision for formula in found.rulebook.program.formulas}
    reasons: dict[str, list[str]] = {}
    for address, line in _lines(found).items():
        if address in used and not line.is_gap:
            for reason in line.assumptions:
                reasons.setdefault(reason.pick(language), []).append(address)
            if line.provision.basis == "technical_default" and line.provision.because is not None:
                reasons.setdefault(line.provision.because.pick(language), []).append(address)
    for address in sorted(used & set(ASSUMED)):
        reasons.setdefault(ASSUMED[address].pick(language), []).append(address)
    for _, text, address in found.rulebook.policy.flags:
        reasons.setdefault(text.pick(language), []).append(address)
    rows = [f"  ! {reason}{_of(found, addresses, language)}" for reason, addresses in reasons.items()]
    return ["", Text("说明", "Notes").pick(language), *rows] if rows else []


def _of(found: Assessment, addresses: list[str], language: Language) -> str:
    """Name the rules a reason touches: two, or the first of more; none for what the core assumes itself."""
    lines = _lines(found)
    lines |= {one.governed.own_address: one for one in lines.values() if one.governed is not None}
    names = [_name(found, lines[address]).pick(language) for address in addresses if address in lines]
    if not names:
        return ""
    shown = Text("、", ", ").pick(language).join(names[:2])
    if len(names) > 2:
        shown = f"{names[0]} {Text(f'等{len(names)}条', f'and {len(names) - 1} more').pick(language)}"
    return Text("（{shown}）", " ({shown})").format(shown=shown).pick(language)


def _name(found: Assessment, line: Line) -> Text:
    """A rule by its label, or by what it is a rule of."""
    label = text_of(line.value.get("label"))
    return label or found.rulebook.policy.titles.get(line.kind, line.provision.label)


def _steps(found: Assessment, language: Language) -> Iterator[str]:
    for step in steps(found.rulebook, found.facts, found.result):
        record = f"[{step['record']}]" if step["record"] else ""
        unit = "" if step["unit"] == "number" else f" {step['unit']}"
        yield f"  {step['name']}{record} = {_plain(step['value'], language)}{unit}"
        yield f"      {step['formula'] or '—'}  [{step['provision']}]"


def _plain(value: Any, language: Language) -> str:
    if isinstance(value, bool):
        return value_text(value, "boolean", NUMBER, language)
    return f"{value['error']}: {value['name']}" if isinstance(value, Mapping) else str(value)


def value_line(value: Mapping[str, Any], language: Language) -> str:
    """Return a provision's raw value on one line: an amount as a reader sees it, else its label, else its parts."""
    amount = amount_text(value, language)
    if amount:
        return amount
    label = text_of(value.get("label"))
    parts = {key: one for key, one in value.items() if key not in ("label", "message")}
    rest = ", ".join(f"{key}={_short(one, language)}" for key, one in parts.items())
    return "  ".join(filter(None, (label.pick(language) if label else "", rest)))[:100]


def _short(value: Any, language: Language) -> str:
    if isinstance(value, list):
        return "[" + " ".join(_short(one, language) for one in value) + "]"
    if isinstance(value, Mapping):
        said = text_of(value) if value.keys() == {"zh", "en"} else None
        told = (f"{key}:{_short(one, language)}" for key, one in value.items())
        return said.pick(language) if said is not None else "{" + " ".join(told) + "}"
    return str(value)
