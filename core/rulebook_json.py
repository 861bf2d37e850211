"""A rulebook as canonical JSON, and back: what a decision stores, so that it can be recomputed without any plugin.

Only what an answer depends on: no file places, no notes, no names of places. Integers and text, no floats.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from fractions import Fraction
from typing import Any

from core.cascade import Ladder
from core.errors import JiuzhuError, Text
from core.facts import Catalogue, composed
from core.formula.check import check
from core.formula.schema import FormulaSource
from core.policy import Line, Place, Policy
from core.provision import Document, Json, Provision, provision_from
from core.rulebook import LANGUAGE_VERSION, Rulebook
from core.standards import StandardTable
from core.values import Unit


def restored(stored: Json, documents: Mapping[str, Document] | None = None) -> Rulebook:
    """Rebuild a rulebook from the JSON of :meth:`core.rulebook.Rulebook.canonical`.

    Raises:
        JiuzhuError: ``other_language`` when it was stored by another version of the formula language.
    """
    if stored["language"] != LANGUAGE_VERSION:
        text = Text("规则由其他版本的公式语言存储", "stored under another version of the formula language")
        raise JiuzhuError("other_language", text, value=str(stored["language"]))
    facts = _catalogue(stored["facts"])
    sources = tuple(_source(one) for one in stored["formulas"])
    return Rulebook(
        policy=_policy(stored),
        facts=facts,
        program=check(facts.schema, sources),
        standards=_standards(stored["standards"]),
        sources=sources,
        documents=documents or {},
    )


def _policy(stored: Json) -> Policy:
    place = stored["place"]
    ladder = Ladder(codes=tuple(code for code, _ in place["ladder"]), levels=dict(place["ladder"]))
    found: dict[tuple[str, str], dict[str, Line]] = {}
    for one in stored["values"]:
        line = _line(one)
        found.setdefault((line.kind, line.programme), {})[line.key] = line
    return Policy(
        place=Place(ladder=ladder, area=place["area"], on=date.fromisoformat(stored["on"])),
        programmes=tuple(stored["programmes"]),
        found=found,
        ladders={},
    )


def _line(stored: Json) -> Line:
    kind, programme, key = stored["slot"]
    provisions = tuple(_provision(one) for one in stored["provisions"])
    return Line(
        kind=kind, programme=programme, key=key, value=stored["value"], provision=provisions[0], provisions=provisions,
        ladder=(),
    )  # fmt: skip


def _provision(stored: Json) -> Provision:
    return provision_from(stored["content"], revision=stored["revision"])


def _source(stored: Json) -> FormulaSource:
    return FormulaSource(
        programme=stored["programme"],
        name=stored["name"],
        text=stored["text"],
        provision=stored["provision"],
        unit=Unit.parse(stored["unit"]) if stored["unit"] else None,
        type=stored["type"],
        label=_text(stored["label"]),
        message=_text(stored["message"]),
        overrides=stored["overrides"],
        flags=tuple(stored["flags"]),
    )


def _text(stored: Json) -> Text | None:
    return Text(*stored) if stored else None


def _catalogue(stored: Json) -> Catalogue:
    return composed(
        stored["declared"],
        stored["lists"],
        income_items=tuple(stored["income_items"]),
        gap_items={code: Text(*words) for code, words in stored["gap_items"].items()},
    )


def _standards(stored: Json) -> StandardTable:
    return StandardTable({(p, area, place): (Fraction(amount), origin) for p, area, place, amount, origin in stored})


def documents_json(rulebook: Rulebook) -> dict[str, Json]:
    """Return the documents a rulebook's lines are cited to: how an explanation names them when the plugin is gone."""
    cited = {
        one.citation.document
        for group in rulebook.policy.found.values()
        for line in group.values()
        for one in line.provisions
        if one.citation
    }
    found = {name: rulebook.documents[name] for name in sorted(cited) if name in rulebook.documents}
    return {name: json.loads(json.dumps(asdict(one), default=str)) for name, one in found.items()}


def documents_from(stored: Mapping[str, Any]) -> dict[str, Document]:
    """Rebuild documents from :func:`documents_json`."""
    return {name: _document(one) for name, one in stored.items()}


def _document(stored: Mapping[str, Any]) -> Document:
    days = {
        key: date.fromisoformat(stored[key]) if stored[key] else None for key in ("issued", "effective", "repealed")
    }
    return Document(**{**stored, **days})
