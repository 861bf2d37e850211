"""JSON Schemas (2020-12) of a plugin's files, for editors: YAML is completed and checked while it is typed.

An editor reads YAML as YAML 1.2 does: an amount is a number there. So where we read text, an editor's schema allows the
scalar that an author would write.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from core.example import CASE
from core.kinds import BUILTIN
from core.policy_schema import FILE, OWN, SCOPE, provision_schema
from core.provision import Kind
from regions.check.coverage import SCHEMA as ARTICLES

Schema = Mapping[str, Any]
LONG = 120
"""Characters from which a part that stands in several places is written once."""
DIALECT = "https://json-schema.org/draft/2020-12/schema"

TITLES: Mapping[str, tuple[str, str]] = {
    "plugin": ("插件", "plugin"), "documents": ("文件", "documents"), "defaults": ("默认值", "defaults"),
    "provisions": ("条款", "provisions"), "name": ("名称", "name"), "title": ("标题", "title"),
    "version": ("版本", "version"), "requires": ("所需", "requires"),
    "core": ("核心版本范围", "range of core versions"),
    "plugins": ("所需插件及版本", "plugins and versions needed"), "issuer": ("制定机关", "issuer"),
    "called": ("标题未载时的称呼", "what it is called where its title is not given"),
    "number": ("文号", "number"), "source": ("取得来源", "where it was found"), "issued": ("印发日期", "day of issue"),
    "effective": ("施行日期", "day of effect"), "repealed": ("废止日期", "day of repeal"),
    "assurance": ("核对程度", "how sure the text is"), "note": ("说明", "note"),
    "from": ("施行日期", "in force from"), "until": ("失效日期（当日不再有效）", "in force until (not on that day)"),
    "first_payment_month": ("首次发放月份", "first month paid"), "document": ("依据文件", "document"),
    "cite": ("条款", "article"), "basis": ("依据性质", "basis"), "binding": ("约束力", "binding"),
    "delegates_to": ("授权层级", "delegates to"), "reaffirmed": ("重申", "reaffirmed"),
    "repeals": ("废止的条款", "repeals"), "status": ("状态", "status"), "because": ("理由", "because"),
    "division": ("区划代码", "division code"), "programme": ("项目", "programme"), "area": ("城乡", "area"),
    "id": ("条款编号", "id of the provision"), "kind": ("种类", "kind"), "label": ("名称", "label"),
    "items": ("各项", "items"), "removed": ("删去", "removed"), "article": ("条", "article"),
    "topic": ("内容", "topic"),
    "place": ("地点", "place"), "on": ("日期", "day"), "known_at": ("当时所知", "as known at"),
    "programmes": ("项目", "programmes"), "facts": ("家庭情况", "facts"), "expect": ("预期", "expected"),
    "outputs": ("结果", "quantities"), "failed": ("不满足的条件", "conditions that fail"),
    "answers": ("规定", "answers"),
    "error": ("错误代码", "error code"), "zh": ("中文", "Chinese"), "en": ("英文", "English"),
    "gap": ("来源未载的原因", "why the source does not say"), "unknown": ("不明", "unknown"),
    "assume": ("假定日期", "assumed day"),
}  # fmt: skip
"""Chinese and English titles of the keys every file shares; a kind's own keys carry theirs."""


def policy_schema() -> Schema:
    """Return the schema of ``policy.yaml``: a provision is checked by its kind."""
    provision: dict[str, Any] = {
        "type": "object",
        "required": ["id", "kind"],
        "properties": {"kind": {"enum": [kind.name for kind in BUILTIN]}},
        "allOf": [_of_kind(kind) for kind in BUILTIN],
    }
    properties = {**FILE["properties"], "provisions": {"type": "array", "items": provision}}
    return _file("policy.yaml", {**FILE, "properties": properties})


