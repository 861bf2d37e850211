"""Who must step out: the village cadre's brother in two places and years, the rules that are in force and those that are not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from core.casework.desk import Desk
from core.casework.flow.finding import Claim, find
from core.casework.flow.objection import answer, object_to
from core.casework.flow.procedure import course_of
from core.casework.people.kinship import Kin, Link
from core.casework.people.kinship_register import relate, unrelate
from core.casework.people.office import Post, add_holder, end_post, holders
from core.casework.people.person import Identity
from core.casework.people.recusal import conflicts, require_actor_free, require_no_conflict, rule_gaps, substitutes
from core.casework.people.recusal_rules import judge
from core.errors import JiuzhuError, Text
from core.hookspecs import Case, Conflict, Relation, hookimpl
from core.kinds import BUILTIN
from core.plugin import Candidate, PluginManager
from core.source import located
from core.store.tables import AssistanceCase, CaseMember, OfficeHolder


def officer(desk: Desk, name: str, *roles: str, division: str = "330381", since: str = "2000-01-01") -> OfficeHolder:
    posts = [
        Post(role=role, division=division, unit="东村", position="主任", since=date.fromisoformat(since))
        for role in roles
    ]
    return add_holder(desk, Identity(name=name), posts=posts)


def related(desk: Desk, case: AssistanceCase, official: OfficeHolder, kind: str, **more: Any) -> None:
    link = Link(person=case.head_id, of=official.person_id, link=kind, **more)
    relate(desk, link, path=case.path, basis="application")


def test_cadres_brother_in_shaanxi_2008_is_shown_and_never_enforced(shaanxi: Any, make_case: Any) -> None:
    with shaanxi.desk("clerk.610523") as desk:
        case = make_case(desk, "陕-3", "李二", "李二妻")
        cadre = officer(desk, "李大", "village_committee", division="610523")
        related(desk, case, cadre, "sibling")
        (found,) = conflicts(desk, case, cadre.id, stage="appraisal")
        assert (found.effect, found.provision) == ("advise", "")
        assert "无规定，建议回避" in found.reason.zh
        require_no_conflict(desk, case, cadre.id, "appraisal")


@pytest.fixture
def ruian(make_bureau: Any) -> Any:
    return make_bureau("330381", day="2020-03-02")


def test_cadre_with_the_townships_mandate_in_ruian_2020_is_refused_with_the_article(ruian: Any, make_case: Any) -> None:
    with ruian.desk("clerk.330381") as desk:
        case = make_case(desk, "瑞-3", "李二", "李二妻", division="330381")
        cadre = officer(desk, "李大", "village_committee", "delegated_helper")
        related(desk, case, cadre, "sibling")
        with pytest.raises(JiuzhuError) as refused:
            require_no_conflict(desk, case, cadre.id, "home_visit")
    assert refused.value.code == "recusal_required"
    assert "兄弟姐妹（《温州市社会救助审批回避办法（暂行）》第二条、第三条、第四条）" in refused.value.message.zh
    assert refused.value.hint is not None and "负责人" in refused.value.hint.zh


def test_civil_servant_steps_out_by_the_law_and_by_the_citys_measure(ruian: Any, make_case: Any) -> None:
    with ruian.desk("clerk.330381") as desk:
        case = make_case(desk, "瑞-1", "王一", division="330381")
        official = officer(desk, "王大", "township_staff")
        related(desk, case, official, "uncle_aunt")
        found = conflicts(desk, case, official.id, stage="review")
    assert {one.provision for one in found} == {
        "ruian_recusal/civil-servants#civil_servants_law",
        "ruian_recusal/wenzhou-2012#wenzhou_2012",
    }
    assert all(one.effect == "recuse" for one in found)


ENFORCED = (
    "spouse", "parent", "child", "grandparent", "maternal_grandparent", "grandchild", "maternal_grandchild", "sibling",
    "uncle_aunt", "cousin", "nephew_niece", "parents_in_law", "sibling_in_law", "sibling_in_law_spouse", "child_in_law",
    "child_in_law_parent", "collateral_spouse", "other_interest",
)  # fmt: skip


def test_relations_of_the_wenzhou_2012_excerpt(ruian: Any, make_case: Any) -> None:
    with ruian.desk("clerk.330381") as desk:
        official, found = officer(desk, "王大", "delegated_helper"), set()
        for relation in (*ENFORCED, "other_affinity", "other_lineal"):
            case = make_case(desk, relation, relation, division="330381")
            related(desk, case, official, relation)
            effects = {one.effect for one in conflicts(desk, case, official.id, stage="review")}
            found |= {relation for effect in effects if effect == "recuse"}
        assert found == set(ENFORCED)


def test_own_case_is_the_first_of_all_conflicts(ruian: Any, make_case: Any) -> None:
    with ruian.desk("clerk.330381") as desk:
        case, official = make_case(desk, "瑞-1", "王一", division="330381"), officer(desk, "王大", "delegated_helper")
        official.person_id = case.head_id
        desk.session.flush()
        (found,) = conflicts(desk, case, official.id, stage="approval")
    assert (found.effect, "本人" in found.reason.zh) == ("recuse", True)


def test_grandparents_sibling_is_outside_first_cousin_inside(ruian: Any, make_case: Any) -> None:
    with ruian.desk("clerk.330381") as desk:
        elder, mate = (
            make_case(desk, "老", "祖父之弟", division="330381"),
            make_case(desk, "堂", "堂弟", division="330381"),
        )
        official = officer(desk, "王大", "township_staff")
        line = make_case(desk, "线", "父", "祖父", "曾祖父", "叔父", division="330381")
        father, grandfather, great, uncle = _members(desk, line)
        for person, of in [
            (father, official.person_id), (grandfather, father), (great, grandfather), (great, elder.head_id),
            (grandfather, uncle), (uncle, mate.head_id),
        ]:  # fmt: skip
            relate(desk, Link(person=person, of=of, link="father"), path=elder.path, basis="record")
        assert conflicts(desk, elder, official.id) == ()
        assert {one.effect for one in conflicts(desk, mate, official.id)} == {"recuse"}


def _members(desk: Desk, case: AssistanceCase) -> list[int]:
    return list(desk.session.scalars(select(CaseMember.person_id).where(CaseMember.case_id == case.id)))


def test_committee_member_whom_no_rule_names_is_advised_and_the_unseen_measures_are_shown(
    ruian: Any, make_case: Any
) -> None:
    with ruian.desk("clerk.330381") as desk:
        case = make_case(desk, "瑞-3", "李二", division="330381")
        cadre = officer(desk, "李大", "village_committee")
        related(desk, case, cadre, "sibling")
        found = conflicts(desk, case, cadre.id)
        assert {one.effect for one in found} == {"advise"}
        assert any("瑞安市社会救助审批回避办法" in one.reason.zh for one in found)
        assert {line.key for line in rule_gaps(desk, case)} == {"ruian_measure", "wenzhou_2012_rest"}


def test_substitute_has_the_same_office_nearest_first_and_no_conflict(ruian: Any, make_case: Any) -> None:
    with ruian.desk("clerk.330381") as desk:
        case = make_case(desk, "瑞-1", "王一", division="330381")
        barred, kin = officer(desk, "王大", "township_staff"), officer(desk, "王三", "township_staff")
        free, other = officer(desk, "赵四", "township_staff"), officer(desk, "钱五", "village_committee")
        for one in (barred, kin):
            related(desk, case, one, "sibling")
        assert [one.id for one in substitutes(desk, case, barred.id, stage="review")] == [free.id]
        with pytest.raises(JiuzhuError) as refused:
            require_no_conflict(desk, case, barred.id, "review")
        assert refused.value.hint is not None and f"第{free.id}号" in refused.value.hint.zh
        require_no_conflict(desk, case, other.id, "review")


def test_who_is_no_longer_in_office_cannot_act(ruian: Any, make_case: Any) -> None:
    with ruian.desk("clerk.330381") as desk:
        case = make_case(desk, "瑞-1", "王一", division="330381")
        past = officer(desk, "王大", "township_staff")
        end_post(desk, past.posts[0].id, until=date(2020, 3, 2), reason="退休")
        with pytest.raises(JiuzhuError) as refused:
            require_no_conflict(desk, case, past.id, "review")
        assert refused.value.code == "not_in_office"
        require_no_conflict(desk, case, past.id, "review", on=date(2020, 3, 1))
        assert holders(desk, "330381") == []


def test_kinship_by_marriage_ends_with_the_marriage(ruian: Any, make_case: Any) -> None:
    with ruian.desk("clerk.330381") as desk:
        case = make_case(desk, "瑞-1", "王一", division="330381")
        official = officer(desk, "王大", "township_staff")
        link = Link(person=case.head_id, of=official.person_id, link="spouse")
        row = relate(desk, link, path=case.path, basis="officer")
        assert conflicts(desk, case, official.id)
        unrelate(desk, row.id, ended_on=date(2020, 3, 1), reason="离婚")
        assert conflicts(desk, case, official.id) == ()


def test_closest_in_laws_are_undefined_where_only_the_civil_servants_law_speaks(ruian: Any, make_case: Any) -> None:
    with ruian.desk("clerk.330381") as desk:
        book = desk.policies.rulebook("330381", on=desk.today, area="rural")
        law = [line for line in book.policy.lines("recusal_rule", "dibao") if line.key == "civil_servants_law"]
    (found,) = judge(law, Kin(code="child_in_law"), roles=["township_staff"])
    assert (found.effect, found.why) == ("advise", "undefined")


def test_names_and_relations_need_the_right_to_record_them(ruian: Any, make_case: Any) -> None:
    with ruian.desk("clerk.330381") as desk:
        case, official = make_case(desk, "瑞-1", "王一", division="330381"), officer(desk, "王大", "township_staff")
        related(desk, case, official, "sibling")
        with pytest.raises(JiuzhuError, match="no such relation"):
            related(desk, case, official, "brother")
    with ruian.desk("auditor.330381") as desk, pytest.raises(JiuzhuError) as refused:
        officer(desk, "王大", "township_staff")
    assert refused.value.code == "not_permitted"


DALI_RECUSAL = Path(__file__).parents[1] / "plugins" / "dali_recusal"


@pytest.mark.parametrize(("stage", "nature", "effects"), [
    ("appraisal", "blood", {"recuse"}), ("appraisal", "adoptive", set()), ("review", "blood", {"advise"}),
])  # fmt: skip
def test_rule_may_be_about_one_stage_and_leave_out_adoptive_kin(
    make_bureau: Any, make_case: Any, stage: str, nature: str, effects: set[str]
) -> None:
    bureau = make_bureau("610523", plugin_dirs=(DALI_RECUSAL,))
    with bureau.desk("clerk.610523") as desk:
        case, cadre = make_case(desk, "陕-3", "李二"), officer(desk, "李大", "village_committee", division="610523")
        related(desk, case, cadre, "father", nature=nature)
        assert {one.effect for one in conflicts(desk, case, cadre.id, stage=stage)} == effects


UNTITLED = """
plugin: {name: dali_in_laws, title: {zh: 近姻亲回避（虚构示例）, en: In-laws (made up)}, version: 0.1.0,
         requires: {core: ">=0.1,<0.2", plugins: {shaanxi_rural: ">=0.1"}}}
