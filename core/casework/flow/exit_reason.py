"""Coded reasons of leaving (退出原因), each in one class of the reports; the table is ``exits.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from core.errors import JiuzhuError, Text, did_you_mean
from core.provision import Json
from core.source import read_text

Of = Literal["household", "member"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitReason:
    """A reason: its class (normal, removal, natural), whom it is for, whether the rules compute it."""

    code: str
    label: Text
    group: str
    group_label: Text
    of: tuple[str, ...]
    means: bool = False


@cache
def exit_reasons() -> Mapping[str, ExitReason]:
    """Return every reason by code."""
    data: Json = read_text(
        files("core.casework.flow").joinpath("exits.yaml").read_text(encoding="utf-8"), "core/casework/flow/exits.yaml"
    ).data
    groups = {code: Text(one["zh"], one["en"]) for code, one in data["classes"].items()}
    return {
        code: ExitReason(
            code=code,
            label=Text(one["zh"], one["en"]),
            group=one["class"],
            group_label=groups[one["class"]],
            of=tuple(one["of"]),
            means=one.get("means") == "true",
        )
        for code, one in data["reasons"].items()
    }


def exit_reason(code: str, of: Of) -> ExitReason:
    """Return a reason for a household or for a member.

    Raises:
        JiuzhuError: ``unknown_exit_reason``, with those there are.
    """
    fitting = {key: one for key, one in exit_reasons().items() if of in one.of}
    if code not in fitting:
        text = Text("没有这种退出原因", "there is no such reason of leaving")
        listed = Text(
            "可用：" + "、".join(f"{one.code}（{one.label.zh}）" for one in fitting.values()),
            "there are: " + ", ".join(fitting),
        )
        raise JiuzhuError("unknown_exit_reason", text, hint=did_you_mean(code, fitting) or listed, value=code)
    return fitting[code]
