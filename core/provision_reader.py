"""One raw provision → typed provisions, one an item for a keyed kind; every fault collected on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from core.errors import JiuzhuError, Problem, Text, Where, did_you_mean
from core.formula.syntax import parse
from core.policy_schema import STRUCTURAL, formula_texts, item_keys, provision_schema, value_keys
from core.provision import Assurance, Document, Json, Kind, Provision, Reaffirmation, Scope, text_of
from core.schema_check import checked
from core.source import Key, Located
from core.values import OPEN, Bound, Citation, Period

NO_DAY = Text("不是有效日期，应为 2018-04-27 的形式", "not a date such as 2018-04-27")


class ProvisionReader:
    """Turns raw provisions into typed ones, collecting every fault on the way.

    ``rows`` is the key under which the source lists them.
    """

    def __init__(
        self, *, plugin: str, kinds: Mapping[str, Kind], documents: Mapping[str, Document], rows: str = "provisions"
    ) -> None:
        self.plugin = plugin
        self.rows = rows
        self.kinds = kinds
        self.documents = documents
        self.problems: list[Problem] = []

    def read(self, source: Located, index: int, raw: dict[str, Json], defaults: Mapping[str, Json]) -> list[Provision]:
        """Return the provision and, for a keyed kind, one provision an item; nothing where it has faults."""
        base: tuple[Key, ...] = (self.rows, index)
        name = str(raw.get("kind", ""))
        kind = self.kinds.get(name)
        if kind is None:
            text = Text("未知的条款种类", "unknown kind")
            where = source.where((*base, "kind"))
            self._fault("unknown_kind", text, where, name, hint=did_you_mean(name, self.kinds))
            return []
        full = self._with_defaults(raw, defaults)
        before = len(self.problems)
        data, problems = checked(source, provision_schema(kind, gap=full.get("status") == "gap"), base, full)
        self.problems += problems
        if problems:
            return []
        at = _Spot(source, base)
        parts = self._parts(kind, data, at)
        return parts if len(self.problems) == before else []

    def _with_defaults(self, raw: Mapping[str, Json], defaults: Mapping[str, Json]) -> dict[str, Json]:
        """A provision that names its own document does not inherit what the defaults say about theirs."""
        own = "document" in raw and raw["document"] != defaults.get("document")
        inherited = {
            key: value for key, value in defaults.items() if not (own and key in ("assurance", "issued", "cite"))
        }
        return {**inherited, **raw}

    def _parts(self, kind: Kind, data: Mapping[str, Json], at: _Spot) -> list[Provision]:
        value = value_keys(kind, data)
        if kind.merge == "replace":
            return self._one(kind, data, value, at, "")
        items = data.get("items", {})
        ruled = value.keys() - {"label"} or not items  # a label alone names the set, it rules nothing
        whole = self._one(kind, data, value, at, "") if ruled else []
        rows = [self._item(kind, data, value, code, item, at) for code, item in items.items()]
        return whole + [one for row in rows for one in row]

    def _item(
        self,
        kind: Kind,
        data: Mapping[str, Json],
        parent: Mapping[str, Json],
        code: str,
        item: Mapping[str, Json],
        at: _Spot,
    ) -> list[Provision]:
        own = item_keys(item)
        merged = {key: data[key] for key in data if key not in ("items", *value_keys(kind, data), "status", "because")}
        if "document" in own and own["document"] != data.get("document"):
            for about_the_other in ("assurance", "issued", "cite"):
                merged.pop(about_the_other, None)
        merged |= own
        value = {key: part for key, part in item.items() if key not in own}
        return self._one(kind, merged, value, at.below("items", code), code, parent=parent)

    def _one(
        self, kind: Kind, data: Mapping[str, Json], value: Mapping[str, Json], at: _Spot, key: str,
        parent: Mapping[str, Json] | None = None,
    ) -> list[Provision]:  # fmt: skip
        document = self._document_of(data, at)
        period = self._period(kind, data, at)
        citation = self._citation(data, at)
        if period is None:
            return []
        self._check_value(kind, value, at, gap=data.get("status") == "gap")
        self._check_formulas(kind, value, at, keyed=bool(key))
        because = text_of(data.get("because"))
        if because is None and (data.get("status") == "gap" or data.get("basis") == "technical_default"):
            reason = Text("空缺或技术性默认须说明理由（because）", "a gap or technical default must say why (because)")
            self._fault("missing_because", reason, at.where())
        self._check_number_of_division(data, at)
        return [
            Provision(
                id=f"{self.plugin}/{data['id']}",
                kind=kind.name,
                scope=Scope(
                    division=data["division"],
                    programme=data.get("programme", "any"),
                    area=data.get("area", "any"),
                ),
                period=period,
                value=value,
                key=key,
                parent=parent or {},
                citation=citation,
                basis=data.get("basis", "document"),
                assurance=data.get("assurance") or _assurance(data, document),
                binding=data.get("binding", "default"),
                delegates_to=data.get("delegates_to"),
                reaffirmed=self._reaffirmed(data, at),
                repeals=tuple(name if "/" in name else f"{self.plugin}/{name}" for name in data.get("repeals", ())),
                status=data.get("status", "in_force"),
                because=because,
                note=_note(data),
                issued=self._issued(data, at, document),
                first_payment_month=data.get("first_payment_month"),
                removed=bool(data.get("removed", False)),
                where=at.where(),
            )
        ]

    def _check_number_of_division(self, data: Mapping[str, Json], at: _Spot) -> None:
        if not data["division"].isalnum():
            text = Text("区划代码只能由数字和字母组成", "a division code is digits and letters")
            self._fault("bad_division", text, at.where("division"), data["division"])

    def _check_value(self, kind: Kind, value: Mapping[str, Json], at: _Spot, *, gap: bool) -> None:
        if kind.check is None or gap or not value:
            return
        for path, message in kind.check(value):
            self._fault("bad_value", message, at.where(*path.split(".")))

    def _check_formulas(self, kind: Kind, value: Mapping[str, Json], at: _Spot, *, keyed: bool) -> None:
        """Read every formula text now: a slip is the author's to see, not the first case's to stumble on."""
        schema = kind.item_schema if keyed else kind.schema
        for path, text in formula_texts(value, schema or {}):
            try:
                parse(text, at.where(*path))
            except JiuzhuError as error:
                self.problems += error.problems

    def _full_name(self, name: str) -> str:
        return name if "/" in name else f"{self.plugin}/{name}"

    def _document_of(self, data: Mapping[str, Json], at: _Spot) -> Document | None:
        name = data.get("document")
        if name is None:
            return None
        full = self._full_name(name)
        if full.startswith(f"{self.plugin}/") and full not in self.documents:
            known = [one.partition("/")[2] for one in self.documents if one.startswith(f"{self.plugin}/")]
            text = Text("未登记的文件", "document not declared")
            self._fault("unknown_document", text, at.where("document"), name, hint=did_you_mean(name, known))
        return self.documents.get(full)

    def _citation(self, data: Mapping[str, Json], at: _Spot) -> Citation | None:
        name, article = data.get("document"), data.get("cite")
        if name and article:
            return Citation(document=self._full_name(name), article=article)
        if data.get("basis", "document") == "document":
            text = Text(
                "须注明依据：文件（document）和条款（cite）",
                "must cite its document and article (document, cite)",
            )
            self._fault("missing_citation", text, at.where())
        return None

    def _reaffirmed(self, data: Mapping[str, Json], at: _Spot) -> Reaffirmation | None:
        raw = data.get("reaffirmed")
        if raw is None:
            return None
        citation = Citation(document=self._full_name(raw["document"]), article=raw["cite"])
        day = self._day_at(raw["on"], at.where("reaffirmed", "on"))
        return Reaffirmation(on=day, citation=citation) if day else None

    def _period(self, kind: Kind, data: Mapping[str, Json], at: _Spot) -> Period | None:
        if "from" not in data and kind.name not in STRUCTURAL:
            text = Text(
                "缺少施行日期（from）；不明的写 {unknown: true}",
                "no start (from); write {unknown: true} where it is not known",
            )
            self._fault("missing_from", text, at.where())
            return None
        start = self._bound(data.get("from", "open"), at.where("from"))
        until = self._bound(data.get("until", "open"), at.where("until"))
        if start.day is not None and until.day is not None and until.day <= start.day:
            text = Text("失效日期不得早于施行日期", "the end must lie after the start")
            self._fault("bad_period", text, at.where("until"), str(until.day))
        return Period(start=start, until=until)

    def _bound(self, raw: Json, where: Where) -> Bound:
        if raw == "open":
            return OPEN
        if isinstance(raw, Mapping):
            day = self._day_at(raw["assume"], where) if "assume" in raw else None
            return Bound(kind="unknown", day=day, because=text_of(raw["because"]))
        return Bound(kind="known", day=self._day_at(raw, where))

    def _issued(self, data: Mapping[str, Json], at: _Spot, document: Document | None) -> date | None:
        if "issued" in data:
            return self._day_at(data["issued"], at.where("issued"))
        return document.issued if document else None

    def _day_at(self, raw: str, where: Where) -> date | None:
        day = day_of(raw)
        if day is None:
            self._fault("bad_date", NO_DAY, where, raw)
        return day

    def _fault(
        self, code: str, message: Text, where: Where, value: str | None = None, *, hint: Text | None = None
    ) -> None:
        self.problems.append(Problem(code=code, message=message, where=where, value=value, hint=hint))


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a provision or item stands in its file."""

    source: Located
    base: tuple[Key, ...]

    def where(self, *path: Key) -> Where:
        return self.source.where((*self.base, *path))

    def below(self, *path: Key) -> _Spot:
        return replace(self, base=(*self.base, *path))


def _assurance(data: Mapping[str, Json], document: Document | None) -> Assurance:
    if document is not None:
        return document.assurance
    return "inferred" if data.get("document") else "primary"


def _note(data: Mapping[str, Json]) -> str:
    note = text_of(data.get("note"))
    return note.zh if note else ""


def day_of(text: str) -> date | None:
    """Return a written day, or None where it is no day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
