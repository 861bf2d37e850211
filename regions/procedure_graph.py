"""A procedure drawn: its merged stages in their checked order as a Mermaid graph, with the limit of the whole."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from core.casework.words import word
from core.errors import Language, Text
from core.kinds.contribution import listed
from core.kinds.schema import is_gap
from core.policy import Line
from core.provision import text_of
from regions.platform import Platform
from regions.report import Ask, rulebook


def procedure_graph(platform: Platform, ask: Ask, *, language: Language) -> str:
    """Return the merged stages of a procedure as a Mermaid graph, in their checked order."""
    policy = rulebook(platform, ask).policy
    stages, whole = policy.stages(ask.programmes[0]), policy.line("procedure", ask.programmes[0])
    known = {line.key for line in stages}
    rows = ["flowchart TD"]
    if whole is not None and not whole.is_gap:
        rows += _whole(whole, known, language)
    for line in stages:
        rows.append(
            f'  {line.key}["{line.provision.label.pick(language)}{_limit(line.value.get("within"), language)}"]'
        )
        rows += [f"  {before} --> {line.key}" for before in listed(line.value.get("after", ())) if before in known]
        rows += [f"  {line.key} --> {later}" for later in listed(line.value.get("before", ())) if later in known]
    return "\n".join(rows)


def _whole(whole: Line, known: Collection[str], language: Language) -> Iterator[str]:
    """The limit of the whole, with its special cases, tied to the stage it is counted from."""
    total = whole.value.get("total")
    if not total or is_gap(total):
        return
    cases = [label.pick(language) for one in total.get("extended", ()) if (label := text_of(one.get("label")))]
    by = [_elsewhere(office, days, total, language) for office, days in total.get("decided_by", {}).items()]
    told = "".join(f"<br/>{one}" for one in (*by, *cases))
    yield f'  total(["{whole.provision.label.pick(language)}{_limit(total, language)}{told}"])'
    if total.get("from") in known:
        yield f"  {total['from']} -.-> total"


def _elsewhere(office: str, days: int, total: Mapping[str, Any], language: Language) -> str:
    name, length = word("offices", office), _length(days, total, language)
    return Text(f"由{name.zh}决定的{length}", f"{length} where decided by the {name.en}").pick(language)


_DAYS = {"working": Text("个工作日", " working days"), "calendar": Text("日", " days")}
_MONTHS = Text("个月", " months")


def _limit(within: Any, language: Language) -> str:
    if not within or is_gap(within):
        return ""
    if "months" in within:
        return f"<br/>{within['months']}{_MONTHS.pick(language)}"
    return f"<br/>{_length(within['days'], within, language)}" if "days" in within else ""


def _length(days: int, within: Mapping[str, Any], language: Language) -> str:
    return f"{days}{_DAYS[within.get('day_kind', 'calendar')].pick(language)}"
