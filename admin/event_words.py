"""Subjects and deeds of the audit trail in words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from admin.language import pick
from core.casework.flow.transition import event_label, table
from core.errors import Text
from core.provision import Json, text_of
from core.source import read_text
from regions.amendment_query import EVENTS


def subject_text(chain: str) -> str:
    """Name what a chain is about in the language of the page: ``case/12`` → 案件 12."""
    return pick(subject_words(chain))


def subject_words(chain: str) -> Text:
    """Name what a chain is about."""
    subject, _, number = chain.partition("/")
    named = text_of(_words()["subjects"].get(subject)) or Text(subject, subject)
    return Text(*(f"{one} {number[:12]}".strip() for one in (named.zh, named.en)))


def kind_text(kind: str, chain: str = "") -> str:
    """Name a deed in the language of the page; some are called otherwise of one subject."""
    return pick(kind_words(kind, chain))


def kind_words(kind: str, chain: str = "") -> Text:
    """Name a deed."""
    of = _words()["of"].get(chain.partition("/")[0], {})
    found = text_of(of.get(kind) or _words()["kinds"].get(kind)) or _amendments().get(kind)
    return found if found is not None else event_label(kind)


def kinds() -> dict[str, str]:
    """Return every deed the trail may hold, with names, in the order of the names."""
    codes = (*table()["events"], *table()["noted"], *_words()["kinds"], *_amendments())
    known = {code: kind_text(code) for code in codes}
    return dict(sorted(known.items(), key=lambda one: one[1]))


def subjects() -> dict[str, str]:
    """Return what chains can be about, with names."""
    return {code: pick(text_of(words)) for code, words in _words()["subjects"].items() if code != "registry_entry"}


@cache
def _words() -> Mapping[str, Json]:
    text = files("admin").joinpath("event_words.yaml").read_text(encoding="utf-8")
    data: Mapping[str, Json] = read_text(text, "admin/event_words.yaml").data
    return data


def _amendments() -> Mapping[str, Text]:
    return {f"amendment_{name}": text for name, text in EVENTS.items()}
