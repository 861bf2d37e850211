"""Foreign code runs in a process of its own with a limit; whatever it does, the platform gets an answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import JiuzhuError
from regions.first_load import first_load
from regions.quarantine import Limits

MakeCode = Callable[[str], Path]
POLICY = "plugin: {name: odd, title: {zh: 怪, en: odd}, version: 0.1.0}\nprovisions: []\n"
LIMITS = Limits(processor_seconds=2, clock_seconds=120, megabytes=256)


@pytest.fixture
def code(tmp_path: Path) -> MakeCode:
    """Write a plugin whose hook for standards has this body."""

    def write(body: str) -> Path:
        folder = tmp_path / "odd"
        folder.mkdir()
        (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
        (folder / "__init__.py").write_text(
            "import os, time\nfrom core.hookspecs import hookimpl\n\n\nclass Odd:\n"
            f"    @hookimpl\n    def jiuzhu_standards(self):\n        {body}\n\n\nplugin = Odd()\n",
            encoding="utf-8",
        )
        return folder

    return write


def refused(folder: Path, limits: Limits = LIMITS) -> JiuzhuError:
    """Load what must be refused."""
    with pytest.raises(JiuzhuError) as caught:
        first_load(str(folder), limits=limits)
    return caught.value


def test_code_that_does_nothing_odd_comes_through(code: MakeCode) -> None:
    folder = code("return []")
    first_load(str(folder), limits=LIMITS)
    assert (folder / "__init__.py").is_file()


def test_an_endless_loop_is_stopped_and_its_line_is_told(code: MakeCode) -> None:
    error = refused(code("while True: pass"))
    assert (error.code, str(error.where)) == ("plugin_too_slow", "odd/__init__.py:8:9")
    assert error.message.zh == "插件在 2 秒内没有结束"


def test_a_loop_that_swallows_every_exception_is_ended_all_the_same(code: MakeCode) -> None:
    swallow = "while True:\n            try:\n                while True: pass\n            except BaseException: pass"
    assert refused(code(swallow), Limits(processor_seconds=1)).code == "plugin_too_slow"


def test_what_waits_for_ever_is_ended_by_the_clock(code: MakeCode) -> None:
    assert refused(code("time.sleep(10**6)"), Limits(clock_seconds=3)).code == "plugin_too_slow"


def test_what_takes_too_much_memory_is_told(code: MakeCode) -> None:
    error = refused(code("return [bytearray(2**30)]"))
    assert (error.code, str(error.where)) == ("plugin_too_large", "odd/__init__.py:8:17")


@pytest.mark.parametrize(("body", "how"), [("os._exit(0)", "exit 0"), ("os.abort()", "SIGABRT")])
def test_what_ends_the_process_is_told(code: MakeCode, body: str, how: str) -> None:
    error = refused(code(body))
    assert (error.code, how in error.message.en) == ("plugin_died", True)


def test_the_address_of_the_database_is_not_handed_down(code: MakeCode, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIUZHU_DATABASE_URL", "sqlite:///x.db")
    monkeypatch.setenv("PGPASSWORD", "x")
    body = "raise RuntimeError([name for name in os.environ if name.startswith(('JIUZHU_', 'PG'))])"
    assert "RuntimeError([])" in refused(code(body)).message.en
