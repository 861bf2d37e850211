"""Opening a payroll: whose turn it is, who else has these months, whether the rules of every place let it be paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.casework.deciding.effect import take_effects
from core.casework.desk import Desk
from core.casework.job import start_job
from core.casework.money.accrual import PayPeriod
from core.casework.money.double_receipt import RECEIVING
from core.casework.money.payroll_line import Rules, in_scope, period_of
from core.casework.money.payroll_run import JOB, STATUS, chain, job_of
from core.casework.process import require_alike
from core.casework.scope import inside
from core.errors import InvalidInput, JiuzhuError, Problem, Text
from core.store.tables import AssistanceCase, PayrollRun, PayrollTurn


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a payroll is for: a programme, a division with all below it, a period; ``area`` any for both."""

    programme: str
    division: str
    period: PayPeriod
    area: str = "any"

    @property
    def stem(self) -> str:
        """What a payroll's number begins with: ``dibao-610523-2008Q1``."""
        area = [] if self.area == "any" else [self.area]
        return "-".join([self.programme, self.division, *area, str(self.period)])


def open_run(desk: Desk, scope: Scope) -> PayrollRun:
    """Open a payroll as a draft with its job; what was decided ahead for this month takes effect first.

    Raises:
        JiuzhuError: ``not_permitted``; ``conflict``, naming the run that already has households of the subtree in these
            months; ``gap``, ``frequency_not_ruled``, ``too_early`` by the schedule of each place; ``processes_differ``.
    """
    path = desk.path(scope.division)
    desk.require("payroll.prepare", path)
    require_alike(desk)
    _take_turn(desk.session, scope.programme)
    _refuse_overlap(desk.session, scope, path)
    take_effects(desk, path)
    period = scope.period
    run = PayrollRun(
        number=_number(desk.session, scope.stem), programme=scope.programme, area=scope.area,
        division=scope.division, path=path, frequency=period.frequency, from_month=period.start,
        until_month=period.until, status="draft", prepared_by=desk.actor.id, prepared_on=desk.today,
    )  # fmt: skip
    _require_schedules(desk, run)
    desk.session.add(run)
    desk.session.flush()
    total = desk.session.scalar(select(func.count()).select_from(in_scope(run).subquery())) or 0
    start_job(desk.session, job_of(run.id), JOB, arguments={"run": run.id}, total=total, actor_id=desk.actor.id,
              moment=desk.moment)  # fmt: skip
    said = {"number": run.number, "programme": run.programme, "division": run.division, "area": run.area}
    desk.record(chain(run.id), "opened", {**said, "period": str(period)})
    return run


def _take_turn(session: Session, programme: str) -> None:
    """Lock the programme's row, so that of two runs opened at once the second sees the first."""
    dialect = {"sqlite": sqlite, "postgresql": postgresql}[session.get_bind().dialect.name]
    session.execute(dialect.insert(PayrollTurn).values(programme=programme).on_conflict_do_nothing())
    session.execute(select(PayrollTurn).where(PayrollTurn.programme == programme).with_for_update())


def _refuse_overlap(session: Session, scope: Scope, path: str) -> None:
    above = ["/".join(path.split("/")[:depth]) for depth in range(1, path.count("/") + 2)]
    query = select(PayrollRun).where(
        PayrollRun.programme == scope.programme, PayrollRun.status != "cancelled",
        PayrollRun.from_month < scope.period.until, PayrollRun.until_month > scope.period.start,
        PayrollRun.path.in_(above) | inside(PayrollRun.path, (path,)),
    )  # fmt: skip
    if scope.area != "any":
        query = query.where(PayrollRun.area.in_((scope.area, "any")))
    other = session.scalars(query.order_by(PayrollRun.id)).first()
    if other is not None:
        text = Text(
            f"发放表 {other.number}（{STATUS[other.status].zh}）已包含同一地区同一期的家庭，不能重复编制",
            f"payroll {other.number} ({STATUS[other.status].en}) has households of this place and period",
        )
        raise JiuzhuError("conflict", text, hint=_way_out(other), value=other.number)


def _way_out(other: PayrollRun) -> Text:
    if other.status == "draft":
        job = job_of(other.id)
        return Text(f"编制中断的，请继续任务 {job}", f"if its preparation was stopped, go on with the job {job}")
    return Text(
        f"请查看发放表 {other.number}；送银行前可以取消后重编",
        f"see payroll {other.number}; it can be cancelled before it goes to the bank",
    )


def _number(session: Session, stem: str) -> str:
    known = select(func.count()).where((PayrollRun.number == stem) | PayrollRun.number.startswith(f"{stem}."))
    count = session.scalar(known) or 0
    return f"{stem}.{count + 1}" if count else stem


def _require_schedules(desk: Desk, run: PayrollRun) -> None:
    """Ask the schedule of every place and area with recipients in scope; all faults at once."""
    rules, period = Rules(desk, run.programme, period_of(run)), period_of(run)
    places = _places(desk.session, run)
    problems: list[Problem] = []
    rhythms: set[date] = set()
    for division, area in sorted(places):
        try:
            schedule, _ = rules.at(division, area)
            if schedule.allows(run.frequency):
                rhythms.add(max(schedule.opens_on(period), period.start))
        except JiuzhuError as error:
            problems += [one for one in error.problems if one not in problems]
    if problems:
        raise InvalidInput(problems)
    if places:
        _require_rhythm(desk, period, rhythms)


def _places(session: Session, run: PayrollRun) -> set[tuple[str, str]]:
    """Where the households in scope are: the recipients, or where there are none, those that were."""
    rows = session.execute(
        select(AssistanceCase.division, AssistanceCase.area, AssistanceCase.status)
        .where(AssistanceCase.id.in_(in_scope(run)))
        .distinct()
    ).all()
    recipients = {(row.division, row.area) for row in rows if row.status in (*RECEIVING, "stopped")}
    return recipients or {(row.division, row.area) for row in rows}


def _require_rhythm(desk: Desk, period: PayPeriod, opens: set[date]) -> None:
    if not opens:
        text = Text("现行规定不按这一周期发放", "the rules in force do not pay in this rhythm")
        raise JiuzhuError("frequency_not_ruled", text, value=f"{period} {period.frequency}")
    if desk.today < max(opens):
        text = Text("尚未到可以编制本期发放表的日期", "it is too early to prepare this payroll")
        hint = Text(f"最早 {max(opens)}", f"not before {max(opens)}")
        raise JiuzhuError("too_early", text, hint=hint, value=str(period))
