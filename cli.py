"""The command ``jiuzhu``: its root, its exit codes and the list of its commands, which live in ``regions.commands``.

Exit codes: 0 done; 1 an error the user can mend (bad input, nothing in force, a broken plugin); 2 wrong usage of the
command line; 3 ``doctor``, ``plugin check`` or ``demo`` found something wrong.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import click

from core.errors import Language
from core.origin import check_single_root
from regions.commands.lazy import LazyCommands
from regions.commands.session import Session, told
from regions.settings import load_settings

COMMANDS = {
    "arrears": "regions.commands.arrears:arrears",
    "assess": "regions.commands.assess:assess",
    "audit": "regions.commands.audit:audit",
    "budget-plan": "regions.commands.budget:budget_plan",
    "bundle": "regions.commands.bundle:bundle",
    "calendar": "regions.commands.calendar:calendar",
    "case": "regions.commands.case:case",
    "caseload": "regions.commands.caseload:caseload",
    "completion": "regions.commands.platform:completion",
    "config": "regions.commands.platform:config",
    "coverage": "regions.commands.duty:coverage",
    "db": "regions.commands.db:db",
    "decision": "regions.commands.decision:decision",
    "demo": "regions.commands.platform:demo",
    "division": "regions.commands.division:division",
    "doctor": "regions.commands.platform:doctor",
    "duties": "regions.commands.duty:duties",
    "export": "regions.commands.export:export",
    "filing": "regions.commands.filing:filing",
    "formula": "regions.commands.formula:formula",
    "fund": "regions.commands.money:fund",
    "half-year-review": "regions.commands.review:half_year_review",
    "job": "regions.commands.job:job",
    "keys": "regions.commands.keys:keys",
    "ledger": "regions.commands.money:ledger",
    "life": "regions.commands.life:life",
    "meeting": "regions.commands.meeting:meeting",
    "monthly-roll": "regions.commands.payroll:monthly_roll",
    "office": "regions.commands.office:office",
    "payroll": "regions.commands.payroll:payroll",
    "plugin": "regions.commands.plugin:plugin",
    "policy": "regions.commands.policy:policy",
    "posting": "regions.commands.posting:posting",
    "problem": "regions.commands.problem:problem",
    "quarter-pay": "regions.commands.payroll:quarter_pay",
    "recovery": "regions.commands.money:recovery",
    "redecide": "regions.commands.redecide:redecide",
    "report": "regions.commands.statistics:report",
    "review": "regions.commands.review:review",
    "roster": "regions.commands.roster:roster",
    "sample": "regions.commands.sample:sample",
    "schema": "regions.commands.schema:schema",
    "serve": "admin.command:serve",
    "staff": "regions.commands.staff:staff",
    "standard": "regions.commands.standard:standard",
    "visit": "regions.commands.meeting:visit",
}
"""Every command and group, and the module and name where it is found."""


@click.group(commands=LazyCommands(COMMANDS), context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--lang", type=click.Choice(["zh", "en"]), help="语言，默认随系统 / language, default by locale")
@click.option("--as", "login", metavar="LOGIN", default="", help="以谁的身份办理 / who acts; default JIUZHU_USER")
@click.option("--safe", is_flag=True, help="安全模式：不装入外来插件 / safe mode: no outside plugin is loaded")
@click.version_option(package_name="jiuzhu", prog_name="jiuzhu")
@click.pass_context
def cli(context: click.Context, lang: Language | None, login: str, *, safe: bool) -> None:
    """救助：社会救助规则与办理平台 / rules and casework of Chinese social assistance.

    退出码 / exit codes: 0 完成 done · 1 可改正的错误 an error you can mend ·
    2 用法错误 wrong usage · 3 检查发现问题 something found wrong
    """
    with told(lang or "zh"):
        check_single_root()
        settings = load_settings(os.environ, Path.cwd())
    if safe:
        settings = replace(settings, safe=True)
    language: Language = lang or ("en" if settings.lang == "en" else "zh")
    context.obj = Session(settings=settings, language=language, login=login)
    context.call_on_close(context.obj.close)
    if settings.today is not None:
        click.echo(context.obj.say(f"演示日期 {settings.today}", f"demonstration date {settings.today}"), err=True)


def main() -> None:
    """Entry point of the ``jiuzhu`` command."""
    cli(prog_name="jiuzhu")


if __name__ == "__main__":
    main()
