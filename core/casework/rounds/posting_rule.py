"""A publicity rule as values, with every gap kept as a gap; and what may never hang on a board."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from core.casework.desk import Desk
from core.casework.people.recusal import cited
from core.casework.words import named, word, words
from core.errors import JiuzhuError, Text, did_you_mean
from core.kinds.contribution import listed
from core.kinds.schema import is_gap
from core.policy import Line, Policy
from core.provision import text_of

DayKind = Literal["calendar", "working"]
STANDING = "standing"
INTERNET = "internet"
NEVER = (
    "id_number", "phone", "address", "bank", "account", "account_name", "illness", "disability", "photograph",
    "birth_date", "income_detail",
)  # fmt: skip
"""Fields no rule can put on a board: numbers, illness and bank accounts are nobody's business."""
PARTS = ("posted_by", "places", "identified_by", "fields", "days", "proof")
"""Parts a source may leave open."""

FIELD_TEXT: Mapping[str, Text] = {
    "head_name": Text("户主姓名", "head of household"),
    "applicant_name": Text("申请人姓名", "applicant"),
    "household_size": Text("家庭人口数", "persons"),
    "family_members": Text("家庭成员", "family members"),
    "amount": Text("拟保障金额", "proposed amount"),
    "application": Text("申请情况", "application"),
    "appraisal_opinion": Text("民主评议意见", "appraisal"),
    "appraisal_result": Text("民主评议结果", "appraisal"),
    "home_visit_result": Text("入户调查结果", "home visit"),
    "review_opinion": Text("审核意见", "review"),
    "review_result": Text("审核结果", "review"),
    "approval_opinion": Text("审批意见", "decision"),
    "change": Text("变动情况", "change"),
    "supervision_phone": Text("监督咨询电话", "hotline"),
}
PLACE_TEXT: Mapping[str, Text] = {
    "village_notice_board": Text("村（居）委会公示栏", "village notice board"),
    "township_notice_board": Text("乡镇公示栏", "township notice board"),
    "residents_committee": Text("居民委员会", "residents' committee"),
    "village_community": Text("村、社区", "village or community"),
    "service_hall_screen": Text("政务大厅电子屏", "service hall screen"),
    "notice_board": Text("公示栏", "notice board"),
    "internet": Text("互联网", "internet"),
    "support_institution": Text("供养服务机构", "support institution"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingException:
    """Who is spared; ``quantity`` names the computed condition where the rule has one."""

    label: Text
    quantity: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingRule:
    """What is ruled of posting an event. An empty tuple: not restricted; ``gaps``: left open, and why."""

    event: str
    label: Text
    address: str
    cite: Text
    posted_by: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    discouraged: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    """What names the household and what is said of it. A source that lists results alone leaves the first a gap."""
    withheld: tuple[str, ...] = ()
    days: int | None = None
    day_kind: DayKind = "calendar"
    at_least: bool = False
    timing: str | None = None
    only_places: bool = False
    repeat_after_objection: bool = False
    exceptions: tuple[PostingException, ...] = ()
    proof: tuple[str, ...] = ()
    gaps: Mapping[str, Text] = field(default_factory=dict)

    @property
    def stands(self) -> bool:
        """Whether the sheet stays up (长期公示) instead of hanging a number of days."""
        return self.timing == STANDING


def posting_rule(desk: Desk, policy: Policy, programme: str, event: str) -> PostingRule:
    """Return the rule for posting an event.

    Raises:
        JiuzhuError: ``no_publicity_rule``: what no rule in force has posted is not posted; ``gap``: the rule is one.
    """
    line = policy.line("publicity_rule", programme, event)
    if line is None:
        keys = [one.key for one in policy.lines("publicity_rule", programme)]
        what, known = word("notices", event), named("notices", keys)
        text = Text(
            f"现行规定没有“{what.zh}”的公示，不得张贴", f"no rule in force has '{what.en}' posted: it is not posted"
        )
        typo = None if event in words()["notices"] else did_you_mean(event, keys)
        hint = typo or Text(f"可公示的事项：{known.zh}", f"events: {known.en}")
        raise JiuzhuError("no_publicity_rule", text, hint=hint, value=event)
    if line.is_gap:
        because = line.provision.because or Text("来源未载", "the source is silent")
        raise gap(desk, policy, line.provision.address, Text("公示规定", "the rule"), because)
    return _read(desk, line, programme)


def _read(desk: Desk, line: Line, programme: str) -> PostingRule:
    value = line.value
    gaps = {part: _because(value[part]) for part in PARTS if is_gap(value.get(part))}

    def known(part: str) -> tuple[str, ...]:
        return () if part in gaps else tuple(listed(value.get(part, ())))

    return PostingRule(
        event=line.key,
        label=line.provision.label,
        address=line.provision.address,
        cite=cited(desk, line),
        posted_by=known("posted_by"),
        places=known("places"),
        discouraged=known("discouraged_places"),
        fields=tuple(one for one in dict.fromkeys((*known("identified_by"), *known("fields"))) if one not in NEVER),
        withheld=known("withheld"),
        days=None if "days" in gaps else value.get("days"),
        day_kind=value.get("day_kind", "calendar"),
        at_least=bool(value.get("at_least")),
        timing=value.get("timing"),
        only_places=bool(value.get("only_places")),
        repeat_after_objection=bool(value.get("repeat_after_objection")),
        exceptions=tuple(
            _exception(one, f"{programme}.publicity_{line.key}_exception_{number}")
            for number, one in enumerate(value.get("exceptions", ()), start=1)
        ),
        proof=known("proof"),
        gaps=gaps,
    )


def _exception(value: Mapping[str, Any], quantity: str) -> PostingException:
    label = text_of(value.get("label")) or Text("例外", "exception")
    return PostingException(label=label, quantity=quantity if "when" in value else None)


def _because(part: Mapping[str, Any]) -> Text:
    return text_of(part.get("gap", part.get("because"))) or Text("来源未载", "the source does not say")


def gap(desk: Desk, policy: Policy, address: str, part: Text, because: Text) -> JiuzhuError:
    """Build the error for a part the step needs and the source leaves open: what is missing, and who may rule it."""
    place = desk.tree.name(policy.division)
    message = Text(f"上级文件未规定公示的{part.zh}：{because.zh}", f"not ruled: {part.en} of the notice: {because.en}")
    hint = Text(
        f"由{place}及其上级有权机关规定后，以注明文号的修订登记即可继续",
        f"once {place} or an authority above it rules it, an amendment that cites the document settles it",
    )
    return JiuzhuError("gap", message, hint=hint, value=address)
