from __future__ import annotations

from typing import Any

import pytest

CLERK = "clerk.430900"


def text(panel: Any, path: str, login: str = CLERK) -> str:
    answer = panel.visitor(login).get(path)
    assert answer.status_code == 200, path
    return str(answer.get_data(as_text=True))


def test_tree_opens_on_the_way_to_the_officers_place_and_finds_others_by_name(panel: Any) -> None:
    page = text(panel, "/regions/?q=大荔")
    assert "610523" in page and "陕西省渭南市大荔县" in page
    assert "赫山区" in page and "华容县" not in page, "only the way to Yiyang is open; other branches come when asked"
    assert "华容县" in text(panel, "/regions/430600/below")


def test_page_of_a_place_says_its_code_level_path_and_what_is_below(panel: Any) -> None:
    page = text(panel, "/regions/430900")
    for part in ("430900", "地级", "湖南省", "赫山区", "GB/T 2260"):
        assert part in page
    assert panel.visitor(CLERK).get("/regions/999999").status_code == 404


def test_effective_policy_is_told_in_words(panel: Any) -> None:
    page = text(panel, "/regions/430903/policy?area=urban&on=2018-06-01")
    for part in (
        "430元/人·月",
        "保障标准",
        "制定机关",
        "设区的市",
        "《关于调整全市城乡最低生活保障标准",
        "益政办发[2018]11号",
    ):
        assert part in page
    for code in ("person-month", "set_by", "yiyang/notice11", "month_after_decision", "village_notice_board"):
        assert code not in page


def test_formula_is_read_aloud_beside_itself(panel: Any) -> None:
    page = text(panel, "/regions/430903/policy?area=urban&on=2018-06-01")
    assert "<code>counted_income &lt; line * household_size</code>" in page
    assert "&lt; " in page and "× " in page and "“户主”" in page


def test_effective_policy_is_that_of_the_day_asked_for(panel: Any) -> None:
    assert "430元/人·月" not in text(panel, "/regions/430903/policy?area=urban&on=2017-06-01")


def test_rule_that_holds_in_both_areas_stands_once(panel: Any) -> None:
    page = text(panel, "/regions/430903/policy?on=2018-06-01")
    assert page.count("按人均收入与标准的差额发给") == 1
    assert "430元/人·月" in page and "3200元/人·年" in page


def test_procedure_is_listed_in_its_order_and_drawn(panel: Any) -> None:
    page = text(panel, "/regions/430903/procedure?area=urban&on=2018-06-01")
    assert page.index('id="s-application"') < page.index('id="s-acceptance"') < page.index('id="s-home_visit"')
    assert "个工作日" in page and "<svg" in page and page.count("<rect") == page.count('<tr id="s-')


def test_comparison_lists_what_differs_with_changed_cells_marked(panel: Any) -> None:
    page = text(panel, "/regions/compare?division=430903&area=urban&on=2018-06-01&division2=430981&on2=2018-06-01")
    assert "没有不同" in page
    page = text(panel, "/regions/compare?division=430903&area=urban&on=2018-06-01&on2=2017-06-01")
    assert "changed" in page and "430元/人·月" in page
    assert "请选择另一地区或另一日期" in text(panel, "/regions/compare?division=430903")


@pytest.mark.parametrize(
    "path", ["/regions/", "/regions/430903", "/regions/430903/policy", "/regions/430903/procedure?area=urban"]
)
def test_page_stands_in_english(panel: Any, path: str) -> None:
    visitor = panel.visitor(CLERK)
    visitor.post("/language", {"language": "en"})
    page = visitor.get(path).get_data(as_text=True)
    assert 'lang="en"' in page and "查询" not in page
