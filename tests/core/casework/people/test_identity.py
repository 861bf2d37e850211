"""ID numbers: form, date and check digit, every fault at once and never the number itself in a message."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.casework.people.identity import IdNumber, check_character, modern, read_id_number
from core.errors import InvalidInput, JiuzhuError, Where

SOUND = "11010519491231002X"
"""The example of GB 11643."""


def whole(place: str = "330381", born: str = "19900101", sequence: str = "101") -> str:
    """A number whose check digit fits."""
    digits = f"{place}{born}{sequence}"
    return digits + check_character(digits)


def codes(text: str | float, *, today: date | None = None) -> list[str]:
    """The codes of all faults of a number."""
    with pytest.raises(InvalidInput) as caught:
        read_id_number(text, today=today)
    return [one.code for one in caught.value.problems]


def test_birth_date_and_sex_are_read_from_the_number() -> None:
    found = read_id_number(whole(born="19900101", sequence="101"))
    assert (found.birth_date, found.sex, found.old_form) == (date(1990, 1, 1), "male", False)
    assert read_id_number(whole(sequence="102")).sex == "female"


@pytest.mark.parametrize(
    "typed",
    [SOUND, SOUND.lower(), f" {SOUND}\n", f"'{SOUND}", "110105 19491231 002X", "１１０１０５１９４９１２３１００２Ｘ",
     "110105-19491231-002X", f"\u200e{SOUND}", "11010519491231002×"],
)  # fmt: skip
def test_number_may_be_typed_as_people_type_it(typed: str) -> None:
    assert read_id_number(typed).number == SOUND


@pytest.mark.parametrize("place", ["422100", "513000", "612300", "000000", "999999"])
def test_place_is_never_checked_counties_are_abolished(place: str) -> None:
    assert read_id_number(whole(place=place)).birth_date == date(1990, 1, 1)


def test_old_form_is_the_number_it_stands_for() -> None:
    found = read_id_number("110105491231002")
    assert found == IdNumber(number=SOUND, birth_date=date(1949, 12, 31), sex="female", old_form=True)
    assert read_id_number(110105491231002) == read_id_number(110105491231002.0) == found


def test_old_form_of_a_centenarian_is_of_the_century_before() -> None:
    assert read_id_number("110105951231998").birth_date == date(1895, 12, 31)
    assert modern("110105951231998")[6:10] == "1895"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["id_number_length"]),
        ("33038119900101", ["id_number_length"]),
        (SOUND + "1", ["id_number_length"]),
        ("33038A199001O1", ["id_number_length", "id_number_character"]),
        ("1101051949123100X2", ["id_number_character"]),
        ("1101O519491331002X", ["id_number_character", "id_number_date"]),
        ("110105194912310021", ["id_number_check"]),
        ("110105194902300021", ["id_number_date", "id_number_check"]),
        (whole(born="00001231"), ["id_number_date"]),
        (whole(born="18001231"), ["id_number_date"]),
        ("110105491331002", ["id_number_date"]),
        ("11010549123100X", ["id_number_character"]),
        ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", ["id_number_character"]),
    ],
)
def test_every_fault_is_told_at_once(text: str, found: list[str]) -> None:
    assert codes(text) == found


def test_nobody_is_born_after_today() -> None:
    born = whole(born="20080304")
    assert codes(born, today=date(2008, 3, 3)) == ["id_number_date"]
    assert read_id_number(born, today=date(2008, 3, 4)).birth_date == date(2008, 3, 4)


@pytest.mark.parametrize(
    "cell",
    ["3.30381199001011e17", "3.30381E+17", "3.30381199001011E17", 3.30381199001011e17, "330381199001011000", 1.5,
     pytest.param(10**5000, id="huge"), float("inf"), float("nan"), -1e300],
)  # fmt: skip
def test_number_a_spreadsheet_has_rounded_is_named_as_that(cell: str | float) -> None:
    assert codes(cell) == ["id_number_spreadsheet"]


def test_number_that_ends_in_zeros_and_fits_is_sound() -> None:
    sound = next(one for n in range(100, 1000, 100) for day in range(1, 29)
                 if (one := whole(born=f"199001{day:02d}", sequence=str(n))).endswith("000"))  # fmt: skip
    assert read_id_number(sound).number == sound


def test_fault_names_its_place_and_not_the_number() -> None:
    with pytest.raises(InvalidInput) as caught:
        read_id_number("110105194912310021", where=Where(file="花名册.xlsx", line=7, column=2))
    told = caught.value.render("zh")
    assert told.startswith("花名册.xlsx:7:2") and "1949" not in told and "110105" not in told
    assert SOUND not in repr(read_id_number(SOUND))


@given(st.text() | st.text("0123456789Xx.eE+- '", max_size=24) | st.integers() | st.floats())
def test_nothing_given_raises_anything_but_a_users_error(anything: str | float) -> None:
    try:
        found = read_id_number(anything)
    except JiuzhuError as error:
        told = error.render("zh") + error.render("en")
    else:
        told = found.number[:17] + check_character(found.number[:17])
    assert told


@given(st.integers(0, 10**6 - 1), st.dates(date(1850, 1, 1), date(2100, 1, 1)), st.integers(0, 999))
def test_any_place_day_and_sequence_is_read_back(place: int, born: date, sequence: int) -> None:
    text = whole(f"{place:06d}", f"{born:%Y%m%d}", f"{sequence:03d}")
    found = read_id_number(text)
    assert (found.number, found.birth_date, found.sex) == (text, born, "male" if sequence % 2 else "female")


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(place: int, shift: int) -> None:
    digit = str((int(SOUND[place]) + shift) % 10)
    with pytest.raises(InvalidInput):
        read_id_number(SOUND[:place] + digit + SOUND[place + 1 :])