def _of_kind(kind: Kind) -> Schema:
    """What a provision of one kind must be; a gap needs no value, and what the defaults say need not be repeated."""
    said = {"properties": {"kind": {"const": kind.name}}, "required": ["kind"]}
    gap = {"properties": {"status": {"const": "gap"}}, "required": ["status"]}
    whole, loose = provision_schema(kind, gap=False), provision_schema(kind, gap=True)
    required = [one for one in whole["required"] if one not in (*OWN, *SCOPE)]
    value = {key: whole[key] for key in ("allOf", "oneOf") if key in whole}
    return {"if": said, "then": {**loose, "required": ["id"], "if": gap, "else": {"required": required, **value}}}


def cases_schema() -> Schema:
    """Return the schema of ``cases.yaml``."""
    return _file("cases.yaml", {"type": "array", "items": CASE})


def articles_schema() -> Schema:
    """Return the schema of ``articles.yaml``."""
    return _file("articles.yaml", ARTICLES)


def _file(name: str, schema: Schema) -> Schema:
    whole, shared = _shared(_titled(schema))
    return {"$schema": DIALECT, "title": f"jiuzhu {name}", **whole, **({"$defs": shared} if shared else {})}


def _shared(schema: Schema) -> tuple[dict[str, Any], dict[str, Any]]:
    """Write once what stands in many places (what every provision may say): the schema and its ``$defs``."""
    texts = [json.dumps(one, sort_keys=True) for one in _parts(schema)]
    often = [text for text, number in Counter(texts).items() if number > 1 and len(text) > LONG]
    names = {text: f"shared-{number}" for number, text in enumerate(often, 1)}

    def cut(part: Any, *, inside: bool = True) -> Any:
        if isinstance(part, list):
            return [cut(one) for one in part]
        if not isinstance(part, Mapping):
            return part
        name = names.get(json.dumps(part, sort_keys=True)) if inside else None
        return {"$ref": f"#/$defs/{name}"} if name else {key: cut(one) for key, one in part.items()}

    return cut(schema, inside=False), {name: cut(json.loads(text), inside=False) for text, name in names.items()}


def _parts(schema: Any) -> Iterator[Schema]:
    if isinstance(schema, Mapping):
        if "type" in schema or "anyOf" in schema or "oneOf" in schema:  # a schema, not a table of properties
            yield schema
        for one in schema.values():
            yield from _parts(one)
    elif isinstance(schema, list):
        for one in schema:
            yield from _parts(one)


def _titled(schema: Any, key: str = "") -> Any:
    """Give every property its titles, and let an editor accept the scalars an author writes where we read text."""
    if isinstance(schema, list | tuple):
        return [_titled(one) for one in schema]
    if not isinstance(schema, Mapping):
        return schema
    found = {word: _below(word, part) for word, part in schema.items() if word not in ("x-form", "x-title-en")}
    zh, en = schema.get("title"), schema.get("x-title-en")
    if zh is None and key in TITLES:
        zh, en = TITLES[key]
    if isinstance(zh, str):
        found |= {"title": f"{zh} / {en}" if en else zh, "description": _described(schema, zh, en)}
    if found.get("type") == "string" and "enum" not in found and "const" not in found:
        found["type"] = ["string", "number", "boolean"]
    return found


def _below(word: str, part: Any) -> Any:
    if word in ("properties", "$defs"):
        return {key: _titled(one, key) for key, one in part.items()}
    return part if word in ("enum", "const", "required", "pattern") else _titled(part)


def _described(schema: Schema, zh: str, en: str | None) -> str:
    form = schema.get("x-form")
    said = f"（{form['zh']} / {form['en']}）" if form else ""
    return f"{zh}{said}" + (f" – {en}" if en else "")


SCHEMAS: Mapping[str, Callable[[], Schema]] = {
    "policy.schema.json": policy_schema,
    "cases.schema.json": cases_schema,
    "articles.schema.json": articles_schema,
}
"""The schemas by the file they are exported to."""
