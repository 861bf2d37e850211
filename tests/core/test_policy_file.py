"""A plugin's policy.yaml: complete, typed, with every fault at its place."""

from __future__ import annotations

import pytest

from core.errors import InvalidInput
from core.kinds import BUILTIN
from core.policy_file import PolicyFile, parse_policy, raw_provisions
from core.provision import provision_from
from core.source import read_text

KINDS = {kind.name: kind for kind in BUILTIN}
HEAD = """
plugin: {name: demo, title: {zh: 示例, en: demo}, version: 0.1.0}
documents:
  measure: {title: 办法, issuer: 省政府, number: {gap: 来源未载}, issued: 2007-05-01, assurance: seed}
defaults:
  division: "610000"
  programme: dibao
  area: rural
  document: measure
  from: {unknown: true, assume: 2007-01-01, because: 来源未载发布日期}
provisions:
"""


def parsed(body: str, head: str = HEAD) -> PolicyFile:
    """Parse a file made of the head and some provisions."""
    source = read_text(head + body, "policy.yaml")
    return parse_policy(source, raw_provisions(source), KINDS)


def faults(body: str, head: str = HEAD) -> list[tuple[str, str]]:
    """Code and JSON path of every fault."""
    with pytest.raises(InvalidInput) as caught:
        parsed(body, head)
    return [(p.code, p.where.path if p.where else "") for p in caught.value.problems]


def test_a_value_takes_scope_period_and_citation_from_the_defaults() -> None:
    one = parsed(
        "  - {id: floor, kind: standard, role: floor, amount: {yuan: 693, per: person-year}, cite: 第七条}"
    ).provisions[0]
    assert (one.id, one.scope.division, one.scope.area, one.kind) == (
        "demo/floor",
        "610000",
        "rural",
        "standard",
    )
    assert one.value == {"role": "floor", "amount": {"yuan": "693", "per": "person-year"}}
    assert str(one.citation) == "demo/measure 第七条" and one.assurance == "seed" and str(one.issued) == "2007-05-01"
    because = one.period.start.because
    assert one.period.start.assumed and because is not None and because.zh == "来源未载发布日期"


def test_each_item_of_a_keyed_value_is_a_provision_with_its_own_citation_and_status() -> None:
    found = parsed("""
  - id: income
    kind: income_definition
    items:
      farming: {label: 农林养殖收入, treatment: counted, cite: 第八条(一)}
      article_9_4: {status: gap, cite: 第九条(四), because: 来源缺文}
      wage: {label: 工资, treatment: counted, cite: 第八条(三), until: 2012-12-12}
""").provisions
    by_key = {one.key: one for one in found}
    assert by_key["farming"].address == "demo/income#farming"
    because = by_key["article_9_4"].because
    assert by_key["article_9_4"].is_gap and because is not None and because.zh == "来源缺文"
    assert str(by_key["wage"].period.until.day) == "2012-12-12"


def test_a_document_may_have_gaps() -> None:
    document = parsed("  []").documents["demo/measure"]
    assert document.number is None and document.gaps == {"number": "来源未载"} and document.issuer == "省政府"


def test_a_provision_that_names_its_own_document_does_not_inherit_what_is_said_of_the_default_one() -> None:
    head = HEAD.replace("defaults:\n", "defaults:\n  assurance: inferred\n")
    one = parsed(
        "  - {id: a, kind: rounding, at: payment, unit: fen, mode: half_up, document: other/law, cite: 第一条}",
        head,
    ).provisions[0]
    assert one.assurance == "inferred" and one.citation is not None and one.citation.document == "other/law"


def test_every_fault_of_the_file_is_reported_at_once() -> None:
    body = """
  - {id: a, kind: standrad, cite: 一}
  - {id: b, kind: standard, amount: {yuan: 69x}, cite: 一}
  - {id: c, kind: rounding, at: payment, unit: fen, mode: half_up}
  - {id: c, kind: rounding, at: payment, unit: fen, mode: half_up, cite: 一, from: 2018-02-30}
  - {id: d, kind: rounding, at: payment, unit: fen, mode: half_up, cite: 一, document: nowhere}
  - {id: e, kind: rounding, at: payment, unit: fen, mode: half_up, cite: 一, from: 2018-01-01, until: 2017-01-01}
  - {id: f, kind: rounding, status: gap, cite: 一}
  - {id: g, kind: rounding, at: payment, unit: fen, mode: half_up, cite: 一, division: "61-00"}
"""
    assert faults(body) == [
        ("unknown_kind", "$.provisions[0].kind"),
        ("bad_pattern", "$.provisions[1].amount.yuan"),
        ("missing_citation", "$.provisions[2]"),
        ("bad_date", "$.provisions[3].from"),
        ("unknown_document", "$.provisions[4].document"),
        ("bad_period", "$.provisions[5].until"),
        ("missing_because", "$.provisions[6]"),
        ("bad_division", "$.provisions[7].division"),
        ("duplicate_id", "$.provisions[3].id"),
    ]


