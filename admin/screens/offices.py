"""The register of people in office (公职人员名册): posts with their terms, and the kin on record."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin.agenda_form import case_here
from admin.asking import asked, division_in, whole
from admin.form import Field, read, sorted_faults
from admin.language import say
from admin.sending import workbook
from admin.work import reading, working
from core.casework.people.filing import declare
from core.casework.people.holder_card import BASIS_TEXT, LINK_TEXT, holder_card
from core.casework.people.kinship_register import unrelate
from core.casework.people.office import ROLES, Post, add_holder, add_post, end_post
from core.casework.people.person import Identity, shown_name
from core.casework.people.recusal import members_on
from core.casework.people.register_sheet import posts_sheet
from core.casework.people.seats import posts_page, units
from core.errors import InvalidInput, JiuzhuError, Problem, Text, Where
from core.store.tables import Person

screen = Blueprint("offices", __name__, url_prefix="/offices")

RELATIONS = [(code, label) for code, label in LINK_TEXT.items() if code not in ("self", "collateral")]
POST_FIELDS = (
    Field("role", Text("任职类别", "role"), kind="choice", required=True, options=list(ROLES.items())),
    Field("unit", Text("单位", "unit"), required=True, example=Text("城关镇东村村委会", "East Village committee")),
    Field("position", Text("职务", "position"), required=True, example=Text("主任", "head")),
    Field("since", Text("任职起", "since"), kind="day", required=True),
    Field("until", Text("任职止（不再任职的第一天）", "until (first day no longer held)"), kind="day"),
    Field("is_head", Text("本单位负责人", "head of the unit"), kind="flag"),
)
PERSON_FIELDS = (
    Field("name", Text("姓名", "name"), required=True),
    Field("id_number", Text("身份证号", "ID number"), help=Text("用于辨认同一人，加密保存",
          "tells two of one name apart; kept encrypted")),
    Field("login", Text("登录名", "login"), help=Text("同一人也使用本系统时填写", "where he signs in himself")),
)  # fmt: skip
END_FIELDS = (
    Field("until", Text("离任日期（不再任职的第一天）", "first day no longer held"), kind="day", required=True),
    Field("reason", Text("原因", "reason"), required=True),
)
KIN_FIELDS = (
    Field("member", Text("家庭成员", "member of the household"), kind="choice", required=True),
    Field("relation", Text("是此人的", "is to this person"), kind="choice", required=True, options=RELATIONS),
    Field("basis", Text("依据", "basis"), kind="choice", required=True, options=list(BASIS_TEXT.items())),
)
FAULT_AT = {
    "unknown_division": "division", "several_divisions": "division", "unknown_user": "login", "login_linked": "login",
    "ends_before_it_begins": "until", "another_name": "id_number", "unknown_office_role": "role",
}  # fmt: skip


@screen.get("/")
def page() -> ResponseReturnValue:
    """List the posts of a place, those held today or all there ever were."""
    given = request.args
    ask = asked(given)
    ended, role, unit = bool(given.get("ended")), given.get("role", ""), given.get("unit", "")
    with reading() as desk:
        rows, after = posts_page(
            desk, ask.division, on=None if ended else ask.on, role=role, unit=unit,
            after=whole(given.get("after", "")) or 0,
        )  # fmt: skip
        known = units(desk, ask.division, on=ask.on)
    return render_template("offices/list.html", ask=ask, rows=rows, after=after, ended=ended, role=role, unit=unit,
                           units=known, roles=ROLES)  # fmt: skip


@screen.get("/workbook")
def download() -> ResponseReturnValue:
    """Send the posts asked for as a workbook."""
    given = request.args
    ask = asked(given)
    on = None if given.get("ended") else ask.on
    with reading() as desk:
        sheet = posts_sheet(desk, ask.division, on=on, role=given.get("role"), unit=given.get("unit"))
        return workbook(sheet, say(f"公职人员名册-{ask.division}", f"register-of-office-{ask.division}"))


@screen.get("/new")
def new() -> ResponseReturnValue:
    """Ask who is to be entered and with which post."""
    return _form({"division": asked(request.args).division}, None)


@screen.post("/new")
def enter() -> ResponseReturnValue:
    """Enter somebody with a post."""
    try:
        values = read((*PERSON_FIELDS, *POST_FIELDS), request.form)
        identity = Identity(name=values["name"], id_number=values["id_number"])
        with working() as desk:
            post = _post(values, division_in(request.form.get("division", "")))
            number = add_holder(desk, identity, posts=[post], login=values["login"]).id
    except JiuzhuError as error:
        return _form(request.form, error), 422
    flash(say(f"已登记：名册第 {number} 号。", f"Entered as no. {number} of the register."))
    return redirect(url_for(".card", number=number), 303)


@screen.get("/<int:number>")
def card(number: int) -> ResponseReturnValue:
    """Show a person of the register."""
    return _card(number, None, "")


@screen.post("/<int:number>/posts")
def add(number: int) -> ResponseReturnValue:
    """Give somebody a further post."""
    try:
        values = read(POST_FIELDS, request.form)
        with working() as desk:
            holder_card(desk, number)  # who may not see him gives him nothing
            add_post(desk, number, _post(values, division_in(request.form.get("division", ""))))
    except JiuzhuError as error:
        return _card(number, error, "post"), 422
    flash(say("任职已登记。", "The post is entered."))
    return redirect(url_for(".card", number=number), 303)


@screen.post("/<int:number>/posts/<int:post>/end")
def end(number: int, post: int) -> ResponseReturnValue:
    """End a post."""
    try:
        values = read(END_FIELDS, request.form)
        with working() as desk:
            _known(post, [one.key for one in holder_card(desk, number).posts], Text("没有这项任职", "no such post"))
            end_post(desk, post, until=values["until"], reason=values["reason"])
    except JiuzhuError as error:
        return _card(number, error, f"end{post}"), 422
    flash(say("任职已终止。", "The post is ended."))
    return redirect(url_for(".card", number=number), 303)


@screen.post("/<int:number>/kin")
def relate(number: int) -> ResponseReturnValue:
    """Record what a member of a household is to somebody in office."""
    try:
        values = read([one for one in KIN_FIELDS if one.name != "member"], request.form)
        with working() as desk:
            holder_card(desk, number)
            case = case_here(desk, request.form.get("case", ""))
            members = members_on(desk.session, case, desk.today)
            at = whole(request.form.get("member", "")) or 0
            if not 1 <= at <= len(members):
                where = Where(path="$.member")
                text = Text("请选择家庭成员", "choose a member of the household")
                raise InvalidInput([Problem(code="not_a_member", message=text, where=where)])
            declare(desk, case, members[at - 1], holder_id=number, relation=values["relation"], basis=values["basis"])
    except JiuzhuError as error:
        return _card(number, error, "kin"), 422
    flash(say("亲属关系已登记，回避和备案即按此办理。", "The relation is on record; recusal and filing go by it."))
    return redirect(url_for(".card", number=number), 303)


@screen.post("/<int:number>/kin/<int:link>/end")
def end_kin(number: int, link: int) -> ResponseReturnValue:
    """End a relation: a divorce, or a mistake."""
    try:
        values = read(END_FIELDS, request.form)
        with working() as desk:
            _known(link, [one.key for one in holder_card(desk, number).kin], Text("没有这条亲属关系", "no such link"))
            unrelate(desk, link, ended_on=values["until"], reason=values["reason"])
    except JiuzhuError as error:
        return _card(number, error, f"kin{link}"), 422
    flash(say("亲属关系登记已终止。", "The relation is ended."))
    return redirect(url_for(".card", number=number), 303)


def _known(key: int, keys: list[int], text: Text) -> None:
    """Refuse what is not on this person's page, whoever it belongs to."""
    if key not in keys:
        raise JiuzhuError("unknown_entry", text, value=str(key))


