"""A bureau at work: the bundled rules, a fresh database (SQLite and PostgreSQL in turn), users of every role."""

from __future__ import annotations

import importlib.util
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from core.casework.desk import Desk
from core.casework.people.person import Identity, register_person
from core.casework.staff import add_user, first_administrator, grant_role
from core.store.base import Base
from core.store.tables import AssistanceCase, CaseMember
from regions.discovery import Loaded, load_plugins
from regions.life.yiyang import before_the_notice
from regions.platform import Platform, open_platform
from regions.settings import Settings

ROLES = ("clerk", "reviewer", "approver", "policy_editor", "policy_approver", "auditor")


@dataclass
class Bureau:
    """A platform whose day is set by the test, and desks for its officers.

    Users: ``root`` (administrator); for each place given, one of each role: ``clerk.610000`` … and a second approver
    and clerk, ``approver2.610000``, ``clerk2.610000``.
    """

    platform: Platform
    clock: Clock
    places: tuple[str, ...] = field(default=())

    def desk(self, login: str) -> AbstractContextManager[Desk]:
        """Open a write desk for an officer."""
        return self.platform.desk(login)

    def on(self, day: str) -> None:
        """Let it be 09:00 on a day in China."""
        self.clock.moment = datetime.fromisoformat(f"{day}T01:00:00+00:00")


