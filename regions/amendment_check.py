"""Checking an amendment against the rules it will stand among: every fault at once, each with its row and field."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from core.bounds import beyond_bound_at_start, rate
from core.cascade import repeals_of, same_meaning
from core.errors import InvalidInput, JiuzhuError, Problem, Text, Where, did_you_mean
from core.policy import LEVELS, dated_text
from core.provision import ANY, Document, Provision
from core.slot import holding, levels_named, programme_of, rules_a_line, same_slot
from core.source import Key
from regions.amendment_draft import Draft, document_id
from regions.amendment_rows import Row, read_rows
from regions.preview import preview
from regions.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A sound draft. ``findings`` stop nothing and are shown to who decides."""

    uuid: str
    draft: Draft
    rows: tuple[Row, ...]
    findings: tuple[Problem, ...]
    filing: tuple[Provision, ...]
    """Rules by which the set is filed with the level above before it is announced."""

    @property
    def source(self) -> str:
        """How the registry's log names the amendment."""
        return f"amendment/{self.uuid}"

    @property
    def provisions(self) -> tuple[Provision, ...]:
        """What is published."""
        return tuple(row.provision for row in self.rows)

    @property
    def documents(self) -> dict[str, Document]:
        """The document the rows are cited to."""
        return {document_id(self.uuid): self.draft.paper.document(self.uuid)}


def check(registry: Registry, draft: Draft, uuid: str) -> Checked:
    """Type the rows and hold them against the rules in force.

    Raises:
        InvalidInput: every fault: schema, floor and ceiling, competence, ties and repeats, gaps in time, divisions,
            units; each with its row and field.
    """
    others = tuple(one for one in registry.provisions() if not one.id.startswith(f"amendment/{uuid}/"))
    rows, problems = read_rows(registry, draft, uuid, others)
    findings: list[Problem] = []
    for row in rows:
        for test in _TESTS:
            problems += test(row, _Among(registry, draft, others, tuple(rows)))
        findings += _findings(row)
    if not problems:
        problems += _unbuildable(registry, draft, uuid, rows)
    if problems:
        raise InvalidInput(problems)
    filing = {one.address: one for row in rows for one in _filing(row.provision, registry, others)}
    return Checked(uuid=uuid, draft=draft, rows=tuple(rows), findings=tuple(findings), filing=tuple(filing.values()))


@dataclass(frozen=True, slots=True)
class _Among:
    """What a row stands among."""

    registry: Registry
    draft: Draft
    others: tuple[Provision, ...]
    rows: tuple[Row, ...]


# One row against the others ------------------------------------------------------------------------------------------


def _place(row: Row, *path: Key) -> Where:
    below = "".join(f".{key}" for key in path)
    return Where(file=row.where.file, line=row.where.line, column=row.where.column, path=row.where.path + below)


def _unknown_programme(row: Row, among: _Among) -> Iterator[Problem]:
    named = {one.scope.programme for one in among.others} - {ANY}
    programme = row.provision.scope.programme
    if programme != ANY and programme not in named:
        text = Text("没有这个项目", "there is no such programme")
        yield Problem(
            code="unknown_programme", message=text, hint=did_you_mean(programme, named), where=_place(row, "programme"),
            value=programme, allowed=tuple(sorted(named)),
        )  # fmt: skip


def _beyond_bound(row: Row, among: _Among) -> Iterator[Problem]:
    """A new value below a floor (above a ceiling) in force at its start is refused; a floor of the same set counts."""
    one, start = row.provision, row.provision.period.start.day
    if start is None or not rules_a_line(one):
        return
    ladder = among.registry.ladder(one.scope.division, start)
    every = [*among.others, *(other.provision for other in among.rows)]
    bounds = [other for other in every if _bounds(other, one) and other.scope.division in ladder.codes]
    repealed = repeals_of(other for other in every if other.scope.division in ladder.codes)
    for role, bound in beyond_bound_at_start(one, bounds, ladder=ladder, repealed=repealed):
        named = dated_text(bound)
        text = {
            "floor": Text(f"低于施行时的上级标准 {named.zh}", f"below the floor in force at its start: {named.en}"),
            "ceiling": Text(f"高于施行时的上级上限 {named.zh}", f"above the ceiling in force at its start: {named.en}"),
        }[role]
        code = "below_floor" if role == "floor" else "above_ceiling"
        yield Problem(code=code, message=text, where=_place(row, "amount"), value=str(rate(one)))


