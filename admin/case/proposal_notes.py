"""What the rules make of a case today: said above the forms of whoever proposes or decides."""

from __future__ import annotations

from collections.abc import Iterator

from admin.case.situation import Situation
from core.casework.deciding.proposal import propose
from core.casework.month import month_of
from core.errors import JiuzhuError, Text
from core.values import yuan_text

STATUS = {
    "eligible": Text("符合条件", "eligible"),
    "not_eligible": Text("不符合条件", "not eligible"),
    "undecided": Text("事实或规则不全，暂不能认定", "facts or rules are missing"),
}


def proposal_notes(now: Situation) -> Iterator[Text]:
    """Yield the result of this month's rules on the newest facts, and what failed."""
    try:
        found = propose(now.desk, now.case, month=month_of(now.desk.today))
    except JiuzhuError as error:
        yield from (one.message for one in error.problems)
        return
    said, monthly = STATUS.get(found.status, Text(found.status, found.status)), yuan_text(found.monthly)
    if found.status == "eligible":
        en = f"By this month's rules: {said.en}, {monthly} yuan a month"
        yield Text(f"按本月规则核算：{said.zh}，每月 {monthly} 元", en)
        return
    yield Text(f"按本月规则核算：{said.zh}", f"By this month's rules: {said.en}")
    yield from (Text(one.message("zh"), one.message("en")) for one in found.assessment.failed)
