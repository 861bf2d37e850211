"""A household of Dali county (Shaanxi, 2008) under the demonstration provisions, led to a decision for other tests."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from core.casework.flow.case_list import find_case
from core.casework.flow.stage import complete_stage
from tests.core.casework.clients import DEMONSTRATION, hung

PLACE, DAY = "610523", "2008-03-03"
PROVISIONS = (DEMONSTRATION,)
APPLICATION = """\
division: "610523"
area: rural
happened_on: 2008-03-03
village: 示例村
received_by: village
members:
  - {id: "1", name: 示例户主, relation: head, birth_date: 1970-03-02, relatives: []}
  - {id: "2", name: 示例配偶, relation: spouse, birth_date: 1972-08-15, relatives: []}
  - {id: "3", name: 示例长子, relation: child, birth_date: 2006-05-20, relatives: []}
  - {id: "4", name: 示例次子, relation: child, birth_date: 2006-05-20, relatives: []}
facts:
  shared_income: [{item: farming, amount: "INCOME", frequency: year}]
"""


def applied(office: Any, income: str = "2000") -> str:
    """Enter an application of four persons with so much a year from its file, and return its number."""
    path = Path("application.yaml")
    path.write_text(APPLICATION.replace("INCOME", income), encoding="utf-8")
    return str(office("clerk", "case", "apply", str(path))["number"])


def at_the_county(office: Any, income: str = "2000") -> str:
    """Lead an application to where the county decides."""
    number = applied(office, income)
    assert office("clerk", "case", "accept", number)["event"]["kind"] == "acceptance"
    with office.desk("reviewer", "2008-04-07") as desk:
        case = find_case(desk, number)
        hung(desk, case, "application", date(2008, 3, 6))
        for stage, day in (("survey", date(2008, 3, 7)), ("appraisal", date(2008, 3, 10))):
            complete_stage(desk, case, stage, happened_on=day)
        hung(desk, case, "appraisal", date(2008, 3, 13))
        complete_stage(desk, case, "preliminary_opinion", happened_on=date(2008, 3, 14), result="recommended")
        complete_stage(desk, case, "review", happened_on=date(2008, 3, 31), result="recommended")
        hung(desk, case, "review", date(2008, 4, 7))
    return number


def decided(office: Any, number: str, result: str, *more: str) -> Any:
    """Have the approver decide on the township's opinion, and return the answer."""
    return office("approver", "case", "decide", number, result, *more, on="2008-04-15")


def granted(office: Any, income: str = "2000") -> str:
    """Lead a household into payment from April 2008: with 2,000 yuan a year it gets 772.00."""
    number = at_the_county(office, income)
    assert decided(office, number, "approve")["status"] == "in_payment"
    return number
