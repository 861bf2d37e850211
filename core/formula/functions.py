"""Every function a formula may call, in one table: signature, meaning in both languages, and an example.

``docs/formulas.md`` is checked against this table; what a function does to types and units is in ``calls.py`` and
``aggregates.py``, its writing in ``scalar_call.py`` and ``columnar.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from core.errors import Text

Kind = Literal["choice", "aggregate", "rounding", "date", "conversion", "place", "money", "clause"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """One function. ``most`` is None where any number of arguments may follow."""

    name: str
    kind: Kind
    signature: str
    help: Text
    example: str
    least: int
    most: int | None


def _table(*functions: Function) -> Mapping[str, Function]:
    return MappingProxyType({one.name: one for one in functions})


FUNCTIONS: Mapping[str, Function] = _table(
    Function(
        name="IF",
        kind="choice",
        signature="IF(condition, value, otherwise)",
        least=3,
        most=3,
        help=Text(
            "条件成立取前者，否则取后者；只计算用到的一支",
            "value where the condition holds, else otherwise; only the branch taken is computed",
        ),
        example='IF(area = "rural", 1, 2)',
    ),
    Function(
        name="IFS",
        kind="choice",
        signature="IFS(condition1, value1, condition2, value2, …)",
        least=2,
        most=None,
        help=Text(
            "第一个成立的条件所对应的值；都不成立为错误 no_match",
            "the value of the first condition that holds; none is the error no_match",
        ),
        example="IFS(household_size > 3, 3, household_size > 1, 2, TRUE, 1)",
    ),
    Function(
        name="SWITCH",
        kind="choice",
        signature="SWITCH(subject, case1, value1, case2, value2, …, [otherwise])",
        least=3,
        most=None,
        help=Text(
            "与哪个常量相等就取哪个值；都不相等且无末项为错误 no_match",
            "the value beside the constant the subject equals; none and no otherwise is the error no_match",
        ),
        example='SWITCH(area, "urban", 12, "rural", 6)',
    ),
    Function(
        name="LOOKUP",
        kind="choice",
        signature="LOOKUP(subject, from1, value1, from2, value2, …)",
        least=3,
        most=None,
        help=Text(
            "分档：取起点不大于该数的最后一档；低于第一档为错误 no_band",
            "bands: the value of the last start not above the subject; below the first start is the error no_band",
        ),
        example="LOOKUP(household_size, 1, 100%, 3, 90%, 5, 80%)",
    ),
    Function(
        name="MAX",
        kind="aggregate",
        signature="MAX(list.value, [WHEN(condition)], [DEFAULT(value)]) or MAX(a, b, …)",
        least=1,
        most=None,
        help=Text(
            "最大者：名单中的，或几个数中的；空名单且无 DEFAULT 为错误 empty_list",
            "the largest, of a list's values or of plain ones; an empty list without DEFAULT is the error empty_list",
        ),
        example="MAX(YUAN(100) - YUAN(250), 0)",
    ),
    Function(
        name="MIN",
        kind="aggregate",
        signature="MIN(list.value, [WHEN(condition)], [DEFAULT(value)]) or MIN(a, b, …)",
        least=1,
        most=None,
        help=Text("最小者，用法同 MAX", "the smallest; used like MAX"),
        example="MIN(3, 5, 4)",
    ),
    Function(
        name="SUM",
        kind="aggregate",
        signature="SUM(list.value, [WHEN(condition)])",
        least=1,
        most=3,
        help=Text("合计；空名单为 0", "the total over a list's records; 0 for an empty list"),
        example='SUM(assets.amount, WHEN(assets.kind = "deposit"))',
    ),
    Function(
        name="COUNT",
        kind="aggregate",
        signature="COUNT(list, [WHEN(condition)])",
        least=1,
        most=3,
        help=Text("记录数（成员以人计）；空名单为 0", "how many records (members in persons); 0 for an empty list"),
        example="COUNT(members, WHEN(AGE(members.birth_date) >= 60))",
    ),
    Function(
        name="ANY",
        kind="aggregate",
        signature="ANY(condition, [WHEN(condition)])",
        least=1,
        most=3,
        help=Text("是否有一条成立；空名单为否", "whether the condition holds for one record; false for an empty list"),
        example="ANY(members.severe_illness)",
    ),
    Function(
        name="ALL",
        kind="aggregate",
        signature="ALL(condition, [WHEN(condition)])",
        least=1,
        most=3,
        help=Text("是否每条都成立；空名单为是", "whether the condition holds for every record; true for an empty list"),
        example="ALL(members.disability_level = 0)",
    ),
    Function(
        name="ROUND",
        kind="rounding",
        signature="ROUND(number, digits)",
        least=2,
        most=2,
        help=Text(
            "四舍五入（远离零）；金额以元计，2 为分",
            "to the nearest, half away from zero; money in yuan, so 2 is the fen",
        ),
        example="ROUND(YUAN(10) / 3, 2)",
    ),
    Function(
        name="ROUNDUP",
        kind="rounding",
        signature="ROUNDUP(number, digits)",
        least=2,
        most=2,
        help=Text("远离零进位", "away from zero"),
        example="ROUNDUP(20% * 7, 0)",
    ),
    Function(
        name="ROUNDDOWN",
        kind="rounding",
        signature="ROUNDDOWN(number, digits)",
        least=2,
        most=2,
        help=Text("向零舍去", "toward zero"),
        example="ROUNDDOWN(YUAN(10) / 3, 0)",
    ),
    Function(
        name="AGE",
        kind="date",
        signature="AGE(date)",
        least=1,
        most=1,
        help=Text("到计算日期的周岁数", "completed years from the date to decision_date"),
        example="MAX(AGE(members.birth_date))",
    ),
    Function(
        name="MONTHS_BETWEEN",
        kind="date",
        signature="MONTHS_BETWEEN(start, end)",
        least=2,
        most=2,
        help=Text("两日期间的整月数；先后颠倒为负", "completed months from start to end; negative when end is earlier"),
        example="MONTHS_BETWEEN(case.last_review, decision_date)",
    ),
    Function(
        name="ANNUAL",
        kind="conversion",
        signature="ANNUAL(rate)",
        least=1,
        most=1,
        help=Text("换算为每年（月×12，季×4）", "per year (a month × 12, a quarter × 4)"),
        example="ANNUAL(YUAN(430) / 1 month)",
    ),
    Function(
        name="QUARTERLY",
        kind="conversion",
        signature="QUARTERLY(rate)",
        least=1,
        most=1,
        help=Text("换算为每季（年÷4，月×3）", "per quarter (a year ÷ 4, a month × 3)"),
        example="QUARTERLY(YUAN(772) / 1 year)",
    ),
    Function(
        name="MONTHLY",
        kind="conversion",
        signature="MONTHLY(rate)",
        least=1,
        most=1,
        help=Text("换算为每月（年÷12，季÷3）", "per month (a year ÷ 12, a quarter ÷ 3)"),
        example="MONTHLY(YUAN(3200) / 1 person / 1 year)",
    ),
    Function(
        name="STANDARD",
        kind="place",
        signature="STANDARD(programme, area, division)",
        least=3,
        most=3,
        help=Text(
            "另一地区当日的标准，一律为每人每年；无标准为错误 no_standard",
            "another place's standard on the day, always per person and year; none is the error no_standard",
        ),
        example='STANDARD("dibao", "rural", "430903")',
    ),
    Function(
        name="YUAN",
        kind="money",
        signature="YUAN(number)",
        least=1,
        most=1,
        help=Text("以元写出的金额，最多两位小数", "an amount of money written in yuan, at most two decimals"),
        example="YUAN(693.10)",
    ),
)
"""The functions, by name."""

CLAUSES: Mapping[str, Function] = _table(
    Function(
        name="WHEN",
        kind="clause",
        signature="WHEN(condition)",
        least=1,
        most=1,
        help=Text(
            "写在合计类函数内，只计条件成立的记录", "inside an aggregate: only records for which the condition holds"
        ),
        example="COUNT(members, WHEN(members.severe_illness))",
    ),
    Function(
        name="DEFAULT",
        kind="clause",
        signature="DEFAULT(value)",
        least=1,
        most=1,
        help=Text("写在 MAX、MIN 内，名单为空时的值", "inside MAX or MIN: the value for an empty list"),
        example="MAX(income.amount, DEFAULT(0))",
    ),
)
"""What may stand inside an aggregate beside its value."""

NUMBER_UNITS: Mapping[str, str] = MappingProxyType(
    {
        "year": "year",
        "years": "year",
        "年": "year",
        "岁": "year",
        "周岁": "year",
        "quarter": "quarter",
        "quarters": "quarter",
        "季": "quarter",
        "季度": "quarter",
        "个季度": "quarter",
        "month": "month",
        "months": "month",
        "月": "month",
        "个月": "month",
        "person": "person",
        "persons": "person",
        "people": "person",
        "人": "person",
        "名": "person",
        "口人": "person",
        "count": "count",
        "个": "count",
        "件": "count",
    }
)
"""The words that give a number its unit: ``24 months``, ``24个月``."""

MONEY_WORDS = ("yuan", "元", "jiao", "角", "fen", "分", "万元")
"""Words somebody may write after an amount of money; answered with YUAN(...)."""
