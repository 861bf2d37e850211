"""The asset test (财产条件): each condition a named boolean, all of them together ``asset_ok``.

A condition that is a gap is needed only where the household has an asset it could be about: without one
nothing can fail it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from core.errors import Text
from core.formula.schema import FormulaSource
from core.kinds.contribution import (
    Line,
    Rules,
    by_core,
    claim,
    condition,
    conjunction,
    is_run,
    items,
    listed,
    pays_member,
    quantity,
    unavailable,
)
from core.kinds.schema import codes, formula, item, message, record, text
from core.provision import Kind, text_of

LABEL = Text("财产状况符合规定", "assets within the rules")


def contribute(policy: Rules, programme: str) -> Iterator[FormulaSource]:
    """Write ``asset_<code>`` and ``asset_ok``; gaps come last, so that a failed condition is found first."""
    ruled = items(policy, "asset_test", programme)
    whole = policy.line("asset_test", programme)
    for line in ruled:
        yield _test(line, programme)
    if ruled:
        holds = [_holds(line) for line in sorted(ruled, key=lambda line: line.is_gap)]
        text = conjunction(holds, "and", empty="TRUE")
        yield quantity(ruled[0], programme, "asset_ok", text, claim(LABEL))
    elif whole is not None and whole.is_gap:
        yield unavailable(whole, programme, "asset_limits", claim(LABEL))
        yield quantity(whole, programme, "asset_ok", f"{_nothing(whole)} or asset_limits", claim(LABEL))
    elif is_run(policy, programme) and not pays_member(policy, programme):
        yield by_core("core/no_asset_test", programme, "asset_ok", "TRUE", claim(LABEL))


def _test(line: Line, programme: str) -> FormulaSource:
    name = f"asset_{line.key}"
    if line.is_gap:
        return unavailable(line, programme, name, claim(text_of(line.value.get("label"))))
    return replace(condition(line, programme, name, "ok"), message=text_of(line.value.get("message")))


def _holds(line: Line) -> str:
    return f"({_nothing(line)} or asset_{line.key})" if line.is_gap else f"asset_{line.key}"


def _nothing(line: Line) -> str:
    """Say that the household has no asset, or none of the kinds a condition is about, beyond the exempt."""
    kinds = [f'assets.kind = "{one}"' for one in listed(line.value.get("assets", ()))]
    about = f" and ({conjunction(kinds, 'or', empty='')})" if kinds else ""
    return f'COUNT(assets, WHEN(assets.exempt = "none"{about})) = 0'


KIND = Kind(
    name="asset_test",
    title=Text("财产条件", "asset test"),
    schema=record({"label": text()}),
    merge="by_key",
    item_schema=item(
        {
            "ok": formula("符合条件", "holds when"),
            "message": message("不符合时的说明", "message"),
            "assets": codes("财产类别", "kinds of asset"),
        },
        required=("label", "ok"),
    ),
    compile=contribute,
)
