"""The manager that enforces the contract with plugins: typed calls, validation at registration, faults contained.

A broken plugin is named, disabled and shown; the others work. Installed plugins are trusted code.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import pluggy

from core.declarative import claimed, hook_of, scanned
from core.errors import InvalidInput, JiuzhuError, Problem, Text, Where
from core.foreign import failure, place_of
from core.hook_check import check_hooks
from core.hookspecs import NAMES, PROJECT, PROVISION_HOOKS, Case, Conflict, Hooks, Relation
from core.policy_file import Header, PolicyFile, RawProvision, parse_policy, raw_provisions
from core.provision import Document, Kind, Provision
from core.requirement import unmet
from core.source import Located, located

API_VERSION = "0.1.0"
"""Version of this contract; plugins name the range they work with in ``requires.core``."""

RESERVED = frozenset({"amendment", "core", "case", "any", "example"})
"""Names that mean something else where a plugin's name may stand."""

State = Literal["active", "broken", "disabled", "draft"]
"""A draft was found and not loaded: nobody has accepted it yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A plugin found but not yet registered; ``load`` returns its object and may fail.

    ``outside`` is one that people must accept: neither bundled nor only tried out. ``folder``, where known, holds its
    files: what it rules for is read off them should it not load.
    """

    name: str
    origin: str
    load: Any
    outside: bool = False
    folder: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A plugin as the manager knows it. ``error`` says why a broken one is broken.

    ``divisions`` are those it rules for, known even when its provisions are faulty: places there must not be answered
    with half a rulebook.
    """

    name: str
    origin: str
    state: State
    outside: bool = False
    folder: Path | None = None
    header: Header | None = None
    hooks: tuple[str, ...] = ()
    provisions: tuple[Provision, ...] = ()
    divisions: frozenset[str] = frozenset()
    documents: Mapping[str, Document] = field(default_factory=dict)
    source: Located | None = None
    error: JiuzhuError | None = None
    detail: str = ""


class PluginManager:
    """Registers plugins and calls their hooks with types; the only place that knows pluggy."""

    def __init__(self, kinds: Sequence[Kind]) -> None:
        self._pluggy = pluggy.PluginManager(PROJECT)
        self._pluggy.add_hookspecs(Hooks)
        self._objects: dict[str, object] = {}
        self._brought: dict[str, str] = {}
        self.kinds: dict[str, Kind] = {kind.name: kind for kind in kinds}
        self.plugins: dict[str, Registered] = {}
        self.failures: dict[str, Problem] = {}
        """The last failure of a hook that looks at cases, by plugin: it stops nobody, and must not be lost."""

    @property
    def active(self) -> tuple[Registered, ...]:
        """The plugins in use."""
        return tuple(one for one in self.plugins.values() if one.state == "active")

    def load(
        self, candidates: Iterable[Candidate], *, disabled: Iterable[str] = (), drafts: Iterable[str] = ()
    ) -> None:
        """Register every candidate: kinds of all first, then provisions, then what each requires of the others.

        No code of the ``disabled`` and of the ``drafts`` is run; they are known by name only.
        """
        states: dict[str, State] = {**dict.fromkeys(drafts, "draft"), **dict.fromkeys(disabled, "disabled")}
        for one in candidates:
            self._admit(one, states.get(one.name, "active"))
        for name in list(self._objects):
            self._contain(name, self._take_kinds)
        for name in list(self._objects):
            self._contain(name, self._take_provisions)
        self.meet_requirements()

    def meet_requirements(self) -> None:
        """Break every plugin whose requirements are not met, and in turn what stands on it."""
        broke = True
        while broke:  # what stands on a broken plugin breaks in the next round
            broke = any([self._contain(one.name, self._meet_requirements) for one in self.active])  # noqa: C419 - all are asked

    def _admit(self, one: Candidate, state: State) -> None:
        if one.name in self.plugins:
            self._refuse_newcomer(one)
            return
        self.plugins[one.name] = Registered(
            name=one.name, origin=one.origin, state=state, outside=one.outside, folder=one.folder
        )
        if state == "active":
            self._contain(one.name, lambda name: self._register(name, one))

    def _refuse_newcomer(self, one: Candidate) -> None:
        """Two plugins of one name: the first stays, the other is shown beside it as broken, and both are named."""
        first = self.plugins[one.name]
        text = Text(
            f"插件名重复：{first.origin} 与 {one.origin}",
            f"two plugins claim the name: {first.origin} and {one.origin}",
        )
        name = f"{one.name} ({one.origin})"
        error = JiuzhuError("duplicate_plugin", text, value=one.name)
        self.plugins[name] = Registered(name=name, origin=one.origin, state="broken", error=error)

    def _register(self, name: str, one: Candidate) -> None:
        plugin = one.load()
        check_hooks(plugin)
        self._objects[name] = plugin
        self._pluggy.register(plugin, name=name)
        self._pluggy.check_pending()
        callers = self._pluggy.get_hookcallers(plugin) or []
        hooks = tuple(hook for hook in NAMES if hook in {caller.name for caller in callers})
        self.plugins[name] = replace(self.plugins[name], hooks=hooks)

    def folder(self, name: str) -> Path | None:
        """Return the folder of a plugin in use, where it says one."""
        found = getattr(self._objects.get(name), "folder", None)
        return found if isinstance(found, Path) else None

    def _contain(self, name: str, step: Any) -> bool:
        """Run one step of one plugin; whatever it raises makes that plugin broken. Returns whether it broke."""
        if self.plugins[name].state != "active":
            return False
        try:
            step(name)
        except JiuzhuError as error:
            self.reject(name, error)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin is foreign code: whatever it raises is contained, named and shown
            self.reject(name, failure(name, error), detail=traceback.format_exc())
        else:
            return False
        return True

    def reject(self, name: str, error: JiuzhuError, *, detail: str = "") -> None:
        """Mark a plugin broken and take it, its kinds and its provisions out of use."""
        plugin = self._objects.pop(name, None)
        if plugin is not None and self._pluggy.is_registered(plugin):
            self._pluggy.unregister(plugin)
        self.kinds = {kind: one for kind, one in self.kinds.items() if self._brought.get(kind) != name}
        known = self.plugins[name]
        self.plugins[name] = replace(
            known,
            state="broken",
            error=error,
            detail=detail,
            provisions=(),
            divisions=known.divisions or scanned(getattr(plugin, "folder", known.folder)),
        )

    def _call(self, name: str, hook: str, **arguments: Any) -> Any:
        method = getattr(self._objects[name], hook, None)
        return method(**arguments) if method is not None and hook in self.plugins[name].hooks else None

    def _take_kinds(self, name: str) -> None:
        for kind in self._call(name, "jiuzhu_kinds") or ():
            if kind.name in self.kinds:
                text = Text(f"条款种类“{kind.name}”已存在", f"kind '{kind.name}' is already taken")
                raise JiuzhuError("duplicate_kind", text, value=kind.name)
            self.kinds[kind.name] = kind
            self._brought[kind.name] = name

    def _take_provisions(self, name: str) -> None:
        frame = self._call(name, "jiuzhu_header")
        if not isinstance(frame, Located):
            text = Text("未实现 jiuzhu_header", "jiuzhu_header is not implemented or does not return a Located")
            raise JiuzhuError("no_header", text, value=name)
        self.plugins[name] = replace(self.plugins[name], divisions=claimed(frame), source=frame)
        raws = [raw for hook, allowed in PROVISION_HOOKS.items() for raw in self._raws(name, hook, allowed)]
        known = {key: document for one in self.active for key, document in one.documents.items()}
        parsed = parse_policy(frame, raws, self.kinds, documents=known)
        self._take_header(name, parsed)
        self.plugins[name] = replace(
            self.plugins[name],
            header=parsed.header,
            provisions=parsed.provisions,
            documents=parsed.documents,
            divisions=frozenset(one.scope.division for one in parsed.provisions),
        )

    def _raws(self, name: str, hook: str, allowed: frozenset[str] | None) -> Iterator[RawProvision]:
        given = list(self._call(name, hook) or ())
        plain = located({"provisions": [one for one in given if not isinstance(one, RawProvision)]}, f"{name}.{hook}()")
        raws = [one for one in given if isinstance(one, RawProvision)] + list(raw_provisions(plain))
        for raw in raws:
            if (allowed is None and hook_of(raw.kind) != hook) or (allowed is not None and raw.kind not in allowed):
                text = Text(f"“{raw.kind}”不应由 {hook} 提供", f"'{raw.kind}' does not belong to {hook}")
                where = raw.source.where(("provisions", raw.index))
                raise InvalidInput(
                    [
                        Problem(
                            code="wrong_hook",
                            message=text,
                            where=where,
                            value=raw.kind,
                            allowed=tuple(allowed or ()),
                        )
                    ]
                )
        return iter(raws)

    def _take_header(self, name: str, parsed: PolicyFile) -> None:
        source = self.plugins[name].source
        where = source.where(("plugin", "name")) if source is not None else Where(file=name)
        if name in RESERVED:
            text = Text("这个名称由平台保留", "this name is reserved by the platform")
            hint = Text("请换一个名称", "choose another name")
            raise JiuzhuError("reserved_name", text, value=name, where=where, hint=hint)
        if parsed.header.name != name:
            text = Text(
                f"插件自称“{parsed.header.name}”，登记名为“{name}”",
                f"calls itself '{parsed.header.name}' but is registered as '{name}'",
            )
            raise JiuzhuError("wrong_name", text, value=parsed.header.name, where=where)

    def _meet_requirements(self, name: str) -> None:
        known = self.plugins[name]
        assert known.header is not None
        versions = {one.name: one.header.version for one in self.active if one.header is not None}
        problems = list(unmet(known.header.requires, core=API_VERSION, versions=versions, source=known.source))
        if problems:
            raise InvalidInput(problems)

    # behaviours that data cannot say -------------------------------------------------------------------------------

    def check_case(self, case: Case) -> tuple[Problem, ...]:
        """Collect what the plugins notice about a case; a hook that fails is itself a problem of this case, no more."""
        found: list[Problem] = []
        for name in self._objects:
            answer = self._ask(name, "jiuzhu_check_case", case=case)
            found += [answer] if isinstance(answer, Problem) else answer or ()
        return tuple(found)

    def find_conflicts(
        self, case: Case, relations: Sequence[Relation]
    ) -> tuple[tuple[Conflict, ...], tuple[Problem, ...]]:
        """Collect the conflicts of interest the plugins find, and the failures of those that could not say."""
        found: list[Conflict] = []
        problems: list[Problem] = []
        for name in self._objects:
            answer = self._ask(name, "jiuzhu_find_conflicts", case=case, relations=relations)
            if isinstance(answer, Problem):
                problems.append(answer)
            else:
                found += answer or ()
        return tuple(found), tuple(problems)

    def fill_notice(self, notice: str, case: Case) -> Mapping[str, str]:
        """Return further fields for a notice from the first plugin that knows it.

        Raises:
            JiuzhuError: ``plugin_failed``; a notice must not go out half filled.
        """
        for name in self._objects:
            answer = self._ask(name, "jiuzhu_fill_notice", notice=notice, case=case)
            if isinstance(answer, Problem):
                raise JiuzhuError(answer.code, answer.message, where=answer.where, value=name)
            if answer is not None:
                filled: Mapping[str, str] = answer
                return filled
        return {}

    def _ask(self, name: str, hook: str, **arguments: Any) -> Any:
        """Call a hook on a case; a failure concerns this case and does not take the plugin's rules away."""
        try:
            answer = self._call(name, hook, **arguments)
            return list(answer) if answer is not None and hook != "jiuzhu_fill_notice" else answer
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin is foreign code
            text = Text(f"插件“{name}”的 {hook} 出错：{error!r}", f"{hook} of plugin '{name}' failed: {error!r}")
            where = place_of(error.__traceback__) or Where(file=name)
            self.failures[name] = Problem(code="plugin_failed", message=text, where=where)
            return self.failures[name]
