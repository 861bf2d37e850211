"""Names, levels, lists, types, units and promises of formulas; every fault at once, each with its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from core.errors import InvalidInput, Problem, Text, Where
from core.formula.check import check
from core.formula.schema import HOUSEHOLD, FactSchema, Field, FormulaSource, ListType
from core.formula.tree import Aggregate, Constant, Failure, Program, Quantity, Unavailable, children
from core.values import NUMBER, Unit

Found = Callable[..., list[tuple[str, str]]]
Source = Callable[..., FormulaSource]
Checked = Callable[[dict[str, str]], Program]


def unit_of(program: Program, key: str = "dibao.tested") -> str:
    return str(next(one for one in program.formulas if one.key == key).unit)


def all_problems(schema: FactSchema, *sources: FormulaSource) -> tuple[Problem, ...]:
    with pytest.raises(InvalidInput) as caught:
        check(schema, sources)
    return caught.value.problems


# Names


@pytest.mark.parametrize(
    "text",
    [
        "vehicles",
        "车辆数",
        "COUNT(members)",
        "COUNT(member)",
        "COUNT(家庭成员)",
        "ANY(members.severe_illness)",
        "SUM(member.残疾等级)",
        "case.months_in_phase_out",
        "other.quota",
        "given",
        "dibao.given",
        "SUM(members.flag)",
    ],
)
def test_names_that_are_known(text: str, program: Checked) -> None:
    program({"given": "1", "member.flag": "1", "other:quota": "2", "tested": text})


@pytest.mark.parametrize(
    ("text", "value", "hint"),
    [
        ("houshold_size", "houshold_size", "Did you mean 'household_size'?"),
        ("SUM(members.disability_levl)", "members.disability_levl", "Did you mean 'member.disability_level'?"),
        ("membrs.sex", "membrs.sex", "Did you mean 'members.sex'?"),
        ("case.previous_amont", "case.previous_amont", "Did you mean 'case.previous_amount'?"),
        ("othr.quota", "othr.quota", "Did you mean 'other.quota'?"),
        ("other.qota", "other.qota", "Did you mean 'other.quota'?"),
        ("xyzzy", "xyzzy", None),
        ("birth_date", "birth_date", "Did you mean 'member.birth_date'?"),
    ],
)
def test_unknown_name_with_the_nearest(
    text: str, value: str, hint: str | None, schema: FactSchema, source: Source
) -> None:
    others = (source("household_size", "COUNT(members)"), source("quota", "1", programme="other"))
    (problem,) = all_problems(schema, *others, source("tested", text))
    assert (problem.code, problem.value) == ("unknown_name", value)
    assert (problem.hint.en if problem.hint else None) == hint


def test_bare_name_is_the_households_own_quantity_before_anothers(program: Checked) -> None:
    checked = program({"other:quota": "2", "quota": "1", "tested": "quota + other.quota"})
    assert next(one for one in checked.formulas if one.key == "dibao.tested").reads == ("dibao.quota", "other.quota")


def test_another_programmes_records_are_not_in_reach(problems: Found) -> None:
    assert problems({"other:member.share": "1", "tested": "SUM(member.share)"}) == [("unknown_name", "member.share")]


def test_alias_of_two_facts_means_neither(schema: FactSchema, source: Source) -> None:
    twice = Field(name="houses", level=HOUSEHOLD, type="number", aliases=("车辆数",))
    ambiguous = replace(schema, fields={**schema.fields, "houses": twice})
    assert all_problems(ambiguous, source("tested", "车辆数"))[0].code == "unknown_name"


def test_reads_are_in_order_of_first_mention(program: Checked) -> None:
    checked = program(
        {"given": "1", "tested": "IF(urgent, given, 0) + SUM(income.amount, WHEN(members.imprisoned)) / YUAN(1)"}
    )
    assert checked.formulas[-1].reads == ("urgent", "dibao.given", "income.amount", "member.imprisoned")


def test_age_reads_the_decision_date(program: Checked) -> None:
    assert program({"member.age": "AGE(member.birth_date)"}).formulas[0].reads == ("member.birth_date", "decision_date")


def test_a_list_is_not_a_value(problems: Found) -> None:
    assert problems("members + 1") == [("list_not_value", "members")]


def test_a_name_takes_no_brackets(schema: FactSchema, source: Source) -> None:
    (problem,) = all_problems(schema, source("tested", "vehicles(1)"))
    assert problem.code == "unknown_function"
    assert problem.hint == Text("名称后面不写括号", "a name takes no brackets")


# Functions


def test_unknown_function_with_the_nearest(schema: FactSchema, source: Source) -> None:
    (problem,) = all_problems(schema, source("tested", "RUOND(1, 2)"))
    assert (problem.code, problem.value) == ("unknown_function", "RUOND")
    assert problem.hint is not None
    assert problem.hint.en == "Did you mean 'ROUND'?"
    assert problem.allowed == ()


def test_unknown_function_far_from_any_lists_all(schema: FactSchema, source: Source) -> None:
    (problem,) = all_problems(schema, source("tested", "EVAL(1)"))
    assert "IF" in problem.allowed
    assert "WHEN" not in problem.allowed


@pytest.mark.parametrize(
    "text",
    [
        "IF(urgent, 1)",
        "IF(urgent, 1, 2, 3)",
        "IFS(urgent)",
        "IFS(urgent, 1, 2)",
        "SWITCH(1, 2)",
        "LOOKUP(1, 2)",
        "LOOKUP(1, 2, 3, 4)",
        "ROUND(1)",
        "AGE()",
        "YUAN(1, 2)",
        "STANDARD(area)",
        "SUM(1, 2)",
        "SUM()",
        "COUNT(members, 1)",
        "MONTHLY(1, 2)",
        "SUM(income.amount, WHEN(urgent), WHEN(urgent))",
        "MAX(income.amount, DEFAULT(1, 2))",
        "MAX(1, 2, WHEN(urgent))",
        "ANY(urgent, urgent)",
    ],
)
def test_wrong_number_of_arguments(text: str, problems: Found) -> None:
    assert [code for code, _ in problems(text)] == ["wrong_arguments"]


@pytest.mark.parametrize(
    "text",
    [
        "WHEN(urgent)",
        "1 + DEFAULT(2)",
        "IF(WHEN(urgent), 1, 2)",
        "SUM(income.amount, DEFAULT(0))",
        "COUNT(members, DEFAULT(0))",
    ],
)
def test_clauses_belong_into_an_aggregate(text: str, problems: Found) -> None:
    assert problems(text)[0][0] == "misplaced_clause"


@pytest.mark.parametrize(
    "text",
    [
        "SWITCH(area, division, 1, 2)",
        "LOOKUP(vehicles, vehicles, 2)",
        "YUAN(vehicles)",
        "YUAN(1 month)",
        "YUAN(5%)",
        "ROUND(1, vehicles)",
        "STANDARD(area, area, division)",
    ],
)
def test_only_written_constants(text: str, problems: Found) -> None:
    assert [code for code, _ in problems(text)] == ["literal_needed"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("YUAN(1.234)", "too_fine"),
        ("ROUND(1, 7)", "bad_digits"),
        ("ROUND(1, 0.5)", "bad_digits"),
        ("ROUND(1, -7)", "bad_digits"),
        ("LOOKUP(1, 2, 1, 1, 2)", "not_ascending"),
        ("LOOKUP(1, 2, 1, 2, 2)", "not_ascending"),
        ("SWITCH(1, 2, 1, 2, 2)", "duplicate_case"),
        ('SWITCH(area, "urban", 1, "urban", 2)', "duplicate_case"),
        ("SWITCH(1, 0.5, 1, 50%, 2)", "duplicate_case"),
    ],
)
def test_constants_that_make_no_sense(text: str, code: str, problems: Found) -> None:
    assert [one for one, _ in problems(text)] == [code]


def test_yuan_is_whole_fen(program: Checked) -> None:
    tree = program({"tested": "YUAN(693.10)"}).formulas[0].tree
    assert isinstance(tree, Constant)
    assert (tree.value, tree.denominator, str(tree.unit)) == (69310, 1, "yuan")


def test_negative_yuan(program: Checked) -> None:
    tree = program({"tested": "YUAN(-5)"}).formulas[0].tree
    assert isinstance(tree, Constant)
    assert tree.value == -500


def test_last_true_condition_of_ifs_is_the_otherwise(program: Checked) -> None:
    tree: Any = program({"tested": "IFS(urgent, 1, TRUE, 2)"}).formulas[0].tree
    assert len(tree.arms) == 1
    assert tree.otherwise.value == 2


# Levels and lists


@pytest.mark.parametrize(
    ("name", "text", "over"),
    [
        ("tested", "SUM(income.amount)", "income"),
        ("tested", "SUM(income.amount, WHEN(members.imprisoned))", "income"),
        ("tested", "SUM(members.disability_level, WHEN(COUNT(income) > 0))", "member"),
        ("tested", "ANY(members.severe_illness and income.amount > 0)", "income"),
        ("tested", "COUNT(members, WHEN(urgent))", "member"),
        ("tested", "COUNT(income)", "income"),
        ("member.tested", "SUM(income.amount)", "income"),
        ("member.tested", "COUNT(supporters, WHEN(members.imprisoned))", "supporter"),
        ("tested", "SUM(MAX(members.disability_level, 2))", "member"),
        ("tested", "MAX(members.disability_level, DEFAULT(0))", "member"),
    ],
)
def test_the_list_gathered_is_the_deepest_mentioned(name: str, text: str, over: str, program: Checked) -> None:
    tree = program({name: text}).formulas[0].tree
    assert isinstance(tree, Aggregate)
    assert tree.over == over


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("tested", "members.disability_level", "members.disability_level"),
        ("tested", "MAX(members.disability_level, members.disability_level)", "members.disability_level"),
        ("member.tested", "income.amount", "income.amount"),
        ("member.tested", "assets.amount", "assets.amount"),
        ("asset.tested", "members.disability_level", "members.disability_level"),
        ("member.tested", "COUNT(assets)", "assets"),
        ("member.tested", "COUNT(members)", "members"),
        ("tested", "COUNT(members, WHEN(income.amount > 0))", "income.amount"),
        ("tested", "MAX(income.amount, DEFAULT(members.disability_level))", "members.disability_level"),
    ],
)
def test_what_cannot_be_read_from_here(name: str, text: str, value: str, problems: Found) -> None:
    assert problems({name: text})[0] == ("out_of_reach", value)


def test_record_reads_its_own_and_what_is_above(program: Checked) -> None:
    program(
        {
            "income.tested": "IF(urgent and members.severe_illness, income.amount, 0)",
            "rate": "1",
            "member.share": "rate * 2",
        }
    )


@pytest.mark.parametrize("text", ["SUM(1)", "SUM(vehicles)", "ANY(urgent)", "MAX(vehicles)", "SUM(COUNT(members))"])
def test_an_aggregate_names_a_list(text: str, problems: Found) -> None:
    assert [code for code, _ in problems(text)] == ["no_list"]


@pytest.mark.parametrize(
    "text", ["SUM(assets.quantity * COUNT(members))", "SUM(COUNT(income), WHEN(members.severe_illness))"]
)
def test_nested_aggregates_gather_for_themselves(text: str, problems: Found) -> None:
    assert [code for code, _ in problems(text)] == (["out_of_reach"] if "assets" in text else [])


def test_one_aggregate_gathers_one_list(problems: Found) -> None:
    assert problems("SUM(assets.amount, WHEN(members.severe_illness))") == [("lists_mixed", "members.severe_illness")]
    assert problems("SUM(income.amount, WHEN(supporters.household_size > 1))")[0][0] == "lists_mixed"


@pytest.mark.parametrize("text", ["COUNT(vehicles)", "COUNT(members.severe_illness)", "COUNT(1)", "COUNT(nothing)"])
def test_count_takes_a_list(text: str, schema: FactSchema, source: Source) -> None:
    (problem,) = all_problems(schema, source("tested", text))
    assert problem.code == "list_needed"
    assert "members" in problem.allowed


# Types


@pytest.mark.parametrize(
    "text",
    [
        "urgent + 1",
        "-urgent",
        'area * "urban"',
        "decision_date - 1",
        "not vehicles",
        "urgent and 1",
        "IF(vehicles, 1, 2)",
        "IF(urgent, 1, urgent)",
        "SWITCH(area, 1, 2)",
        "LOOKUP(area, 1, 2)",
        "AGE(vehicles)",
        "MONTHS_BETWEEN(1, 2)",
        "area < division",
        "urgent > TRUE",
        "area = 1",
        "urgent = 1",
        "decision_date = 1",
        "SUM(members.severe_illness)",
        "ANY(members.disability_level)",
        "SUM(income.amount, WHEN(income.amount))",
        "MAX(members.birth_date)",
        "MAX(urgent, urgent)",
        "ROUND(urgent, 1)",
        "ANNUAL(urgent)",
        'STANDARD("dibao", 1, division)',
        'STANDARD("dibao", area, 1)',
        "STANDARD(1, area, division)",
    ],
)
def test_types_that_do_not_fit(text: str, problems: Found) -> None:
    assert {code for code, _ in problems(text)} == {"type_mismatch"}


@pytest.mark.parametrize(
    "text",
    [
        "decision_date < case.last_review",
        "decision_date <> case.last_review",
        "urgent = local",
        'area <> "rural"',
        "urgent = FALSE",
    ],
)
def test_types_that_compare(text: str, program: Checked) -> None:
    assert program({"tested": text}).formulas[0].type == "boolean"


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ('IF(urgent, "a", "b")', "text"),
        ("IF(urgent, decision_date, case.last_review)", "date"),
        ("IF(urgent, TRUE, local)", "boolean"),
    ],
)
def test_branches_may_be_anything_of_one_type(text: str, type_: str, program: Checked) -> None:
    assert program({"tested": text}).formulas[0].type == type_


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("decision_date - 1", "use AGE or MONTHS_BETWEEN for dates"),
        ("IF(vehicles, 1, 2)", "write a comparison, such as x > 0"),
    ],
)
def test_type_faults_say_what_to_write(text: str, hint: str, schema: FactSchema, source: Source) -> None:
    (problem,) = all_problems(schema, source("tested", text))
    assert problem.hint is not None
    assert problem.hint.en == hint


# Texts


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('area = "country"', "country"),
        ('"rurl" = area', "rurl"),
        ('SWITCH(area, "rurall", 1, 2)', "rurall"),
        ('ANY(members.sex = "Female")', "Female"),
        ('IF(urgent, "a", "b") = "c"', "c"),
        ('SWITCH(vehicles, 1, "x", "y") = "z"', "z"),
        ('class = "z"', "z"),
        ('STANDARD("dibao", "rurla", division) > 0', "rurla"),
        ("ANY(members.sex = members.relation)", ""),
    ],
)
def test_texts_are_checked_against_what_they_can_be(text: str, value: str, problems: Found) -> None:
    assert problems({"class": 'IFS(urgent, "a", TRUE, "b")', "tested": text}) == [("not_allowed", value)]


def test_text_outside_the_choices_is_answered_with_them(schema: FactSchema, source: Source) -> None:
    (problem,) = all_problems(schema, source("tested", 'area = "rurl"'))
    assert problem.allowed == ("urban", "rural")
    assert problem.hint is not None
    assert problem.hint.en == "Did you mean 'rural'?"


@pytest.mark.parametrize(
    "text", ['division = "430903"', 'ANY(members.id = "a")', 'class = "a"', 'IF(urgent, division, "a") = "q"']
)
def test_free_texts_compare_with_any(text: str, program: Checked) -> None:
    program({"class": 'IFS(urgent, "a", TRUE, "b")', "tested": text})


# Units


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("1", "number"),
        ("50%", "number"),
        ("24 months", "month"),
        ("24个月", "month"),
        ("2年", "year"),
        ("1 quarter", "quarter"),
        ("3 persons", "person"),
        ("3人", "person"),
        ("2个", "count"),
        ("YUAN(1)", "yuan"),
        ("YUAN(430) / 1 person / 1 month", "yuan/person-month"),
        ("standard * household_size", "yuan/year"),
        ("2 * standard", "yuan/person-year"),
        ("standard / standard", "number"),
        ("standard / 12", "yuan/person-year"),
        ("-standard", "yuan/person-year"),
        ("AGE(decision_date)", "year"),
        ("MONTHS_BETWEEN(decision_date, decision_date)", "month"),
        ("COUNT(members)", "person"),
        ("COUNT(assets)", "count"),
        ("SUM(assets.amount)", "yuan"),
        ("SUM(1, WHEN(members.severe_illness))", "number"),
        ("MAX(assets.amount, DEFAULT(0))", "yuan"),
        ("MONTHLY(standard)", "yuan/person-month"),
        ("QUARTERLY(standard)", "yuan/person-quarter"),
        ("ANNUAL(standard)", "yuan/person-year"),
        ("24 months * MONTHLY(standard) * household_size", "yuan"),
        ("MONTHLY(24 months * standard)", "yuan/person"),
        ("SUM(income.amount) * 12 / 1 year", "yuan/year"),
        ('STANDARD("dibao", area, division)', "yuan/person-year"),
        ("standard + 0", "yuan/person-year"),
        ("IF(urgent, 0, standard)", "yuan/person-year"),
        ("MAX(0, standard)", "yuan/person-year"),
        ("household_size + 1", "person"),
        ("IF(urgent, 1, household_size)", "person"),
        ("MAX(household_size, 2, 3)", "person"),
        ("ROUND(standard, 2)", "yuan/person-year"),
        ("IFS(urgent, 6, TRUE, 12)", "number"),
        ("price_index * 2", "number"),
        ('SWITCH(area, "urban", household_size, 3)', "person"),
        ("LOOKUP(household_size, 1, standard, 3, 0)", "yuan/person-year"),
    ],
)
def test_units_of_results(text: str, unit: str, program: Checked) -> None:
    given = {"standard": "YUAN(693) / 1 person / 1 year", "household_size": "COUNT(members)"}
    assert unit_of(program({**given, "tested": text})) == unit


@pytest.mark.parametrize(
    "text",
    [
        "AGE(decision_date) >= 60",
        "household_size > 2",
        "MONTHS_BETWEEN(decision_date, decision_date) < 6",
        "household_size = -1",
        "AGE(decision_date) >= IF(urgent, 60, 55)",
        "AGE(decision_date) >= 50 + 5",
        "AGE(decision_date) >= 2 * 30",
        'AGE(decision_date) >= SWITCH(area, "urban", 60, 55)',
        "AGE(decision_date) >= LOOKUP(1, 0, 60, 5, 55)",
        "vehicles = 0",
        "AGE(decision_date) >= MAX(60, 55)",
        "AGE(decision_date) >= ROUND(59.5, 0)",
        "LOOKUP(household_size, 1, 1, 3, 2) = 1",
        "standard > 0",
        "AGE(decision_date) > -5",
        "0 < standard",
        "SWITCH(household_size, 1, 2, 2, 3, 4) = 2",
        "standard = IF(urgent, 0, -0)",
        "price_index > 1.5",
    ],
)
def test_a_plain_number_takes_any_unit_but_money(text: str, program: Checked) -> None:
    program({"standard": "YUAN(693) / 1 person / 1 year", "household_size": "COUNT(members)", "tested": text})


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("standard + 1", "write money as YUAN(…)"),
        ("standard > 693", "write money as YUAN(…)"),
        ("IF(urgent, standard, 5)", "write money as YUAN(…)"),
        ("standard > IF(urgent, 0, 5)", "write money as YUAN(…)"),
        ("standard > 0 + 0", "write money as YUAN(…)"),
        ("standard + MONTHLY(standard)", "convert by ANNUAL, QUARTERLY or MONTHLY"),
        ("12 months = 1 year", "convert by ANNUAL, QUARTERLY or MONTHLY"),
        (
            "standard < standard * household_size",
            "per person and per household differ: multiply by the number of persons",
        ),
        ("household_size + vehicles", None),
        ("standard + household_size", None),
        ("household_size + price_index", "write its unit, as in 24 months"),
        ("vehicles + 12 months / 1 month", "write its unit, as in 24 months"),
        ("MAX(household_size, price_index)", "write its unit, as in 24 months"),
        ("MAX(assets.amount, DEFAULT(1))", "write money as YUAN(…)"),
        ("SWITCH(household_size, 1 month, 1, 2)", None),
        ("LOOKUP(household_size, 1 year, 1)", None),
    ],
)
def test_units_that_differ(text: str, hint: str | None, schema: FactSchema, source: Source) -> None:
    given = (source("standard", "YUAN(693) / 1 person / 1 year"), source("household_size", "COUNT(members)"))
    (problem,) = all_problems(schema, *given, source("tested", text))
    assert problem.code == "unit_mismatch"
    assert (problem.hint.en if problem.hint else None) == hint


@pytest.mark.parametrize(
    "text",
    ["ANNUAL(YUAN(5))", "MONTHLY(5)", "ANNUAL(24 months)", "MONTHLY(1 / 1 month / 1 year)", "ANNUAL(household_size)"],
)
def test_only_a_rate_can_be_converted(text: str, problems: Found) -> None:
    assert [code for code, _ in problems({"household_size": "COUNT(members)", "tested": text})] == ["no_period"]


def test_a_rate_of_a_product_of_money_cannot_be_rounded(problems: Found) -> None:
    assert [code for code, _ in problems("ROUND(YUAN(1) * YUAN(1), 2)")] == ["unit_mismatch"]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("5 yuan", "write money as YUAN(5)"),
        ("3 元", "write money as YUAN(3)"),
        ("24 moths", "Did you mean 'months'?"),
        ("1e5", "for instance 24 months"),
    ],
)
def test_unknown_unit_words(text: str, hint: str, schema: FactSchema, source: Source) -> None:
    (problem,) = all_problems(schema, source("tested", text))
    assert problem.code == "unknown_unit"
    assert problem.hint is not None
    assert problem.hint.en == hint


# Promises


def test_a_plain_number_takes_the_promised_unit(schema: FactSchema, source: Source) -> None:
    program = check(
        schema, [source("review_months", "IF(urgent, 6, 12)", unit="month"), source("twice", "review_months * 2")]
    )
    assert unit_of(program, "dibao.twice") == "month"


@pytest.mark.parametrize(
    ("text", "unit", "type_", "code"),
    [
        ("vehicles", "month", None, "unit_mismatch"),
        ("12", "yuan", None, "unit_mismatch"),
        ("urgent", "month", None, "type_mismatch"),
        ("1", None, "boolean", "type_mismatch"),
        ("urgent", None, "number", "type_mismatch"),
    ],
)
def test_promises_are_kept(
    text: str, unit: str | None, type_: Any, code: str, schema: FactSchema, source: Source
) -> None:
    (problem,) = all_problems(schema, source("tested", text, unit=unit, type=type_))
    assert problem.code == code


def test_zero_may_be_promised_as_money(schema: FactSchema, source: Source) -> None:
    program = check(schema, [source("nothing", "0", unit="yuan/month")])
    assert program.formulas[0].tree.unit == Unit(money=1, month=-1)


# What formulas are called, overrides


def test_level_is_told_by_the_name(program: Checked) -> None:
    checked = program({"a": "1", "member.b": "1", "income.c": "1"})
    assert [one.level for one in checked.formulas] == [HOUSEHOLD, "member", "income"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("members.share", "unknown_level"),
        ("nobody.share", "unknown_level"),
        ("case.share", "unknown_level"),
        ("vehicles", "duplicate_name"),
        ("member.sex", "duplicate_name"),
        ("member", "duplicate_name"),
        ("assets", "duplicate_name"),
        ("asset:share", "duplicate_name"),
        ("case:share", "duplicate_name"),
    ],
)
def test_names_a_formula_may_not_have(name: str, code: str, problems: Found) -> None:
    assert [one for one, _ in problems({name: "1"})] == [code]


def test_one_name_twice_in_a_programme(schema: FactSchema, source: Source) -> None:
    (problem,) = all_problems(schema, source("a", "1"), source("a", "2"))
    assert (problem.code, problem.value) == ("duplicate_name", "a")
    assert "overrides" in problem.render("en")


def test_one_name_in_two_programmes(schema: FactSchema, source: Source) -> None:
    check(schema, [source("a", "1"), source("a", "2", programme="other")])


@pytest.mark.parametrize("replaced_first", [True, False])
def test_an_override_takes_the_place(replaced_first: bool, schema: FactSchema, source: Source) -> None:
    pair = [source("a", "1"), source("a", "2", overrides="a")]
    program = check(schema, pair if replaced_first else pair[::-1])
    (formula,) = program.formulas
    assert formula.source.text == "2"


def test_override_of_nothing(schema: FactSchema, source: Source) -> None:
    assert [one.code for one in all_problems(schema, source("a", "1", overrides="a"))] == ["nothing_to_override"]
    assert [one.code for one in all_problems(schema, source("a", "1"), source("b", "1", overrides="a"))] == [
        "nothing_to_override"
    ]


def test_two_overrides_of_one_name(schema: FactSchema, source: Source) -> None:
    found = all_problems(schema, source("a", "1"), source("a", "2", overrides="a"), source("a", "3", overrides="a"))
    assert [one.code for one in found] == ["duplicate_name"]


@pytest.mark.parametrize(("old", "new"), [("1", "vehicles"), ("1", "urgent"), ("YUAN(1)", "YUAN(1) / 1 month")])
def test_an_override_keeps_type_and_unit(old: str, new: str, schema: FactSchema, source: Source) -> None:
    (problem,) = all_problems(schema, source("a", old), source("a", new, overrides="a"))
    assert problem.code == "override_differs"


def test_a_replaced_formula_is_checked_too(schema: FactSchema, source: Source) -> None:
    (problem,) = all_problems(schema, source("a", "nothing_here"), source("a", "2", overrides="a"))
    assert problem.code == "unknown_name"


def test_what_is_missing_undeclared_may_be_overridden_by_anything(schema: FactSchema, source: Source) -> None:
    program = check(schema, [source("a", "", flags=("gap", "x/y")), source("a", "urgent", overrides="a")])
    assert program.formulas[0].type == "boolean"


# Order, loops, gaps


def test_each_formula_comes_after_what_it_reads(program: Checked) -> None:
    checked = program({"c": "b + 1", "b": "SUM(member.a)", "member.a": "1", "d": "1"})
    assert [one.source.name for one in checked.formulas] == ["member.a", "b", "c", "d"]


def test_a_loop_is_named(schema: FactSchema, source: Source) -> None:
    found = all_problems(
        schema, source("x", "a"), source("a", "b + 1"), source("b", "c"), source("c", "a"), source("own", "own")
    )
    assert [(one.code, one.message.en) for one in found] == [
        ("loop", "formulas read each other in a loop: dibao.a → dibao.b → dibao.c → dibao.a"),
        ("loop", "formulas read each other in a loop: dibao.own → dibao.own"),
    ]


def test_a_loop_through_another_programme(schema: FactSchema, source: Source) -> None:
    (problem,) = all_problems(schema, source("a", "other.b"), source("b", "dibao.a", programme="other"))
    assert problem.message.en.endswith("dibao.a → other.b → dibao.a")


def test_a_long_chain_is_no_loop(program: Checked) -> None:
    chain = {f"n{number}": f"n{number + 1}" for number in range(1500)}
    checked = program({**chain, "n1500": "1"})
    assert checked.formulas[0].source.name == "n1500"


def test_a_missing_rule_is_a_quantity_that_fails(schema: FactSchema, source: Source) -> None:
    missing = source("a", "", unit="yuan", flags=("gap", "yiyang/special"))
    program = check(schema, [missing, source("b", "a + YUAN(1)")])
    tree = program.formulas[0].tree
    assert isinstance(tree, Unavailable)
    assert Failure(tree.code, tree.name) == Failure("gap", "yiyang/special")


@pytest.mark.parametrize(
    "text",
    [
        "a and urgent",
        "a + YUAN(1)",
        "YUAN(1) + a",
        "IF(a, 1, 2)",
        'a = "x"',
        "SUM(assets.amount * a)",
        "MAX(a, 1 month)",
    ],
)
def test_a_missing_rule_without_a_declared_type_fits_anywhere(text: str, schema: FactSchema, source: Source) -> None:
    program = check(schema, [source("a", "", flags=("gap", "x")), source("b", text)])
    assert any(isinstance(one, Quantity) for one in walk(program.formulas[1].tree))


def walk(node: Any) -> Any:
    yield node
    for one in children(node):
        yield from walk(one)


# All at once, each with its place


def test_every_fault_of_every_formula_is_reported_in_order(schema: FactSchema, source: Source) -> None:
    found = all_problems(
        schema,
        source("a", "nothing_a + nothing_b + IF(1, urgent, 2)", where=Where(file="p.yaml", line=3, column=9)),
        source("b", "1 +", where=Where(file="p.yaml", line=5, column=9)),
        source("c", "d", where=Where(file="p.yaml", line=7, column=9)),
        source("d", "c", where=Where(file="p.yaml", line=9, column=9)),
        source("e", "EVAL(1)\n+ area", where=Where(file="p.yaml", line=11, column=9)),
        source("f", "a + b + 1"),
    )
    assert [(one.code, str(one.where)) for one in found] == [
        ("unknown_name", "p.yaml:3:9"),
        ("unknown_name", "p.yaml:3:21"),
        ("type_mismatch", "p.yaml:3:36"),
        ("type_mismatch", "p.yaml:3:47"),
        ("syntax_error", "p.yaml:5:12"),
        ("loop", "p.yaml:7:9"),
        ("unknown_function", "p.yaml:11:9"),
        ("type_mismatch", "p.yaml:12:3"),
    ]


def test_what_stands_on_a_fault_is_not_faulted_again(problems: Found) -> None:
    assert problems(
        {
            "a": "nothing_here",
            "b": "a + YUAN(1)",
            "d": "a = a",
            "e": "-a > 0 or not a",
            "f": "IF(a, a, 2)",
            "c": "IF(b, b, 1) + SUM(b)",
        }
    ) == [
        ("unknown_name", "nothing_here"),
        ("no_list", "SUM"),
    ]


def test_problems_speak_both_languages(schema: FactSchema, source: Source) -> None:
    texts = [
        "standard + 1",
        "a b",
        "EVAL(1)",
        "members",
        "SUM(1)",
        "area = 1",
        'area = "x"',
        "YUAN(1.234)",
        "own",
        "5 yuan",
        "ROUND(1, 9)",
    ]
    sources = [
        source("standard", "YUAN(1)"),
        *(source("own" if text == "own" else f"f{n}", text) for n, text in enumerate(texts)),
    ]
    for problem in all_problems(schema, *sources):
        assert problem.message.zh
        assert problem.message.en
        assert problem.message.zh != problem.message.en
        assert problem.render("zh") != problem.render("en")


def test_a_fact_with_a_scale_is_a_plain_number(program: Checked) -> None:
    tree: Any = program({"tested": "price_index"}).formulas[0].tree
    assert (tree.scale, tree.unit) == (1000, NUMBER)


def test_age_needs_a_decision_date(schema: FactSchema, source: Source) -> None:
    bare = FactSchema(
        fields={"member.born": Field(name="member.born", level="member", type="date")},
        lists={"member": ListType(name="member", plural="members", parent=HOUSEHOLD, counts=NUMBER)},
    )
    (problem,) = all_problems(bare, source("member.age", "AGE(member.born)"))
    assert (problem.code, problem.value) == ("unknown_name", "decision_date")
