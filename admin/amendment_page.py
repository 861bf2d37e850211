"""An amendment as its page shows it: rows old and new part by part, findings, its chain, its scans, its steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from admin import ruled
from admin.asking import programmes
from admin.language import language, pick, say
from admin.ruled import Part
from core.casework.desk import Desk
from core.casework.reporting.budget import users_of
from core.casework.rounds.proof import attachments_of
from core.errors import InvalidInput, JiuzhuError
from core.provision import text_of
from core.store.tables import Amendment, Attachment, Event, RedecisionBatch
from regions.amendment_query import EVENTS, chain_of
from regions.amendment_report import amendment_json
from regions.amendment_steps import Step, steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One part of a row, as it was and as it will be."""

    title: str
    before: str
    after: str
    is_changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentView:
    """What the page shows. ``rows`` are ``amendment_json``'s, with ``parts`` where one is more than a figure."""

    amendment: Amendment
    rows: Sequence[Mapping[str, Any]]
    findings: Sequence[str]
    chain: Sequence[Event]
    names: Mapping[int, str]
    attachments: Sequence[Attachment]
    steps: Sequence[Step]
    batches: Sequence[RedecisionBatch]
    programmes: Mapping[str, str]

    @property
    def open_steps(self) -> Sequence[Step]:
        """What the actor may do now."""
        return [one for one in self.steps if one.is_open]

    @property
    def closed_steps(self) -> Sequence[Step]:
        """What others may do, or what is in the way."""
        return [one for one in self.steps if not one.is_open]

    def event_text(self, event: Event) -> str:
        """What happened, in words."""
        name = event.kind.removeprefix("amendment_")
        return pick(EVENTS[name]) if name in EVENTS else name

    def problems_of(self, error: JiuzhuError) -> Iterator[str]:
        """The faults behind a refusal, each with its row."""
        if isinstance(error, InvalidInput):
            for one in error.problems:
                row = one.where.path.partition("rows[")[2].partition("]")[0] if one.where else ""
                at = say(f"第{int(row) + 1}行：", f"row {int(row) + 1}: ") if row.isdecimal() else ""
                hint = f"（{pick(one.hint)}）" if one.hint else ""
                yield f"{at}{pick(one.message)}{hint}"


def amendment_view(desk: Desk, amendment: Amendment) -> AmendmentView:
    """Return an amendment as its page shows it."""
    told = amendment_json(amendment, language())
    chain = chain_of(desk, amendment.uuid)
    batches = _batches(desk, amendment.uuid)
    people = [one.actor_id for one in chain if one.actor_id is not None]
    return AmendmentView(
        amendment=amendment, rows=rows_view(desk, amendment), chain=chain, names=users_of(desk, people),
        findings=[_finding(one) for one in told["findings"]], batches=batches,
        attachments=attachments_of(desk.session, f"amendment/{amendment.uuid}"), steps=steps(desk, amendment),
        programmes=programmes(amendment.division, amendment.effective),
    )  # fmt: skip


def _batches(desk: Desk, uuid: str) -> Sequence[RedecisionBatch]:
    from regions.batch_query import batches_of  # noqa: PLC0415

    return batches_of(desk, uuid)


def _finding(one: Mapping[str, str]) -> str:
    row = one["where"].partition("rows[")[2].partition("]")[0]
    at = say(f"第{int(row) + 1}行：", f"row {int(row) + 1}: ") if row.isdecimal() else ""
    return f"{at}{one['message']}"


def rows_view(desk: Desk, amendment: Amendment) -> list[dict[str, Any]]:
    """Return the rows with what is more than a figure part by part, old beside new."""
    found: list[dict[str, Any]] = []
    told = iter(amendment_json(amendment, language())["rows"])
    kinds = desk.plugins.kinds
    for row in amendment.rows:
        items = row.raw.get("items")
        for key, value in items.items() if items is not None else [("", row.raw)]:
            one = next(told)
            before = (row.previous or {}).get(key)
            old = before["value"] if before is not None else {}
            title = pick(kinds[row.raw["kind"]].title) if row.raw["kind"] in kinds else row.raw["kind"]
            sides = list(_sides(row.raw["kind"], old, value))
            if row.raw["kind"] == "standard" and one["after"]:  # the figures stand in the row itself
                sides = [side for side in sides if side.after and side.title != amount_title("standard")]
            found.append({
                **one, "title": title, "cite": row.raw.get("cite", ""), "parts": sides,
                "has_figures": row.raw["kind"] == "standard", "label": _label(value, row.raw),
                "because": _because(value, row.raw), "until": value.get("until") or row.raw.get("until"),
            })  # fmt: skip
    return found


def _label(value: Mapping[str, Any], raw: Mapping[str, Any]) -> str:
    """The name the document gives it; that of the rule before may speak of another year."""
    return pick(text_of(value.get("label") or raw.get("label")))


def amount_title(kind: str) -> str:
    """The title of the figure of a kind."""
    schema = ruled.properties(kind).get("amount", {})
    return str(schema.get("title", "") if language() == "zh" else schema.get("x-title-en", ""))


def _because(value: Mapping[str, Any], raw: Mapping[str, Any]) -> str:
    said = value.get("because") or raw.get("because")
    if isinstance(said, Mapping):
        return str(said.get(language()) or said.get("zh", ""))
    return str(said or "")


def _sides(kind: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Side]:
    """The parts of a value, those of the old beside those of the new."""
    known = set(ruled.properties(kind))
    before = {one.title: _said(one) for one in ruled.parts(kind, {k: v for k, v in old.items() if k in known})}
    after = {one.title: _said(one) for one in ruled.parts(kind, {k: v for k, v in new.items() if k in known})}
    for title in dict.fromkeys((*before, *after)):
        was, is_ = before.get(title, ""), after.get(title, "")
        yield Side(title=title, before=was, after=is_, is_changed=was != is_)


def _said(one: Part) -> str:
    return say(f"空缺：{one.text}", f"gap: {one.text}") if one.gap else one.text


def lifted(error: JiuzhuError | None, key: str) -> JiuzhuError | None:
    """Return an error whose faults below ``key`` stand at the top: ``$.document.issued`` as ``$.issued``."""
    if not isinstance(error, InvalidInput):
        return error
    return InvalidInput([
        replace(one, where=replace(one.where, path=one.where.path.replace(f"$.{key}.", "$.", 1))) if one.where else one
        for one in error.problems
    ])  # fmt: skip
