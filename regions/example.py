"""Rulebooks for case files: the registry's rules, plus provisions a worked example brings along as its own."""

from __future__ import annotations

from collections.abc import Mapping

from core.errors import InvalidInput
from core.example import Question
from core.provision import Document, Json, Provision
from core.provision_reader import ProvisionReader
from core.rulebook import Rulebook, build
from regions.platform import Platform

PLUGIN = "example"
"""The name under which an example's own provisions (a made-up county's standard) appear; never recorded."""

MADE_UP = Document(id=f"{PLUGIN}/made-up", title="示例", assurance="inferred")


def rules_for(platform: Platform, question: Question) -> Rulebook:
    """Return the rulebook of a case file.

    Raises:
        JiuzhuError: unknown division, broken rules, a tie.
        InvalidInput: faults of the example's own provisions.
    """
    registry = platform.registry
    if question.provisions is None:
        return registry.rulebook(
            question.division,
            on=question.on,
            area=question.area,
            programmes=question.programmes,
            known_at=question.known_at,
        )
    place = registry.place(question.division, area=question.area, on=question.on)
    registry.refuse_broken(place)
    provisions = registry.provisions(question.known_at) + _own(platform, question)
    return build(
        provisions,
        place=place,
        programmes=question.programmes,
        kinds=platform.manager.kinds,
        documents=registry.documents,
    )


def _own(platform: Platform, question: Question) -> tuple[Provision, ...]:
    source = question.provisions
    assert source is not None
    reader = ProvisionReader(plugin=PLUGIN, kinds=platform.manager.kinds, documents={MADE_UP.id: MADE_UP})
    defaults: Mapping[str, Json] = {
        "division": question.division,
        "document": "made-up",
        "cite": "示例",
        "from": "open",
    }
    found = [
        one
        for index, raw in enumerate(source.data["provisions"])
        for one in reader.read(source, index, {**raw}, defaults)
    ]
    if reader.problems:
        raise InvalidInput(reader.problems)
    return tuple(found)
