from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from core.errors import InvalidInput, JiuzhuError, Where
from regions.division import DivisionTree
from regions.division_row import COLUMNS, TABLE, Division, Entry, from_csv

ON = date(2018, 6, 1)
HEAD = ",".join(COLUMNS) + "\n"
TOWNSHIP = "430903100,衡龙桥镇,township,430903,gbt2260,试,2026-01-01,,\n"
VILLAGE = "430903100200,某村,village,430903100,nbs_stat,试,,,\n"


@pytest.fixture(scope="module")
def tree() -> DivisionTree:
    return DivisionTree.load()


def row(code: str = "A1", **given: object) -> Division:
    values: dict[str, object] = {
        "name": "某地",
        "level": "county",
        "parent": "430900",
        "scheme": "custom",
        "source": "试",
    }
    return Division(code=code, **(values | given))  # type: ignore[arg-type]


def with_csv(tree: DivisionTree, text: str, folder: Path) -> DivisionTree:
    file = folder / "x.csv"
    file.write_text(HEAD + text, encoding="utf-8")
    return tree.with_file(file)


def faults(tree: DivisionTree, *rows: Division) -> list[str]:
    with pytest.raises(InvalidInput) as refused:
        tree.with_rows(Entry(division=one) for one in rows)
    return [one.code for one in refused.value.problems]


# The bundled table


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("610000", "陕西省"),
        ("430900", "益阳市"),
        ("430902", "资阳区"),
        ("430903", "赫山区"),
        ("430921", "南县"),
        ("430922", "桃江县"),
        ("430923", "安化县"),
        ("430981", "沅江市"),
        ("330381", "瑞安市"),
        ("230500", "双鸭山市"),
        ("230506", "宝山区"),
        ("230524", "饶河县"),
        ("230606", "大同区"),
        ("710000", "台湾省"),
        ("810000", "香港特别行政区"),
        ("820000", "澳门特别行政区"),
    ],
)
def test_place_of_our_rules_has_its_code(tree: DivisionTree, code: str, name: str) -> None:
    assert tree.name(code) == name
    assert tree.get(code).scheme == "gbt2260"


def test_whole_country_down_to_the_county_is_there(tree: DivisionTree) -> None:
    levels = [rows[-1].level for rows in tree.rows.values()]

    assert {level: levels.count(level) for level in set(levels)} == {
        "nation": 1,
        "province": 34,
        "prefecture": 333,
        "county": 2982,
    }


def test_bundled_table_passes_the_check_of_loaded_ones(tree: DivisionTree) -> None:
    entries, problems = from_csv(TABLE.read_text(encoding="utf-8"), file="divisions.csv")
    nation = entries.pop(0)

    assert problems == []
    assert nation.division == tree.get("000000")
    assert len(DivisionTree({"000000": (nation.division,)}).with_rows(entries).rows) == len(tree.rows)


def test_every_row_names_its_source(tree: DivisionTree) -> None:
    assert all(one.source and one.retrieved for rows in tree.rows.values() for one in rows)


def test_statistical_units_are_marked(tree: DivisionTree) -> None:
    assert tree.get("430971").scheme == tree.get("430972").scheme == "nbs_stat"
    assert tree.get("430971").parent == "430900"


def test_county_of_a_province_stands_right_below_it(tree: DivisionTree) -> None:
    assert tree.ladder("419001", ON) == ("000000", "410000", "419001")
    assert tree.ladder("110101", ON) == ("000000", "110000", "110101")


def test_ended_district_is_gone_but_not_forgotten(tree: DivisionTree) -> None:
    assert tree.get("500105", date(2025, 12, 31)).name == "江北区"
    with pytest.raises(JiuzhuError) as refused:
        tree.get("500105", date(2026, 1, 1))
    assert refused.value.code == "division_out_of_period"
    assert refused.value.hint is not None
    assert "2026-01-01" in refused.value.hint.en


# Ladder, path, subtree


