"""``jiuzhu case`` on persons: numbers revealed by right and on record, contacts and accounts changed; rows audited."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.cli.township import DAY, PLACE, PROVISIONS, applied

ACCOUNT = ("--bank", "另一银行", "--account", "6217000000000000009", "--account-name", "示例户主", "--reason", "换卡")


@pytest.fixture
def office(make_office: Callable[..., Any]) -> Any:
    """The office of Dali county on 2008-03-03."""
    return make_office(PLACE, day=DAY, plugin_dirs=PROVISIONS)


def test_account_changed_by_two_officers_is_revealed_by_right_and_on_record(office: Any) -> None:
    number = applied(office)
    office("clerk", "case", "account", number, "propose", *ACCOUNT)
    assert "[not_permitted]" in office("clerk", "case", "account", number, "confirm", *ACCOUNT, code=1)
    office("approver", "case", "account", number, "confirm", *ACCOUNT)
    office("clerk", "case", "contact", number, "--phone", "13900000009", "--reason", "换号")
    words = ("case", "reveal", number, "--reason", "核对", "--field")
    assert office("clerk", *words, "account")["text"] == "6217000000000000009"
    assert office("clerk", *words, "phone")["text"] == "13900000009"
    assert "[not_permitted]" in office("auditor", *words, "account", code=1)
    shown = office("root", "audit", "show", f"reveal/{PLACE}")
    assert [(one["kind"], one["body"]["field"]) for one in shown] == [("revealed", "account"), ("revealed", "phone")]
    checked = office.typed("auditor", "audit", "rows", "--division", PLACE)
    assert (checked.exit_code, "核对全国时才核对" in checked.stderr) == (0, True), (
        "what is of no place is said to be left"
    )
    assert "核对全国时才核对" not in office.typed("root", "audit", "rows").stderr


def test_wrong_birth_date_is_corrected_in_register_and_facts_and_stays_on_record(office: Any) -> None:
    number = applied(office)
    words = ("case", "particulars", number, "--birth-date")
    assert "[not_permitted]" in office("auditor", *words, "1971-03-02", "--reason", "核对户口簿", code=1)
    assert office("clerk", *words, "1971-03-02", "--reason", "核对户口簿")["number"] == number
    assert "[nothing_to_correct]" in office("clerk", *words, "1971-03-02", "--reason", "核对户口簿", code=1)
    assert office("auditor", "audit", "rows", "--division", PLACE) == []


def test_free_texts_of_a_case_are_read_by_right_and_on_record(office: Any) -> None:
    number = applied(office)
    assert office("clerk", "case", "notes", number, "--reason", "核对") == {"number": number, "notes": {}}
    assert "[not_permitted]" in office("auditor", "case", "notes", number, "--reason", "核对", code=1)
    (shown,) = office("root", "audit", "show", f"reveal/{PLACE}")
    assert (shown["body"], shown["reason"]) == ({"case": number, "field": "note"}, "核对")


def test_joining_with_another_date_of_birth_than_the_card_tells_is_refused(office: Any) -> None:
    number = applied(office)
    words = ("case", "member", "join", number, "--name", "示例新人", "--relation", "spouse", "--why", "marriage")
    card = ("--id-number", "11010519491231002X", "--birth-date")
    assert "[another_birth_date]" in office("clerk", *words, *card, "1950-01-01", code=1)
