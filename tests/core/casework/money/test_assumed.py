"""What the money of a household rests on that nothing in hand says is marked where it is used."""

from __future__ import annotations

from typing import Any

import pytest

from core.casework.assumed import ASSUMED, OPENING
from core.casework.deciding.decision import decision_event
from core.casework.desk import Desk
from core.casework.flow.story import story_of
from core.casework.money.ledger import ledger
from core.store.tables import AssistanceCase
from tests.core.casework.purse import decided, household

YIYANG, HESHAN = "430900", "430903"


def told(bureau: Any, **given: Any) -> tuple[bool, bool]:
    """Whether ledger and story of a household taken over say that its earlier months are assumed to be paid."""
    with bureau.desk(f"clerk.{YIYANG}") as desk:
        case = household(desk, "A", division=HESHAN, area="urban")
        desk.record(f"case/{case.id}", "opened", {"division": HESHAN, "path": case.path})
        row = decided(desk, case, "2018-01", {"benefit": "360"}, **given)
        desk.record(f"case/{case.id}", "decided", decision_event(row))
        return ASSUMED[OPENING] in ledger(desk, case).assumed, _in_story(desk, case)


def _in_story(desk: Desk, case: AssistanceCase) -> bool:
    found = story_of(desk, case)
    said = {language: ASSUMED[OPENING].pick(language) in found.text(language) for language in ("zh", "en")}
    assert len(set(said.values())) == 1, "both languages say the same"
    return said["zh"]


@pytest.mark.parametrize(
    ("given", "marked"),
    [
        ({"kind": "opening"}, True),
        ({"kind": "opening", "basis": {"paid_through": "2018-05-01"}}, False),
        ({"kind": "increase"}, False),
    ],
)
def test_months_before_an_opening_decision_are_marked_as_assumed_to_be_paid_elsewhere(
    yiyang: Any, given: dict[str, Any], marked: bool
) -> None:
    assert told(yiyang, **given) == (marked, marked)
