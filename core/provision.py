"""The provision (条款): one thing that some authority has ruled, and the kinds of things there are.

What a kind means lives in ``core.kinds``; how provisions meet on a place and a day lives in ``core.policy``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import rfc8785

from core.errors import Text, Where
from core.values import Bound, Citation, Period

if TYPE_CHECKING:
    from core.formula.schema import FormulaSource

Json = Any
Area = Literal["any", "urban", "rural"]
Basis = Literal["document", "arithmetic", "technical_default"]
Assurance = Literal["primary", "seed", "excerpt", "inferred"]
Binding = Literal["default", "mandatory"]
Status = Literal["in_force", "gap"]
ANY = "any"

ASSURED = ("primary", "seed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A source. A part the source does not give is None and ``gaps`` says why, by part name.

    ``called`` is how people may speak of one whose title is not given.
    """

    id: str
    title: str | None
    called: str | None = None
    issuer: str | None = None
    number: str | None = None
    issued: date | None = None
    effective: date | None = None
    repealed: date | None = None
    assurance: Assurance = "primary"
    source: str = ""
    gaps: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Division code × programme (or ``any``) × area (or ``any``)."""

    division: str
    programme: str = ANY
    area: Area = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaffirmation:
    """A later document by which a lower authority keeps its own rule beside a mandatory higher one."""

    on: date
    citation: Citation


@dataclass(frozen=True, kw_only=True)  # no slots: the hash of what was ruled is worked out once
class Provision:
    """One thing ruled; an item of a keyed kind is a provision of its own with ``key`` set.

    ``id`` is ``plugin/slug`` (stable, never reused), ``address`` adds the item: ``plugin/slug#key``. ``value`` is the
    kind's JSON. ``parent`` holds the provision-level keys of a keyed kind, for an item. ``revision`` counts the
    contents ever recorded under the id; ``content`` is the hash of this one.
    """

    id: str
    kind: str
    scope: Scope
    period: Period
    value: Mapping[str, Json]
    key: str = ""
    parent: Mapping[str, Json] = field(default_factory=dict)
    revision: int = 1
    citation: Citation | None = None
    basis: Basis = "document"
    assurance: Assurance = "primary"
    binding: Binding = "default"
    delegates_to: str | None = None
    reaffirmed: Reaffirmation | None = None
    repeals: tuple[str, ...] = ()
    status: Status = "in_force"
    because: Text | None = None
    note: str = ""
    issued: date | None = None
    first_payment_month: str | None = None
    removed: bool = False
    inert: Text | None = None
    where: Where | None = None

    @property
    def plugin(self) -> str:
        """The plugin (or ``amendment``) the provision comes from."""
        return self.id.partition("/")[0]

    @property
    def address(self) -> str:
        """``plugin/slug`` or, for an item of a keyed value, ``plugin/slug#key``."""
        return f"{self.id}#{self.key}" if self.key else self.id

    @property
    def label(self) -> Text:
        """The value's label, of a division its name, else its address."""
        name = self.value.get("name")
        label = self.value.get("label") or (name if isinstance(name, Mapping) else None)
        return text_of(label) or Text(self.address, self.address)

    @property
    def is_gap(self) -> bool:
        """Whether the source is silent or torn here."""
        return self.status == "gap"

    def canonical(self) -> dict[str, Json]:
        """Return everything that was ruled, as canonical JSON values: no floats, no file places, no revision."""
        return {
            "id": self.id,
            "key": self.key,
            "kind": self.kind,
            "scope": [self.scope.division, self.scope.programme, self.scope.area],
            "period": [_bound(self.period.start), _bound(self.period.until)],
            "value": self.value,
            "parent": self.parent,
            "citation": str(self.citation) if self.citation else None,
            "basis": self.basis,
            "assurance": self.assurance,
            "binding": self.binding,
            "delegates_to": self.delegates_to,
            "reaffirmed": [self.reaffirmed.on.isoformat(), str(self.reaffirmed.citation)] if self.reaffirmed else None,
            "repeals": list(self.repeals),
            "status": self.status,
            "because": [self.because.zh, self.because.en] if self.because else None,
            "issued": self.issued.isoformat() if self.issued else None,
            "first_payment_month": self.first_payment_month,
            "removed": self.removed,
        }

    @cached_property
    def content(self) -> str:
        """SHA-256 over the canonical JSON (RFC 8785) of what was ruled."""
        return hashlib.sha256(rfc8785.dumps(self.canonical())).hexdigest()


