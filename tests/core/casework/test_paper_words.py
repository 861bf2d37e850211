"""The columns and words of the papers are the offices' own, in their order."""

from __future__ import annotations

from core.casework.flow.exit_reason import exit_reasons
from core.casework.money.bank import HEADINGS
from core.casework.money.fund import SOURCES
from core.casework.reporting.change_lists import LISTS
from core.casework.reporting.report_declaration import declaration

NORMAL = ("收入超标", "财产超标", "转特困", "就业渐退期满", "主动放弃", "不配合核查")
REMOVAL = ("虚报骗取（清退）", "错保纠正（清退）")
NATURAL = ("死亡", "迁出")
OF_ONE_AREA = ("户数", "人数", "月人均救助水平", "目标", "超目标", "本月支出", "累计支出")


def test_progress_of_dibao_has_the_same_columns_for_town_and_country() -> None:
    found = declaration("progress")
    assert (found.label.zh, found.row.zh) == ("城乡低保工作进度表", "地区")
    assert [one.label.zh for one in found.columns] == [
        f"{area}{one}" for area in ("城市", "农村") for one in OF_ONE_AREA
    ]


def test_every_reason_of_leaving_belongs_to_one_class() -> None:
    household = [one for one in exit_reasons().values() if "household" in one.of]
    told = {
        group: {one.label.zh for one in household if one.group == group} for group in ("normal", "removal", "natural")
    }
    assert told == {"normal": set(NORMAL), "removal": set(REMOVAL), "natural": set(NATURAL)}
    assert {one.label.zh for one in exit_reasons().values() if one.of == ("member",)} == {"结婚离户", "分户"}
    assert LISTS["left"].title == "退出对象跟踪" and LISTS["died"].title == "自然减员名单"


def test_parts_of_a_payment_are_columns_of_their_own() -> None:
    parts = [one.removesuffix(":money") for one in HEADINGS if one.endswith(":money")]
    assert parts == [
        "保障金", "家庭分类施保", "人员分类施保", "物价补贴", "渐退期保障金", "补发", "扣回", "实发金额",
    ]  # fmt: skip


def test_fund_has_five_sources_from_the_centre_down() -> None:
    assert [one.zh for one in SOURCES.values()] == ["中央", "省", "市", "县", "捐助"]
