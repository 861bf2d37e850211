"""The policy officer's day, 2018-04-27: the notice on a synthetic roll of Yiyang, beside the totals she knows."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from core.errors import Language, Text
from core.source import read_text
from core.values import yuan_text
from regions.amendment_check import check
from regions.amendment_draft import read_draft
from regions.impact import Impact, impact
from regions.impact_changes import changes_of
from regions.life.roll import LABEL, roll
from regions.life.yiyang import ARREARS, NOTICE, before_the_notice
from regions.platform import open_platform
from regions.preview import preview
from regions.settings import Settings

KNOWN = {
    Text("城市每月增支", "urban, a month"): 61_289 * 1_000,
    Text("农村全年增支", "rural, a year"): 65_814 * 16_400,
    Text("自5月起至年底", "from May to the year's end"): 1_209_878_400,
    Text("自1月起全年", "from January, the year"): 1_814_817_600,
}
"""The control totals in fen, if every case is a pure gap: persons × increment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDay:
    """The impact of the notice on the roll: what was computed beside what must come out, by line."""

    found: Impact
    lines_of: tuple[tuple[Text, int, int], ...]

    @property
    def wrong(self) -> tuple[str, ...]:
        """The totals that did not come out."""
        return tuple(f"{title.zh}: {got} ≠ {known}" for title, got, known in self.lines_of if got != known)

    def lines(self, language: Language) -> Iterator[str]:
        """Yield the day as text."""
        yield Text("══ 益阳，2018-04-27：提标测算", "══ Yiyang, 2018-04-27: the impact of the notice").pick(language)
        yield LABEL.pick(language)
        raised = self.found.tally("dibao").changes["raised"]
        yield Text(
            f"增发 {raised.households} 户 {raised.persons} 人；{self.found.not_counted.zh}",
            f"raised: {raised.households} households, {raised.persons} persons; {self.found.not_counted.en}",
        ).pick(language)
        for title, got, known in self.lines_of:
            mark = "=" if got == known else "✗"
            yield f"  {title.pick(language)}  {yuan_text(got)}  {mark}  {yuan_text(known)}"

    def to_json(self) -> dict[str, Any]:
        """Return the day as JSON."""
        return {
            "tale": "policy_day",
            "totals": [{"title": t.en, "computed": got, "known": known} for t, got, known in self.lines_of],
            "wrong": list(self.wrong),
        }


def policy_day(share: int = 1) -> PolicyDay:
    """Compute the notice's impact on the roll, or on one household of every ``share`` (its totals then differ)."""
    with tempfile.TemporaryDirectory(prefix="jiuzhu-") as folder:
        trial = before_the_notice(Path(folder))
        settings = Settings(data_dir=Path(folder), lang="zh")
        registry = open_platform(settings, in_memory=True, trial=trial).registry
        checked = check(registry, read_draft(read_text(NOTICE.replace(ARREARS, ""), "益政办发[2018]11号")), "0" * 32)
        after = preview(registry, checked.source, checked.provisions, documents=checked.documents)
        found = impact(changes_of(registry, after, checked.provisions), roll(share))
    totals = {one.start: one.total for one in found.outlooks}
    got = (
        _monthly(found, "urban"), _monthly(found, "rural") * 12, totals[date(2018, 5, 1)], totals[date(2018, 1, 1)],
    )  # fmt: skip
    rows = tuple((title, int(one), known) for (title, known), one in zip(KNOWN.items(), got, strict=True))
    return PolicyDay(found=found, lines_of=rows)


def _monthly(found: Impact, area: str) -> Fraction:
    return sum((tally.monthly for (_, of), tally in found.places.items() if of == area), Fraction(0))
