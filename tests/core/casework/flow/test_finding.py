"""Findings (认定): by the role the rule names, from its values, with reason and papers, confirmed where it asks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.casework.deciding.facts import facts_on
from core.casework.flow.finding import Claim, confirm, find
from core.errors import InvalidInput, JiuzhuError
from tests.core.casework.clients import DEMONSTRATION
from tests.core.casework.flow.running import PLACE, Running, first_household

FINDINGS = """
plugin: {name: finding, title: {zh: 认定（虚构示例）, en: Findings (made up)}, version: 0.1.0,
         requires: {core: ">=0.1,<0.2", plugins: {shaanxi_rural: ">=0.1"}}}
documents: {rules: {title: 认定的通知（虚构示例）, issuer: 大荔县民政局, number: 示民发〔2008〕5号, issued: 2008-01-10}}
defaults: {division: "610523", programme: dibao, area: rural, document: rules, from: 2008-02-01}
provisions:
  - id: findings
    kind: finding
    cite: 第二条
    items:
      finding_hardship:
        label: {zh: 特别困难, en: Special hardship}
        level: household
        type: boolean
        role: ROLE
        evidence: [hospital_bill]
        second_person: true
"""
CLAIM = Claim(finding="finding_hardship", value="true", reason="重病", evidence=("hospital_bill",))


@pytest.fixture(params=["county", "county_civil_affairs"])
def ruled(request: pytest.FixtureRequest, make_bureau: Any, tmp_path: Path) -> Running:
    """A case of a place whose rules leave a finding to the county, by its body or by its staff."""
    folder = tmp_path / "finding"
    folder.mkdir()
    (folder / "policy.yaml").write_text(FINDINGS.replace("ROLE", request.param), encoding="utf-8")
    return first_household(make_bureau(PLACE, plugin_dirs=(DEMONSTRATION, folder)))


def test_finding_of_the_county_is_made_and_confirmed_there_and_becomes_a_fact(ruled: Running) -> None:
    with pytest.raises(JiuzhuError, match="not_permitted"):
        ruled.do(lambda desk, case: find(desk, case, CLAIM, happened_on=desk.today))
    made = ruled.do(lambda desk, case: find(desk, case, CLAIM, happened_on=desk.today), login="reviewer")
    with pytest.raises(JiuzhuError, match="maker_is_checker"):
        ruled.do(lambda desk, case: confirm(desk, case, made.sequence, happened_on=desk.today), login="reviewer")
    ruled.do(lambda desk, case: confirm(desk, case, made.sequence, happened_on=desk.today), login="approver")
    known = ruled.do(lambda desk, case: facts_on(desk.session, case.id, desk.today))
    assert known.facts["finding_hardship"] == "true"


def test_finding_needs_an_allowed_value_a_reason_and_its_papers(ruled: Running) -> None:
    wrong = Claim(finding="finding_hardship", value="perhaps", reason=" ")
    with pytest.raises(InvalidInput) as refused:
        ruled.do(lambda desk, case: find(desk, case, wrong, happened_on=desk.today), login="reviewer")
    assert {one.code for one in refused.value.problems} == {"bad_value", "reasons_missing", "papers_missing"}
    unknown = Claim(finding="hardships", value="true", reason="重病")
    with pytest.raises(JiuzhuError, match="unknown_finding"):
        ruled.do(lambda desk, case: find(desk, case, unknown, happened_on=desk.today), login="reviewer")
