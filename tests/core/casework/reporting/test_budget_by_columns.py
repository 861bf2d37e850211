"""A budget plan of many households is that of the same households one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy import select, update

from core.casework.reporting.budget_caseload import caseload_of_year
from core.provision import Provision
from core.store.tables import Decision, FactsVersion
from core.values import Bound, Period
from regions.life.exhibit import exhibit_settings, open_exhibit
from regions.platform import Platform
from regions.preview import preview
from regions.registry import Registry
from regions.settings import Settings


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A hundred households of the demonstration; one is paid what no rule gives, of one the facts fit no rule."""
    settings = exhibit_settings(Settings(data_dir=tmp_path_factory.mktemp("planned"), lang="zh"))
    platform = open_exhibit(settings, share=800)
    with platform.database.writing() as session:
        odd, faulty = session.scalars(select(Decision.case_id).order_by(Decision.case_id).limit(2))
        session.execute(update(Decision).where(Decision.case_id == odd).values(monthly=Fraction(12345)))
        session.execute(update(FactsVersion).where(FactsVersion.case_id == faulty).values(facts={"members": []}))
    yield platform
    platform.database.close()


def raised(registry: Registry) -> Registry:
    """Yiyang's standards of 2018 raised from March 2019 on."""
    amounts = {"yiyang/urban-2018": "450", "yiyang/rural-2018": "3400"}
    own = [one for one in registry.provisions() if one.plugin == "yiyang"]

    def anew(one: Provision) -> Provision:
        since = Period(start=Bound(kind="known", day=date(2019, 3, 1)), until=one.period.until)
        value = {**one.value, "amount": {**one.value["amount"], "yuan": amounts[one.id]}}
        return replace(one, id=f"{one.id}-raised", period=since, value=value)

    return preview(registry, "yiyang", [*own, *(anew(one) for one in own if one.id in amounts)])


def test_a_year_assessed_by_columns_is_that_of_the_households_one_by_one(office: Platform) -> None:
    with office.reading_desk("city-approver") as desk:
        ahead = replace(desk, policies=raised(office.registry))
        path = desk.path("430900")
        by_columns, one_by_one = (
            caseload_of_year(ahead, path, programme="dibao", year=2019, few=few) for few in (0, 1_000_000)
        )
        unchanged = caseload_of_year(desk, path, programme="dibao", year=2019)
    assert by_columns == one_by_one
    assert sum(one.unpriced for one in by_columns.values()) == 2
    assert sum(one.benefit for one in by_columns.values()) > sum(one.benefit for one in unchanged.values())
