"""A plugin's ``policy.yaml``: header, documents and provisions, typed by their kinds, all faults at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from core.errors import InvalidInput, Problem, Text
from core.policy_schema import FILE
from core.provision import Document, Json, Kind, Provision, text_of
from core.provision_reader import NO_DAY, ProvisionReader, day_of
from core.schema_check import checked
from core.source import Located


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """What a plugin needs: a range of core versions and ranges of other plugins' versions (``>=0.1,<0.2``)."""

    core: str = ""
    plugins: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Who a plugin is."""

    name: str
    title: Text
    version: str
    requires: Requirement = field(default_factory=Requirement)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFile:
    """A read plugin file. ``provisions`` holds one entry per value and one per item of a keyed value."""

    header: Header
    documents: Mapping[str, Document]
    provisions: tuple[Provision, ...]


@dataclass(frozen=True, slots=True)
class RawProvision:
    """A provision as a plugin gave it: number ``index`` of ``provisions`` in ``source``."""

    source: Located
    index: int

    @property
    def data(self) -> Json:
        """The raw mapping."""
        return self.source.data["provisions"][self.index]

    @property
    def kind(self) -> str:
        """The kind it claims to be, or an empty text."""
        return str(self.data.get("kind", "")) if isinstance(self.data, Mapping) else ""


def raw_provisions(source: Located) -> tuple[RawProvision, ...]:
    """Return the provisions of a policy file, unread."""
    listed = source.data.get("provisions", []) if isinstance(source.data, Mapping) else []
    return tuple(RawProvision(source, index) for index in range(len(listed) if isinstance(listed, list) else 0))


def parse_policy(
    frame: Located,
    raws: Sequence[RawProvision],
    kinds: Mapping[str, Kind],
    documents: Mapping[str, Document] | None = None,
) -> PolicyFile:
    """Type and check a plugin's frame (header, documents, defaults) and its provisions.

    ``documents`` are those of plugins read before, which this one may cite. A citation of a document nobody has
    declared yet is marked ``inferred``: what is not in hand is never ``primary``.

    Raises:
        InvalidInput: every fault, each with file:line:column and JSON path.
    """
    data, problems = checked(frame, FILE)
    if problems:
        raise InvalidInput(problems)
    header = _header(data["plugin"])
    own = _documents(header.name, data.get("documents", {}))
    reader = ProvisionReader(plugin=header.name, kinds=kinds, documents={**(documents or {}), **own})
    defaults = data.get("defaults", {})
    found = [one for raw in raws for one in reader.read(raw.source, raw.index, {**raw.data}, defaults)]
    problems = [*_bad_days(frame, data.get("documents", {})), *reader.problems, *_duplicates(raws)]
    if problems:
        raise InvalidInput(problems)
    return PolicyFile(header=header, documents=own, provisions=tuple(found))


def _header(raw: Json) -> Header:
    requires = raw.get("requires", {})
    title = text_of(raw["title"])
    assert title is not None
    return Header(
        name=raw["name"],
        title=title,
        version=raw["version"],
        requires=Requirement(core=requires.get("core", ""), plugins=requires.get("plugins", {})),
    )


def _bad_days(frame: Located, documents: Mapping[str, Json]) -> Iterator[Problem]:
    for name, one in documents.items():
        for key in ("issued", "effective", "repealed"):
            if isinstance(one.get(key), str) and day_of(one[key]) is None:
                where = frame.where(("documents", name, key))
                yield Problem(code="bad_date", message=NO_DAY, where=where, value=one[key])


def _documents(plugin: str, raw: Mapping[str, Json]) -> dict[str, Document]:
    return {f"{plugin}/{name}": _document(f"{plugin}/{name}", one) for name, one in raw.items()}


def _document(name: str, raw: Mapping[str, Json]) -> Document:
    gaps = {key: value["gap"] for key, value in raw.items() if isinstance(value, Mapping) and "gap" in value}
    known = {key: value for key, value in raw.items() if key not in gaps}
    days = {key: day_of(known[key]) for key in ("issued", "effective", "repealed") if key in known}
    title = text_of(known.get("title"))
    return Document(
        id=name,
        title=title.zh if title else None,
        called=known.get("called"),
        issuer=known.get("issuer"),
        number=known.get("number"),
        assurance=known.get("assurance", "primary"),
        source=known.get("source", ""),
        gaps=gaps,
        **days,
    )


def _duplicates(raws: Sequence[RawProvision]) -> Iterator[Problem]:
    seen: set[str] = set()
    for raw in sorted(raws, key=lambda one: (one.source.file, one.index)):  # hooks give them kind by kind
        name = str(raw.data.get("id", ""))
        if name in seen:
            where = raw.source.where(("provisions", raw.index, "id"))
            yield Problem(
                code="duplicate_id",
                message=Text("条款编号重复", "duplicate provision id"),
                where=where,
                value=name,
            )
        seen.add(name)
