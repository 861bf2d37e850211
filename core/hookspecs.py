"""The contract with plugins: every hook, its exact signature and what it must return.

Four hooks are what the product is named for: income definitions, standards, review intervals and publicity rules.
A declarative plugin implements them all by its ``policy.yaml`` (see ``core.plugin.declarative``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pluggy

from core.errors import Problem, Text
from core.policy_file import RawProvision
from core.provision import Kind
from core.source import Located

PROJECT = "jiuzhu"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)

Given = RawProvision | Mapping[str, object]
"""A provision as a hook may give it: from a file, with its places, or as a plain mapping of the same keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a hook sees of a case: place, day and typed facts; persons by opaque id only."""

    division: str
    area: str
    on: str
    programmes: tuple[str, ...]
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A person in office (``official``, with a role) and how a member of the household is related to him."""

    official: str
    role: str
    member: str
    relation: str
    steps: tuple[int, int] | None = None
    """Parent-steps of both to the nearest common ancestor, where known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A conflict of interest: who must step out or whose case is to be filed, by which provision, and why."""

    official: str
    member: str
    effect: str
    provision: str
    reason: Text


class Hooks:
    """The hooks, typed. A plugin implements any of them with ``@hookimpl``, same name and arguments."""

    @hookspec(firstresult=True)
    def jiuzhu_header(self) -> Located:
        """Return who the plugin is: a mapping with ``plugin``, ``documents`` and ``defaults`` as in a policy file."""
        raise NotImplementedError

    @hookspec
    def jiuzhu_income_definitions(self) -> Iterable[Given]:
        """Return provisions of kind ``income_definition``."""
        raise NotImplementedError

    @hookspec
    def jiuzhu_standards(self) -> Iterable[Given]:
        """Return provisions of kind ``standard`` (values, floors, ceilings)."""
        raise NotImplementedError

    @hookspec
    def jiuzhu_review_intervals(self) -> Iterable[Given]:
        """Return provisions of kind ``review_interval``."""
        raise NotImplementedError

    @hookspec
    def jiuzhu_publicity_rules(self) -> Iterable[Given]:
        """Return provisions of kind ``publicity_rule``."""
        raise NotImplementedError

    @hookspec
    def jiuzhu_provisions(self) -> Iterable[Given]:
        """Return provisions of every other kind."""
        raise NotImplementedError

    @hookspec
    def jiuzhu_divisions(self) -> Iterable[Given]:
        """Return provisions of kind ``division``: units the bundled table does not have."""
        raise NotImplementedError

    @hookspec
    def jiuzhu_facts(self) -> Iterable[Given]:
        """Return provisions of kinds ``fact`` and ``finding``."""
        raise NotImplementedError

    @hookspec
    def jiuzhu_kinds(self) -> Iterable[Kind]:
        """Return new kinds of provisions; a name already taken is refused."""
        raise NotImplementedError

    @hookspec
    def jiuzhu_check_case(self, case: Case) -> Iterable[Problem]:
        """Return problems with a case that data cannot say; they are warnings to the clerk, never decisions."""
        raise NotImplementedError

    @hookspec
    def jiuzhu_find_conflicts(self, case: Case, relations: Sequence[Relation]) -> Iterable[Conflict]:
        """Return conflicts of interest that data cannot say, beside those found by recusal and filing rules."""
        raise NotImplementedError

    @hookspec(firstresult=True)
    def jiuzhu_fill_notice(self, notice: str, case: Case) -> Mapping[str, str] | None:
        """Return further fields for a notice (by template name), or None for a notice that is not the plugin's."""
        raise NotImplementedError


NAMES: tuple[str, ...] = tuple(name for name in vars(Hooks) if name.startswith("jiuzhu_"))

PROVISION_HOOKS: Mapping[str, frozenset[str] | None] = {
    "jiuzhu_facts": frozenset({"fact", "finding"}),
    "jiuzhu_divisions": frozenset({"division"}),
    "jiuzhu_income_definitions": frozenset({"income_definition"}),
    "jiuzhu_standards": frozenset({"standard"}),
    "jiuzhu_review_intervals": frozenset({"review_interval"}),
    "jiuzhu_publicity_rules": frozenset({"publicity_rule"}),
    "jiuzhu_provisions": None,
}
"""Which kinds each provision hook may give; None: every kind without a hook of its own."""
