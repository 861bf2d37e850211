"""Running the demonstration: each story in an empty database, its timeline and ledger told, its figures checked."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from sqlalchemy import select

from core.casework.deciding.replay import replay
from core.casework.flow.story import Story, story_of
from core.casework.money.ledger import Ledger, ledger
from core.casework.row_check import row_faults
from core.casework.sealed_check import sealed_faults
from core.casework.trail import verify
from core.errors import Language, Text
from core.store.tables import Decision
from core.values import yuan_text
from regions.life import shaanxi, yiyang
from regions.life.bureau import Bureau, again, open_bureau

DEMONSTRATION = Path(str(files("regions").joinpath("data", "demonstration")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tale:
    """One place's demonstration: where it plays, how it is led, what every case must have been paid, in fen."""

    name: str
    title: Text
    division: str
    first: date
    last: date
    live: Callable[[Bureau], list[int]]
    paid: tuple[tuple[int, ...], ...]
    """For each case its payments in order."""


TALES: tuple[Tale, ...] = (
    Tale(
        name="shaanxi", title=Text("陕西农村，2008年：三户申请", "Rural Shaanxi, 2008: three applications"),
        division=shaanxi.DALI, first=shaanxi.MONDAY, last=date(2009, 1, 5), live=shaanxi.live,
        paid=((19_300, 19_300, 2_867), (1_975, 1_975, 1_975), (4_650, 4_650, 4_650)),
    ),
    Tale(
        name="yiyang",
        title=Text("益阳城市，2018年：一户申请和一次提标", "Urban Yiyang, 2018: one application, one uprating"),
        division=yiyang.CITY, first=date(2018, 2, 5), last=date(2018, 5, 31), live=yiyang.live,
        paid=((36_000, 42_000),),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A tale that was led: stories and ledgers of its cases, and what did not come out as it must."""

    tale: Tale
    dialect: str
    stories: tuple[Story, ...]
    ledgers: tuple[Ledger, ...]
    replayed: int
    events: int
    wrong: tuple[str, ...]

    def lines(self, language: Language) -> Iterator[str]:
        """Yield the tale as text: the timeline and the ledger of every case."""
        yield f"══ {self.tale.title.pick(language)} [{self.dialect}]"
        for story, account in zip(self.stories, self.ledgers, strict=True):
            yield ""
            yield story.text(language)
            yield from _ledger_lines(account, language)
        yield ""
        yield Text(
            f"{self.replayed} 个决定按存储的规则和事实重算，逐字节一致；{self.events} 条办理记录校验无误",
            f"{self.replayed} decisions recomputed from what they stored, byte for byte; {self.events} events verified",
        ).pick(language)
        yield from (f"✗ {one}" for one in self.wrong)

    def to_json(self, language: Language) -> dict[str, Any]:
        """Return the tale as JSON."""
        return {
            "tale": self.tale.name,
            "dialect": self.dialect,
            "cases": [
                {"story": story.to_json(language), "payments": [_payment_json(one) for one in account.payments]}
                for story, account in zip(self.stories, self.ledgers, strict=True)
            ],
            "replayed": self.replayed,
            "events": self.events,
            "wrong": list(self.wrong),
        }


def run_life(urls: Sequence[str | None] = (None,), tales: Sequence[Tale] = TALES) -> Iterator[Told]:
    """Lead every tale in a database of its own: the embedded SQLite for None, else an empty one of the URL.

    Raises:
        JiuzhuError: ``not_empty``; whatever stops a step.
    """
    for url, tale in zip(urls, tales, strict=True):
        with tempfile.TemporaryDirectory(prefix="jiuzhu-") as folder:
            yield tell(tale, url=url, folder=Path(folder))


def tell(tale: Tale, *, url: str | None, folder: Path) -> Told:
    """Lead a tale and read it back."""
    bureau = opened(tale, url=url, folder=folder)
    try:
        return _read_back(tale, bureau, tale.live(bureau))
    finally:
        bureau.platform.database.close()


def opened(tale: Tale, *, url: str | None, folder: Path) -> Bureau:
    """Open the bureau of a tale in an empty database, under the rules as they were known then."""
    trial = yiyang.before_the_notice(folder) if tale.name == "yiyang" else None
    plugins = () if trial else (DEMONSTRATION,)
    return open_bureau(tale.division, tale.first, url=url, folder=folder, plugins=plugins, trial=trial)


def _read_back(tale: Tale, bureau: Bureau, cases: Sequence[int]) -> Told:
    with bureau.desk("auditor", tale.last) as desk:
        found = [again(desk, one) for one in cases]
        accounts = tuple(ledger(desk, one) for one in found)
        replays = [replay(desk.session, one) for one in desk.session.scalars(select(Decision.id)).all()]
        trail = verify(desk.session)
        wrong = [
            f"{case.number}: {paid} ≠ {tuple(one.total for one in account.payments)}"
            for case, account, paid in zip(found, accounts, tale.paid, strict=True)
            if paid != tuple(one.total for one in account.payments)
        ]
        wrong += [f"decision {one.decision.id}: replay differs" for one in replays if not one.same]
        wrong += [f"{one.chain} {one.sequence}: {one.what}" for one in trail.faults]
        stories = tuple(story_of(desk, one) for one in found)
        wrong += [f"{one.case.number}: {d.column}" for one in stories for d in one.differences]
        altered = (*row_faults(desk.session), *sealed_faults(desk.session, desk.cipher))
        wrong += [f"{one.table} {one.row}: {one.what}" for one in altered]
    return Told(tale=tale, dialect=bureau.platform.database.dialect, stories=stories, ledgers=accounts,
                replayed=len(replays), events=trail.events, wrong=tuple(wrong))  # fmt: skip


COLUMNS: tuple[tuple[str, Text], ...] = (
    ("benefit", Text("保障金", "benefit")),
    ("household_topup", Text("家庭分类施保", "household top-up")),
    ("member_topup", Text("人员分类施保", "person top-up")),
    ("price_subsidy", Text("物价补贴", "price subsidy")),
    ("arrears", Text("补发", "arrears")),
    ("recovery", Text("扣回", "recovery")),
)


def _ledger_lines(account: Ledger, language: Language) -> Iterator[str]:
    yield Text("发放", "payments").pick(language)
    for one in account.payments:
        shown = "  ".join(
            f"{title.pick(language)} {yuan_text(one.columns[name])}" for name, title in COLUMNS if one.columns.get(name)
        )
        total = Text("合计", "total").pick(language)
        yield f"  {one.payroll}  {shown}  {total} {yuan_text(one.total)}"


def _payment_json(one: Any) -> dict[str, Any]:
    return {"payroll": one.payroll, "period": str(one.period), "columns": dict(one.columns), "total": one.total}
