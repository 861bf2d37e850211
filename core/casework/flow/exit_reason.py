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
    """A reason: its class (normal, removal, natural), whom it is for, which quantity of the rules must have failed.

    ``assumed``: no source puts the reason in its class; the platform does, and ``group_label`` and events say so.
    """

    code: str
    label: Text
    group: str
    group_label: Text
    of: tuple[str, ...]
    fails: str | None = None
    assumed: bool = False

    @property
    def mark(self) -> dict[str, list[str]]:
        """What an event keeps of what the platform assumes: nothing where a source gives the class."""
        return {"assumed": ["class"]} if self.assumed else {}


def _marked(label: Text) -> Text:
    return Text(f"{label.zh}（平台假定）", f"{label.en} (assumed by the platform)")


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
            group_label=_marked(groups[one["class"]]) if "assumed" in one else groups[one["class"]],
            of=tuple(one["of"]),
            fails=one.get("fails"),
            assumed="assumed" in one,
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
