"""A snapshot out of a real database: the facts a single case is judged by, whole parts only, taken up after a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.caseload.kept import row_of
from core.caseload.snapshot import Snapshot, open_snapshot
from core.casework.deciding.case_facts import case_facts
from core.casework.deciding.decision import entitled_in
from core.casework.deciding.facts import facts_on, facts_row, prepare_facts
from core.casework.deciding.place import place_on
from core.errors import JiuzhuError
from core.store.tables import AssistanceCase, Decision, Event
from regions.caseload import facts_of_places
from regions.caseload_query import Wanted
from regions.caseload_refresh import refresh
from regions.caseload_snapshot import snapshot
from regions.life.exhibit import exhibit_settings, open_exhibit
from regions.platform import Platform
from regions.settings import Settings

DAY = date(2018, 11, 1)
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def office(bases: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Some forty households of Yiyang and Ruian, some with a longer story."""
    settings = exhibit_settings(Settings(data_dir=tmp_path_factory.mktemp("office"), lang="zh"))
    url = bases.fresh()
    platform = open_exhibit(replace(settings, database_url=url), share=2000)
    with platform.database.writing() as session:
        for number, case in enumerate(session.scalars(select(AssistanceCase).order_by(AssistanceCase.id)).all()):
            _more(session, case, number)
    yield platform
    platform.database.close()
    bases.drop(url)


def _more(session: Session, case: AssistanceCase, number: int) -> None:
    """Let something happen to a case: newer and later facts, decisions, refusals, reviews, a move."""
    first = facts_on(session, case.id, DAY)
    decided = session.scalars(select(Decision).where(Decision.case_id == case.id)).one()
    assert first is not None
    members = first.facts["members"]
    match number % 6:
        case 0:
            _facts(session, case, 2, {**first.facts, "income_stability": "unstable"}, on=date(2018, 10, 1))
            _facts(session, case, 3, {**first.facts, "assets_meet_local_rule": "false"}, on=date(2018, 12, 1))
        case 1:
            _decision(session, decided, kind="change", start=date(2018, 3, 1), monthly=Fraction(19300, 3))
            _decision(session, decided, kind="phase_out", start=date(2018, 9, 1), monthly=Fraction(5000), number=3)
        case 2:
            _decision(session, decided, kind="change", start=date(2018, 6, 1), monthly=Fraction(7), basis={
                "disregard": True, "note": "a, b\n\x1f"})  # fmt: skip
            _event(session, case, "work_refused", date(2018, 7, 1))
            _event(session, case, "reviewed", date(2018, 8, 2))
            _event(session, case, "reviewed", date(2018, 12, 2))
        case 3:
            _event(
                session, case, "move", date(2018, 11, 20), {"was": "430903", "was_path": "000000/430000/430900/430903"}
            )
        case 4:
            _facts(session, case, 2, {**first.facts, "shoes": "1"}, on=date(2018, 10, 1))
        case _:
            more = [*members, {"id": "x", "relation": "child", "income": [{"item": "wage", "amount": "12.34"}]}]
            _facts(session, case, 2, {**first.facts, "members": more}, on=DAY)


def _facts(session: Session, case: AssistanceCase, number: int, facts: Mapping[str, Any], *, on: date) -> None:
    session.add(
        facts_row(case.id, number, facts, basis="review", effective_on=on, recorded_at="2018-10-01T00:00:00+00:00")
    )


