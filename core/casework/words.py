"""Codes of procedures and case events in words, from ``words.yaml``; a code nobody put into words stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from core.errors import Text
from core.provision import Json, text_of
from core.source import read_text


@cache
def words() -> Mapping[str, Json]:
    """Return the table as written, by group."""
    text = files("core.casework").joinpath("words.yaml").read_text(encoding="utf-8")
    data: Mapping[str, Json] = read_text(text, "core/casework/words.yaml").data
    return data


def word(group: str, code: str) -> Text:
    """Return a code in words.

    >>> word("papers", "written_application").zh
    '书面申请'
    """
    return text_of(words()[group].get(code)) or Text(code, code)


def named(group: str, codes: Iterable[str]) -> Text:
    """Return codes in words, as one list.

    >>> named("offices", ["township", "county"]).zh
    '乡镇（街道）、县级民政部门'
    """
    found = [word(group, one) for one in codes]
    return Text("、".join(one.zh for one in found), ", ".join(one.en for one in found))


def series(parts: Iterable[Text]) -> Text:
    """Return statements one after another, in both languages.

    >>> series([Text("在册1户", "1 household"), Text("标准未定", "no standard")]).zh
    '在册1户；标准未定'
    """
    found = list(parts)
    return Text("；".join(one.zh for one in found), "; ".join(one.en for one in found))


def in_both(text: Text) -> dict[str, str]:
    """Return a text as JSON."""
    return {"zh": text.zh, "en": text.en}


def read_both(data: Mapping[str, str]) -> Text:
    """Read back what :func:`in_both` has written."""
    return Text(data["zh"], data["en"])