def _post(values: dict[str, Any], division: str) -> Post:
    if not division:
        where = Where(path="$.division")
        raise InvalidInput([Problem(code="missing_property", message=Text("必填", "this is required"), where=where)])
    return Post(role=values["role"], division=division, unit=values["unit"], position=values["position"],
                since=values["since"], until=values["until"], is_head=values["is_head"])  # fmt: skip


def _placed(error: JiuzhuError | None) -> JiuzhuError | None:
    """A refusal at the field it is about, where it is about one."""
    if error is None or isinstance(error, InvalidInput) or error.code not in FAULT_AT:
        return error
    where = Where(path=f"$.{FAULT_AT[error.code]}")
    return InvalidInput(
        [Problem(code=error.code, message=error.message, hint=error.hint, value=error.value, where=where)]
    )


def _form(values: Any, error: JiuzhuError | None) -> str:
    with reading() as desk:
        desk.require("office.manage", desk.actor.roots("office.manage", desk.today)[0])
    fields = (*PERSON_FIELDS, *POST_FIELDS, Field("division", Text("任职地区", "place"), required=True))
    faults, rest = sorted_faults(_placed(error), fields)
    return render_template("offices/new.html", values=values, faults=faults, rest=rest, error=_placed(error),
                           person=PERSON_FIELDS, post=POST_FIELDS)  # fmt: skip


def _card(number: int, error: JiuzhuError | None, at: str) -> str:
    """A person's page; ``at`` is the form a fault belongs to, which then shows what was typed."""
    named = (request.form if at == "kin" else request.args).get("case", "").strip()
    members: list[tuple[str, str]] = []
    unknown = ""
    with reading() as desk:
        shown = holder_card(desk, number)
        if named:
            try:
                case = case_here(desk, named)
                people = [desk.session.get_one(Person, one) for one in members_on(desk.session, case, desk.today)]
                members = [(str(at), shown_name(desk, one)) for at, one in enumerate(people, start=1)]
            except JiuzhuError:
                unknown = say("管辖范围内没有这个案件", "there is no such case in your area")
    kin = tuple(Field("member", one.label, kind="choice", required=True, options=members) if one.name == "member"
                else one for one in KIN_FIELDS)  # fmt: skip
    fields = (*POST_FIELDS, *kin, *END_FIELDS, Field("division", Text("任职地区", "place")))
    faults, rest = sorted_faults(_placed(error), fields)
    return render_template("offices/card.html", shown=shown, post=POST_FIELDS, ending=END_FIELDS, kin=kin, case=named,
                           members=members, unknown=unknown, at=at, error=_placed(error), faults=faults, rest=rest,
                           values=request.form if error else {})  # fmt: skip
