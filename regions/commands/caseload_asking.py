"""What ``jiuzhu caseload whatif | sweep | afford | year`` share: the options of a question, the cells of an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from core.errors import Text
from regions.commands.printing import as_json
from regions.commands.progress import Bar
from regions.commands.session import Session, command, day

if TYPE_CHECKING:
    from core.caseload.change import Change
    from regions.caseload_whatif import Asked
    from regions.registry import Registry

SVG = click.option("--chart", type=click.Path(path_type=Path, dir_okay=False), help="画成 SVG / draw it as SVG")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What every question is given. ``on`` is the day asked for, if any; ``json`` how the answer is wanted."""

    session: Session
    snapshot: Path
    on: date | None
    programmes: tuple[str, ...]
    workers: int | None
    json: bool

    @contextmanager
    def of(self, registry: Registry, work: Text, *, on: date | None = None) -> Iterator[Asked]:
        """Give the question on the snapshot under some rules, with a bar that says how far it is.

        ``on``: another day than the one asked for.
        """
        from core.caseload.snapshot import open_snapshot
        from regions.caseload_whatif import Asked

        found = open_snapshot(self.snapshot)
        with Bar(work.pick(self.session.language), 1) as bar:
            yield Asked(snapshot=found, registry=registry, on=on or self.on or found.manifest.day,
                        programmes=self.programmes, workers=self.workers, progress=bar.of)  # fmt: skip


def asking(function: Callable[..., None]) -> Callable[..., None]:
    """Hand a command its session and what every question is given, and report its errors.

    ``--on`` is an option only of those that declare it.
    """

    @wraps(function)
    def run(session: Session, /, **options: Any) -> None:
        given = Asking(
            session=session, snapshot=options.pop("snapshot"), on=day(options.pop("on", None)),
            programmes=options.pop("programmes"), workers=options.pop("workers"), json=options.pop("json_"),
        )  # fmt: skip
        function(session, given, **options)

    whole: Callable[..., None] = command(run)
    for option in (
        click.argument("snapshot", type=click.Path(path_type=Path, file_okay=False)),
        click.option("--programme", "programmes", multiple=True, help="项目，可多次 / programme, repeatable"),
        click.option("--workers", type=click.IntRange(1, 256), help="并行数 / how many at a time"),
        as_json,
    ):
        whole = option(whole)
    return whole


def steps(default: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return the options of a standard and the amounts it is tried at."""

    def given(function: Callable[..., None]) -> Callable[..., None]:
        for option in (
            click.option("--step", default=default, show_default=True, metavar="YUAN", help="步长 / step"),
            click.option("--to", "high", required=True, metavar="YUAN", help="到 / to"),
            click.option("--from", "low", required=True, metavar="YUAN", help="从 / from"),
            click.option("--standard", required=True, metavar="CODE:PROGRAMME:AREA",
                         help="标准，如 430900:dibao:urban / which"),
        ):  # fmt: skip
            function = option(function)
        return function

    return given


# Answers -------------------------------------------------------------------------------------------------------------


def place(session: Session, code: str) -> str:
    """Return a place's name and code."""
    from core.errors import JiuzhuError

    try:
        return f"{session.platform.tree.name(code)} {code}"
    except JiuzhuError:
        return code  # a snapshot made elsewhere may name places this deployment does not know


def cells(one: Change) -> list[Any]:
    """Return the households by what becomes of them, the month's cost and what it is more."""
    counts = one.households
    named = [counts[name] for name in ("gained", "lost", "raised", "lowered", "same", "undecided")]
    return [sum(counts.values()) + one.errors, *named, one.errors, in_yuan(one.after), in_yuan(one.monthly)]


def in_yuan(fen: Fraction) -> str:
    """Return fen as yuan to read."""
    return f"{float(fen) / 100:,.2f}"


def drawn(session: Session, chart: Path) -> None:
    """Say that a picture was drawn."""
    click.echo(session.say(f"已画出 {chart}", f"drawn: {chart}"))