def _bounds(other: Provision, one: Provision) -> bool:
    covers = other.scope.programme in (one.scope.programme, ANY) and other.scope.area in (one.scope.area, ANY)
    named = other.value.get("name", "standard") == one.value.get("name", "standard")
    return covers and named and other.kind == "standard" and other.value.get("role") in ("floor", "ceiling")


def _not_competent(row: Row, among: _Among) -> Iterator[Problem]:
    one, start = row.provision, row.provision.period.start.day
    if start is None or not rules_a_line(one):
        return
    level = among.registry.tree.level(one.scope.division)
    for programme in programme_of(among.others, one, on=start, ladder=among.registry.ladder(one.scope.division, start)):
        levels = levels_named(programme, "standard_set_by")
        if levels is not None and level not in levels:
            zh = f"{LEVELS[level].zh}无权制定标准（{programme.citation}）"
            text = Text(zh, f"the {level} level may not set the standard ({programme.citation})")
            yield Problem(code="not_competent", message=text, where=_place(row, "division"), value=one.scope.division,
                          allowed=tuple(LEVELS[name].zh for name in levels))  # fmt: skip


def _tied(row: Row, among: _Among) -> Iterator[Problem]:
    """Equal in everything the cascade ranks by: the same value is a repeat, another value cannot be told apart."""
    one = row.provision
    mates = [other.provision for other in among.rows if other.provision is not one]
    for other in (*mates, *(other for other in among.others if other.plugin == one.plugin)):
        equal = same_slot(one, other) and (one.period.start.day, one.issued) == (other.period.start.day, other.issued)
        if not equal or other.period.ended(one.period.start.day or among.draft.paper.start):
            continue
        if same_meaning(one, other):
            text = Text(f"与 {other.address} 重复", f"repeats {other.address}")
            yield Problem(code="already_ruled", message=text, where=_place(row))
        else:
            text = Text(f"与 {other.address} 起始日和印发日相同而内容不同", f"starts with {other.address} and differs")
            yield Problem(code="tie", message=text, where=_place(row))


def _leaves_nothing(row: Row, among: _Among) -> Iterator[Problem]:
    """An end behind which no standard holds, or an older and lower one comes back, would pass silently."""
    one, until = row.provision, row.provision.period.until.day
    if until is None or one.kind != "standard":
        return
    every = (*among.others, *(other.provision for other in among.rows))
    follows = holding(every, one, on=until, ladder=among.registry.ladder(one.scope.division, until))
    if follows is None:
        text = Text(f"自 {until} 起没有任何标准接续", f"from {until} on no standard would be in force")
        hint = Text("请补上接续的一行，或不写失效日期", "add the row that follows, or leave the end open")
        yield Problem(code="gap_in_time", message=text, hint=hint, where=_place(row, "until"), value=str(until))
    elif _falls_back(one, follows) and "until" not in row.accepts:
        named = dated_text(follows)
        text = Text(f"自 {until} 起将恢复较低的原标准 {named.zh}", f"from {until} on a lower one is back: {named.en}")
        hint = Text(
            "请补上接续的一行；确属暂时提高的，在该行写明理由（文件中写 accepts: {until: 理由}）",
            "add the row that follows; if it really rises for a time, the row says why (a file: accepts: {until: why})",
        )
        yield Problem(code="falls_back", message=text, hint=hint, where=_place(row, "until"), value=str(until))


def _falls_back(one: Provision, follows: Provision) -> bool:
    older = (follows.period.start.day or date.min) < (one.period.start.day or date.min)
    return older and not one.is_gap and not follows.is_gap and rate(follows).yearly() < rate(one).yearly()


