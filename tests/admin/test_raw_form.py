"""A form's names, the tree of what was typed, and the data a service takes are one thing in three writings."""

from __future__ import annotations

from typing import Any

import pytest

from admin.amendment_tree import row_schema
from admin.raw_form import add, drop, entries_of, folded, tree_of
from admin.schema_form import group
from admin.schema_unfolded import unfolded
from core.errors import JiuzhuError
from regions.amendment_rollback import as_written


def test_names_become_a_tree_and_data_without_what_was_left_empty() -> None:
    tree = tree_of([
        ("rows[0].amount.yuan", "450"), ("rows[0].note.zh", " "), ("rows[2].kind", "target"),
        ("rows[2].items[0].@key", "average"), ("rows[2].items[0].@value.amount.yuan", "320"),
    ])  # fmt: skip
    found = folded(tree)
    assert found.data == {"rows": [{"amount": {"yuan": "450"}},
                                   {"kind": "target", "items": {"average": {"amount": {"yuan": "320"}}}}]}  # fmt: skip
    assert found.names["$.rows[1].items.average.amount.yuan"] == "rows[2].items[0].@value.amount.yuan"
    assert tree_of(entries_of(tree)) == tree


def test_reason_for_a_gap_takes_the_place_of_the_value() -> None:
    found = folded(
        tree_of([("tiers", ""), ("tiers@gap", "来源未载"), ("set_by@list", "county"), ("set_by@list", "city")])
    )
    assert found.data == {"tiers": {"gap": "来源未载"}, "set_by": ["county", "city"]}


def test_reason_for_a_gap_is_kept_in_both_languages_and_each_has_its_field() -> None:
    found = folded(tree_of([("tiers@gap", "来源未载"), ("tiers@gap_en", "not in the source"), ("tiers", "x")]))
    assert found.data == {"tiers": {"gap": {"zh": "来源未载", "en": "not in the source"}}}
    assert (found.names["$.tiers.gap.zh"], found.names["$.tiers.gap.en"]) == ("tiers@gap", "tiers@gap_en")
    assert folded(tree_of([("tiers@gap_en", "silent")])).data == {"tiers": {"gap": {"en": "silent"}}}


def test_elements_are_added_behind_the_last_and_taken_out_by_name() -> None:
    tree = tree_of([("rows[0].kind", "a"), ("rows[3].kind", "b")])
    assert add(tree, "rows") == "[4]"
    drop(tree, "rows[0]")
    assert list(tree["rows"]) == ["[3]", "[4]"]


@pytest.mark.parametrize("name", ["", ".".join("a" * 20)])
def test_names_no_form_has_are_refused(name: str) -> None:
    with pytest.raises(JiuzhuError, match="bad_form"):
        tree_of([(name, "1")])


def test_one_name_cannot_be_a_field_and_a_part() -> None:
    with pytest.raises(JiuzhuError, match="bad_form"):
        tree_of([("rows", "1"), ("rows[0].kind", "2")])


def test_every_value_ruled_comes_back_from_its_form_as_it_was(panel: Any) -> None:
    """The bundled rules are the examples: what is in force can be brought into a form, changed there, handed in."""
    kinds = panel.platform.manager.kinds
    seen: set[str] = set()
    with panel.app.test_request_context():
        for one in panel.platform.registry.provisions():
            kind = kinds[one.kind]
            if not kind.amendable or one.is_gap:
                continue
            value = as_written(one.value)
            written = {"items": {one.key: value}} if one.key and kind.merge == "by_key" else value
            schema = row_schema(kind)
            tree = unfolded(written, schema)
            assert _same(folded(tree_of(entries_of(tree))).data, written), (one.address, written)
            names = {each.name for each in group(schema, tree, "", "", root=schema).walk()}
            typed = {name for name, text in entries_of(tree) if text and not name.startswith("items")}
            assert typed <= names | {f"{each}.zh" for each in names}, (one.address, typed - names)
            seen.add(one.kind)
    assert len(seen) > 15


def _same(found: Any, written: Any) -> bool:
    """Equal, but that a text in Chinese alone may be written either way and one code as a list of one."""
    if isinstance(found, dict) and isinstance(written, str):
        return found == {"zh": written}
    if isinstance(found, dict) and isinstance(written, dict):
        if "gap" in found and "because" in written:
            return True
        return found.keys() == written.keys() and all(_same(found[key], written[key]) for key in found)
    if isinstance(found, list) and isinstance(written, list):
        return len(found) == len(written) and all(map(_same, found, written))
    if isinstance(written, list) and len(written) == 1 and not isinstance(found, list):
        return _same(found, written[0])
    return bool(found == written)