documents: {rules: {title: {gap: {zh: 来源未载文件名, en: the source does not name it}}, issued: 2008-01-10}}
defaults: {division: "610523", programme: dibao, area: rural, document: rules, from: 2008-02-01}
provisions:
  - id: in_laws
    kind: recusal_rule
    items:
      in_laws: {label: {zh: 近姻亲回避（示例）, en: In-laws (made up)}, cite: 第一条, who: [village_committee],
                relations: [sibling], affinity: [close_affinity], effect: recuse}
"""


@pytest.mark.parametrize(("relation", "effect", "zh", "en"), [
    ("child_in_law", "advise", "子女的配偶：近姻亲回避（示例）未列明近姻亲的范围，建议回避", "recusal is advised"),
    ("sibling", "recuse", "兄弟姐妹（近姻亲回避（示例））", "sibling (In-laws (made up))"),
])  # fmt: skip
def test_rule_without_a_title_is_named_by_its_label_and_undefined_in_laws_are_only_advised(
    make_bureau: Any, make_case: Any, tmp_path: Path, *, relation: str, effect: str, zh: str, en: str
) -> None:
    (tmp_path / "dali_in_laws").mkdir()
    (tmp_path / "dali_in_laws" / "policy.yaml").write_text(UNTITLED, encoding="utf-8")
    with make_bureau("610523", plugin_dirs=(tmp_path / "dali_in_laws",)).desk("clerk.610523") as desk:
        case, cadre = make_case(desk, "陕-3", "李二"), officer(desk, "李大", "village_committee", division="610523")
        related(desk, case, cadre, relation)
        (found,) = conflicts(desk, case, cadre.id)
    assert found.effect == effect and found.reason.zh.endswith(zh) and found.reason.en.endswith(en)


def plugin_that(find: Any) -> PluginManager:
    """A manager whose only plugin looks for conflicts like this."""
    frame = {
        "plugin": {"name": "local", "title": "示例", "version": "0.1.0"}, "provisions": [],
        "documents": {"doc": {"title": "办法"}},
    }  # fmt: skip
    header = hookimpl(lambda self: located(frame, "local.py"))
    names = {"jiuzhu_header": header, "jiuzhu_find_conflicts": hookimpl(find)}
    manager = PluginManager(BUILTIN)
    manager.load([Candidate(name="local", origin="test", load=type("Local", (), names))])
    return manager


def test_conflict_a_plugin_finds_stands_beside_those_of_the_rules(shaanxi: Any, make_case: Any) -> None:
    def find(self: object, case: Case, relations: list[Relation]) -> list[Conflict]:
        reason = Text(f"{case.division}本地规定", "a local rule")
        return [
            Conflict(official=official, member=one.member, effect="recuse", provision="local/x", reason=reason)
            for one in relations for official in (one.official, "somebody else")
        ]  # fmt: skip

    with shaanxi.desk("clerk.610523") as desk:
        case, cadre = make_case(desk, "陕-3", "李二"), officer(desk, "李大", "village_committee", division="610523")
        related(desk, case, cadre, "sibling")
        found = conflicts(replace(desk, plugins=plugin_that(find)), case, cadre.id)
        end_post(desk, cadre.posts[0].id, until=desk.today, reason="换届")
        past = conflicts(replace(desk, plugins=plugin_that(find)), case, cadre.id)
    assert [(one.effect, one.provision) for one in found] == [("advise", ""), ("recuse", "local/x")]
    assert [one.effect for one in past] == ["advise"]  # he holds no post a plugin could be asked about


def test_plugin_that_cannot_say_stops_the_step_and_is_named(shaanxi: Any, make_case: Any) -> None:
    def find(self: object, case: Case, relations: list[Relation]) -> list[Conflict]:
        raise ValueError(case.division, relations)

    with shaanxi.desk("clerk.610523") as desk:
        case, cadre = make_case(desk, "陕-3", "李二"), officer(desk, "李大", "village_committee", division="610523")
        related(desk, case, cadre, "sibling")
        with pytest.raises(JiuzhuError) as refused:
            conflicts(replace(desk, plugins=plugin_that(find)), case, cadre.id)
    assert refused.value.code == "plugin_failed" and "local" in refused.value.message.zh


def test_acting_officer_who_is_kin_is_told_to_step_out_of_his_own_step(ruian: Any, make_case: Any) -> None:
    with ruian.desk("clerk.330381") as desk:
        case = make_case(desk, "瑞-1", "王一", division="330381")
        require_actor_free(desk, case, "review")
        post = Post(role="township_staff", division="330381", unit="镇", position="科员", since=date(2000, 1, 1))
        official = add_holder(desk, Identity(name="王大"), posts=[post], login="clerk.330381")
        related(desk, case, official, "sibling")
        with pytest.raises(JiuzhuError) as refused:
            require_actor_free(desk, case, "review")
    assert refused.value.code == "recusal_required"


def test_officer_who_is_kin_neither_makes_a_finding_nor_answers_an_objection(ruian: Any, make_case: Any) -> None:
    with ruian.desk("clerk.330381") as desk:
        case = make_case(desk, "瑞-1", "王一", division="330381")
        post = Post(role="township_staff", division="330381", unit="镇", position="科员", since=date(2000, 1, 1))
        related(desk, case, add_holder(desk, Identity(name="王大"), posts=[post], login="clerk.330381"), "sibling")
        for kind in ("application", "acceptance"):
            desk.record(f"case/{case.id}", kind, {})
        claim = Claim(finding="departure", value="yes", reason="火灾")
        stage = course_of(desk, case).procedure.stages[-1].key
        object_to(desk, case, stage, happened_on=desk.today, by="villager", reason="不实")
        with pytest.raises(JiuzhuError, match="recusal_required"):
            find(desk, case, claim, happened_on=desk.today)
        with pytest.raises(JiuzhuError, match="recusal_required"):
            answer(desk, case, happened_on=desk.today, result="upheld")
