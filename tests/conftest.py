"""Fixtures every test may use: small factories for provisions and places; no network, no wall clock."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Callable, Hashable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from core.cascade import Ladder
from core.errors import Text
from core.policy import Place
from core.provision import Provision, Scope
from core.store.engine import Store, open_store
from core.values import OPEN, Bound, Citation, Period
from regions import discovery, platform
from regions.discovery import NOBODY_ASKED, Loaded, load_plugins
from regions.plugin_folder import GROUP
from regions.plugin_state import Held
from regions.settings import Settings

hypothesis.settings.register_profile("jiuzhu", deadline=None)  # a machine under load is no fault of ours
hypothesis.settings.load_profile("jiuzhu")


def _databases() -> Any:
    """The module beside this one: the tests are no package on purpose."""
    name = "tests.databases"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name("databases.py"))
        assert spec is not None and spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


databases = _databases()

NATION, PROVINCE, PREFECTURE, COUNTY, TOWNSHIP = "000000", "430000", "430900", "430903", "430903100"
LEVELS = {
    NATION: "nation",
    PROVINCE: "province",
    PREFECTURE: "prefecture",
    COUNTY: "county",
    TOWNSHIP: "township",
}

MakeProvision = Callable[..., Provision]
MakePlace = Callable[..., Place]


def bound(given: str | Bound | None) -> Bound:
    """A day as text, an explicit bound, or open."""
    if given is None:
        return OPEN
    return given if isinstance(given, Bound) else Bound(kind="known", day=date.fromisoformat(given))


@pytest.fixture
def ladder() -> Ladder:
    """Nation → Hunan → Yiyang → Heshan → a township."""
    return Ladder(codes=tuple(LEVELS), levels=LEVELS)


@pytest.fixture
def provision() -> MakeProvision:
    """Make a provision; only what the test is about needs saying."""

    def make(id_: str = "p/one", **given: Any) -> Provision:
        start, until = bound(given.pop("start", "2010-01-01")), bound(given.pop("until", None))
        scope = Scope(
            division=given.pop("division", NATION),
            programme=given.pop("programme", "dibao"),
            area=given.pop("area", "any"),
        )
        settled: dict[str, Any] = {
            "kind": "reference_period",
            "value": {"period": "year"},
            "citation": Citation(document="p/doc", article="第一条"),
        }
        if "yuan" in given:
            role, yuan, per = (
                given.pop("role", "standard"),
                given.pop("yuan"),
                given.pop("per", "person-year"),
            )
            settled |= {"kind": "standard", "value": {"role": role, "amount": {"yuan": yuan, "per": per}}}
        if isinstance(given.get("issued"), str):
            given["issued"] = date.fromisoformat(given["issued"])
        if given.get("status") == "gap":
            given.setdefault("because", Text("来源未载", "the source is silent"))
        return Provision(id=id_, scope=scope, period=Period(start=start, until=until), **(settled | given))

    return make


@pytest.fixture
def place(ladder: Ladder) -> MakePlace:
    """Make a place on the ladder, by default the county, urban, on 2018-06-01."""

    def make(
        on: str = "2018-06-01", *, area: str = "urban", depth: int = 4, names: Mapping[str, str] | None = None
    ) -> Place:
        codes = ladder.codes[:depth]
        return Place(
            ladder=Ladder(codes=codes, levels=LEVELS),
            area=area,
            on=date.fromisoformat(on),
            names=names or {COUNTY: "赫山区"},
        )

    return make


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Any]:
    """A real PostgreSQL server for the whole run, or None where there is none (an error on a CI machine)."""
    yield from databases.started()


class PluginsOnce:
    """Loads the plugins of settings once for what their folders and tables hold: few tests are about loading."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, Loaded] = {}

    def __call__(self, settings: Settings, trial: Path | None = None, *, held: Held = NOBODY_ASKED) -> Loaded:
        if trial is not None:
            return load_plugins(settings, trial, held=held)
        files = [one for folder in settings.plugin_dirs for one in sorted(folder.rglob("*")) if one.is_file()]
        read = tuple((one, one.read_bytes()) for one in (*settings.divisions, *files))
        installed = tuple(sorted(str(one) for one in vars(discovery)["entry_points"](group=GROUP)))
        tried = settings.tries("plugin_dirs")
        asked = (
            settings.plugin_dirs,
            tried,
            settings.disabled,
            settings.safe,
            settings.divisions,
            read,
            installed,
            held,
        )
        if asked not in self._kept:
            self._kept[asked] = load_plugins(settings, held=held)
        return self._kept[asked]


@pytest.fixture(scope="session", autouse=True)
def plugins_once() -> Iterator[PluginsOnce]:
    """The loader that remembers, wherever a test opens a platform in this process."""
    once = PluginsOnce()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(platform, "load_plugins", once)
        yield once


class Databases:
    """Makes databases of one dialect; ``copies`` keeps one prepared database for each key, to be copied."""

    def __init__(self, dialect: str, server: Any, folder: Path) -> None:
        self.dialect = dialect
        self._server = server
        self._folder = folder
        self._prepared: dict[Hashable, str] = {}
        self._count = 0

    def fresh(self, *, like: str | None = None) -> str:
        """Return the address of a new database with today's tables, or of a copy."""
        if self.dialect == "postgresql":
            url: str = self._server.fresh(like=like)
            return url
        self._count += 1
        path = self._folder / f"{self._count}.db"
        shutil.copy(like.removeprefix("sqlite:///") if like else self._folder / "template.db", path)
        return f"sqlite:///{path}"

    def empty(self) -> str:
        """Return the address of a new database without any table."""
        if self.dialect == "postgresql":
            url: str = self._server.fresh(empty=True)
            return url
        self._count += 1
        return f"sqlite:///{self._folder / f'{self._count}.db'}"

    def copy_of(self, key: Hashable, prepare: Callable[[str], None]) -> str:
        """Return a copy of the database ``prepare`` fills, which is done once a run for each key."""
        if key not in self._prepared:
            url = self.fresh()
            prepare(url)
            self._prepared[key] = url
        return self.fresh(like=self._prepared[key])

    def drop(self, url: str) -> None:
        """Remove a database."""
        if self.dialect == "postgresql":
            self._server.drop(url)
        else:
            for one in Path(url.removeprefix("sqlite:///")).parent.glob(Path(url).name + "*"):
                one.unlink()


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def bases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Databases, SQLite and PostgreSQL in turn: every test that asks runs on both."""
    folder = tmp_path_factory.mktemp("databases")
    server = request.getfixturevalue("postgresql") if request.param == "postgresql" else None
    if request.param == "postgresql" and server is None:
        pytest.skip("no PostgreSQL on this machine")
    databases.sqlite_template(folder)
    return Databases(request.param, server, folder)


@pytest.fixture
def database_url(bases: Databases) -> Iterator[str]:
    """The address of a fresh database with today's tables."""
    url = bases.fresh()
    yield url
    bases.drop(url)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An open fresh database."""
    opened = open_store(database_url)
    yield opened
    opened.close()
