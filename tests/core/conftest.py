"""A little law of one programme, the rulebooks built from it, and a household to assess."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import pytest

from core.assess import Assessment, assess_source
from core.errors import Text
from core.kinds import BUILTIN
from core.policy import Place
from core.provision import Provision
from core.rulebook import Rulebook, build
from core.source import located

Law = dict[str, Provision]
KINDS = {kind.name: kind for kind in BUILTIN}
FOUR: Mapping[str, Any] = {
    "members": [
        {"id": "a", "relation": "head", "birth_date": "1958-03-02", "income": [{"item": "wage", "amount": 500}]},
        {"id": "b", "relation": "spouse"},
        {"id": "c", "relation": "child"},
        {"id": "d", "relation": "parent"},
    ],
    "shared_income": [{"item": "farming", "amount": 1500}],
}


def with_income(yuan: float, **more: Any) -> dict[str, Any]:
    """One person with an income from farming."""
    members = [{"id": "a", "relation": "head"}]
    return {"members": members, "shared_income": [{"item": "farming", "amount": yuan}], **more}


@pytest.fixture
def law(provision: Callable[..., Provision]) -> Law:
    """A programme paying the gap to 693 yuan a person a year, by quarter, each provision by a short name."""

    def rule(name: str, kind: str, value: dict[str, Any], **more: Any) -> Provision:
        return provision(f"p/{name}", kind=kind, value=value, **more)

    def item(name: str, kind: str, value: dict[str, Any], **more: Any) -> Provision:
        return provision(f"p/{kind}", kind=kind, key=name, value=value, **more)

    below = {"zh": "家庭收入 {left}，不低于 {right}", "en": "household income of {left} is not below {right}"}
    return {
        "programme": rule("programme", "programme", {"pays": "household", "label": {"zh": "低保", "en": "Dibao"}}),
        "standard": provision("p/standard", yuan="693"),
        "period": rule("period", "reference_period", {"period": "year"}),
        "farming": item("farming", "income_definition", {"label": "种植", "treatment": "counted", "class": "business"}),
        "wage": item("wage", "income_definition", {"label": "工资", "treatment": "counted", "class": "wage"}),
        "gift": item("gift", "income_definition", {"label": "赠与", "treatment": "exempt"}),
        "lost": item("lost", "income_definition", {}, status="gap", because=Text("来源缺文", "missing in the source")),
        "income_ok": item(
            "income_ok", "formula",
            {"text": "counted_income < line * household_size", "type": "boolean", "label": {"zh": "收入", "en": "income"},
             "message": below},
        ),
        "eligible": item("eligible", "formula", {"text": "income_ok and asset_ok", "type": "boolean", "label": "符合"}),
        "benefit": rule("benefit", "benefit", {"method": "gap"}),
        "payment": rule("payment", "payment_schedule", {"frequency": "quarter"}),
    }  # fmt: skip


@pytest.fixture
def rules(place: Callable[..., Place]) -> Callable[..., Rulebook]:
    """Make the rulebook of a law for a rural county; ``more`` goes to ``build``."""

    def make(
        law: Mapping[str, Provision] | Sequence[Provision], *, on: str = "2018-06-01", area: str = "rural",
        programmes: Sequence[str] = ("dibao",), **more: Any,
    ) -> Rulebook:  # fmt: skip
        provisions = list(law.values()) if isinstance(law, Mapping) else list(law)
        return build(provisions, place=place(on, area=area), programmes=programmes, kinds=KINDS, **more)

    return make


@pytest.fixture
def assessed(rules: Callable[..., Rulebook]) -> Callable[..., Assessment]:
    """Assess a household as an author writes it, by default four persons with 2,000 yuan a year."""

    def make(law: Mapping[str, Provision], facts: Mapping[str, Any] = FOUR, **more: Any) -> Assessment:
        return assess_source(rules(law, **more), located(facts, "case"))

    return make


@pytest.fixture
def day() -> Callable[[str], date]:
    """Read a day."""
    return date.fromisoformat
