"""Every quantity of every household, of places with different formulas: what a run gives is what ``assess`` gives."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest

from core.assess import Assessment, assess
from core.caseload.layout import TAGS
from core.caseload.manifest import Manifest
from core.caseload.run import Run, open_run
from core.caseload.snapshot import Key, Snapshot, begin, rows_of
from core.caseload.written import laid
from core.casework.deciding.proposal import month_parts
from core.errors import InvalidInput, Text
from core.formula.tree import Failure
from core.source import located
from regions.caseload import books, facts_of_places
from regions.platform import Platform

ON = date(2018, 10, 1)
PLACES: tuple[Key, ...] = (
    ("special_hardship", "430903", "rural"), ("dibao", "330381", "rural"), ("dibao", "430902", "rural"), ("dibao", "430903", "rural"),
    ("dibao", "430903", "urban"), ("dibao", "610523", "rural"), ("dibao", "610523", "urban"),
    ("living_subsidy", "430903", "urban"), ("dibao", "999999", "rural"),
)  # fmt: skip
"""Of Zhejiang, Hunan and Shaanxi, of town and country, a subsidy that reads another programme, and no place at all.

The first has no income definition: it takes any item of income, so that a snapshot with it has the items as words.
"""
EACH = 150


def household(number: int, rnd: random.Random, items: tuple[str, ...]) -> dict[str, Any]:
    """Make up a household; some lack facts, some have wrong ones, some stand exactly on the line of Yiyang."""
    size = rnd.choice((1, 1, 2, 3, 4))
    facts: dict[str, Any] = {"members": [member(f"p{number}-{at}", rnd, items, head=not at) for at in range(size)]}
    given: dict[str, tuple[float, Any]] = {
        "assets_meet_local_rule": (0.95, rnd.choice(("true", "true", "false"))),
        "income_stability": (0.95, rnd.choice(("unstable", "relatively_stable"))),
        "assets": (0.2, [{"kind": "deposit", "amount": str(rnd.randint(0, 90_000))}, {"kind": "vehicle"}]),
        "case": (0.2, {"previous_amount": rnd.choice(("390.00", "193/3")), "months_in_phase_out": "3"}),
    }
    facts |= {name: value for name, (share, value) in given.items() if rnd.random() < share}
    if rnd.random() < 0.1:
        spoil(facts, rnd)
    return facts


def member(name: str, rnd: random.Random, items: tuple[str, ...], *, head: bool) -> dict[str, Any]:
    """Make up a member."""
    picked = items if rnd.random() < 0.03 else ("wage", "pension", "income_tax")
    income = [
        {"item": rnd.choice(picked), "amount": rnd.choice(("3200", "1200.55", str(rnd.randint(0, 9000)))),
         "frequency": rnd.choice(("year", "year", "month", "quarter"))}
        for _ in range(rnd.randint(1, 3))
    ]  # fmt: skip
    given: dict[str, tuple[float, Any]] = {
        "birth_date": (0.95, f"{rnd.randint(1930, 2018)}-{rnd.randint(1, 9):02}-{rnd.randint(1, 28):02}"),
        "disability_level": (0.2, str(rnd.randint(1, 4))),
        "work_capacity": (0.8, rnd.choice(("full", "partial", "none"))),
        "income": (0.6, income),
    }
    said = {name: value for name, (share, value) in given.items() if rnd.random() < share}
    return {"id": name, "relation": "head" if head else rnd.choice(("spouse", "child", "parent")), **said}


def spoil(facts: dict[str, Any], rnd: random.Random) -> None:
    """Put one fault into a household."""
    head = facts["members"][0]
    match rnd.randint(0, 9):
        case 0:
            del head["relation"]
        case 1:
            head["relation"] = "boss"
        case 2:
            facts["shoes"] = "1"
        case 3:
            head["birth_date"] = "2018-02-30"
        case 4:
            head["birth_date"] = "2019-01-01"
        case 5:
            head["income"] = [{"item": "wage", "amount": "1.234"}, {"item": "wage", "amount": "-5"}]
        case 6:
            facts["members"].append({**head, "relation": "head"})
        case 7:
            facts["members"] = []
        case 8:
            head["income"] = {"item": "wage"}
        case _:
            facts["member"] = facts.pop("members")  # a list by its other name is no fault


@pytest.fixture(scope="module", params=[PLACES, PLACES[1:]], ids=["any item", "listed items"])
def places(request: pytest.FixtureRequest) -> tuple[Key, ...]:
    """The places of one snapshot."""
    found: tuple[Key, ...] = request.param
    return found


@pytest.fixture(scope="module")
def written(platform: Platform, places: tuple[Key, ...]) -> list[tuple[str, Key, dict[str, Any]]]:
    """The households, in the order of a snapshot."""
    rnd = random.Random(20181001)  # noqa: S311 - made-up households
    items = facts_of_places(platform.registry, PLACES[1:], ON).income_items
    return [
        (f"{programme}-{division}-{area}-{number:04}", (programme, division, area), household(number, rnd, items))
        for programme, division, area in places
        for number in range(EACH)
    ]


@pytest.fixture(scope="module")
def snapshot(
    platform: Platform, places: tuple[Key, ...], written: list[tuple[str, Key, dict[str, Any]]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Snapshot:  # fmt: skip
    """The households as a snapshot of several parts."""
    facts = facts_of_places(platform.registry, places, ON)
    assert bool(facts.income_items) == (places != PLACES)
    label = Text("合成数据", "synthetic")
    manifest = Manifest(day=ON, label=label, source={}, facts=facts.canonical(), synthetic=True)
    writer = begin(tmp_path_factory.mktemp("snapshots") / "one", manifest)
    for at in range(0, len(written), 500):
        rows = written[at : at + 500]
        found, kept = laid(pa.array([json.dumps(one) for _, _, one in rows]), facts)
        tags = [[name, *key] for name, key, _ in rows]
        writer.add(rows_of(facts, found, kept=kept, **{
            name: pa.array([one[place] for one in tags]) for place, name in enumerate(TAGS)
        }))  # fmt: skip
    return writer.finish()


@pytest.fixture(scope="module")
def run(platform: Platform, snapshot: Snapshot) -> Run:
    """A run that wants every named quantity."""
    return open_run(snapshot, books(platform.registry, ON), on=ON, wanted=None)


def test_every_quantity_and_every_error_is_that_of_the_single_case(
    platform: Platform, written: list[tuple[str, Key, dict[str, Any]]], run: Run
) -> None:
    rows, errors = [], defaultdict(list)
    for done in run.results():
        rows += done.rows.to_pylist()
        for one in done.errors.to_pylist():
            errors[one["household"]].append(one)

    assert [one["household"] for one in rows] == [name for name, _, _ in written]
    seen = {"values": 0, "failures": 0, "refused": 0}
    for (name, key, facts), row in zip(written, rows, strict=True):
        for differing in compare(platform, key, facts, row=row, errors=errors[name], seen=seen):
            pytest.fail(f"{name}: {differing}")
    assert all(count > 100 for count in seen.values()), seen


def compare(
    platform: Platform, key: Key, facts: Mapping[str, Any], *, row: Mapping[str, Any],
    errors: list[dict[str, Any]], seen: dict[str, int],
) -> Iterator[str]:  # fmt: skip
    """Yield what differs between a row of a run and the single case."""
    programme, division, area = key
    refused = {one["code"] for one in errors if one["quantity"] is None}
    if division == "999999":
        assert refused == {"unknown_division"} and row["error"] == "unknown_division"
        return
    book = platform.registry.rulebook(division, on=ON, area=area, programmes=(programme,))
    try:
        single = assess(book, book.facts.prepare(located(facts, "facts"), ON))
    except InvalidInput as error:
        seen["refused"] += 1
        told = {one.code for one in error.problems}
        if refused != told or row["error"] not in told or row[f"{programme}.status"] is not None:
            yield f"refused for {told}, not {refused}"
        return
    if refused:
        yield f"is refused for {refused}"
    told_of = {(one["quantity"], one["code"], one["name"]) for one in errors}
    for formula in book.program.formulas:
        pairs = list(zip(flat(single.value(formula.key)), flat(row[formula.key]), strict=True))
        for want, got in pairs:
            seen["failures" if isinstance(want, Failure) else "values"] += 1
            if isinstance(want, Failure):
                if got is not None or (formula.key, want.code, want.name) not in told_of:
                    yield f"{formula.key} fails by {want}, not {got}"
            elif plain(want) != plain(got):
                yield f"{formula.key} is {want}, not {got}"
    yield from compare_month(single, programme, row)


def compare_month(single: Assessment, programme: str, row: Mapping[str, Any]) -> Iterator[str]:
    """Yield what differs in status and monthly amount, as a proposal has them."""
    parts, missing = month_parts(single, programme)
    status = "undecided" if "benefit" in missing else single.statuses.get(programme, "undecided")
    if row[f"{programme}.status"] != status:
        yield f"is {status}, not {row[f'{programme}.status']}"
    due = sum(parts.values(), Fraction(0)) if status == "eligible" or parts.get("phase_out") else Fraction(0)
    if status != "undecided" and plain(row[f"{programme}.monthly"]) != due:
        yield f"is due {due}, not {row[f'{programme}.monthly']}"


def flat(value: Any) -> Iterator[Any]:
    """Yield a value's scalars in order, however deep its lists."""
    if isinstance(value, list):
        for one in value:
            yield from flat(one)
    else:
        yield value