def _decision(
    session: Session, like: Decision, *, kind: str, start: date, monthly: Fraction, number: int = 2,
    basis: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    session.add(Decision(
        case_id=like.case_id, number=number, kind=kind, decided_on=start, recorded_at=like.recorded_at, from_month=start,
        monthly=monthly, parts={}, method="gap", basis=basis or {}, prepared_by=like.prepared_by,
        decided_by=like.decided_by, digest="",
    ))  # fmt: skip


def _event(session: Session, case: AssistanceCase, kind: str, on: date, body: Mapping[str, Any] | None = None) -> None:
    session.add(Event(chain=f"case/{case.id}", sequence=900 + on.month, kind=kind, happened_on=on, body=body or {},
                      recorded_at="2018-11-01T00:00:00+00:00", previous="", digest=f"{case.id}{on}"))  # fmt: skip


def taken(office: Platform, folder: Path, *, path: str = "000000", on: date = DAY, **options: Any) -> Snapshot:
    """Take a snapshot as an administrator of the country would not: by who may export lists."""
    with office.reading_desk("city-approver") as desk:
        wanted = Wanted(on=on, path=desk.path(path))
        return snapshot(desk, office.database, folder, wanted, **options)


def rows_of_snapshot(found: Snapshot) -> list[dict[str, Any]]:
    return [row for part in found.manifest.parts for row in found.batch(part).to_pylist()]


def test_facts_are_those_a_proposal_reads(office: Platform, tmp_path: Path) -> None:
    found = taken(office, tmp_path / "one", path="430900", part_rows=7)
    rows = {row["household"]: row for row in rows_of_snapshot(found)}
    stored = found.manifest.catalogue
    with office.database.reading() as session:
        cases = session.scalars(select(AssistanceCase).where(AssistanceCase.division != "330381")).all()
        assert sorted(rows) == sorted(one.number for one in cases)
        for case in cases:
            row, version = rows[case.number], facts_on(session, case.id, DAY)
            assert version is not None
            division = place_on(session, case, DAY).division
            book = office.registry.rulebook(division, on=DAY, area=case.area, programmes=("dibao",))
            own = case_facts(session, case.id, DAY)
            decisions = session.scalars(select(Decision).where(Decision.case_id == case.id).order_by(Decision.number))
            now = entitled_in(decisions.all(), DAY)
            assert now is not None and row["division"] == division
            assert row["current"] == {"numerator": now.monthly.numerator, "denominator": now.monthly.denominator}
            assert (row["decision"], row["since"], row["facts_digest"]) == (now.kind, now.from_month, version.digest)
            if "shoes" in version.facts:
                assert '"shoes"' in row["kept"] and '"refusals":"0"' in row["kept"] and not row["facts"]["member"]
                continue
            expected = row_of(stored, prepare_facts(book, version.facts, on=DAY, case_facts=own))
            assert expected is not None and row["kept"] is None and row["facts"] == expected[0].as_py()


def test_rows_are_in_order_and_whole_parts_have_their_sums(office: Platform, tmp_path: Path) -> None:
    found = taken(office, tmp_path / "one", path="430900", part_rows=7)
    keys = [(row["programme"], row["area"]) for row in rows_of_snapshot(found)]
    assert keys and {len(keys)} == {found.manifest.extents.rows}
    assert [one.extents.rows for one in found.manifest.parts[:-1]] == [7] * (len(found.manifest.parts) - 1)
    assert list(found.damaged()) == []
    (tmp_path / "one" / found.manifest.parts[1].file).write_bytes(b"")
    assert list(found.damaged()) == [found.manifest.parts[1].file]


def test_refreshed_snapshot_is_a_new_one_and_fetches_only_what_changed(office: Platform, tmp_path: Path) -> None:
    later = date(2018, 12, 1)
    new = taken(office, tmp_path / "new", path="430900", on=later, part_rows=9)
    old = taken(office, tmp_path / "old", path="430900", part_rows=7)
    kept = sum(row["kept"] is not None for row in rows_of_snapshot(new))
    digests = {row["household"]: row["facts_digest"] for row in rows_of_snapshot(old)}
    changed = sum(row["facts_digest"] != digests[row["household"]] for row in rows_of_snapshot(new))
    with office.reading_desk("city-approver") as desk:
        wanted = Wanted(on=later, path=desk.path("430900"))
        found = refresh(desk, office.database, tmp_path / "old", wanted, part_rows=9)

    assert (kept, changed, found.fetched) == (kept, changed, kept + changed) and 0 < changed < found.kept
    assert rows_of_snapshot(open_snapshot(tmp_path / "old")) == rows_of_snapshot(new)
    assert len(list((tmp_path / "old").glob("*.arrow"))) == len(new.manifest.parts)
    assert list(found.snapshot.damaged()) == []


def test_who_may_not_export_lists_takes_no_snapshot(office: Platform, tmp_path: Path) -> None:
    with pytest.raises(JiuzhuError) as refused:
        taken(office, tmp_path / "one", path="000000")
    assert refused.value.code == "not_permitted"
    assert not (tmp_path / "one").exists()


KILLED = """
import os, signal, sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from regions.caseload_query import Wanted
from regions.caseload_refresh import refresh
from regions.caseload_snapshot import snapshot
from regions.platform import open_platform
from regions.settings import Settings

def killed(done, total):
    if done >= 14:
        os.kill(os.getpid(), signal.SIGKILL)

platform = open_platform(Settings(data_dir=Path(sys.argv[1]), lang="zh", database_url=sys.argv[2]))
with platform.reading_desk("city-approver") as desk:
    wanted = Wanted(on=date(2018, 11, 1), path=desk.path("430900"))
    snapshot(desk, platform.database, Path(sys.argv[3]), wanted, part_rows=7, progress=killed)
"""


def test_snapshot_killed_in_the_middle_goes_on_behind_its_last_whole_part(office: Platform, tmp_path: Path) -> None:
    whole = taken(office, tmp_path / "whole", path="430900", part_rows=7)
    folder = tmp_path / "killed"
    url = office.database.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", KILLED, str(office.settings.data_dir), url, str(folder)]
    assert subprocess.run(command, cwd=ROOT, env=os.environ, check=False).returncode == -signal.SIGKILL  # noqa: S603
    with pytest.raises(JiuzhuError) as refused:
        taken(office, folder, path="430900", part_rows=7)
    assert refused.value.code == "snapshot_there" and "--resume" in str(refused.value)

    kept = {one: one.stat().st_mtime_ns for one in folder.glob("*.arrow")}
    again = taken(office, folder, path="430900", part_rows=7, resume=True)

    assert len(kept) == 2 and all(one.stat().st_mtime_ns == stamp for one, stamp in kept.items())
    assert again.manifest == whole.manifest


def test_places_without_rules_do_not_stop_the_others(office: Platform) -> None:
    facts = facts_of_places(office.registry, [("dibao", "430903", "rural"), ("dibao", "999999", "rural")], DAY)
    assert "assets_meet_local_rule" in facts.declared