@dataclass
class Clock:
    """A clock the test sets; it moves one second at every look."""

    moment: datetime = datetime(2008, 3, 3, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


MakeBureau = Callable[..., Bureau]


@pytest.fixture(scope="session")
def bundled_plugins(plugins_once: Any, tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    """The bundled plugins: nothing changes them."""
    loaded: Loaded = plugins_once(Settings(data_dir=tmp_path_factory.mktemp("data"), lang="zh"))
    return loaded


@pytest.fixture
def make_bureau(bases: Any, plugins_once: Any, tmp_path: Path) -> Iterator[MakeBureau]:
    """Open a bureau for the places given, on a day; its database is a copy of one prepared once a run."""
    opened: list[tuple[Platform, str]] = []

    def make(*places: str, day: str = "2008-03-03", plugin_dirs: tuple[Path, ...] = ()) -> Bureau:
        clock = Clock(datetime.fromisoformat(f"{day}T01:00:00+00:00"))

        def open_at(url: str) -> Bureau:
            settings = Settings(data_dir=tmp_path, lang="zh", database_url=url, plugin_dirs=plugin_dirs)
            platform = open_platform(settings, clock=clock, loaded=plugins_once(settings))
            return Bureau(platform=platform, clock=clock, places=places)

        def prepare(url: str) -> None:
            bureau = open_at(url)
            staff(bureau)
            bureau.platform.database.close()

        url = bases.copy_of((places, plugin_dirs), prepare)
        bureau = open_at(url)
        opened.append((bureau.platform, url))
        return bureau

    yield make
    for platform, url in opened:
        platform.database.close()
        bases.drop(url)


def staff(bureau: Bureau) -> None:
    """Add the administrator and, for every place, users of every role, in office since 2000."""
    platform = bureau.platform
    with platform.database.writing() as session:
        first_administrator(session, "root", "管理员", moment="2000-01-01T00:00:00+00:00", today=date(2000, 1, 1))
    with platform.desk("root") as desk:
        for place in bureau.places:
            for login, role in [*((role, role) for role in ROLES), ("approver2", "approver"), ("clerk2", "clerk")]:
                add_user(desk, f"{login}.{place}", f"{role} {place}")
                grant_role(desk, f"{login}.{place}", role, place, since=date(2000, 1, 1))


@pytest.fixture
def shaanxi(make_bureau: MakeBureau) -> Bureau:
    """A bureau in Dali county (610523), Shaanxi, on 2008-03-03."""
    return make_bureau("610523")


@pytest.fixture
def yiyang(make_bureau: MakeBureau) -> Bureau:
    """A bureau in the city of Yiyang (430900), on 2018-06-01."""
    return make_bureau("430900", day="2018-06-01")


@pytest.fixture
def add_roll() -> Callable[..., list[int]]:
    """Put many synthetic households on the roll at once: the module beside this one, the tests being no package."""
    name = "tests.roster_rows"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name("roster_rows.py"))
        assert spec is not None and spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    found: Callable[..., list[int]] = sys.modules[name].add_roll
    return found


MakeCase = Callable[..., AssistanceCase]


@pytest.fixture
def make_case() -> MakeCase:
    """Make a case row with its household, outside any procedure: the first name is the head's."""

    def make(desk: Desk, number: str, *names: str, division: str = "610523", **given: Any) -> AssistanceCase:
        persons = [register_person(desk, Identity(name=name)) for name in names]
        settled: dict[str, Any] = {
            "programme": "dibao", "area": "rural", "status": "in_procedure", "opened_on": desk.today,
            "rules_on": desk.today, "village": "东村", "monthly": None,
        } | given  # fmt: skip
        case = AssistanceCase(
            number=number, division=division, path=desk.path(division), head_id=persons[0].id,
            persons=len(persons), entitled=len(persons), **settled,
        )  # fmt: skip
        desk.session.add(case)
        desk.session.flush()
        for person in persons:
            relation = "head" if person is persons[0] else "other"
            desk.session.add(CaseMember(case_id=case.id, person_id=person.id, relation=relation, since=case.opened_on))
        desk.record(f"made/{case.id}", "made", {})
        return case

    return make


CITY = ("430900",)


@pytest.fixture(scope="session")
def plugin_before_notice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the bundled plugin of Yiyang without what the notice of 2018 brought."""
    return before_the_notice(tmp_path_factory.mktemp("before_notice"))


@pytest.fixture(scope="session")
def plugins_before_notice(plugin_before_notice: Path, tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    """The plugins as they stood before the notice of 2018, loaded once."""
    return load_plugins(Settings(data_dir=tmp_path_factory.mktemp("data"), lang="zh"), plugin_before_notice)


@pytest.fixture
def make_city(bases: Any, plugins_before_notice: Loaded, tmp_path: Path) -> Iterator[Callable[..., Bureau]]:
    """Open a bureau of Yiyang, by default before the notice of 2018 was known; ``url`` opens one that is there."""
    opened: list[tuple[Platform, str]] = []

    def make(day: str = "2018-04-27", *, url: str | None = None, plugins: Loaded = plugins_before_notice) -> Bureau:
        clock = Clock(datetime.fromisoformat(f"{day}T01:00:00+00:00"))

        def open_at(address: str, clock: Clock) -> Bureau:
            settings = Settings(data_dir=tmp_path, lang="zh", database_url=address)
            return Bureau(platform=open_platform(settings, clock=clock, loaded=plugins), clock=clock, places=CITY)

        def prepare(address: str) -> None:
            bureau = open_at(address, Clock(datetime(2018, 1, 2, 1, 0, tzinfo=UTC)))  # long before what a test does
            staff(bureau)
            bureau.platform.database.close()

        address = url or bases.copy_of("city before the notice", prepare)
        bureau = open_at(address, clock)
        opened.append((bureau.platform, address))
        return bureau

    yield make
    for platform, _ in opened:
        platform.database.close()
    for address in {address for _, address in opened}:
        bases.drop(address)


@pytest.fixture
def city(make_city: Callable[..., Bureau]) -> Bureau:
    """The bureau of Yiyang on 2018-04-27, the notice of that day not yet entered."""
    return make_city()


@pytest.fixture
def assert_no_personal_data() -> Callable[..., None]:
    """Check that no column of any table holds one of the texts, neither readable nor merely compressed."""

    def check(session: Session, *clear_texts: str) -> None:
        told = [
            f"{table.name}.{column.name}"
            for table in Base.metadata.sorted_tables
            for column in table.columns
            for value in session.scalars(select(type_coerce(column, NullType())).where(column.is_not(None)))
            if any(one.encode() in readable(value) for one in clear_texts)
        ]
        assert sorted(set(told)) == [], "personal data in the clear"

    return check


def readable(value: Any) -> bytes:
    """What is in a raw column: its bytes, inflated where they are deflated."""
    if not isinstance(value, bytes | memoryview):
        return str(value).encode()
    raw = bytes(value)
    try:
        return zlib.decompress(raw)
    except zlib.error:
        return raw
