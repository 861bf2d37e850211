"""100,000 synthetic households through the real commands: import, recompute, payroll, lists; time and memory of each.

    python benchmarks/casework/run.py [--households 100000] [--databases sqlite,postgresql] [--write]

Every step is the command a user types, in a process of its own, with its progress bar. ``--write`` puts the table into
benchmarks/CASEWORK.md.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
COUNTY = "610523"
TODAY = "2008-06-02"
REPORT = ROOT / "benchmarks" / "CASEWORK.md"
RESULTS = HERE / "results.json"


@dataclass(frozen=True)
class Measure:
    """A step: wall and processor seconds, greatest memory of its process, what it printed last."""

    step: str
    seconds: float
    processor: float
    megabytes: int
    said: str


@dataclass
class Office:
    """A deployment in a folder of its own, on one database."""

    folder: Path
    url: str
    measures: list[Measure] = field(default_factory=list)

    def step(self, title: str, *words: str, user: str = "clerk", okay: tuple[int, ...] = (0,)) -> str:
        """Run a command and measure it; return what it printed."""
        environ = {
            **{name: text for name, text in os.environ.items() if not name.startswith("JIUZHU_")},
            "JIUZHU_DATA_DIR": str(self.folder), "JIUZHU_DATABASE_URL": self.url, "JIUZHU_TODAY": TODAY,
            "JIUZHU_PLUGIN_DIRS": str(ROOT / "regions" / "data" / "demonstration"), "PYTHONUTF8": "1",
        }  # fmt: skip
        print(f"→ {title}", flush=True)
        begun = time.monotonic()
        command = [sys.executable, str(ROOT / "cli.py"), "--lang", "en", "--as", user, *words]
        with subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            printed = child.stdout.read()
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in okay:
            raise SystemExit(f"{title}: exit {child.returncode}\n{printed}")
        last = printed.strip().splitlines()[-1] if printed.strip() else ""
        last = last.replace(f"{self.folder}/", "")
        self.measures.append(
            Measure(title, time.monotonic() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024, last)
        )
        print(f"  {self.measures[-1].seconds:.1f} s, {self.measures[-1].megabytes} MB  {last}", flush=True)
        return printed


def work(office: Office, roster: Path) -> None:
    """The steps, in order."""
    step = office.step
    put = step(
        "examine the roster, put it up", "roster", "import", str(roster), "--division", COUNTY, "--area", "rural",
        "--document", "合成数据", "--since", "2008-01", "--paid-through", "2008-03", "--income-item", "farming",
    )  # fmt: skip
    import_id = put.strip().rpartition(" ")[2]
    step("approve and import", "roster", "approve", import_id, user="approver")
    step("first recompute, list out", "roster", "check", "--division", COUNTY, "--month", "2008-06",
         "--out", str(office.folder / "check.xlsx"), okay=(0, 3))  # fmt: skip
    paid = step("prepare the quarter's payroll", "quarter-pay", "--division", COUNTY, "--quarter", "2008Q2")
    number = paid.split(":")[0].strip()
    step("approve the payroll", "payroll", "approve", number, user="approver")
    step("payroll list out", "export", "payroll", number, "--out", str(office.folder / "payroll.xlsx"))
    step("caseload list out", "export", "cases", "--division", COUNTY, "--out", str(office.folder / "cases.xlsx"))
    step("reviews due by the end of the year", "review", "list", "--division", COUNTY, "--by", "2008-12-31")
    step("verify every chain of events", "audit", "verify", user="root")


def staff(office: Office) -> None:
    """Two officers and the administrator."""
    from core.casework.staff import add_user, first_administrator, grant_role  # noqa: PLC0415 - after the path is set
    from regions.platform import open_platform  # noqa: PLC0415
    from regions.settings import Settings  # noqa: PLC0415

    settings = Settings(data_dir=office.folder, lang="en", database_url=office.url, today=date.fromisoformat(TODAY))
    opened = open_platform(settings)
    with opened.database.writing() as session:
        first_administrator(session, "root", "root", moment=f"{TODAY}T00:00:00+00:00", today=date(2008, 1, 1))
    with opened.desk("root") as desk:
        for role in ("clerk", "approver"):
            add_user(desk, role, role)
            grant_role(desk, role, role, COUNTY, since=date(2008, 1, 1))
    opened.database.close()


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """The address of an empty database."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'jiuzhu.db'}"
        return
    import core.store.tables  # noqa: F401, PLC0415 - the server makes the tables it knows of

    server = _tests("databases").PostgreSQL()
    try:
        yield server.fresh()
    finally:
        server.stop()


def _tests(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"tests.{name}", ROOT / "tests" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ABOUT = """\
# Casework on synthetic households

Written by `make bench-casework`. The households are 合成数据: made up, the same by seed, with ID numbers of a place
code that does not exist. They come in one roster through the commands a user types; each step is a process of its own.
The rules are those of Shaanxi in 2008 with the demonstration provisions for the payment schedule.

Seconds are wall time, processor seconds those of the command itself (not of the database server), memory the greatest
resident size of the command. Where seconds are far above processor seconds, other work was running on the machine.
"""


def kept(kind: str, households: int, measures: list[Measure]) -> dict[str, Any]:
    """Keep the newest run of a database beside those of the others, and return them all."""
    machine = f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}"
    found: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    run = {"day": date.today().isoformat(), "machine": machine, "households": households}  # noqa: DTZ011 - here and now
    found[kind] = {**run, "measures": [asdict(one) for one in measures]}
    RESULTS.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return found


def report(found: dict[str, Any]) -> str:
    """Return the tables."""
    lines = [ABOUT]
    for kind, run in found.items():
        lines += [f"## {kind}, {run['households']:,} households, {run['day']}, {run['machine']}", ""]
        lines += ["| step | seconds | processor s | MB | said |", "|---|---:|---:|---:|---|"]
        lines += [
            "| {step} | {seconds:.1f} | {processor:.1f} | {megabytes} | {said:.90} |".format(**one)
            for one in run["measures"]
        ]
        lines.append("")
    return "\n".join(lines)


def show(measures: list[Measure]) -> None:
    """Print a run."""
    for one in measures:
        print(f"{one.step:40} {one.seconds:8.1f} s {one.processor:8.1f} s cpu {one.megabytes:6} MB")


def main() -> None:
    """Run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--households", type=int, default=100_000)
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    sys.path[:0] = [str(ROOT), str(HERE)]
    from households import Lot, write_roster  # noqa: PLC0415 - a module beside this one

    for kind in chosen.databases.split(","):
        folder = Path(tempfile.mkdtemp(prefix=f"jiuzhu-bench-{kind}-"))
        try:
            with database(kind, folder) as url:
                office = Office(folder, url)
                begun = time.monotonic()
                write_roster(folder / "roster.xlsx", Lot(chosen.households))
                print(f"{kind}: roster of {chosen.households} written in {time.monotonic() - begun:.1f} s", flush=True)
                staff(office)
                work(office, folder / "roster.xlsx")
                show(office.measures)
                if chosen.write:
                    REPORT.write_text(report(kept(kind, chosen.households, office.measures)), encoding="utf-8")
        finally:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
