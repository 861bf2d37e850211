"""What a command is given, the options that say where and when, and how an error reaches the user."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from core.errors import JiuzhuError, Language, Text
from regions.settings import Settings

if TYPE_CHECKING:
    from regions.platform import Platform
    from regions.report import Ask

LARGEST_FEN = 10**16
"""A hundred million million yuan: more than any fund, less than a column holds."""
FOUND_WRONG = 3
"""The exit code of a check that ran and found something wrong."""


@dataclass
class Session:
    """What every command shares: settings, language, and the platform opened when first needed."""

    settings: Settings
    language: Language
    login: str = ""
    _platform: Platform | None = None

    @property
    def user(self) -> str:
        """The login of who acts: ``--as``, or the setting ``user``.

        Raises:
            JiuzhuError: ``no_user`` when neither says it.
        """
        if not (self.login or self.settings.user):
            text = Text("没有指明由谁办理", "nobody is named who acts")
            hint = Text("请用 jiuzhu --as 登录名 …，或设置 JIUZHU_USER", "say jiuzhu --as LOGIN …, or set JIUZHU_USER")
            raise JiuzhuError("no_user", text, hint=hint)
        return self.login or self.settings.user

    @property
    def platform(self) -> Platform:
        """The open platform."""
        from regions.platform import open_platform

        if self._platform is None:
            self._platform = open_platform(self.settings)
        return self._platform

    def close(self) -> None:
        """Let go of the database, where one was opened."""
        if self._platform is not None and self._platform.store is not None:
            self._platform.store.close()

    def say(self, zh: str, en: str) -> str:
        """Pick a sentence."""
        return Text(zh, en).pick(self.language)


@contextmanager
def told(language: Language) -> Iterator[None]:
    """Turn a user's error into one message and exit code 1; anything else is our bug and keeps its traceback."""
    try:
        yield
    except JiuzhuError as error:
        click.echo(error.render(language), err=True)
        sys.exit(1)


def command(function: Callable[..., None]) -> Callable[..., None]:
    """Hand a command its session and report its errors."""

    @click.pass_obj
    @wraps(function)
    def run(session: Session, /, *args: Any, **options: Any) -> None:
        with told(session.language):
            function(session, *args, **options)

    return run


WHOLE = click.IntRange(0, 2**31 - 1)
"""A number of a row, a count: no more than a column of either database holds."""
YEAR = click.IntRange(1900, 2200)
"""A year."""

area_option = click.option(
    "--area", type=click.Choice(["urban", "rural", "any"]), default="any", show_default=True, help="城乡 / area"
)
day_option = click.option("--on", metavar="DATE", help="日期，默认今天 / day, default today")
programme_option = click.option(
    "--programme", "programmes", multiple=True, default=("dibao",), show_default=True, help="项目 / programme"
)


def place_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Options that say where, when and for which programme."""
    for option in (
        click.option("--division", required=True, metavar="CODE", help="区划代码 / division code"),
        area_option,
        day_option,
        programme_option,
        click.option("--known-at", metavar="TIME", help="当时所知（UTC）/ as known at (UTC)"),
    ):
        function = option(function)
    return function


def asked(
    session: Session,
    division: str,
    area: str,
    on: str | None,
    programmes: Sequence[str],
    known_at: str | None,
) -> Ask:
    """Build the question; the day defaults to today's."""
    from regions.report import Ask

    return Ask(
        division=division,
        area=area,
        on=day(on) or session.platform.today,
        programmes=tuple(programmes),
        known_at=known_at,
    )


def day(text: str | None) -> date | None:
    """Read a day given on the command line."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise JiuzhuError(
            "bad_date", Text("日期应为 2018-06-01 的形式", "a day looks like 2018-06-01"), value=text
        ) from error


def month(text: str) -> date:
    """Read a month given on the command line, ``2018-06``, as its first day."""
    found = day(f"{text}-01")
    assert found is not None
    return found


def yuan(text: str) -> int:
    """Read an amount in yuan as fen.

    Raises:
        JiuzhuError: ``bad_amount``.
    """
    from core.values import fen

    try:
        found = fen(text)
    except ValueError as error:
        said = Text("金额应为元，至多两位小数", "an amount is in yuan with at most two decimals")
        raise JiuzhuError("bad_amount", said, value=text) from error
    if abs(found) > LARGEST_FEN:
        raise JiuzhuError("bad_amount", Text("金额过大", "the amount is too large"), value=text)
    return found
