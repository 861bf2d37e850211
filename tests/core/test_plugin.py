"""The manager: every hook works, validation happens at registration, a broken plugin is named and the others work."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from core import hookspecs
from core.declarative import declarative, from_folder
from core.errors import JiuzhuError, Problem, Text
from core.hookspecs import NAMES, Case, Conflict, Hooks, Relation, hookimpl
from core.kinds import BUILTIN
from core.plugin import Candidate, PluginManager
from core.provision import Kind
from core.source import Located, located

CASE = Case(division="610000", area="rural", on="2007-06-01", programmes=("dibao",), facts={})
FRAME: Mapping[str, Any] = {
    "plugin": {"name": "demo", "title": "示例", "version": "0.1.0"},
    "documents": {"doc": {"title": "办法"}},
    "defaults": {
        "division": "610000",
        "programme": "dibao",
        "document": "doc",
        "cite": "一",
        "from": "2007-01-01",
    },
    "provisions": [],
}


class Plugin:
    """A plugin in plain Python; tests add hooks to it."""

    def __init__(self, **frame: Any) -> None:
        self.frame = {**FRAME, "plugin": {**FRAME["plugin"], **frame}}

    @hookimpl
    def jiuzhu_header(self) -> Located:
        return located(self.frame, "demo.py")


def loaded(*plugins: object, names: tuple[str, ...] = ("demo",), **more: Any) -> PluginManager:
    """A manager with these plugins."""
    manager = PluginManager(BUILTIN)
    manager.load(
        [Candidate(name=name, origin="test", load=lambda p=p: p) for name, p in zip(names, plugins, strict=True)],
        **more,
    )
    return manager


def error_of(manager: PluginManager, name: str) -> JiuzhuError:
    """The error of a broken plugin."""
    error = manager.plugins[name].error
    assert error is not None
    return error


def with_hook(name: str, function: Any) -> object:
    """A plugin with one more hook."""
    return type("Hooked", (Plugin,), {name: hookimpl(function)})()


def standard(**more: Any) -> dict[str, Any]:
    """A raw standard."""
    return {"id": "s", "kind": "standard", "amount": {"yuan": 693, "per": "person-year"}, **more}


PROVISIONS: Mapping[str, dict[str, Any]] = {
    "jiuzhu_standards": standard(),
    "jiuzhu_income_definitions": {
        "id": "i",
        "kind": "income_definition",
        "items": {"farming": {"label": "农业", "treatment": "counted"}},
    },
    "jiuzhu_review_intervals": {
        "id": "r",
        "kind": "review_interval",
        "items": {"all": {"label": "全部", "months": 6, "order": 1}},
    },
    "jiuzhu_publicity_rules": {
        "id": "p",
        "kind": "publicity_rule",
        "items": {
            "change": {
                "label": "变动",
                "posted_by": ["village"],
                "fields": ["head_name"],
                "days": 7,
                "day_kind": "calendar",
            }
        },
    },
    "jiuzhu_provisions": {"id": "o", "kind": "rounding", "at": "payment", "unit": "fen", "mode": "half_up"},
    "jiuzhu_divisions": {
        "id": "d",
        "kind": "division",
        "items": {
            "610199": {"name": "示例区", "level": "county", "parent": "610100", "scheme": "custom", "source": "示例"}
        },
    },
    "jiuzhu_facts": {
        "id": "f",
        "kind": "fact",
        "items": {"demo_plots": {"label": "地块", "level": "household", "type": "integer"}},
    },
}


@pytest.mark.parametrize("hook", sorted(PROVISIONS))
def test_every_provision_hook_is_read_and_typed(hook: str) -> None:
    manager = loaded(with_hook(hook, lambda self: [PROVISIONS[hook]]))
    plugin = manager.plugins["demo"]
    assert plugin.error is None, plugin.error.render("zh")
    assert plugin.hooks == tuple(name for name in NAMES if name in ("jiuzhu_header", hook))
    assert {one.kind for one in plugin.provisions} == {PROVISIONS[hook]["kind"]}


def test_jiuzhu_header_tells_who_the_plugin_is() -> None:
    header = loaded(Plugin()).plugins["demo"].header
    assert header is not None and (header.name, header.version) == ("demo", "0.1.0")


def test_jiuzhu_kinds_brings_a_kind_whose_provisions_are_checked_like_any_other() -> None:
    kind = Kind(
        name="well", title=Text("水井", "well"),
        schema={"type": "object", "properties": {"depth": {"type": "integer"}}, "required": ["depth"]},
    )  # fmt: skip

    class Own(Plugin):
        @hookimpl
        def jiuzhu_kinds(self) -> list[Kind]:
            return [kind]

        @hookimpl
        def jiuzhu_provisions(self) -> list[dict[str, Any]]:
            return [{"id": "w", "kind": "well", "depth": "12"}]

    assert loaded(Own()).plugins["demo"].provisions[0].value == {"depth": 12}


def test_a_kind_already_taken_is_refused() -> None:
    taken = with_hook("jiuzhu_kinds", lambda self: [BUILTIN[0]])
    error = loaded(taken).plugins["demo"].error
    assert error is not None and error.code == "duplicate_kind"


def test_jiuzhu_check_case_collects_what_plugins_notice() -> None:
    problem = Problem(code="odd", message=Text("可疑", "odd"))
    assert loaded(with_hook("jiuzhu_check_case", lambda self, case: [problem])).check_case(CASE) == (problem,)


def test_jiuzhu_find_conflicts_collects_conflicts_of_interest() -> None:
    relation = Relation(official="o1", role="township_staff", member="a", relation="sibling")

    def find(self: object, case: Case, relations: list[Relation]) -> list[Conflict]:
        return [
            Conflict(
                official=r.official,
                member=r.member,
                effect="recuse",
                provision="demo/x",
                reason=Text("亲属", "kin"),
            )
            for r in relations
        ]

    found, problems = loaded(with_hook("jiuzhu_find_conflicts", find)).find_conflicts(CASE, [relation])
    assert not problems
    assert [(one.official, one.effect) for one in found] == [("o1", "recuse")]


def test_jiuzhu_fill_notice_asks_until_a_plugin_knows_the_notice() -> None:
    def fill(self: object, notice: str, case: Case) -> dict[str, str] | None:
        return {"电话": "0917"} if notice == "refusal" else None

    manager = loaded(with_hook("jiuzhu_fill_notice", fill))
    assert manager.fill_notice("refusal", CASE) == {"电话": "0917"}
    assert manager.fill_notice("other", CASE) == {}


def test_a_provision_in_the_wrong_hook_is_refused() -> None:
    error = loaded(with_hook("jiuzhu_review_intervals", lambda self: [standard()])).plugins["demo"].error
    assert error is not None and error.code == "wrong_hook"
    error = loaded(with_hook("jiuzhu_provisions", lambda self: [standard()])).plugins["demo"].error
    assert error is not None and error.code == "wrong_hook"


def test_faulty_provisions_break_the_plugin_with_all_faults_named() -> None:
    error = (
        loaded(
            with_hook(
                "jiuzhu_standards",
                lambda self: [standard(amount={"yuan": "x"}), standard(id="t", aera="urban")],
            )
        )
        .plugins["demo"]
        .error
    )
    assert error is not None
    assert [problem.code for problem in error.problems] == ["bad_pattern", "unknown_property"]
    assert "demo.jiuzhu_standards()" in error.render("zh")


def test_a_broken_plugin_is_named_and_the_others_work() -> None:
    def explode(self: object) -> list[dict[str, Any]]:
        raise RuntimeError("boom")

    manager = loaded(with_hook("jiuzhu_standards", explode), Plugin(name="other"), names=("demo", "other"))
    assert manager.plugins["demo"].state == "broken" and "boom" in manager.plugins["demo"].detail
    assert [one.name for one in manager.active] == ["other"]


def test_a_hook_that_fails_on_a_case_is_a_problem_of_that_case_and_takes_no_rules_away() -> None:
    def explode(self: object, **arguments: object) -> list[Problem]:
        raise SystemExit(0)

    def check(self: object, case: Case) -> list[Problem]:
        return explode(self)

    def conflicts(self: object, case: Case, relations: Sequence[Relation]) -> list[Problem]:
        return explode(self)

    def fill(self: object, notice: str, case: Case) -> list[Problem]:
        return explode(self)

    hooks: dict[str, Any] = {
        "jiuzhu_check_case": check, "jiuzhu_find_conflicts": conflicts, "jiuzhu_fill_notice": fill,
    }  # fmt: skip
    manager = loaded(type("Hooked", (Plugin,), {name: hookimpl(one) for name, one in hooks.items()})())
    assert [one.code for one in manager.check_case(CASE)] == ["plugin_failed"]
    assert [one.code for one in manager.find_conflicts(CASE, [])[1]] == ["plugin_failed"]
    with pytest.raises(JiuzhuError, match="jiuzhu_fill_notice"):
        manager.fill_notice("refusal", CASE)
    assert manager.plugins["demo"].state == "active"


def test_a_misspelt_hook_breaks_its_own_plugin_only() -> None:
    manager = loaded(with_hook("jiuzhu_stadnards", lambda self: []), Plugin(name="other"), names=("demo", "other"))
    assert [one.state for one in manager.plugins.values()] == ["broken", "active"]


def test_a_plugin_that_ends_the_process_is_contained() -> None:
    manager = PluginManager(BUILTIN)

    def leave() -> object:
        raise SystemExit(0)

    manager.load([Candidate(name="gone", origin="x:plugin", load=leave)])
    assert manager.plugins["gone"].state == "broken"


def test_a_rejected_plugin_takes_its_kinds_with_it() -> None:
    kind = Kind(name="well", title=Text("水井", "well"), schema={"type": "object", "properties": {}})
    hooks: dict[str, Any] = {
        "jiuzhu_kinds": lambda self: [kind],
        "jiuzhu_provisions": lambda self: [{"id": "x", "kind": "nothing"}],
    }
    manager = loaded(type("Hooked", (Plugin,), {name: hookimpl(one) for name, one in hooks.items()})())
    assert manager.plugins["demo"].state == "broken" and "well" not in manager.kinds


def test_a_reserved_name_is_refused() -> None:
    assert error_of(loaded(Plugin(name="amendment"), names=("amendment",)), "amendment").code == "reserved_name"


def test_a_formula_that_is_no_formula_breaks_its_plugin_with_its_place() -> None:
    broken = {"id": "f", "kind": "formula", "items": {"eligible": {"text": "1 +", "type": "boolean", "label": "条件"}}}
    error = error_of(loaded(with_hook("jiuzhu_provisions", lambda self: [broken])), "demo")
    assert error.code == "syntax_error"


def test_only_the_core_may_leave_a_rule_without_a_source() -> None:
    bare = standard(basis="arithmetic")
    assert error_of(loaded(with_hook("jiuzhu_standards", lambda self: [bare])), "demo").code == "not_allowed"


def test_a_plugin_without_header_or_under_another_name_is_refused() -> None:
    error = loaded(object()).plugins["demo"].error
    assert error is not None and error.code == "no_header"
    error = loaded(Plugin(name="else")).plugins["demo"].error
    assert error is not None and error.code == "wrong_name"


def test_a_plugin_that_cannot_be_imported_is_shown() -> None:
    manager = PluginManager(BUILTIN)

    def fail() -> object:
        raise ImportError("no such module")

    manager.load([Candidate(name="gone", origin="x:plugin", load=fail)])
    gone = manager.plugins["gone"]
    assert gone.state == "broken" and gone.error is not None and "no such module" in gone.error.render("en")


def test_a_hook_that_does_not_exist_is_refused_at_registration() -> None:
    error = loaded(with_hook("jiuzhu_stadnards", lambda self: [])).plugins["demo"].error
    assert error is not None and "jiuzhu_stadnards" in error.render("en")


def test_a_disabled_plugin_is_not_loaded() -> None:
    assert loaded(Plugin(), disabled=("demo",)).plugins["demo"].state == "disabled"


def test_of_two_plugins_of_one_name_the_first_stays_and_the_other_is_shown_with_both_origins() -> None:
    manager = loaded(Plugin(), Plugin(), names=("demo", "demo"))
    assert manager.plugins["demo"].state == "active"
    assert error_of(manager, "demo (test)").code == "duplicate_plugin"


@pytest.mark.parametrize("requires", [{"core": ">=9"}, {"plugins": {"absent": ">=0.1"}}, {"core": "what"}])
def test_unmet_requirements_break_a_plugin(requires: dict[str, Any]) -> None:
    error = loaded(Plugin(requires=requires)).plugins["demo"].error
    assert error is not None and error.code in ("unmet_requirement", "bad_requirement")


def test_what_stands_on_a_broken_plugin_breaks_with_it() -> None:
    manager = loaded(
        Plugin(requires={"core": ">=9"}),
        Plugin(name="top", requires={"plugins": {"demo": ">=0.1"}}),
        names=("demo", "top"),
    )
    assert [one.state for one in manager.plugins.values()] == ["broken", "broken"]


def test_a_folder_with_a_policy_file_is_a_plugin(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "policy.yaml").write_text(
        "plugin: {name: demo, title: 示例, version: 0.1.0}\n"
        "defaults: {division: '610000', programme: dibao, document: other/doc, cite: 一, from: 2007-01-01}\n"
        "provisions:\n  - {id: s, kind: standard, amount: {yuan: 693, per: person-year}}\n"
    )
    plugin = loaded(from_folder(folder)).plugins["demo"]
    where = plugin.provisions[0].where
    assert plugin.error is None and where is not None
    assert (where.file, where.line) == ("demo/policy.yaml", 4)


def test_a_bundled_plugin_is_three_lines_and_a_policy_file() -> None:
    assert loaded(declarative("plugins.yiyang"), names=("yiyang",)).plugins["yiyang"].header is not None


def test_there_are_at_most_a_dozen_hooks_each_documented_and_tested() -> None:
    assert len(NAMES) <= 12
    tests = Path(__file__).read_text(encoding="utf-8")
    for name in NAMES:
        assert inspect.getdoc(getattr(Hooks, name)), name
        assert name in tests, f"{name} has no test"
    assert {
        "jiuzhu_income_definitions",
        "jiuzhu_standards",
        "jiuzhu_review_intervals",
        "jiuzhu_publicity_rules",
    } <= set(NAMES)
    assert hookspecs.PROJECT == "jiuzhu"


def test_the_folder_of_a_plugin_is_known_where_it_has_one(tmp_path: Path) -> None:
    manager = loaded(
        declarative("plugins.national"), declarative("plugins.yiyang"), Plugin(), names=("national", "yiyang", "demo")
    )
    folder = manager.folder("yiyang")
    assert folder is not None and (folder / "policy.yaml").is_file()
    assert manager.folder("demo") is None and manager.folder("nobody") is None
    (tmp_path / "policy.yaml").write_text("plugin: {}")
    assert from_folder(tmp_path).folder == tmp_path
