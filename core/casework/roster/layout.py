"""The columns of a roster, the names they go by, and the template with an example and notes."""

from __future__ import annotations

from collections.abc import Mapping

from core.casework.workbook import Column, Heading, Sheet
from core.casework.workbook.sheet import ColumnKind

TITLE = "花名册"
ERRORS = "错误说明"

HEADINGS: tuple[Heading, ...] = (
    Heading(name="head", title="户主姓名", aliases=("户主", "姓名"), required=True),
    Heading(name="head_number", title="身份证号", aliases=("户主身份证号", "公民身份号码"),
            required=True, digits=True),
    Heading(name="persons", title="家庭人口数", aliases=("家庭人口", "人口数"), required=True),
    Heading(name="entitled", title="保障人口数", aliases=("保障人口", "保障人数"), required=True),
    Heading(name="income", title="家庭年总收入", aliases=("年总收入", "家庭年收入")),
    Heading(name="income_per_head", title="家庭年人均收入", aliases=("年人均收入", "人均年收入")),
    Heading(name="benefit", title="户月保障金额", aliases=("户月保障金", "月保障金额"), required=True),
    Heading(name="household_topup", title="家庭分类施保总额", aliases=("家庭分类施保金额", "家庭分类施保")),
    Heading(name="member_topup", title="人员分类施保总额", aliases=("人员分类施保金额", "人员分类施保")),
    Heading(name="total", title="合计", aliases=("月合计", "合计金额", "合计(元)"), required=True),
    Heading(name="phone", title="联系电话", aliases=("电话", "手机号码")),
    Heading(name="address", title="家庭住址", aliases=("住址", "地址")),
    Heading(name="province", title="省", aliases=("省份",)),
    Heading(name="prefecture", title="市", aliases=("地市", "市州")),
    Heading(name="county", title="区县", aliases=("县区", "县(市、区)", "区/县")),
    Heading(name="township", title="街道", aliases=("乡镇", "镇街", "街道/乡镇", "乡镇/街道")),
    Heading(name="village", title="社区", aliases=("村居", "村", "社区/村", "村/社区")),
    Heading(name="certificate", title="低保(特困)证号", aliases=("低保证号", "特困证号", "证号"), digits=True),
    Heading(name="first_month", title="最初享受月份", aliases=("享受起始月份", "起始月份"), required=True),
    Heading(name="reason", title="申请原因", aliases=("致困原因", "主要致困原因")),
    Heading(name="method", title="救助金计算方式", aliases=("计算方式", "保障金计算方式"), required=True),
    Heading(name="tier", title="分档类型", aliases=("档次", "分档")),
    Heading(name="bank", title="开户银行", aliases=("开户行",)),
    Heading(name="account_name", title="账户名", aliases=("户名", "开户名")),
    Heading(name="account", title="账号", aliases=("银行账号", "卡号"), digits=True),
    Heading(name="card", title="一卡通账号", aliases=("一卡通", "社保卡账号"), digits=True),
    Heading(name="houses", title="产权住房套数", aliases=("住房套数",)),
    Heading(name="house_area", title="住房面积", aliases=("住房面积(平方米)",)),
    Heading(name="financial_assets", title="金融资产总额", aliases=("金融资产",)),
    Heading(name="other_assets", title="其他财产"),
    Heading(name="member_names", title="成员姓名", aliases=("家庭成员姓名",)),
    Heading(name="member_numbers", title="成员身份证号", aliases=("家庭成员身份证号",), digits=True),
    Heading(name="relations", title="成员与户主关系", aliases=("与户主关系",)),
    Heading(name="entitlements", title="成员是否保障", aliases=("是否保障",)),
)  # fmt: skip
"""The columns of the national system's export, and two of ours: 成员与户主关系, 成员是否保障."""

