"""Codes of rules in words, where a form offers them; a code that is not here is shown as it is written."""

from __future__ import annotations

from collections.abc import Mapping

from core.errors import Text
from core.policy import AREAS, LEVELS

_PAIRS = """
person-year 元/人·年 yuan a person a year
person-quarter 元/人·季 yuan a person a quarter
person-month 元/人·月 yuan a person a month
year 年 year
quarter 季 quarter
month 月 month
half_year 半年 half-year
person 人 person
household 户 household
member 成员 member
batch 批 batch
standard 标准 standard
floor 下限 floor
ceiling 上限 ceiling
primary 文件原文 the text itself
seed 资料摘编 as compiled
excerpt 摘录 excerpt
inferred 推断 inferred
counted 计入 counted
exempt 不计入 exempt
deducted 扣除 deducted
wage 工资性收入 wages
business 经营净收入 business
property 财产净收入 property
transfer 转移净收入 transfers
other 其他 other
as_standard 同标准的周期 as the standard
application 申请 application
decision 决定 decision
last_year 上年 last year
gap 补差 gap
tiered 分档 tiered
flat 定额 flat
payment 发放时 at payment
entitlement 核定时 at entitlement
fen 分 fen
jiao 角 jiao
yuan 元 yuan
half_up 四舍五入 half up
up 进一 up
down 去尾 down
highest 就高 highest
sum 累加 sum
first 取第一项 first
anniversary 按周年 by anniversary
campaign 集中进行 by campaign
calendar 自然日 calendar days
working 工作日 working days
before_decision 决定前 before the decision
after_decision 决定后 after the decision
before_effect 生效前 before it has effect
after_effect 生效后 after it has effect
standing 长期 standing
recuse 应当回避 must step out
register 备案 file
record 记录 record
advise 建议 advise
same_day 当日 the same day
next_day 次日 the next day
running_cases_keep 在办案件沿用原规定 running cases keep the old
running_cases_follow 在办案件适用新规定 running cases follow the new
first_month_of_quarter 季首月 first month of the quarter
last_month_of_quarter 季末月 last month of the quarter
month_of_decision 决定当月 month of the decision
month_after_decision 决定次月 month after the decision
month_of_application 申请当月 month of the application
month_before_stop 停发前一月 month before the stop
month_of_change 变化当月 month of the change
this_year 当年 this year
next_year 下一年度 next year
at_least 不低于 at least
at_most 不高于 at most
more_than 高于 more than
equal 等于 equal
preliminary 初步数 preliminary
final 最终数 final
in_force 现行 in force
compatible 可同时享受 compatible
mutually_exclusive 不得同时享受 mutually exclusive
choose_higher 就高享受 choose the higher
not_income 不计入收入 not income
default 一般 default
mandatory 强制 mandatory
document 文件 document
technical_default 技术性默认 technical default
"""


def _read(table: str) -> dict[str, Text]:
    rows = (line.split(" ", 2) for line in table.strip().splitlines())
    return {code: Text(zh, en) for code, zh, en in rows}


WORDS: Mapping[str, Text] = {**LEVELS, **AREAS, **_read(_PAIRS)}
