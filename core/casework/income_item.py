"""The income items of a place in words: as its rules name them, and found by the name somebody typed."""

from __future__ import annotations

from collections.abc import Mapping

from core.errors import Text
from core.provision import text_of
from core.rulebook import Rulebook


def item_labels(book: Rulebook) -> Mapping[str, Text]:
    """Return the income items the place counts or leaves out, in words."""
    policy = book.policy
    found = {}
    for programme in policy.programmes:
        for line in policy.lines("income_definition", programme):
            found[line.key] = text_of(line.value.get("label")) or line.provision.label
    return {code: found.get(code, Text(code, code)) for code in book.facts.income_items}


def item_named(book: Rulebook, typed: str) -> str | None:
    """Return the code of an item by its code or its name in either language; None for what is none, or several."""
    wanted = typed.strip().casefold()
    labels = item_labels(book)
    if wanted in labels:
        return wanted
    named = [code for code, one in labels.items() if wanted in (one.zh.casefold(), one.en.casefold())]
    return named[0] if len(named) == 1 else None
