"""The facts of several policies as one declaration, so that their households lie in the same columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.caseload.check import differing
from core.errors import JiuzhuError, Text
from core.facts import Catalogue, composed, core_facts
from core.provision import Json


def united(catalogues: Iterable[Catalogue]) -> Catalogue:
    """Return the facts of several policies together; items of income are words where one of them takes any.

    Raises:
        JiuzhuError: ``fact_conflict`` when two declare one name differently.
    """
    declared: dict[str, Mapping[str, Json]] = {}
    lists: dict[str, Mapping[str, Json]] = {}
    items: dict[str, None] = {}
    any_item = False
    whole: Catalogue | None = None
    for one in catalogues:
        names = differing(one, whole) if whole is not None else ()
        if names:
            text = Text(
                "各地对同一事实的规定不同，不能放入一个快照",
                "places declare one fact differently: no one snapshot holds them",
            )
            hint = Text("请按 --division 分别制作", "make one for each --division")
            raise JiuzhuError("fact_conflict", text, hint=hint, value=names[0])
        declared |= one.declared
        lists |= one.lists
        items |= dict.fromkeys((*one.income_items, *one.gap_items))
        any_item |= not one.income_items
        whole = composed(declared, lists, income_items=() if any_item else tuple(items), gap_items={})
    return whole or composed(core_facts()["items"], core_facts()["lists"], income_items=(), gap_items={})
