"""What a policy officer writes: one document and the rows it changes, read from a file or from stored rows.

The form follows the document (文号、发文机关、标题、印发日期、公布日期、执行日期、首次发放月、补发起始月),
then come the rows. A row is a provision without its document and start, which it takes from the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.errors import InvalidInput, Problem, Text
from core.kinds.schema import choice, day, string, titled
from core.policy_schema import SCOPE
from core.provision import Assurance, Document, Json
from core.provision_reader import NO_DAY, day_of
from core.schema_check import checked
from core.source import Located, located
from core.store.tables import Amendment

MONTH = {"type": "string", "pattern": r"^\d{4}-(0[1-9]|1[0-2])$"}

DOCUMENT: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "number": string("文号", "number"),
        "issuer": string("发文机关", "issuer"),
        "title": string("标题", "title"),
        "issued": day("印发日期", "issued"),
        "filed": day("备案日期", "filed with the level above"),
        "announced": day("公布日期", "announced"),
        "effective": day("执行日期", "effective"),
        "first_payment_month": titled(MONTH, "首次发放月", "first payment month"),
        "arrears_from": titled(MONTH, "补发起始月", "arrears from month"),
        "assurance": choice(("primary", "seed", "excerpt", "inferred"), "来源把握", "assurance"),
    },
    "required": ["issuer", "title", "issued", "effective"],
    "additionalProperties": False,
}
FILE: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "division": SCOPE["division"],
        "document": DOCUMENT,
        "rows": {"type": "array", "items": {"type": "object"}, "minItems": 1},
    },
    "required": ["division", "document", "rows"],
    "additionalProperties": False,
}
PLAIN_DAY = re.compile(r"\d{4}-\d{2}-\d{2}$")
"""A day as the schema wants it; what looks otherwise has been told already."""
DAYS = ("issued", "filed", "announced", "effective")
MONTHS = ("first_payment_month", "arrears_from")
ROWS = "rows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """The document of an amendment, as registered once."""

    title: str
    issuer: str
    issued: date
    effective: date
    number: str | None = None
    filed: date | None = None
    announced: date | None = None
    first_payment_month: date | None = None
    arrears_from: date | None = None
    assurance: Assurance = "primary"

    @property
    def start(self) -> date:
        """The first day the new values hold: the effective day, or the first arrears month where that is earlier."""
        return min(self.effective, self.arrears_from or self.effective)

    def document(self, uuid: str) -> Document:
        """Return the document rules are cited to."""
        return Document(
            id=document_id(uuid), title=self.title, issuer=self.issuer, number=self.number, issued=self.issued,
            effective=self.effective, assurance=self.assurance, source=f"amendment/{uuid}",
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An amendment as proposed. ``source`` holds the rows with their places in the file."""

    division: str
    paper: Paper
    source: Located

    @property
    def rows(self) -> tuple[Mapping[str, Json], ...]:
        """The rows as written."""
        return tuple(self.source.data[ROWS])

    def defaults(self) -> dict[str, Json]:
        """Return what a row takes from the document where it does not say it itself."""
        given = {"division": self.division, "document": "document", "from": self.paper.start.isoformat()}
        month = self.paper.first_payment_month
        return given | ({"first_payment_month": f"{month:%Y-%m}"} if month else {})


def document_id(uuid: str) -> str:
    """Return the id of an amendment's document in citations."""
    return f"amendment/{uuid}/document"


def read_draft(source: Located) -> Draft:
    """Read an amendment's file; the rows are checked by ``regions.amendment_check``.

    Raises:
        InvalidInput: every fault of the frame and of the document's days.
    """
    data, problems = checked(source, FILE)
    document = data.get("document") if isinstance(data, Mapping) else None
    if isinstance(document, Mapping):
        bad = [*_bad_days(source, document)]
        problems += bad or _disorder(source, document)
    if problems:
        raise InvalidInput(problems)
    return Draft(division=data["division"], paper=_paper(data["document"]), source=source)


def _bad_days(source: Located, document: Mapping[str, str]) -> Iterator[Problem]:
    for name in DAYS:
        if isinstance(document.get(name), str) and PLAIN_DAY.match(document[name]) and day_of(document[name]) is None:
            where = source.where(("document", name))
            yield Problem(code="bad_date", message=NO_DAY, where=where, value=document[name])


def _disorder(source: Located, document: Mapping[str, str]) -> Iterator[Problem]:
    """Months and days that cannot follow each other."""
    first, arrears = document.get("first_payment_month"), document.get("arrears_from")
    if first and arrears and arrears > first:
        text = Text("补发起始月晚于首次发放月", "arrears cannot start after the first payment month")
        yield Problem(code="bad_order", message=text, where=source.where(("document", "arrears_from")), value=arrears)
    announced, issued = document.get("announced"), document.get("issued")
    if announced and issued and announced < issued:
        text = Text("公布日期早于印发日期", "it cannot be announced before it is issued")
        yield Problem(code="bad_order", message=text, where=source.where(("document", "announced")), value=announced)


def _paper(document: Mapping[str, str]) -> Paper:
    days = {name: date.fromisoformat(document[name]) for name in DAYS if name in document}
    months = {name: date.fromisoformat(f"{document[name]}-01") for name in MONTHS if name in document}
    plain = {name: document[name] for name in ("title", "issuer", "number", "assurance") if name in document}
    return Paper(**plain, **days, **months)  # type: ignore[arg-type]  # the schema has typed every part


def paper_of(amendment: Amendment) -> Paper:
    """Return the document of a stored amendment."""
    return Paper(
        title=amendment.title, issuer=amendment.issuer, issued=amendment.issued, effective=amendment.effective,
        number=amendment.number, filed=amendment.filed_on, announced=amendment.announced,
        first_payment_month=amendment.first_payment_month, arrears_from=amendment.arrears_from,
        assurance=amendment.assurance,  # type: ignore[arg-type]  # held by the schema when it was proposed
    )  # fmt: skip


def draft_of(amendment: Amendment) -> Draft:
    """Return a stored amendment as the draft it was, to be checked again."""
    rows = located({ROWS: [row.raw for row in amendment.rows]}, f"amendment/{amendment.uuid}")
    return Draft(division=amendment.division, paper=paper_of(amendment), source=rows)
