"""A bureau to look at: officers with a password everybody knows, and a synthetic caseload, in a folder of its own.

Nothing of it is real and every page says so. It is made once and goes on where it was left.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from sqlalchemy import select

from core.casework.desk import Desk
from core.casework.roster.entry import Entry
from core.casework.roster.opening import Opening, Review, Signed, case_number, new_person, open_cases
from core.casework.roster.place import Gazetteer
from core.casework.roster.takeover import Takeover
from core.casework.signin import hash_password, set_password
from core.casework.staff import add_user, first_administrator, grant_role
from core.errors import JiuzhuError, Text
from core.store.tables import AssistanceCase, StaffUser
from regions.life.exhibit_roll import LABEL, Lot, entries, lots
from regions.platform import Platform, open_platform
from regions.settings import Settings

PASSWORD = "jiuzhu-demo-2018"  # noqa: S105 - printed on purpose: nothing behind it is real
DAY = date(2018, 6, 1)
"""The demonstration date: the standards of April 2018 are in force."""
SINCE, PAID = date(2018, 5, 1), date(2018, 5, 1)
CHUNK = 2_000
DOCUMENT = "示例：存量转入（合成数据）"


@dataclass(frozen=True, slots=True)
class Officer:
    """A user of the demonstration."""

    login: str
    name: str
    role: str
    division: str


OFFICERS = (
    Officer("clerk", "张经办", "clerk", "430903"),
    Officer("reviewer", "李审核", "reviewer", "430903"),
    Officer("approver", "刘审批", "approver", "430903"),
    Officer("editor", "陈政策", "policy_editor", "430900"),
    Officer("publisher", "王发布", "policy_approver", "430900"),
    Officer("city-clerk", "赵统计", "clerk", "430900"),
    Officer("city-approver", "孙局长", "approver", "430900"),
    Officer("auditor", "周审计", "auditor", "430900"),
    Officer("ruian-clerk", "钱经办", "clerk", "330381"),
    Officer("ruian-approver", "吴审批", "approver", "330381"),
)
ROOT = Officer("root", "系统管理员", "administrator", "000000")

Progress = Callable[[int, int], None]


def exhibit_settings(settings: Settings) -> Settings:
    """Return the settings of the demonstration: its own folder and database, on the demonstration date."""
    folder = settings.data_dir / "exhibit"
    return replace(settings, data_dir=folder, database_url="", key_file=None, today=settings.today or DAY)


def open_exhibit(settings: Settings, *, share: int = 1, progress: Progress | None = None) -> Platform:
    """Open the demonstration of a folder, making what is not there yet; a making that was cut off goes on.

    ``share`` takes one household of so many. ``progress`` is told households made and in all.
    """
    platform = open_platform(settings)
    _staff(platform)
    wanted = lots(share)
    total, done = sum(one.households for one in wanted), 0
    for lot in wanted:
        for chunk in _chunks(lot):
            _open(platform, lot, chunk)
            done += len(chunk)
            if progress is not None:
                progress(done, total)
    return platform


def _staff(platform: Platform) -> None:
    with platform.database.reading() as session:
        if session.scalar(select(StaffUser.id).limit(1)) is not None:
            return
    moment, since = platform.clock().isoformat(timespec="seconds"), date(2017, 1, 1)
    with platform.database.writing() as session:
        first_administrator(session, ROOT.login, ROOT.name, moment=moment, today=since)
    with platform.desk(ROOT.login) as desk:
        set_password(desk, ROOT.login, hash_password(ROOT.login, PASSWORD))
        for one in OFFICERS:
            add_user(desk, one.login, one.name)
            grant_role(desk, one.login, one.role, one.division, since=since)
            set_password(desk, one.login, hash_password(one.login, PASSWORD))


def _chunks(lot: Lot) -> Iterator[list[Entry]]:
    rest = entries(lot)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _open(platform: Platform, lot: Lot, chunk: list[Entry]) -> None:
    """Open a chunk's cases by the opening decision of a roster, unless they are there."""
    clerk, approver = ("ruian-clerk", "ruian-approver") if lot.division == "330381" else ("city-clerk", "city-approver")
    takeover = Takeover(
        division=lot.division, programme="dibao", area=lot.area, since=SINCE, paid_through=PAID, document=DOCUMENT,
        income_item="wage",
    )  # fmt: skip
    digest = hashlib.sha256(f"{lot.division}/{lot.area}/{chunk[0].row}".encode()).hexdigest()
    import_id = f"roster-{digest[:12]}"
    with platform.desk(approver) as desk:
        first = case_number(import_id, chunk[0].row, lot.division)
        if desk.session.scalar(select(AssistanceCase.id).where(AssistanceCase.number == first)) is not None:
            return
        desk.require("roster.approve", desk.path(lot.division))
        prepared_by = desk.session.scalars(select(StaffUser.id).where(StaffUser.login == clerk)).one()
        signed = Signed(takeover=takeover, import_id=import_id, prepared_by=prepared_by, approved_by=desk.actor.id)
        open_cases(desk, signed, _openings(desk, takeover, chunk))
        desk.record(f"import/{import_id}", "finished", {"households": len(chunk), "label": LABEL.zh})


def _openings(desk: Desk, takeover: Takeover, chunk: list[Entry]) -> list[Opening]:
    places = Gazetteer(desk, takeover.division)
    try:
        review = Review.of(desk, takeover, takeover.division)
    except JiuzhuError:
        review = None  # a place whose rules do not answer has no review dates
    openings = []
    for entry in chunk:
        persons = [new_person(desk, entry, one, None) for one in entry.members]
        openings.append(Opening(entry=entry, residence=places.residence(entry.place), persons=persons, review=review))
    return openings


def welcome(platform: Platform) -> Iterator[Text]:
    """Say what there is to see and who may sign in."""
    yield LABEL
    yield Text(f"所有用户的密码：{PASSWORD}", f"the password of every user: {PASSWORD}")
    for one in (ROOT, *OFFICERS):
        place = platform.tree.name(one.division)
        yield Text(f"  {one.login:<16}{one.name}  {place}", f"  {one.login:<16}{one.role} of {one.division}")