def test_a_start_must_be_given_or_said_to_be_unknown() -> None:
    head = HEAD.replace("  from: {unknown: true, assume: 2007-01-01, because: 来源未载发布日期}\n", "")
    assert faults("  - {id: a, kind: rounding, at: payment, unit: fen, mode: half_up, cite: 一}", head) == [
        ("missing_from", "$.provisions[0]")
    ]
    fact = parsed(
        "  - {id: f, kind: fact, cite: 一, items: {x: {label: 数, level: household, type: integer}}}", head
    ).provisions
    assert fact[-1].period.start.kind == "open"


def test_a_frame_that_does_not_hold_is_refused_before_its_provisions() -> None:
    assert ("missing_property", "$.plugin") in faults("  []", HEAD.replace("name: demo, ", ""))


def test_repeals_reaffirmation_and_delegation_are_read() -> None:
    one = parsed("""
  - id: a
    kind: rounding
    at: payment
    unit: fen
    mode: half_up
    cite: 一
    binding: mandatory
    delegates_to: county
    repeals: [old, other/rule]
    reaffirmed: {on: 2013-01-01, document: measure, cite: 二}
""").provisions[0]
    assert one.repeals == ("demo/old", "other/rule") and one.delegates_to == "county" and one.binding == "mandatory"
    assert one.reaffirmed is not None and str(one.reaffirmed.citation) == "demo/measure 二"


def test_what_is_stored_is_what_is_rebuilt() -> None:
    found = parsed("""
  - id: a
    kind: rounding
    at: payment
    unit: fen
    mode: half_up
    cite: 一
    reaffirmed: {on: 2013-01-01, document: measure, cite: 二}
  - {id: b, kind: rounding, status: gap, because: 来源未载, cite: 一}
  - id: c
    kind: rounding
    basis: technical_default
    because: {zh: 未见规定, en: none seen}
    at: payment
    unit: fen
    mode: half_up
""").provisions
    for one in found:
        again = provision_from(one.canonical())
        assert again.canonical() == one.canonical() and again.content == one.content


@pytest.mark.parametrize("message", ["共 {sum} 元", "{", "{left!r}", "{left.__class__}", "{}", "{0}"])
def test_a_message_may_only_name_the_two_sides_and_the_operator(message: str) -> None:
    def with_message(kind: str, text: str, told: str) -> str:
        return f'  - {{id: f, kind: {kind}, cite: 一, items: {{a: {{label: 甲, {text}: "TRUE", message: "{told}"}}}}}}'

    for kind, text in (("formula", "text"), ("asset_test", "ok")):
        assert faults(with_message(kind, text, message)) == [("bad_pattern", "$.provisions[0].items.a.message")]
        good = "现为 {left}，须{operator}{right}"
        assert parsed(with_message(kind, text, good)).provisions[0].value["message"] == good


def test_an_impossible_day_of_a_document_is_refused_at_its_place() -> None:
    head = HEAD.replace("issued: 2007-05-01", "issued: 2007-02-30")
    assert faults("  []", head) == [("bad_date", "$.documents.measure.issued")]
    later = "  - {id: a, kind: standrd, cite: 一}"
    assert faults(later, head) == [("bad_date", "$.documents.measure.issued"), ("unknown_kind", "$.provisions[0].kind")]


def test_a_title_may_be_a_gap() -> None:
    head = HEAD.replace("title: 办法", "title: {gap: 来源未载标题}")
    found = parsed("  []", head).documents["demo/measure"]
    assert found.title is None and found.gaps["title"] == "来源未载标题"


def test_an_item_that_names_its_own_document_does_not_inherit_what_is_said_of_the_other() -> None:
    body = """
  - id: income
    kind: income_definition
    assurance: excerpt
    issued: 2001-01-01
    cite: 一
    items:
      a: {label: 甲, treatment: counted}
      b: {label: 乙, treatment: counted, document: other/law, cite: 二}
"""
    a, b = parsed(body).provisions
    assert (a.assurance, str(a.issued), str(a.citation)) == ("excerpt", "2001-01-01", "demo/measure 一")
    assert (b.issued, str(b.citation)) == (None, "other/law 二") and b.assurance != "excerpt"


def test_an_issue_day_of_its_own_is_read_and_an_impossible_one_refused() -> None:
    body = "  - {id: a, kind: rounding, at: payment, unit: fen, mode: half_up, cite: 一, issued: 2008-03-01}"
    assert str(parsed(body).provisions[0].issued) == "2008-03-01"
    assert faults(body.replace("2008-03-01", "2008-02-30")) == [("bad_date", "$.provisions[0].issued")]


def test_a_slip_in_a_formula_is_found_when_the_file_is_read() -> None:
    body = '  - {id: f, kind: formula, cite: 一, items: {a: {label: 甲, text: "(1 + "}}}'
    assert [path for _, path in faults(body)] == ["$.provisions[0].items.a.text"]


def test_what_a_kind_itself_refuses_is_told_at_its_place() -> None:
    body = "  - {id: f, kind: formula, cite: 一, items: {a: {label: 甲, text: '1', unit: yen}}}"
    assert faults(body) == [("bad_value", "$.provisions[0].items.a.unit")]
