"""The panel under load: twenty officers at once on a large caseload (合成数据), every answer looked at.

    python -m benchmarks.load.run FOLDER [--url postgresql://…] [--requests 5000] [--workers 4] [--think 1.0] [--write]

FOLDER is a deployment made by ``benchmarks.bulk.build``. The panel runs as in production: ``jiuzhu serve`` with its
processes behind an HTTPS proxy, whose part the browsers play. Each officer is a closed loop: he waits for an answer,
thinks for a time that is exponentially distributed, and asks for the next page. One request of ten writes.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import platform as machine
import random
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from benchmarks.bulk.build import settings_of
from benchmarks.bulk.office import EDITORS, PASSWORD, VISITORS, Officer
from benchmarks.load.browser import HOST, Browser, WrongAnswerError
from benchmarks.load.people import drawn
from benchmarks.load.report import MARK, write_report
from benchmarks.load.visits import WRITES, Visitor, reads_of
from core.errors import JiuzhuError
from core.store.tables import AssistanceCase
from regions.platform import Platform, open_platform
from regions.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
OFFICERS: tuple[Officer, ...] = (*VISITORS[:19], EDITORS[0])
"""Twenty: an editor of rules among them, the officer of the whole country left out in his favour."""
EACH = 300
"""Households drawn for an officer."""
WRITING = 0.1
"""The share of requests that write."""


@dataclass
class Tally:
    """What all browsers were told: seconds by page, errors; shared by the threads."""

    wanted: int
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[str] = field(default_factory=Counter)
    counting: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, page: str, seconds: float) -> None:
        """Count a request."""
        with self.lock:
            if self.counting:
                self.seconds[page].append(seconds)

    @property
    def requests(self) -> int:
        """How many were counted."""
        return sum(map(len, self.seconds.values()))

    @property
    def is_over(self) -> bool:
        """Whether enough were."""
        return self.requests >= self.wanted

    def wrong(self, what: str) -> None:
        """Count an answer that was wrong."""
        with self.lock:
            self.errors[what] += 1

    @property
    def wants_write(self) -> bool:
        """Whether too few of the requests have written so far."""
        return len(self.seconds["write"]) < WRITING * self.requests


def live(now: Visitor, tally: Tally, *, think: float) -> None:
    """An officer's day: look, think, write, until enough is asked."""
    reads, writes = reads_of(now.officer), WRITES[now.officer.role]
    visits, weights = [visit for visit, _ in reads], [weight for _, weight in reads]
    while not tally.is_over:
        time.sleep(now.rng.expovariate(1 / think) if think else 0)
        visit = now.rng.choice(writes) if writes and tally.wants_write else now.rng.choices(visits, weights)[0]
        try:
            visit(now)
        except (WrongAnswerError, LookupError, OSError, http.client.HTTPException) as error:
            tally.wrong(f"{visit.__name__}: {error}"[:300])


@contextmanager
def panel(settings: Settings, workers: int, spent: list[float]) -> Iterator[int]:
    """Start the panel as an office does, behind a proxy; give its port, and in the end its processor seconds."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    environ = {name: text for name, text in os.environ.items() if not name.startswith("JIUZHU_")}
    command = [sys.executable, str(ROOT / "cli.py"), "serve", "--port", str(port), "--workers", str(workers),
               "--behind-proxy", HOST]  # fmt: skip
    with subprocess.Popen(command, cwd=ROOT, env={**environ, **settings.environment(), "PYTHONUTF8": "1"}) as child:
        try:
            _wait(port, child)
            yield port
        finally:
            child.terminate()
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            spent.append(usage.ru_utime + usage.ru_stime)  # of its workers too: it has waited for them


def _wait(port: int, child: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if child.poll() is not None:
            raise SystemExit("the panel has ended")
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/health", headers={"Host": HOST, "X-Forwarded-Proto": "https"})
            if connection.getresponse().status == http.client.OK:
                return
        except OSError:
            time.sleep(0.5)
    raise SystemExit("the panel does not answer")


def measured(
    platform: Platform, *, port: int, requests: int, warm: int, think: float, seed: int
) -> tuple[Tally, float]:  # fmt: skip
    """Let everybody sign in and work; return what was counted and in how many seconds."""
    tally = Tally(wanted=warm)
    people = drawn(platform, [one for one in OFFICERS if not one.role.startswith("policy_")], EACH, seed=seed)
    visitors, run = [], secrets.token_hex(3)
    for number, officer in enumerate(OFFICERS):
        browser = Browser(port=port, address=f"198.51.100.{number + 1}", tell=tally)
        browser.sign_in(officer.login, PASSWORD)
        visitors.append(Visitor(
            run=run, officer=officer, browser=browser, tree=platform.tree, people=people.get(officer.login, []),
            rng=random.Random(seed + number), places=["430903", "430900", "610523", "330381"],
        ))  # fmt: skip
    tally.counting = True
    for part, wanted in (("warm", warm), ("counted", requests)):
        tally.seconds.clear()
        tally.wanted, began = wanted, time.monotonic()
        threads = [threading.Thread(target=live, args=(one, tally), kwargs={"think": think}) for one in visitors]
        for one in threads:
            one.start()
        while any(one.is_alive() for one in threads):
            time.sleep(10)
            print(f"  {part}: {tally.requests} requests, {sum(tally.errors.values())} wrong", flush=True)
        for one in threads:
            one.join()
    return tally, time.monotonic() - began


def about(platform: Platform, chosen: argparse.Namespace, load: Sequence[float]) -> dict[str, Any]:
    """Say what was measured on what."""
    with platform.database.reading() as session:
        households = session.scalar(select(func.count()).select_from(AssistanceCase)) or 0
    mark = platform.settings.data_dir / MARK
    return {
        "built": json.loads(mark.read_text(encoding="utf-8")) if mark.exists() else {},
        "day": date.today().isoformat(), "households": households, "officers": len(OFFICERS),  # noqa: DTZ011
        "machine": f"{machine.machine()}, {os.cpu_count()} processors, Python {machine.python_version()}",
        "workers": chosen.workers, "think": chosen.think, "load": [round(one, 1) for one in load],
    }  # fmt: skip


def main() -> None:
    """Run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--url", default="")
    parser.add_argument("--requests", type=int, default=5000)
    parser.add_argument("--warm", type=int, default=400)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--think", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=20180601)
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    settings = settings_of(chosen.folder.resolve(), chosen.url)
    try:
        platform = open_platform(settings)
    except JiuzhuError as error:
        raise SystemExit(error.render("en")) from error
    spent: list[float] = []
    with panel(settings, chosen.workers, spent) as port:
        before = os.getloadavg()[0]
        tally, seconds = measured(platform, port=port, requests=chosen.requests, warm=chosen.warm,
                                  think=chosen.think, seed=chosen.seed)  # fmt: skip
    run: Mapping[str, Any] = {
        **about(platform, chosen, (before, os.getloadavg()[0])), "seconds": seconds, "warm": chosen.warm,
        "processor": spent[0],
        "errors": dict(tally.errors), "pages": {page: sorted(found) for page, found in tally.seconds.items() if found},
    }  # fmt: skip
    print(write_report(platform.database.dialect, run, keep=chosen.write))
    sys.exit(1 if tally.errors else 0)


if __name__ == "__main__":
    main()
