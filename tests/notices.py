"""Documents of amendments as a policy officer types them, for the tests of several subjects."""

from __future__ import annotations

from core.source import Located, read_text

NOTICE = """
division: "430900"
document:
  number: 益政办发[2018]11号
  issuer: 益阳市人民政府
  title: 关于调整全市城乡最低生活保障标准救助水平和城乡特困人员救助供养标准的通知
  issued: 2018-04-27
  announced: 2018-04-27
  effective: {effective}
  first_payment_month: {first}
  assurance: seed
{arrears}rows:
  - {{kind: standard, programme: dibao, area: urban, amount: {{yuan: {urban}, per: person-month}}, cite: 城市标准}}
  - {{kind: standard, programme: dibao, area: rural, amount: {{yuan: {rural}, per: {per}}}, cite: 农村标准}}
  - kind: target
    programme: dibao
    area: urban
    cite: 城市目标
    items: {{average_benefit: {{amount: {{yuan: 320, per: person-month}}, operator: at_least}}}}
  - kind: target
    programme: dibao
    area: rural
    cite: 农村目标
    items: {{average_benefit: {{amount: {{yuan: 170, per: person-month}}, operator: at_least}}}}
  - kind: standard
    programme: special_hardship
    label: 城乡特困人员救助供养标准
    status: gap
    because: 文件标题提到，来源未载数额
    cite: 标题
"""


def notice(
    *,
    urban: str = "430",
    rural: str = "3200",
    per: str = "person-year",
    effective: str = "2018-05-01",
    first: str = "2018-05",
    arrears: str = "",
) -> Located:
    """The notice of Yiyang, 2018 No. 11, with its five rows."""
    line = f"  arrears_from: {arrears}\n" if arrears else ""
    text = NOTICE.format(urban=urban, rural=rural, per=per, effective=effective, first=first, arrears=line)
    return read_text(text, "notice.yaml")