EXAMPLE: Mapping[str, str | int] = {
    "head": "示例甲", "head_number": "110101195003070013", "persons": 2, "entitled": 2, "income": 300_000,
    "income_per_head": 150_000, "benefit": 28_333, "household_topup": 0, "member_topup": 0, "total": 28_333,
    "phone": "13000000000", "address": "示例村1组", "province": "湖南省", "prefecture": "益阳市", "county": "赫山区",
    "township": "示例镇", "village": "示例村", "certificate": "0001", "first_month": "2016-03", "reason": "因病",
    "method": "补差", "tier": "", "bank": "示例银行", "account_name": "示例甲", "account": "6200000000000000",
    "card": "", "houses": 1, "house_area": "80", "financial_assets": 0, "other_assets": "",
    "member_names": "示例乙", "member_numbers": "110101195203070026", "relations": "配偶", "entitlements": "是",
}  # fmt: skip
"""The example row; money in fen."""

MONEY = ("income", "income_per_head", "benefit", "household_topup", "member_topup", "total", "financial_assets")
COUNTS = ("persons", "entitled", "houses")

NOTES: tuple[tuple[str, str], ...] = (
    ("总则", "一行一户。列的先后不限，按表头名称识别；本说明页不导入。示例行导入前请删除。"),
    ("身份证号、账号", "必须是文本格式。按数字录入的会丢失末尾数位，一律退回。"),
    ("公式", "含公式的单元格一律退回，请粘贴为数值。"),
    ("家庭人口数", "含户主；应与户主加“成员姓名”所列人数一致。"),
    ("保障人口数", "少于家庭人口数时，须在“成员是否保障”中逐人填写 是 或 否。"),
    ("成员姓名、成员身份证号", "多人用分号（;或；）隔开，先后一一对应；可以写户主，也可以不写。"),
    (
        "成员与户主关系",
        "与成员姓名一一对应：配偶、子女、父母、祖父母、孙子女、兄弟姐妹、其他；整列空着时按“其他”登记。",
    ),
    ("成员是否保障", "与成员姓名一一对应；不写户主时户主按保障登记。"),
    ("金额", "元，最多两位小数。户月保障金额 + 家庭分类施保总额 + 人员分类施保总额 = 合计。"),
    (
        "家庭年总收入",
        "导入时指明它属于哪个收入项目才登记为收入事实；不指明则不登记，复算时列为“缺少收入事实”。",
    ),
    ("救助金计算方式", "补差 或 分档；分档的须填分档类型。"),
    (
        "最初享受月份",
        "如 2016-03。表中金额自导入时所定的金额起始月起按已批准登记；原系统已发至的月份及以前，视为已由原系统发放。",
    ),
    ("账号、一卡通账号", "两者都填时按“账号”发放，“一卡通账号”不登记。"),
    ("金融资产、住房套数", "金融资产记入转入事件；住房套数登记为财产事实。"),
    ("证号、申请原因、分档类型、住房面积、其他财产", "加密保存在案件旁；除证号外不得填写身份证号、账号，违者退回。"),
    ("退回", "有错的行连同“错误说明”退回。默认整个文件都不导入；导入时选择只导入无误的行的，退回有错的行。"),
)


def template() -> tuple[Sheet, Sheet]:
    """Return the template: the roster with one example row, and what each column wants."""
    roster = Sheet(title=TITLE, columns=columns_of_roster(), rows=[[EXAMPLE[one.name] for one in HEADINGS]])
    notes = Sheet(
        title="填表说明", columns=(Column(title="栏目", width=26), Column(title="说明", width=100)), rows=NOTES
    )
    return roster, notes


def columns_of_roster() -> tuple[Column, ...]:
    """Return the columns as a workbook has them."""
    return tuple(Column(title=one.title, kind=_kind(one)) for one in HEADINGS)


def _kind(one: Heading) -> ColumnKind:
    if one.digits:
        return "id"
    return "money" if one.name in MONEY else "count" if one.name in COUNTS else "text"