def plain(value: Any) -> Any:
    """One form for numbers, days and fractions."""
    if isinstance(value, dict):
        return Fraction(value["numerator"], value["denominator"])
    if isinstance(value, date):
        return value.toordinal()
    return Fraction(value) if isinstance(value, int) and not isinstance(value, bool) else value


def test_places_that_differ_in_their_standard_only_share_their_code(run: Run) -> None:
    shapes = run.kernel.shape_of
    numbers = {key[1:]: number for key, number in run.kernel.keys.items() if key[0] == "dibao"}
    assert shapes[numbers["430902", "rural"]] is shapes[numbers["430903", "rural"]]
    assert shapes[numbers["430903", "urban"]] is not shapes[numbers["430903", "rural"]]


def test_counties_without_rules_of_their_own_have_one_rulebook_but_their_own_place(platform: Platform) -> None:
    of = books(platform.registry, ON)
    one, other = of(("dibao", "110101", "rural")), of(("dibao", "110102", "rural"))
    assert one.program is other.program and (one.policy.division, other.policy.division) == ("110101", "110102")
    single = platform.registry.rulebook("110102", on=ON, area="rural", programmes=("dibao",))
    assert other.hash == single.hash
    assert of(("dibao", "430903", "rural")).program is not other.program


def test_totals_are_those_of_the_rows(run: Run) -> None:
    run.totals.groups.clear()
    rows = [row for done in run.results(workers=1) for row in done.rows.to_pylist()]
    for (programme, division, area), total in run.totals.by(0, 1, 2).items():
        mine = [one for one in rows if (one["programme"], one["division"], one["area"]) == (programme, division, area)]
        status = [one[f"{programme}.status"] for one in mine]
        due = [one[f"{programme}.monthly"] for one in mine]
        assert (total.households, total.eligible, total.not_eligible, total.undecided, total.errors) == (
            len(mine), status.count("eligible"), status.count("not_eligible"), status.count("undecided"),
            status.count(None),
        )  # fmt: skip
        assert total.monthly == sum((plain(one) for one in due if one is not None), Fraction(0))
