"""Keys and what is sealed under them: whole files, named keys, nothing opened in the wrong place."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from core.errors import JiuzhuError
from core.store.base import Base
from core.store.cipher import Cipher, load_cipher, make_cipher, new_cipher, save_cipher
from core.store.rows import kind_of
from core.store.sealed import SEALED

FIELD, ROW = "person.name", "a1"


def code(error: pytest.ExceptionInfo[JiuzhuError]) -> str:
    return error.value.code


def test_what_was_sealed_opens_and_looks_different_every_time(cipher: Cipher) -> None:
    one, two = cipher.seal("张三丰", FIELD, row=ROW), cipher.seal("张三丰", FIELD, row=ROW)
    assert one != two and cipher.open(one, FIELD, row=ROW) == cipher.open(two, FIELD, row=ROW) == "张三丰"


def test_after_rotation_the_new_key_seals_and_the_old_one_still_opens(cipher: Cipher) -> None:
    old = cipher.seal("张三丰", FIELD, row=ROW)
    rotated = cipher.rotated()
    assert (
        rotated.open(old, FIELD, row=ROW) == "张三丰"
        and Cipher.key_of(rotated.seal("x", FIELD, row=ROW)) == rotated.current
    )
    assert rotated.current != cipher.current and rotated.index("张三丰", FIELD) == cipher.index("张三丰", FIELD)


def test_missing_key_is_named(cipher: Cipher) -> None:
    with pytest.raises(JiuzhuError) as caught:
        new_cipher().open(cipher.seal("张三丰", FIELD, row=ROW), FIELD, row=ROW)
    assert (code(caught), caught.value.value) == ("missing_key", cipher.current)


def test_every_altered_byte_is_found(cipher: Cipher) -> None:
    sealed = cipher.seal("张三丰", FIELD, row=ROW)
    for place in range(len(sealed)):
        altered = bytearray(sealed)
        altered[place] ^= 1
        with pytest.raises(JiuzhuError) as caught:
            cipher.open(bytes(altered), FIELD, row=ROW)
        assert code(caught) == ("missing_key" if place < 8 else "altered_secret")
    with pytest.raises(JiuzhuError, match="altered_secret"):
        cipher.open(sealed[:10], FIELD, row=ROW)


def test_what_was_sealed_for_one_row_does_not_open_in_another(cipher: Cipher) -> None:
    with pytest.raises(JiuzhuError) as caught:
        cipher.open(cipher.seal("张三丰", FIELD, row="a1"), FIELD, row="a2")
    assert (code(caught), caught.value.value) == ("altered_secret", "person.name a2")


def test_keys_come_back_from_their_file_which_is_the_owners_alone(cipher: Cipher, tmp_path: Path) -> None:
    save_cipher(cipher, tmp_path / "deep" / "k")
    assert load_cipher(tmp_path / "deep" / "k") == cipher
    assert (tmp_path / "deep" / "k").stat().st_mode & 0o777 == 0o600
    assert [one.name for one in (tmp_path / "deep").iterdir()] == ["k"]


def test_current_key_is_never_retired(cipher: Cipher) -> None:
    rotated = cipher.rotated()
    assert rotated.without(frozenset(rotated.keys)).keys.keys() == {rotated.current}


def test_of_two_who_make_the_first_keys_both_use_the_same(tmp_path: Path) -> None:
    barrier = threading.Barrier(8)
    found: list[Cipher] = []

    def first_use() -> None:
        barrier.wait()
        make_cipher(tmp_path / "k")
        found.append(load_cipher(tmp_path / "k"))

    threads = [threading.Thread(target=first_use) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (
        len(found) == 8 and all(one == found[0] for one in found) and [one.name for one in tmp_path.iterdir()] == ["k"]
    )


@pytest.mark.parametrize(
    "content",
    ["", "no JSON", "[]", "{}", '{"keys": {}, "current": "x", "index": ""}',
     '{"keys": {"ab": "AAAA"}, "current": "ab", "index": "AAAA"}', '{"keys": 5, "current": "x", "index": ""}'],
)  # fmt: skip
def test_file_that_holds_no_keys_is_refused(content: str, tmp_path: Path) -> None:
    (tmp_path / "k").write_text(content, encoding="utf-8")
    with pytest.raises(JiuzhuError) as caught:
        load_cipher(tmp_path / "k")
    assert code(caught) == "bad_key_file"


def test_file_without_its_current_key_is_refused(cipher: Cipher, tmp_path: Path) -> None:
    save_cipher(cipher, tmp_path / "k")
    body = json.loads((tmp_path / "k").read_text())
    (tmp_path / "k").write_text(json.dumps(body | {"current": "00000000"}))
    with pytest.raises(JiuzhuError, match="bad_key_file"):
        load_cipher(tmp_path / "k")


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(JiuzhuError) as caught:
        load_cipher(tmp_path / "k")
    assert (code(caught), caught.value.value) == ("missing_key_file", str(tmp_path / "k"))


CLEAR = {"attachment.content", "decision.trace", "stored_policy.body"}
"""Bytes that are no secret of a person's."""


def test_every_byte_column_is_sealed_or_known_to_be_no_secret() -> None:
    found = {f"{table.name}.{column.name}" for table in Base.metadata.tables.values() for column in table.columns
             if kind_of(column) == "bytes"}  # fmt: skip
    assert {str(one.expression) for one in SEALED} == found - CLEAR
