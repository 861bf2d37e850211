"""The steps of an application until it is accepted, turned away or taken back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from admin.case.situation import Situation, worded
from admin.case.step import (
    ON,
    PROCEDURE,
    REASON,
    Step,
    numbers,
    on_day,
    people,
)
from admin.form import Field
from core.casework.flow import acceptance, application
from core.casework.words import named
from core.errors import JiuzhuError, Text


def _missing(now: Situation) -> JiuzhuError | None:
    """Why it cannot be accepted yet: the papers it lacks."""
    missing = acceptance.missing_papers(now.course)
    if not missing:
        return None
    what = named("papers", missing)
    text = Text(f"申请材料不齐，缺：{what.zh}", f"papers missing: {what.en}")
    hint = Text("一次性告知申请人补正，补齐后受理", "give the one deficiency notice; accept when they are there")
    return JiuzhuError("papers_missing", text, hint=hint)


def _no_deficiency(now: Situation) -> JiuzhuError | None:
    if "deficiency_notice" in now.course.state.done:
        return JiuzhuError(
            "already_notified", Text("已经一次性告知过，不得再次要求补正", "the one notice has been given")
        )
    if not acceptance.missing_papers(now.course):
        return JiuzhuError("nothing_missing", Text("材料齐备，应当受理", "nothing is missing: accept it"))
    return None


def _deficiency_notes(now: Situation) -> Iterator[Text]:
    what = named("papers", acceptance.missing_papers(now.course))
    yield Text(f"告知申请人缺少：{what.zh}", f"The applicant is told that these are missing: {what.en}")
    yield Text("补正只告知一次，其后不得再要求其他材料", "It is given once: nothing more may be asked for later")


def _accept_fields(now: Situation) -> list[Field]:
    one = now.course.procedure.by_key.get("acceptance")
    label = Text("乡镇（街道）收到日期", "Received by the township on")
    fields = [Field("happened_on", label, kind="day", required=True, help=ON.help)]
    fields.append(people(now, least=one.minimum_people if one is not None else 0))
    if one is not None and one.delegable_to:
        options = worded("offices", one.delegable_to)
        fields.append(Field("delegated_to", Text("受委托办理", "By delegation"), kind="choice", options=options))
    return fields


def _evidence_fields(now: Situation) -> list[Field]:
    own = now.course.procedure.by_key.get("application")
    asked = [one for one in (own.evidence if own is not None else ()) if one not in now.course.state.evidence]
    options = worded("papers", asked or None)
    label = Text("补交的材料", "Papers handed in")
    return [ON, Field("evidence", label, kind="several", options=options, required=True, wide=True)]


STEPS: Sequence[Step] = (
    Step(
        key="deficiency",
        group=PROCEDURE,
        label=Text("一次性补正告知", "Deficiency notice"),
        event="deficiency_notice",
        explain=Text("把缺少的材料一次告知申请人", "tell the applicant once what is missing"),
        actions=("case.accept",),
        fields=lambda _: [ON],
        notes=_deficiency_notes,
        blocked=_no_deficiency,
        do=lambda now, values: acceptance.notify_deficiency(now.desk, now.case, **on_day(values)),
    ),
    Step(
        key="supplement",
        group=PROCEDURE,
        label=Text("补交材料", "Papers handed in"),
        event="evidence",
        explain=Text("登记申请人后来交的材料", "record papers that came in later"),
        actions=("case.apply",),
        fields=_evidence_fields,
        do=lambda now, values: acceptance.supplement(now.desk, now.case, values["evidence"], **on_day(values)),
    ),
    Step(
        key="accept",
        group=PROCEDURE,
        label=Text("受理", "Accept"),
        event="acceptance",
        explain=Text("自乡镇收到齐备材料之日起算时限", "the township's clocks run from this day"),
        actions=("case.accept",),
        fields=_accept_fields,
        blocked=_missing,
        do=lambda now, values: acceptance.accept(
            now.desk, now.case, **on_day(values), by=numbers(values), delegated_to=values.get("delegated_to")
        ),
    ),
    Step(
        key="refuse-acceptance",
        group=PROCEDURE,
        label=Text("不予受理", "Turn away"),
        event="acceptance_refused",
        explain=Text(
            "书面说明理由；受保护的对象不得拒绝", "in writing with reasons; the protected may not be turned away"
        ),
        actions=("case.accept",),
        fields=lambda _: [ON, REASON],
        lasting=Text("申请将以不予受理结束。", "The application ends here."),
        do=lambda now, values: acceptance.refuse_acceptance(
            now.desk, now.case, **on_day(values), reason=values["reason"]
        ),
    ),
    Step(
        key="withdraw",
        group=PROCEDURE,
        label=Text("撤回申请", "Withdraw"),
        event="withdrawal",
        explain=Text("申请家庭自己撤回", "the household takes it back"),
        actions=("case.apply",),
        fields=lambda _: [ON, REASON],
        lasting=Text("申请将结束，再要救助须重新申请。", "The application ends; a new one is needed later."),
        do=lambda now, values: application.withdraw(now.desk, now.case, **on_day(values), reason=values["reason"]),
    ),
)
