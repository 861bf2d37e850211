"""Who may what through the panel where the pages themselves do not say: files, long work, passwords as typed."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from sqlalchemy import select

from core.casework.flow.case_list import find_case
from core.casework.people.person import shown_name
from core.casework.reviews.problem import Finding, register_problem
from core.casework.roster import upload
from core.casework.roster.takeover import Takeover
from core.casework.rounds.proof import attachments_of
from core.casework.staff import grant_role
from core.store.tables import FormDraft, Job, MonthlyReport, Person
from tests.admin.amending import EDITOR, registered, text_of
from tests.admin.test_cases import applied
from tests.admin.test_imports import CITY, TERMS, roster
from tests.admin.test_jobs import opened, status
from tests.core.casework.purse import decided, household

CLERK, SECOND, APPROVER, AUDITOR = f"clerk.{CITY}", f"clerk2.{CITY}", f"approver.{CITY}", f"auditor.{CITY}"


def job(panel: Any, **arguments: Any) -> str:
    """A job nobody is at."""
    with panel.platform.desk(CLERK) as desk:
        desk.session.add(
            Job(id="left-behind", kind="roster_import", status="running", arguments=arguments, cursor={}, done=0,
                total=1, started_by=desk.actor.id, started_at=desk.moment, finished_at=None, message=None)
        )  # fmt: skip
    return "left-behind"


def handed_in(panel: Any) -> str:
    """A roster whose examination was begun and stopped; the id of its job."""
    panel.app.config["LONG_WORK"] = "here"
    terms = {"income_item": None, "partial": False, "file": None, **TERMS}
    with panel.platform.desk(CLERK) as desk:
        takeover = Takeover.of({**terms, "since": "2018-01-01", "paid_through": "2018-05-01"})
        folder = Path(panel.platform.settings.data_dir) / "rosters"
        return upload.receive(desk, takeover, roster(), folder=folder).id


# Files ---------------------------------------------------------------------------------------------------------------


def test_scan_goes_out_under_a_name_of_ours_whatever_its_sender_called_it(panel: Any) -> None:
    uuid, visitor = registered(panel), panel.visitor(EDITOR)
    page = (BytesIO(b"%PDF-1.4 <script>alert(1)</script>"), "notice.html")
    assert visitor.post(f"/amendments/{uuid}/attach", {"paper": page}).status_code == 303
    with panel.platform.database.reading() as session:
        (kept,) = attachments_of(session, f"amendment/{uuid}")
    sent = visitor.get(f"/amendments/scans/{kept.id}").headers
    assert sent["Content-Disposition"].endswith(".pdf") and "html" not in sent["Content-Disposition"]
    assert sent["Content-Type"] == "application/pdf" and sent["X-Content-Type-Options"] == "nosniff"


# Long work -----------------------------------------------------------------------------------------------------------


def test_payroll_is_gone_on_with_by_whoever_may_prepare_it_only(panel: Any) -> None:
    waiting = opened(panel)
    for login in (AUDITOR, APPROVER, f"policy_editor.{CITY}"):
        panel.visitor(login).post(f"/jobs/{waiting}/resume")
        assert status(panel, waiting) == "running", login
    panel.visitor(SECOND).post(f"/jobs/{waiting}/resume")
    assert status(panel, waiting) == "done"


def test_roster_another_went_on_with_is_not_approved_by_who_handed_it_in(panel: Any) -> None:
    with panel.platform.desk("root") as desk:
        grant_role(desk, CLERK, "approver", CITY)
    examination = handed_in(panel)
    panel.visitor(SECOND).post(f"/jobs/{examination}/resume")
    with panel.platform.database.reading() as session:
        found = session.get_one(Job, examination).cursor["import"]
    answer = panel.visitor(CLERK).post(f"/imports/{found}/approve")
    assert answer.status_code == 422 and status(panel, found) == "running"
    assert panel.visitor(APPROVER).post(f"/imports/{found}/approve").status_code == 303


def test_examination_does_not_fail_because_somebody_without_the_right_went_on_with_it(panel: Any) -> None:
    examination = handed_in(panel)
    panel.visitor(AUDITOR).post(f"/jobs/{examination}/resume")
    assert status(panel, examination) == "running"


def test_job_in_a_place_that_is_no_more_hides_no_list(panel: Any) -> None:
    left = job(panel, division="999999", prepared_by=1)
    for login in (CLERK, APPROVER):
        visitor = panel.visitor(login)
        assert [visitor.get(page).status_code for page in ("/jobs/", "/inbox/", "/imports/")] == [200] * 3, login
    assert panel.visitor(APPROVER).get(f"/jobs/{left}").status_code == 404


# Two persons, and what stays with one --------------------------------------------------------------------------------


def test_plan_is_not_reviewed_by_who_assumed_something_of_it(panel: Any) -> None:
    panel.app.config["LONG_WORK"] = "here"
    with panel.platform.desk("root") as desk:
        grant_role(desk, SECOND, "approver", CITY)
    with panel.platform.desk(CLERK) as desk:
        decided(desk, household(desk, "A-1", division="430903", area="urban"), "2018-05", {"benefit": 390})
    clerk, second = panel.visitor(CLERK), panel.visitor(SECOND)
    page = clerk.post("/budgets/new", {"division": CITY, "programme": "dibao", "year": "2019"}).location
    assumed = {"line": "*:urban", "monthly": "10", "from_month": "5", "because": "拟提标"}
    assert second.post(f"{page}/assume/uprating", assumed).status_code == 303
    assert clerk.post(f"{page}/submit").status_code == 303
    answer = second.post(f"{page}/review")
    assert answer.status_code == 422 and "填报人不能审核" in text_of(answer)
    assert panel.visitor(APPROVER).post(f"{page}/review").status_code == 303


def test_name_of_a_person_stands_in_no_title_a_browser_keeps(panel: Any) -> None:
    number = applied(panel)
    with panel.platform.reading_desk(CLERK) as desk:
        name = shown_name(desk, desk.session.get_one(Person, find_case(desk, number).head_id))
    shown = panel.visitor(CLERK).get(f"/cases/{number}/family").get_data(as_text=True)
    title = shown.partition("<title>")[2].partition("</title>")[0]
    assert number in title and name in shown and name not in title


def test_problem_found_in_a_place_that_is_no_more_still_opens(panel: Any) -> None:
    with panel.platform.desk(APPROVER) as desk:
        found = Finding(source="抽查", division=CITY, finding="缺照片", found_on=desk.today, due_on=desk.today)
        row = register_problem(desk, found)
        row.division, row.path = "999999", f"{row.path}/999999"
        number = row.id
    answer = panel.visitor(APPROVER).get(f"/problems/{number}")
    assert answer.status_code == 200 and "缺照片" in text_of(answer)
    assert panel.visitor("approver.610523").get(f"/problems/{number}").status_code == 404


def test_typing_is_kept_for_documents_the_officer_may_write_only(panel: Any) -> None:
    uuid = registered(panel)
    typed = {"document.title": "示例"}
    assert panel.visitor(EDITOR).post("/amendments/draft", {**typed, "uuid": uuid}).status_code == 200
    stranger = panel.visitor("policy_editor.610523")
    for foreign in (uuid, "f" * 32):
        assert stranger.post("/amendments/draft", {**typed, "uuid": foreign}).status_code in (403, 404, 422)
    with panel.platform.database.reading() as session:
        assert session.scalars(select(FormDraft.subject)).all() == [f"amendment/{uuid}"]


# Forms ---------------------------------------------------------------------------------------------------------------


def test_password_is_what_was_typed_spaces_and_all(panel: Any) -> None:
    new, visitor = " quite another 9 ", panel.visitor(CLERK)
    assert visitor.post("/account/password", {"old": "long-enough-1", "new": new, "again": new}).status_code == 303
    form = {"login": CLERK, "password": new}
    assert panel.visitor().post("/login", form, at="/login").status_code == 303


def test_report_prepared_without_a_month_is_of_the_last_one(panel: Any) -> None:
    answer = panel.visitor(CLERK).post("/reports/changes/prepare")
    assert answer.status_code == 303, text_of(answer)
    with panel.platform.database.reading() as session:
        assert [f"{one:%Y-%m}" for one in session.scalars(select(MonthlyReport.month))] == ["2018-05"]
