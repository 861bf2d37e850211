"""Demands that somebody step out of a case (申请回避): who asked, which body decides, what the head decided."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from core.casework.access import within
from core.casework.desk import Desk
from core.casework.people.assignment import assigned
from core.casework.people.office import acting_holder, holder, posts_on
from core.casework.people.recusal import cited, recusal_lines, substitutes
from core.errors import JiuzhuError, Text
from core.kinds.contribution import listed
from core.kinds.schema import is_gap
from core.policy import Line
from core.store.tables import AssistanceCase, OfficeHolder, OfficePost, RecusalDemand

FOR_HEAD = "decided_by_for_head"
SUPERVISION_UNIT = "supervision_unit"
ASKERS = ("applicant", "officer", "interested_party", "ex_officio")


def demand(
    desk: Desk, case: AssistanceCase, holder_id: int, *, by: str, reason: str, on: date | None = None
) -> RecusalDemand:
    """Record that somebody demands that a person in office step out of a case.

    A demand is always taken and decided; where a rule in force names who may ask and who decides, the row says which.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_holder``, ``unknown_asker``, ``no_reason``, ``demanded_already``.
    """
    desk.require("recusal.demand", case.path)
    official, day = holder(desk, holder_id), on or desk.today
    if by not in ASKERS:
        text = Text("回避申请人应为申请人、经办人、利害关系人或依职权", "unknown asker")
        raise JiuzhuError("unknown_asker", text, value=by, hint=Text("、".join(ASKERS), ", ".join(ASKERS)))
    if not reason.strip():
        raise JiuzhuError("no_reason", Text("须写明回避理由", "say why"), value=f"#{holder_id}")
    if any(one.granted is None for one in demands(desk, case) if one.holder_id == holder_id):
        text = Text("已有一件尚未决定的回避申请", "there is an undecided demand already")
        raise JiuzhuError("demanded_already", text, value=f"{case.number} #{holder_id}")
    rule = _rule(desk, case, official, by, day)
    row = RecusalDemand(
        case_id=case.id, holder_id=holder_id, demanded_by=by, demanded_on=day, recorded_by=desk.actor.id,
        provision=rule.provision.address if rule is not None else None,
        deciding_body=_decider(rule, official, day), recorded_at=desk.moment,
    )  # fmt: skip
    desk.session.add(row)
    desk.session.flush()
    body = {"demand": row.id, "holder": holder_id, "by": by, "provision": row.provision, "decides": row.deciding_body}
    desk.record(f"case/{case.id}", "recusal_demanded", body, happened_on=day, reason=reason)
    return row


def _rule(desk: Desk, case: AssistanceCase, official: OfficeHolder, by: str, day: date) -> Line | None:
    """The rule in force that covers the person; first one that rules for the head, then one that names this asker."""
    roles = {post.role for post in posts_on(official, day)}
    covering = [
        line
        for line in recusal_lines(desk, case, on=day)
        if not line.is_gap and not is_gap(line.value.get("who")) and roles & set(listed(line.value.get("who", ())))
    ]
    head = _is_head(official, day)
    return max(covering, key=lambda line: (head and FOR_HEAD in line.value, _names_asker(line, by)), default=None)


def _is_head(official: OfficeHolder, day: date) -> bool:
    return any(post.is_head for post in posts_on(official, day))


def _names_asker(line: Line, by: str) -> int:
    """2 where the rule names the asker, 1 where an applicant asks as an interested party, 0 where it does not."""
    if by == "ex_officio":
        return 2 * bool(line.value.get("ex_officio"))
    asked = line.value.get("requested_by", ())
    allowed = set() if is_gap(asked) else set(listed(asked))
    return 2 if by in allowed else int(by == "applicant" and "interested_party" in allowed)


def _decider(rule: Line | None, official: OfficeHolder, day: date) -> str | None:
    """The body that decides: for the head himself the one the rule names for him."""
    if rule is None:
        return None
    word = FOR_HEAD if _is_head(official, day) and FOR_HEAD in rule.value else "decided_by"
    named = rule.value.get(word, ())
    return None if is_gap(named) or not listed(named) else listed(named)[0]


def decide_demand(desk: Desk, demand_id: int, *, granted: bool, reason: str, on: date | None = None) -> RecusalDemand:
    """Decide a demand, as the head of the agency, or as the body the rule names for the head himself.

    Granted, whoever it is about stays out of the case and is taken off it.

    Raises:
        JiuzhuError: ``unknown_demand``, ``not_permitted``, ``decided_already``, ``same_person``,
            ``own_recusal``, ``wrong_body``, ``no_reason``.
    """
    (row, case), day = demand_of(desk, demand_id, hold=True), on or desk.today
    desk.require("recusal.decide", case.path)
    if row.granted is not None:
        text = Text("这件回避申请已经决定", "the demand is decided")
        raise JiuzhuError("decided_already", text, value=f"{demand_id} {row.decided_on}")
    _refuse_own(desk, row)
    _require_body(desk, row, day)
    if row.deciding_body != SUPERVISION_UNIT:
        _require_head(desk, case, day)
    if not reason.strip():
        raise JiuzhuError("no_reason", Text("须写明决定理由", "say why"), value=str(demand_id))
    row.granted, row.decided_on, row.decided_by = granted, day, desk.actor.id
    desk.session.flush()
    if granted:
        _take_off(desk, row, day)
    body = {"demand": row.id, "holder": row.holder_id, "granted": granted, "decides": row.deciding_body}
    desk.record(f"case/{case.id}", "recusal_decided", body, happened_on=day, reason=reason)
    return row


def demand_of(desk: Desk, demand_id: int, *, hold: bool = False) -> tuple[RecusalDemand, AssistanceCase]:
    """Return a demand and its case, of a place in the officer's area.

    Raises:
        JiuzhuError: ``unknown_demand``.
    """
    row = desk.session.get(RecusalDemand, demand_id, with_for_update=hold)
    absent = JiuzhuError("unknown_demand", Text("没有这件回避申请", "there is no such demand"), value=str(demand_id))
    if row is None:
        raise absent
    return row, desk.found(desk.session.get(AssistanceCase, row.case_id), absent)


def _refuse_own(desk: Desk, row: RecusalDemand) -> None:
    if row.recorded_by == desk.actor.id:
        text = Text("登记申请的人不能作出决定", "who recorded the demand cannot decide it")
        raise JiuzhuError("same_person", text, value=str(row.id))
    if holder(desk, row.holder_id).user_id == desk.actor.id:
        text = Text("不能决定本人的回避", "nobody decides on his own recusal")
        hint = Text(
            f"由{row.deciding_body or '上一级'}决定", f"this is for {row.deciding_body or 'the level above'} to decide"
        )
        raise JiuzhuError("own_recusal", text, hint=hint, value=str(row.id))


def _require_body(desk: Desk, row: RecusalDemand, day: date) -> None:
    """What the rule gives to the supervision unit, only somebody of that unit decides."""
    acting = acting_holder(desk)
    roles = {post.role for post in posts_on(acting, day)} if acting is not None else set()
    if row.deciding_body == SUPERVISION_UNIT and "supervision" not in roles:
        text = Text("负责人的回避由监察部门决定", "the supervision unit decides on the head's recusal")
        hint = Text(
            "请由监察部门人员办理（在公职人员名册中任监察职务并关联登录名）",
            "somebody of the supervision unit does it (so entered in the register of office, linked to a login)",
        )
        raise JiuzhuError("wrong_body", text, hint=hint, value=str(row.id))


def _require_head(desk: Desk, case: AssistanceCase, day: date) -> None:
    """Where the register knows a head of the place, the head decides; where it knows none, whoever approves there."""
    heads = [
        row
        for row in desk.session.scalars(select(OfficePost).where(OfficePost.is_head))
        if within(case.path, row.path) and row.since <= day and (row.until is None or day < row.until)
    ]
    acting = acting_holder(desk)
    if heads and (acting is None or all(row.holder_id != acting.id for row in heads)):
        text = Text("回避由负责人决定", "the head decides on recusal")
        hint = Text("请名册中的负责人办理（须关联登录名）", "a head of the register does it, linked to a login")
        raise JiuzhuError("wrong_body", text, hint=hint, value=case.number)


def _take_off(desk: Desk, row: RecusalDemand, day: date) -> None:
    for one in assigned(desk.session, row.case_id, on=day):
        if one.holder_id == row.holder_id:
            one.until = day


def demands(desk: Desk, case: AssistanceCase) -> list[RecusalDemand]:
    """Return the demands made in a case, in order."""
    query = select(RecusalDemand).where(RecusalDemand.case_id == case.id).order_by(RecusalDemand.id)
    return list(desk.session.scalars(query))


def proposed_substitute(desk: Desk, row: RecusalDemand, *, stage: str) -> OfficeHolder | None:
    """Return who is proposed to act instead, None where nobody of that office is free."""
    case = desk.session.get_one(AssistanceCase, row.case_id)
    found = substitutes(desk, case, row.holder_id, stage=stage)
    return found[0] if found else None


def article(desk: Desk, row: RecusalDemand) -> Text:
    """Return the rule a demand rests on, as cited; 无规定 where none is in force."""
    case = desk.session.get_one(AssistanceCase, row.case_id)
    lines = recusal_lines(desk, case, on=row.demanded_on)
    found = next((line for line in lines if line.provision.address == row.provision), None)
    return cited(desk, found) if found is not None else Text("无规定", "no rule in force")
