"""SPEC.md as an OpenFisca country package: YAML parameters, input variables, one formula a calculated variable.

The same rules run on policyengine-core; only the modules they are built from differ.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

PARAMETERS = Path(__file__).parent / "parameters"
COUNTED = ("farming", "migrant_work", "wage", "property_rent", "support_payment", "inheritance_gift", "county_other")
EXEMPT = ("merit_award", "veteran_pension", "scholarship", "one_child_fee", "medical_reimbursement")
DEDUCTED = ("tax", "social_insurance")


def make_system(core: str = "openfisca_core") -> type[Any]:
    """Return the tax-benefit system class built on ``core`` (``openfisca_core`` or ``policyengine_core``)."""
    api = importlib.import_module(f"{core}.model_api")
    build_entity = importlib.import_module(f"{core}.entities").build_entity
    base: Any = importlib.import_module(f"{core}.taxbenefitsystems").TaxBenefitSystem
    member = {"key": "member", "plural": "members", "label": "Member"}
    person = build_entity(key="person", plural="persons", label="Person", is_person=True)
    household = build_entity(key="household", plural="households", label="Household", roles=[member])
    variables = [*_inputs(api, person, household), *_rules(api, person, household)]

    class System(base):  # type: ignore[misc]
        """The rules of SPEC.md."""

        entities = (household, person)  # policyengine-core reads the class attribute

        def __init__(self) -> None:
            super().__init__([household, person])
            self.add_variables(*variables)
            self.load_parameters(str(PARAMETERS))

    return System


def _variable(api: Any, name: str, entity: Any, kind: Any, period: Any, **more: Any) -> Any:
    body = {"value_type": kind, "entity": entity, "definition_period": period, "label": name, "__module__": __name__}
    return type(name, (api.Variable,), body | more)


def _inputs(api: Any, person: Any, household: Any) -> list[Any]:
    class Area(api.Enum):  # type: ignore[misc]
        """Urban or rural."""

        urban = "urban"
        rural = "rural"

    amounts = [_variable(api, kind, person, int, api.YEAR) for kind in (*COUNTED, *EXEMPT, *DEDUCTED)]
    traits = [_variable(api, name, person, int, api.MONTH) for name in ("age", "grade")]
    student = _variable(api, "is_student", person, bool, api.MONTH)
    means = [_variable(api, name, household, int, api.YEAR) for name in ("vehicles", "houses", "deposits")]
    area = _variable(api, "area", household, api.Enum, api.YEAR, possible_values=Area, default_value=Area.rural)
    return [*amounts, *traits, student, *means, area]


def _rules(api: Any, person: Any, household: Any) -> list[Any]:
    def rule(formula: Callable[..., Any], entity: Any, kind: type, period: Any) -> Any:
        return _variable(api, formula.__name__, entity, kind, period, formula=formula)

    return [
        rule(counted_of_person, person, int, api.YEAR),
        rule(counted, household, int, api.YEAR),
        rule(household_size, household, int, api.YEAR),
        rule(annual_standard, household, int, api.MONTH),
        rule(weak, person, bool, api.MONTH),
        rule(income_line, household, int, api.MONTH),
        rule(asset_ok, household, bool, api.MONTH),
        rule(eligible, household, bool, api.MONTH),
        rule(benefit, household, int, api.MONTH),
        rule(review, household, int, api.YEAR),
        rule(care, person, int, api.MONTH),
        rule(living, person, int, api.MONTH),
    ]


def counted_of_person(person: Any, period: Any) -> Any:
    """Counted income less tax and contributions."""
    total = person(COUNTED[0], period).astype("int64")
    for kind in COUNTED[1:]:
        total += person(kind, period)
    for kind in DEDUCTED:
        total -= person(kind, period)
    return total


def counted(household: Any, period: Any) -> Any:
    """Counted income of the household."""
    return household.sum(household.members("counted_of_person", period))


def household_size(household: Any, _period: Any) -> Any:
    """Members."""
    return household.nb_persons()


def annual_standard(household: Any, period: Any, parameters: Any) -> Any:
    """The standard a person and year."""
    standard = parameters(period).dibao.standard
    area = household("area", period.this_year)
    return np.where(area == area.possible_values.urban, standard.urban_monthly * 12, standard.rural_annual)


def weak(person: Any, period: Any) -> Any:
    """Whether the member counts for the top-up."""
    age, grade = person("age", period), person("grade", period)
    return (age >= 70) + (age < 16) + (grade == 1) + (grade == 2)


def income_line(household: Any, period: Any) -> Any:
    """The standard times the members."""
    return household("annual_standard", period) * household("household_size", period.this_year)


def asset_ok(household: Any, period: Any) -> Any:
    """Whether the household's property is within the limits."""
    year = period.this_year
    limit = 2 * household("income_line", period).astype("int64")
    goods = (household("vehicles", year) == 0) * (household("houses", year) <= 1)
    return goods * (household("deposits", year) <= limit)


def eligible(household: Any, period: Any) -> Any:
    """Whether income and property allow assistance."""
    return (household("counted", period.this_year) < household("income_line", period)) * household("asset_ok", period)


def benefit(household: Any, period: Any, parameters: Any) -> Any:
    """The monthly amount: the gap and the top-up, rounded, at least the minimum."""
    gap = household("income_line", period).astype("int64") - household("counted", period.this_year)
    members = household.sum(household.members("weak", period)).astype("int64")
    amount = (5 * gap + household("annual_standard", period) * members + 30) // 60
    return household("eligible", period) * np.maximum(amount, parameters(period).dibao.minimum_benefit)


def review(household: Any, period: Any) -> Any:
    """Months until the next review."""
    work = household.members("wage", period) + household.members("migrant_work", period)
    return np.where(household.sum(work) == 0, 12, 6)


def care(person: Any, period: Any, parameters: Any) -> Any:
    """Care subsidy."""
    grade = person("grade", period)
    return ((grade == 1) + (grade == 2)) * parameters(period).disability.care


def living(person: Any, period: Any, parameters: Any) -> Any:
    """Living subsidy."""
    entitled = (person("grade", period) > 0) * person.household("eligible", period)
    return entitled * parameters(period).disability.living
