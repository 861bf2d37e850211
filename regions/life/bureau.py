"""A bureau for the demonstration: a platform whose day moves on, users of every role, people in office."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import select

from core.casework.desk import Desk
from core.casework.people.office import Post, add_holder
from core.casework.people.person import Identity
from core.casework.staff import add_user, first_administrator, grant_role
from core.errors import JiuzhuError, Text
from core.store.engine import open_store
from core.store.migration import create, state_of
from core.store.tables import AssistanceCase, StaffUser
from regions.platform import CHINA, Platform, open_platform
from regions.plugin_folder import find_plugin
from regions.plugin_lifecycle import accept, propose
from regions.plugin_reading import read_plugin
from regions.settings import Settings

ROLES = ("clerk", "reviewer", "approver", "policy_editor", "policy_approver", "auditor", "administrator")


@dataclass(slots=True)
class Clock:
    """The demonstration's clock: 09:00 in China on its day, a second later at every look."""

    moment: datetime

    def __call__(self) -> datetime:
        """Return the moment."""
        self.moment += timedelta(seconds=1)
        return self.moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Bureau:
    """A place at work: who signs in is named by his role."""

    platform: Platform
    clock: Clock
    division: str
    people: dict[str, int] = field(default_factory=dict)
    """People in office by the name the demonstration gives them → their number in the register."""

    @contextmanager
    def desk(self, role: str, on: date) -> Iterator[Desk]:
        """Give the officer of a role a desk on a day; days only move forward."""
        morning = datetime.combine(on, time(9), CHINA).astimezone(UTC)
        self.clock.moment = max(self.clock.moment, morning)
        with self.platform.desk(role) as desk:
            yield desk

    def user(self, desk: Desk, role: str) -> int:
        """Return the id of the user of a role: who prepared what another decides."""
        return desk.session.scalars(select(StaffUser.id).where(StaffUser.login == role)).one()


def open_bureau(
    division: str,
    first: date,
    *,
    url: str | None,
    folder: Path,
    plugins: Sequence[Path] = (),
    trial: Path | None = None,
) -> Bureau:
    """Open a bureau in an empty database: SQLite in ``folder``, or the one of ``url``.

    Raises:
        JiuzhuError: ``not_empty`` when the database holds something already.
    """
    clock = Clock(datetime.combine(first, time(8), CHINA).astimezone(UTC))
    settings = Settings(data_dir=folder, lang="zh", database_url=url or "", plugin_dirs=tuple(plugins))
    _make_empty(settings)
    platform = open_platform(settings, clock=clock, trial=trial)
    bureau = Bureau(platform=platform, clock=clock, division=division)
    _appoint(bureau)
    for one in plugins:
        _accept(bureau, one)
    return bureau


def _make_empty(settings: Settings) -> None:
    store = open_store(settings.database)
    try:
        if state_of(store) != "empty":
            text = Text("演示须用空数据库", "the demonstration needs an empty database")
            raise JiuzhuError("not_empty", text)
        create(store)
    finally:
        store.close()


def _appoint(bureau: Bureau) -> None:
    """The administrator and one user of every role for the place."""
    platform, since = bureau.platform, date(2000, 1, 1)
    with platform.database.writing() as session:
        first_administrator(session, "root", "管理员（演示）", moment=f"{since}T00:00:00+00:00", today=since)
    with platform.desk("root") as desk:
        for role in ROLES:
            add_user(desk, role, f"{role}（演示）")
            grant_role(desk, role, role, bureau.division, since=since)


def _accept(bureau: Bureau, folder: Path) -> None:
    """Two administrators take a plugin from outside into use, as everywhere."""
    platform, found = bureau.platform, find_plugin(folder)
    assert found is not None
    reading = read_plugin(platform.settings, found.name, accepted={})
    with platform.desk("root") as desk:
        propose(desk, reading)
    with platform.desk("administrator") as desk:
        accept(desk, found.name, digest=reading.digest)
    platform.registry.refresh()


def take_office(bureau: Bureau, desk: Desk, names: Sequence[tuple[str, str, str]], *, since: date) -> None:
    """Enter people in office: (name, role, division); every name is marked as made up."""
    for name, role, division in names:
        post = Post(role=role, division=division, unit="演示单位", position="演示职务", since=since)
        bureau.people[name] = add_holder(desk, Identity(name=f"演示{name}"), posts=[post]).id


def again(desk: Desk, case_id: int) -> AssistanceCase:
    """Return a case in this desk's transaction."""
    return desk.session.get_one(AssistanceCase, case_id)
