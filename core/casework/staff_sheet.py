"""Users and their rights as a sheet, for who reads them: never a password, only whether there is one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from core.casework.access import role_label
from core.casework.desk import Desk
from core.casework.every_page import every
from core.casework.reporting.exports import BATCH, place_name
from core.casework.staff_list import Wanted, grants_seen, staff_page
from core.casework.workbook import Sheet, columns
from core.casework.workbook.sheet import Value
from core.store.tables import StaffUser

COLUMNS = columns("登录名:id", "姓名", "用户状态", "密码", "角色", "地区（含下级）", "起:date", "止（不含当日）:date")


def staff_sheet(desk: Desk, wanted: Wanted) -> Sheet:
    """Return the users a list is asked for, a line for each right they hold today where the officer may see it.

    Raises:
        JiuzhuError: ``not_permitted``.
    """

    def page(after: str | None) -> tuple[list[StaffUser], str | None]:
        found = staff_page(desk, replace(wanted, after=after or "", limit=BATCH))
        return found, found[-1].login if len(found) == BATCH else None

    heading = ["用户和角色", f"导出日期 {desk.today}"]
    return Sheet(title="用户和角色", columns=COLUMNS, rows=_rows(desk, every(page)), heading=heading)


def _rows(desk: Desk, found: Iterable[StaffUser]) -> Iterator[Sequence[Value]]:
    for user in found:
        who = (user.login, user.name, "在用" if user.active else "已停用", "已设" if user.password else "未设")
        held = [one for one in grants_seen(desk, user) if one.until is None or one.until > desk.today]
        for grant in held:
            yield *who, role_label(grant.role).zh, place_name(desk, grant.division), grant.since, grant.until
        if not held:
            yield *who, "没有角色", None, None, None
