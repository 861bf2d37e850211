"""Fixtures every test may use: small factories for provisions and places; no network, no wall clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import hypothesis
import pytest

from core.cascade import Ladder
from core.errors import Text
from core.policy import Place
from core.provision import Provision, Scope
from core.values import OPEN, Bound, Citation, Period

hypothesis.settings.register_profile("jiuzhu", deadline=None)  # a machine under load is no fault of ours
hypothesis.settings.load_profile("jiuzhu")

NATION, PROVINCE, PREFECTURE, COUNTY, TOWNSHIP = "000000", "430000", "430900", "430903", "430903100"
LEVELS = {
    NATION: "nation",
    PROVINCE: "province",
    PREFECTURE: "prefecture",
    COUNTY: "county",
    TOWNSHIP: "township",
}

MakeProvision = Callable[..., Provision]
MakePlace = Callable[..., Place]


def bound(given: str | Bound | None) -> Bound:
    """A day as text, an explicit bound, or open."""
    if given is None:
        return OPEN
    return given if isinstance(given, Bound) else Bound(kind="known", day=date.fromisoformat(given))


@pytest.fixture
def ladder() -> Ladder:
    """Nation → Hunan → Yiyang → Heshan → a township."""
    return Ladder(codes=tuple(LEVELS), levels=LEVELS)


@pytest.fixture
def provision() -> MakeProvision:
    """Make a provision; only what the test is about needs saying."""

    def make(id_: str = "p/one", **given: Any) -> Provision:
        start, until = bound(given.pop("start", "2010-01-01")), bound(given.pop("until", None))
        scope = Scope(
            division=given.pop("division", NATION),
            programme=given.pop("programme", "dibao"),
            area=given.pop("area", "any"),
        )
        settled: dict[str, Any] = {
            "kind": "reference_period",
            "value": {"period": "year"},
            "citation": Citation(document="p/doc", article="第一条"),
        }
        if "yuan" in given:
            role, yuan, per = (
                given.pop("role", "standard"),
                given.pop("yuan"),
                given.pop("per", "person-year"),
            )
            settled |= {"kind": "standard", "value": {"role": role, "amount": {"yuan": yuan, "per": per}}}
        if isinstance(given.get("issued"), str):
            given["issued"] = date.fromisoformat(given["issued"])
        if given.get("status") == "gap":
            given.setdefault("because", Text("来源未载", "the source is silent"))
        return Provision(id=id_, scope=scope, period=Period(start=start, until=until), **(settled | given))

    return make


@pytest.fixture
def place(ladder: Ladder) -> MakePlace:
    """Make a place on the ladder, by default the county, urban, on 2018-06-01."""

    def make(
        on: str = "2018-06-01", *, area: str = "urban", depth: int = 4, names: Mapping[str, str] | None = None
    ) -> Place:
        codes = ladder.codes[:depth]
        return Place(
            ladder=Ladder(codes=codes, levels=LEVELS),
            area=area,
            on=date.fromisoformat(on),
            names=names or {COUNTY: "赫山区"},
        )

    return make