def _bound(bound: Bound) -> list[str]:
    because = [bound.because.zh, bound.because.en] if bound.because else ["", ""]
    return [bound.kind, bound.day.isoformat() if bound.day else "", *because]


def plain(value: Json) -> Json:
    """Return JSON of plain dicts and lists, as it is read back from storage."""
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def text_of(value: Json) -> Text | None:
    """Read a label or message: ``{zh, en}`` or a plain Chinese string."""
    if value is None:
        return None
    if isinstance(value, str):
        return Text(value, "")
    return Text(str(value.get("zh", "")), str(value.get("en", "")))


def provision_from(stored: Mapping[str, Json], *, revision: int = 1) -> Provision:
    """Rebuild a provision from its canonical JSON, as the registry's log keeps it."""
    reaffirmed = stored["reaffirmed"]
    because = stored["because"]
    division, programme, area = stored["scope"]
    return Provision(
        id=stored["id"],
        key=stored["key"],
        kind=stored["kind"],
        scope=Scope(division=division, programme=programme, area=area),
        period=Period(start=_stored_bound(stored["period"][0]), until=_stored_bound(stored["period"][1])),
        value=stored["value"],
        parent=stored["parent"],
        revision=revision,
        citation=_stored_citation(stored["citation"]),
        basis=stored["basis"],
        assurance=stored["assurance"],
        binding=stored["binding"],
        delegates_to=stored["delegates_to"],
        reaffirmed=_stored_reaffirmation(reaffirmed) if reaffirmed else None,
        repeals=tuple(stored["repeals"]),
        status=stored["status"],
        because=Text(*because) if because else None,
        issued=date.fromisoformat(stored["issued"]) if stored["issued"] else None,
        first_payment_month=stored["first_payment_month"],
        removed=stored["removed"],
    )


def _stored_bound(stored: Json) -> Bound:
    kind, day, zh, en = stored
    return Bound(kind=kind, day=date.fromisoformat(day) if day else None, because=Text(zh, en) if zh else None)


def _stored_citation(stored: str | None) -> Citation | None:
    document, _, article = (stored or "").partition(" ")
    return Citation(document=document, article=article) if stored else None


def _stored_reaffirmation(stored: Json) -> Reaffirmation:
    citation = _stored_citation(stored[1])
    assert citation is not None
    return Reaffirmation(on=date.fromisoformat(stored[0]), citation=citation)


Compile = Callable[[Any, str], Iterable["FormulaSource"]]
"""What a kind contributes: a resolved policy (``core.kinds.contribution.Rules``) and a programme → formulas."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a provision can be about.

    Attributes:
        schema: JSON Schema (2020-12) of the value beside the common keys; of the provision-level keys for a keyed kind.
        item_schema: JSON Schema of one item, for ``merge == "by_key"``.
        merge: ``replace`` (one value a slot, slot key = ``name`` in the value) or ``by_key`` (item by item).
        amendable: whether administrators' amendments may change it (values) or only plugins (structure).
        compile: named formulas the kind contributes for a programme, from the resolved policy.
        check: problems with one parsed value that a schema cannot say, as (JSON path below the value, message).
    """

    name: str
    title: Text
    schema: Mapping[str, Json]
    merge: Literal["replace", "by_key"] = "replace"
    item_schema: Mapping[str, Json] | None = None
    amendable: bool = True
    compile: Compile | None = None
    check: Callable[[Mapping[str, Json]], Iterable[tuple[str, Text]]] | None = None