def test_ladder_runs_from_the_nation_to_the_place(tree: DivisionTree) -> None:
    assert tree.ladder("430903", ON) == ("000000", "430000", "430900", "430903")
    assert tree.path("430903", ON) == "000000/430000/430900/430903"


def test_ladder_of_the_nation_is_itself(tree: DivisionTree) -> None:
    assert tree.ladder("000000", ON) == ("000000",)


def test_children_are_in_order_of_their_codes(tree: DivisionTree) -> None:
    codes = [one.code for one in tree.children("430900", ON)]

    assert codes == ["430902", "430903", "430921", "430922", "430923", "430971", "430972", "430981"]


def test_children_without_a_day_are_those_with_no_end(tree: DivisionTree) -> None:
    now, then = ({one.code for one in tree.children("500000", day)} for day in (None, date(2025, 1, 1)))

    assert then - now == {"500105", "500112"}


def test_descendants_are_everything_below_and_not_the_place_itself(tree: DivisionTree) -> None:
    assert set(tree.descendants("430900", ON)) == {one.code for one in tree.children("430900", ON)}
    assert len(set(tree.descendants("000000", date(2026, 6, 1)))) == len(tree.rows) - 1 - 2


def test_subtree_of_an_unknown_place_is_an_error(tree: DivisionTree) -> None:
    with pytest.raises(JiuzhuError, match="unknown_division"):
        tree.children("439999")


def test_level_is_told(tree: DivisionTree) -> None:
    assert [tree.level(code) for code in tree.ladder("430903", ON)] == ["nation", "province", "prefecture", "county"]


# Finding


@pytest.mark.parametrize(
    "text", ["益阳 赫山", "赫山", "赫山区", "益阳市赫山区", "430903", "湖南 益阳 赫山区", " 赫山 "]
)
def test_place_is_found_by_name_chain_or_code(tree: DivisionTree, text: str) -> None:
    assert [one.code for one in tree.find(text)] == ["430903"]


def test_the_very_name_comes_first(tree: DivisionTree) -> None:
    assert tree.find("南县")[0].code == "430921"
    assert [one.code for one in tree.find("益阳")] == ["430900", "430971", "430972"]


def test_code_prefix_finds_higher_levels_first(tree: DivisionTree) -> None:
    assert [one.code for one in tree.find("4309", limit=3)] == ["430900", "430902", "430903"]


def test_words_of_different_places_find_nothing(tree: DivisionTree) -> None:
    assert tree.find("陕西 赫山") == ()


def test_nothing_asked_finds_nothing(tree: DivisionTree) -> None:
    assert tree.find("  ") == ()


def test_ended_place_is_found_on_a_day_it_existed(tree: DivisionTree) -> None:
    assert [one.code for one in tree.find("重庆 江北区", date(2024, 1, 1))] == ["500105"]
    assert tree.find("重庆 江北区") == ()


def test_limit_holds(tree: DivisionTree) -> None:
    assert len(tree.find("县", limit=7)) == 7


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("430904", "430903"),  # a slip of the pen
        ("110100", "110000"),  # a placeholder of the statistical list
        ("430903000000", "430903"),  # the same place in twelve digits
        ("430903101", "430903"),  # a township that is not loaded
        ("赫山县", "430903"),
        ("赫三区", "430903"),
        ("益阳大通湖区", "430971"),
        ("999999", None),
        ("xyz", None),
    ],
)
def test_unknown_place_names_the_nearest(tree: DivisionTree, asked: str, meant: str | None) -> None:
    found = tree.nearest(asked)

    assert (found.code if found else None) == meant


def test_unknown_code_is_an_error_with_a_hint(tree: DivisionTree) -> None:
    with pytest.raises(JiuzhuError) as refused:
        tree.ladder("430904", ON)

    assert refused.value.code == "unknown_division"
    assert refused.value.value == "430904"
    assert refused.value.hint is not None
    assert refused.value.hint.zh == "最接近的是 430903 赫山区"


