"""A programme (救助项目): whom it pays, who may set its standard, which quantities are its answer."""

from __future__ import annotations

from core.errors import Text
from core.kinds.schema import array, choice, code, levels, string, text, value
from core.provision import Kind

KIND = Kind(
    name="programme",
    title=Text("救助项目", "programme"),
    schema=value(
        {
            "pays": choice(("household", "member"), "发放对象", "pays"),
            "standard_set_by": levels("标准制定机关层级", "standard set by"),
            "standard_filed_by": levels("标准须报上一级备案后公布的层级", "files its standard with the level above"),
            "outputs": array(string("结果名称", "quantity"), "结果", "outputs"),
            "population": text("保障对象", "population"),
            "replaces": code("所取代的项目", "programme it replaces"),
        },
        required=("pays",),
    ),
    amendable=False,
)