def relying_on(registry: Registry, uuid: str) -> Iterator[Problem]:
    """Name what ends where an amendment's value was to follow: without that, nothing or a lower one would hold."""
    every = registry.provisions()
    own = f"amendment/{uuid}/"
    others = tuple(one for one in every if not one.id.startswith(own))
    for one in others:
        until = one.period.until.day
        if until is None or one.kind != "standard" or not one.id.startswith("amendment/"):
            continue
        ladder = registry.ladder(one.scope.division, until)
        follows, left = (holding(some, one, on=until, ladder=ladder) for some in (every, others))
        if follows is None or not follows.id.startswith(own) or not (left is None or _falls_back(one, left)):
            continue
        text = Text(f"{one.address} 自 {until} 起由它接续", f"it follows {one.address} from {until} on")
        hint = Text("先撤回或修订前者", "withdraw or amend that one first")
        yield Problem(code="relied_upon", message=text, hint=hint, value=one.address)


def _other_unit(row: Row, _among: _Among) -> Iterator[Problem]:
    """3200 a month where 3200 a year was meant is the commonest slip; a real change of unit is accepted by the row."""
    new, old = _per(row.provision), _per(row.previous)
    if new is None or old is None or new == old or "unit" in row.accepts:
        return
    text = Text(f"计量单位与原标准不同（原为 {old}）", f"another unit than before ({old})")
    hint = Text(
        "确属改变计量单位的，在该行写明理由（文件中写 accepts: {unit: 理由}）",
        "if it is meant, the row says why (a file: accepts: {unit: why})",
    )
    yield Problem(code="other_unit", message=text, hint=hint, where=_place(row, "amount", "per"), value=new)


def _per(one: Provision | None) -> str | None:
    amount = one.value.get("amount") if one is not None else None
    return str(amount.get("per")) if isinstance(amount, Mapping) and "per" in amount else None


_TESTS: tuple[Callable[[Row, _Among], Iterator[Problem]], ...] = (
    _unknown_programme, _beyond_bound, _not_competent, _tied, _leaves_nothing, _other_unit,
)  # fmt: skip


def _unbuildable(registry: Registry, draft: Draft, uuid: str, rows: list[Row]) -> list[Problem]:
    """The rules of every place named must still be executable: formulas, units, ties with what is there."""
    trial = preview(
        registry, f"amendment/{uuid}", [row.provision for row in rows],
        documents={document_id(uuid): draft.paper.document(uuid)},
    )  # fmt: skip
    asked: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        scope, day = row.provision.scope, row.provision.period.start.day or draft.paper.start
        for area in ("urban", "rural") if scope.area == ANY else (scope.area,):
            programme = "dibao" if scope.programme == ANY else scope.programme
            asked.setdefault((scope.division, day, area, programme), row)
    problems: list[Problem] = []
    for (division, day, area, programme), row in asked.items():
        try:
            trial.rulebook(division, on=day, area=area, programmes=(programme,))
        except JiuzhuError as error:
            problems += [Problem(code=one.code, message=one.message, hint=one.hint, where=_place(row), value=one.value,
                                 allowed=one.allowed) for one in error.problems]  # fmt: skip
    return problems


# What stops nothing --------------------------------------------------------------------------------------------------


def _findings(row: Row) -> Iterator[Problem]:
    one, start = row.provision, row.provision.period.start.day
    if one.is_gap and row.previous is not None and not row.previous.is_gap:
        named = dated_text(row.previous)
        text = Text(f"登记为空缺后，原规定 {named.zh} 不再适用", f"as a gap it ends what held before: {named.en}")
        yield Problem(code="gap_ends_value", message=text, where=_place(row))
    if row.previous is None and start is not None and not one.is_gap and one.kind == "standard":
        text = Text(f"{start - timedelta(days=1)} 没有原标准", f"no standard held on {start - timedelta(days=1)}")
        yield Problem(code="nothing_before", message=text, where=_place(row))


def _filing(one: Provision, registry: Registry, others: tuple[Provision, ...]) -> Iterator[Provision]:
    start = one.period.start.day
    if start is None or not rules_a_line(one):
        return
    for programme in programme_of(others, one, on=start, ladder=registry.ladder(one.scope.division, start)):
        if registry.tree.level(one.scope.division) in (levels_named(programme, "standard_filed_by") or ()):
            yield programme