def test_unknown_code_with_nothing_near_has_no_hint(tree: DivisionTree) -> None:
    with pytest.raises(JiuzhuError) as refused:
        tree.get("xyz")

    assert refused.value.hint is None


# Further rows


def test_townships_and_villages_are_loaded_from_a_file(tree: DivisionTree, tmp_path: Path) -> None:
    longer = with_csv(tree, TOWNSHIP + VILLAGE, tmp_path)

    assert longer.path("430903100200", ON) == "000000/430000/430900/430903/430903100/430903100200"
    assert list(longer.descendants("430903", ON)) == ["430903100", "430903100200"]
    assert "430903100" not in tree.rows


def test_unit_may_stand_anywhere_and_hold_units(tree: DivisionTree) -> None:
    farm, team = row("NC1", level="unit", parent="430921"), row("NC1A", level="unit", parent="NC1")
    longer = tree.with_rows([Entry(division=team), Entry(division=farm)])

    assert longer.ladder("NC1A", ON)[-3:] == ("430921", "NC1", "NC1A")


def test_alias_is_found(tree: DivisionTree, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    line = "430971,大通湖区,county,430900,nbs_stat,试,,,,大通湖管理区;大通湖农场\n"
    file.write_text(HEAD.strip() + ",aliases\n" + line, encoding="utf-8")

    assert tree.with_file(file).find("大通湖农场")[0].name == "大通湖区"


def test_added_row_replaces_the_bundled_one_for_its_own_period(tree: DivisionTree) -> None:
    start, until = date(2000, 1, 1), date(2010, 1, 1)
    old = row("430903", name="旧名区", scheme="gbt2260", start=start, until=until)
    changed = tree.with_rows([Entry(division=old)])

    names = [changed.get("430903", day).name for day in (date(1999, 12, 31), start, date(2009, 12, 31), until)]
    assert names == ["赫山区", "旧名区", "旧名区", "赫山区"]


def test_place_moves_to_another_parent_on_its_day(tree: DivisionTree) -> None:
    moved = row("230606", name="大同区", parent="230500", scheme="gbt2260", start=date(2020, 1, 1))
    changed = tree.with_rows([Entry(division=moved)])

    assert changed.ladder("230606", date(2019, 12, 31))[2] == "230600"
    assert changed.ladder("230606", date(2020, 1, 1))[2] == "230500"
    assert "230606" in changed.descendants("230500", date(2020, 1, 1))
    assert "230606" not in changed.descendants("230600", date(2020, 1, 1))


def test_saying_the_same_twice_is_allowed(tree: DivisionTree) -> None:
    once = tree.with_rows([Entry(division=row())])

    assert once.with_rows([Entry(division=row(source="又一处"))]).get("A1").name == "某地"


def test_same_code_in_another_period_is_another_place(tree: DivisionTree) -> None:
    first, second = row(until=date(2010, 1, 1)), row(name="他地", start=date(2010, 1, 1))
    longer = tree.with_rows([Entry(division=second), Entry(division=first)])

    assert [longer.get("A1", day).name for day in (date(2009, 12, 31), date(2010, 1, 1))] == ["某地", "他地"]
    assert longer.get("A1").name == "他地"


def test_two_meanings_of_a_code_at_one_time_are_refused(tree: DivisionTree) -> None:
    first = row(until=date(2010, 1, 2))
    second = row(name="他地", start=date(2010, 1, 1))

    assert faults(tree, first, second) == ["duplicate_division"]
    assert faults(tree.with_rows([Entry(division=first)]), second) == ["duplicate_division"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (row(parent="439999"), "unknown_parent"),
        (row(level="prefecture", parent="430903"), "bad_parent_level"),
        (row(level="county", parent="430903"), "bad_parent_level"),
        (row("NC1", level="unit", parent="NC1"), "division_cycle"),
        (row("000000"), "bad_code"),
        (row("A 1"), "bad_code"),
        (row("430999100", scheme="gbt2260"), "bad_code"),
        (row("430900", scheme="gbt2260"), "bad_code"),
        (row("430903", level="prefecture", scheme="gbt2260"), "bad_code"),
        (row("43097", scheme="nbs_stat"), "bad_code"),
        (row(level="nation", parent=""), "bad_level"),
        (row(level="region"), "bad_level"),
        (row(scheme="iso"), "bad_scheme"),
        (row(name=""), "missing_name"),
        (row(start=date(2010, 1, 1), until=date(2010, 1, 1)), "bad_period"),
        (row(parent="500105", start=date(2026, 1, 1)), "unknown_parent"),
        (row(parent="500105", level="unit"), "unknown_parent"),
        (row("430900", level="unit", scheme="custom", parent="430000"), "breaks_division_below"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_faulty_row_is_refused(tree: DivisionTree, wrong: Division, code: str) -> None:
    assert code in faults(tree, wrong)


def test_row_is_not_older_than_its_parent(tree: DivisionTree) -> None:
    young = row("U1", level="unit", start=date(2010, 1, 1))
    below = row("U2", level="unit", parent="U1")

    with pytest.raises(InvalidInput, match="has not always existed"):
        tree.with_rows([Entry(division=young), Entry(division=below)])


def test_circle_through_several_rows_is_found(tree: DivisionTree) -> None:
    rows = [row(code, level="unit", parent=parent) for code, parent in (("U1", "U3"), ("U2", "U1"), ("U3", "U2"))]

    assert faults(tree, *rows) == ["division_cycle"] * 3


def test_row_below_a_circle_it_is_not_part_of_is_faulty_too(tree: DivisionTree) -> None:
    rows = [row(code, level="unit", parent=parent) for code, parent in (("U1", "U2"), ("U2", "U1"), ("U3", "U1"))]

    assert faults(tree, *rows) == ["division_cycle"] * 3


def test_unit_holds_no_county(tree: DivisionTree) -> None:
    unit, county, town = row("U1", level="unit"), row("C1", parent="U1"), row("T1", level="township", parent="U1")

    assert faults(tree, unit, county, town) == ["bad_parent_level"]
    assert tree.with_rows([Entry(division=unit), Entry(division=town)]).ladder("T1", ON)[-2:] == ("U1", "T1")


def test_all_faults_of_a_file_are_told_at_once_with_their_places(tree: DivisionTree, tmp_path: Path) -> None:
    text = (
        "430903100,,township,430903,gbt2260,试,,,\n"
        "430903101,甲镇,town,430903,gbt2260,试,2026-13-01,,\n"
        "430903102,乙镇,township,430903,gbt2260,试,,2020-01-01,2019-01-01\n"
    )

    with pytest.raises(InvalidInput) as refused:
        with_csv(tree, text, tmp_path)

    told = [(one.code, str(one.where).rpartition("x.csv:")[2], one.value) for one in refused.value.problems]
    assert told == [
        ("missing_name", "2:2 name", ""),
        ("bad_date", "3:7 retrieved", "2026-13-01"),
        ("bad_level", "3:3 level", "town"),
        ("bad_code", "3:1 code", "430903101"),
        ("bad_period", "4:9 until", "2019-01-01"),
    ]


def test_orphans_of_a_file_are_all_named(tree: DivisionTree, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as refused:
        with_csv(tree, "430999100,甲镇,township,430999,gbt2260,试,,,\n" + VILLAGE, tmp_path)

    assert [(one.code, one.value) for one in refused.value.problems] == [
        ("unknown_parent", "430999"),
        ("unknown_parent", "430903100"),
    ]


def test_fault_of_a_declared_row_names_its_file(tree: DivisionTree) -> None:
    where = Where(file="policy.yaml", line=7, column=3)

    with pytest.raises(InvalidInput) as refused:
        tree.with_rows([Entry(division=row(parent="439999"), place=where)])

    assert refused.value.problems[0].where == where
    assert refused.value.problems[0].value == "A1 439999"
