"""Impact previews in the panel: computed behind the page, kept, shown again, outdated when something moved on."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from core.casework.deciding.facts import write_facts
from core.casework.job import cancel_job
from core.store.tables import AssistanceCase, FactsVersion, ImpactHousehold, ImpactPreview, Job
from regions import jobs
from regions.impact_preview import ask
from tests.admin.amending import ABROAD, APPROVER, CHECKER, CLERK, EDITOR, granted, notice, registered, stepped, text_of


@pytest.fixture
def here(panel: Any) -> Any:
    """The panel, its long work done within the request: another process would not have the test's clock."""
    panel.app.config["LONG_WORK"] = "here"
    return panel


def asked(panel: Any, uuid: str, login: str = EDITOR, **given: str) -> Any:
    return panel.visitor(login).post(f"/amendments/{uuid}/impact", given, at=f"/amendments/{uuid}/impact")


def shown(panel: Any, uuid: str, login: str = EDITOR) -> str:
    return text_of(panel.visitor(login).get(f"/amendments/{uuid}/impact"))


def test_preview_names_its_population_and_shows_money_by_month_place_and_start(here: Any) -> None:
    granted(here, "A1")
    granted(here, "A2", division="430902", persons=2, income=3000, area="rural")
    uuid = registered(here)
    assert "还没有测算" in shown(here, uuid)
    assert asked(here, uuid).status_code == 303
    told = shown(here, uuid)
    for word in ("在册、在册但须个案决定、被拒、边缘户；未申请家庭不在测算内", "每月增支（元） 93.33", "2018年6月", "2018年7月",
                 "2018年8月", "全部补差控制数", "月人均救助水平", "赫山区", "资阳区", "增发"):  # fmt: skip
        assert word in told, word
    assert "560.00" in told  # six months from July
    assert "没有进程" not in told


def test_preview_is_kept_and_seen_by_others_and_told_as_outdated_when_facts_move_on(here: Any) -> None:
    case_id = granted(here, "A1")
    uuid = registered(here)
    asked(here, uuid)
    told = shown(here, uuid, CHECKER)
    assert "每月增支（元） 60.00" in told and "测算之后情况有变化" not in told
    assert "情况没有变化" in text_of(here.visitor(EDITOR).post(
        f"/amendments/{uuid}/impact", at=f"/amendments/{uuid}/impact", follow_redirects=True))  # fmt: skip
    with here.platform.desk(CLERK) as desk:
        case = desk.session.get_one(AssistanceCase, case_id)
        known = desk.session.scalars(select(FactsVersion).where(FactsVersion.case_id == case_id)).one()
        write_facts(desk, case, known.facts, basis="verified", effective_on=known.effective_on)
    assert "测算之后情况有变化" in shown(here, uuid) and "有新的家庭情况" in shown(here, uuid)
    asked(here, uuid)
    assert "测算之后情况有变化" not in shown(here, uuid)


def test_preview_is_outdated_when_the_amendment_has_changed(here: Any) -> None:
    granted(here, "A1")
    uuid = registered(here)
    asked(here, uuid)
    path = f"/amendments/{uuid}/edit"
    here.visitor(EDITOR).post(path, notice() | {"rows[0].amount.yuan": "460", "version": "1"}, at=path)
    assert "修订已改动" in shown(here, uuid) and "每月增支（元） 60.00" in shown(here, uuid)
    asked(here, uuid)
    assert "每月增支（元） 90.00" in shown(here, uuid)
    assert stepped(here, EDITOR, uuid, "submit").status_code == 303
    assert "测算之后情况有变化" not in shown(here, uuid, CHECKER)  # who approves reads what was submitted


def test_other_start_months_are_computed_and_the_usual_ones_again(here: Any) -> None:
    granted(here, "A1")
    uuid = registered(here)
    asked(here, uuid)
    asked(here, uuid, start1="2018-10", start2="2018-11")
    assert "自 2018年10月 起" in shown(here, uuid) and "自 2018年7月 起" not in shown(here, uuid)
    asked(here, uuid)
    assert "自 2018年7月 起" in shown(here, uuid)
    with here.platform.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ImpactHousehold)) >= 1
    assert asked(here, uuid, start1="x").status_code == 422


