"""Lists that go out as workbooks: the caseload, and a month's movements (新增、停发、增发、减发、死亡、退出跟踪)."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from admin.asking import own_place
from admin.form import Field, read, sorted_faults
from admin.language import pick
from admin.sending import workbook
from admin.work import platform, reading
from core.casework.flow.transition import status_label, table
from core.casework.reporting.change_lists import change_list
from core.casework.reporting.exports import case_list
from core.errors import JiuzhuError, Text

screen = Blueprint("exports", __name__, url_prefix="/exports")

LISTS = {
    "added": Text("新增", "added"),
    "stopped": Text("停发", "stopped"),
    "increased": Text("增发", "increased"),
    "reduced": Text("减发", "reduced"),
    "died": Text("自然减员", "died"),
    "left": Text("退出跟踪", "left"),
}


def case_fields() -> tuple[Field, ...]:
    """Return the question of the caseload."""
    known = [(one, status_label(one)) for one in table()["statuses"]]
    return (
        Field("division", Text("地区", "place"), kind="place", required=True, default=own_place()),
        Field("status", Text("状态", "status"), kind="choice", options=known),
    )


def change_fields() -> tuple[Field, ...]:
    """Return the question of a month's movements; its names differ from the other form's."""
    return (
        Field("place", Text("地区", "place"), kind="place", required=True, default=own_place()),
        Field("name", Text("名单", "list"), kind="choice", required=True, options=list(LISTS.items())),
        Field("month", Text("月份", "month"), kind="month", required=True, default=f"{platform().today:%Y-%m}"),
    )


@screen.get("/")
def page() -> ResponseReturnValue:
    """Ask which list."""
    return _page(None)


def _page(error: JiuzhuError | None) -> str:
    by_field, rest = sorted_faults(error, (*case_fields(), *change_fields()))
    return render_template(
        "exports/page.html", cases=case_fields(), changes=change_fields(), problems=by_field, error=error, rest=rest,
        values=request.args,
    )  # fmt: skip


@screen.get("/cases")
def cases() -> ResponseReturnValue:
    """Send the caseload of a place."""
    try:
        asked = read(case_fields(), request.args)
        with reading() as desk:
            made = case_list(desk, asked["division"], statuses=(asked["status"],) if asked["status"] else ())
            return workbook(made, f"{made.title}-{asked['division']}")
    except JiuzhuError as error:
        return _refused(error)


@screen.get("/changes")
def changes() -> ResponseReturnValue:
    """Send a month's movements of a place."""
    try:
        asked = read(change_fields(), request.args)
        with reading() as desk:
            made = change_list(desk, asked["name"], asked["place"], asked["month"])
            return workbook(made, f"{pick(LISTS[asked['name']])}-{asked['place']}-{asked['month']:%Y-%m}")
    except JiuzhuError as error:
        return _refused(error)


def _refused(error: JiuzhuError) -> ResponseReturnValue:
    if error.code == "not_permitted":
        raise error
    return _page(error), 422
