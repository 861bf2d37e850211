"""What is asked when a roster is taken over: where, which programme, since when, on which document."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from core.casework.desk import Desk
from core.casework.income_item import item_labels, item_named
from core.casework.month import month_of
from core.errors import InvalidInput, Problem, Text
from core.store.base import canonical

KIND = "roster_import"


@dataclass(frozen=True, slots=True, kw_only=True)
class Takeover:
    """The terms of a takeover.

    ``since`` is the month from which the amounts of the roster hold; a household that began later begins then.
    ``paid_through`` is the last month another system has paid. ``income_item`` is the income item the yearly income of
    the roster is recorded under; without one, the facts carry no income.
    """

    division: str
    programme: str
    area: str
    since: date
    paid_through: date
    document: str
    income_item: str | None = None
    partial: bool = False

    def arguments(self) -> dict[str, Any]:
        """Return the terms as a job keeps them."""
        return {
            "division": self.division,
            "programme": self.programme,
            "area": self.area,
            "since": self.since.isoformat(),
            "paid_through": self.paid_through.isoformat(),
            "document": self.document,
            "income_item": self.income_item,
            "partial": self.partial,
        }

    @classmethod
    def of(cls, arguments: Mapping[str, Any]) -> Takeover:
        """Return the terms a job keeps."""
        return cls(
            division=arguments["division"],
            programme=arguments["programme"],
            area=arguments["area"],
            since=date.fromisoformat(arguments["since"]),
            paid_through=date.fromisoformat(arguments["paid_through"]),
            document=arguments["document"],
            income_item=arguments["income_item"],
            partial=arguments["partial"],
        )

    def from_month(self, first_month: date) -> date:
        """Return the month from which a household's opening decision holds."""
        return max(self.since, first_month)


def digest_of_file(content: bytes) -> str:
    """Return SHA-256 of a file."""
    return hashlib.sha256(content).hexdigest()


def import_id(takeover: Takeover, file_digest: str) -> str:
    """Return the id of importing this file there: the same file into the same place is the same work."""
    place = {"file": file_digest, "division": takeover.division, "programme": takeover.programme, "area": takeover.area}
    return f"roster-{hashlib.sha256(canonical(place)).hexdigest()[:12]}"


def sound(desk: Desk, takeover: Takeover) -> Takeover:
    """Refuse terms that cannot be meant; return them with the income item by its code, where it was named in words.

    Raises:
        InvalidInput: all of them at once; ``unknown_income_item`` names the items of the region.
    """
    problems = []
    if takeover.since > month_of(desk.today):
        text = Text("起始月份晚于本月", "the first month lies after this month")
        problems.append(Problem(code="in_the_future", message=text, value=f"{takeover.since:%Y-%m}"))
    if takeover.paid_through > month_of(desk.today):
        text = Text("原系统已发至的月份晚于本月", "the last month paid elsewhere lies after this month")
        problems.append(Problem(code="in_the_future", message=text, value=f"{takeover.paid_through:%Y-%m}"))
    if not takeover.document.strip():
        text = Text("请写明转入所依据的文件", "name the document the takeover rests on")
        problems.append(Problem(code="document_missing", message=text))
    item = takeover.income_item
    if item is not None:
        item, unknown = _income_item(desk, takeover, item)
        problems += unknown
    if problems:
        raise InvalidInput(problems)
    return replace(takeover, income_item=item)


def _income_item(desk: Desk, takeover: Takeover, typed: str) -> tuple[str | None, list[Problem]]:
    book = desk.policies.rulebook(
        takeover.division, on=takeover.since, area=takeover.area, programmes=(takeover.programme,)
    )
    code = item_named(book, typed)
    if code is not None:
        return code, []
    known = item_labels(book)
    listed = Text("、".join(one.zh for one in known.values()), ", ".join(one.en for one in known.values()))
    text = Text("该地没有这个收入项目", "the place knows no such income item")
    return None, [Problem(code="unknown_income_item", message=text, hint=listed, value=typed, allowed=tuple(known))]