def test_household_list_is_by_right_and_paged_by_key(here: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("admin.screens.impacts.SHOWN", 1)
    granted(here, "A1", name="王示例")
    granted(here, "A2", name="李示例")
    uuid = registered(here)
    asked(here, uuid)
    page = here.visitor(CLERK).get(f"/amendments/{uuid}/impact/households?change=raised")
    told = text_of(page)
    assert "王示例" in told and "李示例" not in told and "390.00 450.00 60.00" in told
    following = page.get_data(as_text=True).partition('<p class="more">')[2].partition('href="')[2].partition('"')[0]
    assert "李示例" in text_of(here.visitor(CLERK).get(following.replace("&amp;", "&")))
    book = CalamineWorkbook.from_filelike(
        BytesIO(here.visitor(CLERK).get(f"/amendments/{uuid}/impact/households/workbook?change=raised").data)
    )
    assert [row[1] for row in book.get_sheet_by_index(0).to_python()[1:]] == ["王示例", "李示例"]
    assert "没有这一类家庭" in text_of(here.visitor(CLERK).get(f"/amendments/{uuid}/impact/households?change=lost"))
    assert here.visitor(EDITOR).get(f"/amendments/{uuid}/impact/households").status_code in (403, 404)
    assert "王示例" not in shown(here, uuid) and "须有查看案件的权限" in shown(here, uuid)


def test_amendment_of_elsewhere_has_no_preview(here: Any) -> None:
    uuid = registered(here)
    assert asked(here, uuid, ABROAD).status_code == 404
    with here.platform.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ImpactPreview)) == 0


def test_killed_preview_begins_anew_and_counts_nobody_twice(panel: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        granted(panel, f"A{number}")
    uuid = registered(panel)
    with panel.platform.desk(EDITOR) as desk:
        job_id = ask(desk, uuid).id
    monkeypatch.setattr("regions.impact_preview.STEP", 1)
    work: Any = jobs.resume(panel.platform, EDITOR, job_id)
    next(work), next(work)
    work.close()
    told = shown(panel, uuid)
    assert "正在测算" in told and "2 / 3" in told
    *_, last = jobs.resume(panel.platform, EDITOR, job_id)
    assert (last.status, last.done) == ("done", 3)
    with panel.platform.database.reading() as session:
        own = select(func.count()).where(ImpactHousehold.preview == job_id, ImpactHousehold.programme == "dibao")
        assert session.scalar(own) == 3
    assert "每月增支（元） 180.00" in shown(panel, uuid)


def test_cancelled_preview_stops_and_may_be_begun_again(panel: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        granted(panel, f"A{number}")
    uuid = registered(panel)
    with panel.platform.desk(EDITOR) as desk:
        job_id = ask(desk, uuid).id
    monkeypatch.setattr("regions.impact_preview.STEP", 1)
    work = jobs.resume(panel.platform, EDITOR, job_id)
    next(work)
    with panel.platform.database.writing() as session:
        cancel_job(session, job_id, moment="2018-06-01T02:00:00+00:00")
    assert [one.status for one in work] == ["cancelled"]
    assert "还没有测算" in shown(panel, uuid)
    with panel.platform.desk(EDITOR) as desk:
        assert ask(desk, uuid).id == job_id
    *_, last = jobs.resume(panel.platform, EDITOR, job_id)
    assert last.status == "done"


def test_job_is_named_in_words(panel: Any) -> None:
    uuid = registered(panel)
    with panel.platform.desk(EDITOR) as desk:
        job_id = ask(desk, uuid).id
        assert desk.session.get_one(Job, job_id).kind in jobs.KINDS
    assert "影响测算" in text_of(panel.visitor(EDITOR).get(f"/jobs/{job_id}"))
    assert panel.visitor(APPROVER).get(f"/jobs/{job_id}").status_code == 200
