from __future__ import annotations

from datetime import date
from typing import Any

from admin.step_chart import steps
from core.source import located
from regions.amendment import approve, propose, publish, submit

EDITOR = "policy_editor.430900"


def text(panel: Any, path: str, login: str = EDITOR) -> str:
    answer = panel.visitor(login).get(path)
    assert answer.status_code == 200, path
    return str(answer.get_data(as_text=True))


def test_documents_go_by_title_and_number(panel: Any) -> None:
    for page in ("", "history", "ladder"):
        shown = text(panel, f"/standards/{page}?division=430903&area=urban&on=2018-06-01")
        assert (
            "《关于调整全市城乡最低生活保障标准救助水平和城乡特困人员救助供养标准的通知》（益政办发[2018]11号）"
            in shown
        )
        assert "yiyang/notice11" not in shown


RUNGS = (
    ("430903&area=rural&on=2018-03-01", "益阳市", "3200元/人·年", "尚未施行"),
    ("430903&area=rural&on=2018-06-01", "益阳市", "3036元/人·年", "已被本级后续规定取代"),
    ("430903&on=2018-06-01&kind=procedure&key=acceptance", "全国", "受理", "被更具体或更新的规定覆盖"),
    ("610523&area=rural&on=2008-03-03", "陕西省", "693元/人·年", "上级底线或上限"),
    ("610000&area=rural&on=2007-06-01", "陕西省", "已失效", "空缺"),
)
"""Where one is asked, and of a rung that is not what holds: its level, value and state."""


def test_ladder_shows_floors_and_what_is_shadowed_beside_what_holds(panel: Any) -> None:
    absent = []
    for asked, *rung in RUNGS:
        page = text(panel, f"/standards/ladder?division={asked}").partition("<tbody>")[2]
        if not any(all(one in row for one in rung) for row in page.split("<tr>")):
            absent.append((asked, rung))
    assert absent == []


def test_chart_of_steps_reaches_until_the_day(panel: Any) -> None:
    rows = [
        {"area": "urban", "from": day, "value": {"amount": {"yuan": yuan, "per": "person-month"}}}
        for day, yuan in (("2018-01-01", "420"), ("2018-04-27", "430"))
    ]
    with panel.app.test_request_context():
        chart = steps(rows, "urban", until=date(2018, 6, 1))
    assert chart is not None
    assert chart["series"][0]["data"][-1]["value"] == ["2018-06-01", 430.0]


def test_places_are_compared_on_one_day_in_one_unit(panel: Any) -> None:
    page = text(panel, "/standards/places?division=430900&area=rural&on=2018-06-01&other=610523")
    assert page.count("3200元/人·年") == 9, "the city, its eight districts; Dali has none recorded"
    assert page.count("266.67") >= 9 and "没有登记现行标准" in page and "data-chart" in page


def test_rule_that_begins_later_is_a_coming_change(panel: Any) -> None:
    page = text(panel, "/standards/?division=430903&on=2018-02-01")
    assert "将要变化" in page and "430元/人·月" in page and "尚未施行" in page


def test_gaps_are_told_by_sort_in_words_and_lead_to_an_amendment(panel: Any) -> None:
    page = text(panel, "/standards/gaps?division=430903&on=2018-06-01&sort=gap")
    assert "物价补贴" in page and "日期推定" in page and "technical_default" not in page.split("<tbody>")[1]
    assert "/amendments/new?division=430903&amp;area=any&amp;programme=dibao&amp;kind=price_subsidy&amp;key=" in page
    clerk = text(panel, "/standards/gaps?division=430903&on=2018-06-01&sort=gap", "clerk.430900")
    assert "/amendments/new" not in clerk, "who may not propose is offered nothing"


def test_approved_amendment_shows_as_coming_to_who_may_read_it(panel: Any) -> None:
    uuid = _approved(panel)
    page = text(panel, "/standards/?division=430903")
    assert f"/amendments/{uuid}" in page and "450元/人·月" in page
    outside = text(panel, "/standards/?division=430903", "clerk.610523")
    assert uuid not in outside


def test_published_amendment_goes_by_words_before_its_day_and_after(panel: Any) -> None:
    uuid = _approved(panel)
    with panel.platform.desk("policy_approver.430900") as desk:
        publish(desk, uuid)
    for on in ("2018-06-01", "2018-07-01"):
        page = text(panel, f"/standards/?division=430903&area=urban&on={on}")
        assert "保障标准" in page and "450元/人·月" in page
        assert ">standard<" not in page and f">amendment/{uuid}" not in page


def _approved(panel: Any) -> str:
    notice = {
        "division": "430900",
        "document": {
            "issuer": "益阳市民政局", "title": "关于提高城市低保标准的通知（示例）", "number": "示例〔2018〕1号",
            "issued": "2018-05-20", "effective": "2018-07-01",
        },
        "rows": [{
            "kind": "standard", "programme": "dibao", "area": "urban", "cite": "一",
            "amount": {"yuan": "450", "per": "person-month"},
        }],
    }  # fmt: skip
    with panel.platform.desk(EDITOR) as desk:
        uuid = str(propose(desk, located(notice, "notice")).uuid)
        submit(desk, uuid)
    with panel.platform.desk("policy_approver.430900") as desk:
        approve(desk, uuid)
    return uuid
