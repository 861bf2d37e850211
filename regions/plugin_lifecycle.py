"""The life of a plugin in a deployment: proposed and accepted by two people, refused, disabled, enabled, taken out.

Each step is a row and an event in one transaction. What changes which rules are in use is an entry of the registry's
log in that transaction too, so every process sees it before it answers again.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from core.casework.desk import Desk
from core.casework.staff import NATION
from core.errors import JiuzhuError, Text, did_you_mean
from core.provision import Provision, provision_from
from core.store.tables import PluginStep, RegistryContent
from regions.amendment_state import registry_of
from regions.plugin_conflict import refuse_conflicts
from regions.plugin_reading import Reading
from regions.plugin_state import Standing, standings
from regions.registry import Registry

# Two people accept ----------------------------------------------------------------------------------------------------


def propose(desk: Desk, reading: Reading, *, reason: str | None = None) -> PluginStep:
    """Put a plugin's version, as it was read, up for acceptance by somebody else.

    Raises:
        JiuzhuError: ``not_permitted``, ``accepted_already``.
        InvalidInput: ``unmet_requirement``, ``slot_taken``: every one of them.
    """
    require_right(desk, "plugin.propose", reading.provisions, reading.divisions)
    known = standing_of(desk, reading.name)
    if known.accepted is not None and known.accepted.digest == reading.digest:
        text = Text("这一版本已经接受", "this version is accepted already")
        raise JiuzhuError("accepted_already", text, value=f"{reading.name} {reading.version}")
    refuse_conflicts(desk, reading)
    _keep(desk, reading)
    told = dict(reading.told)
    step = _step(desk, reading.name, "proposed", version=reading.version, digest=reading.digest, reason=reason)
    step.told, step.proposed_by = told, desk.actor.id
    return _recorded(desk, step)


def accept(desk: Desk, name: str, *, digest: str | None = None, reason: str | None = None) -> PluginStep:
    """Accept what was proposed: from this commit on every process answers by it. ``digest`` is what was looked at.

    Raises:
        JiuzhuError: ``nothing_proposed``, ``not_permitted``, ``same_person``, ``conflict``.
        InvalidInput: what has come between since it was proposed.
    """
    registry = registry_of(desk)
    registry.log.hold(desk.session)
    proposal = _proposal(desk, name, digest)
    reading = proposed(desk, proposal)
    require_right(desk, "plugin.accept", reading.provisions, reading.divisions)
    if proposal.proposed_by == desk.actor.id:
        text = Text("不能接受自己提请的插件", "nobody accepts a plugin he proposed")
        hint = Text("请由另一名有权人员办理", "another person with the right must do it")
        raise JiuzhuError("same_person", text, hint=hint, value=desk.actor.login)
    refuse_conflicts(desk, reading)
    step = _step(desk, name, "accepted", version=proposal.version, digest=proposal.digest, reason=reason)
    step.told, step.proposed_by = proposal.told, proposal.proposed_by
    registry.log.publish(desk.session, name, proposal.version, reading.provisions, always=True)
    return _recorded(desk, step)


def refuse(desk: Desk, name: str, *, reason: str) -> PluginStep:
    """Turn a proposal down; what was accepted before stays in use.

    Raises:
        JiuzhuError: ``nothing_proposed``, ``not_permitted``.
    """
    proposal = _proposal(desk, name, None)
    reading = proposed(desk, proposal)
    require_right(desk, "plugin.accept", reading.provisions, reading.divisions)
    step = _step(desk, name, "refused", version=proposal.version, digest=proposal.digest, reason=reason)
    return _recorded(desk, step)


def standing_of(desk: Desk, name: str) -> Standing:
    """Return what people decided of a plugin so far."""
    return standings(desk.session).of(name)


def proposed(desk: Desk, step: PluginStep) -> Reading:
    """Return what a step's plugin said, from what is stored."""
    assert step.told is not None
    query = select(RegistryContent).where(RegistryContent.content.in_(step.told["contents"]))
    bodies = {one.content: one.body for one in desk.session.scalars(query)}
    return Reading(name=step.plugin, told=step.told, bodies=tuple(bodies[one] for one in step.told["contents"]))


def _proposal(desk: Desk, name: str, digest: str | None) -> PluginStep:
    proposal = standing_of(desk, name).proposal
    if proposal is None:
        raise nothing_proposed(name)
    if digest is not None and digest != proposal.digest:
        text = Text("提请的版本已更换", "another version has been proposed since")
        hint = Text("请查看最新内容后再办理", "look at it again before you go on")
        raise JiuzhuError("conflict", text, hint=hint, value=name)
    return proposal


def nothing_proposed(name: str) -> JiuzhuError:
    """Say that no version of a plugin waits for a second person."""
    text = Text("没有等待接受的版本", "no version waits to be accepted")
    hint = Text("请先提请接受", "propose one first")
    return JiuzhuError("nothing_proposed", text, hint=hint, value=name)


def _keep(desk: Desk, reading: Reading) -> None:
    """Keep the contents not known yet under their hashes; nothing rules by them before they are accepted."""
    by_content = {one.content: body for one, body in zip(reading.provisions, reading.bodies, strict=True)}
    query = select(RegistryContent.content).where(RegistryContent.content.in_(by_content))
    known = set(desk.session.scalars(query))
    desk.session.add_all(
        RegistryContent(content=content, body=dict(body))
        for content, body in by_content.items()
        if content not in known
    )


# Switching and taking out ---------------------------------------------------------------------------------------------


def disable(desk: Desk, name: str, *, reason: str) -> PluginStep:
    """Take a plugin's rules out of use, at once and everywhere; what was decided by them stays as it is.

    Raises:
        JiuzhuError: ``unknown_plugin``, ``not_permitted``, ``plugin_state``.
    """
    return _withdrawn(desk, name, "disabled", reason)


def remove(desk: Desk, name: str, *, reason: str) -> PluginStep:
    """Take an accepted plugin out for good, before its package goes; installed again it is a draft.

    Raises:
        JiuzhuError: ``unknown_plugin``, ``not_permitted``, ``plugin_state``; ``required`` while others stand on it.
    """
    if standing_of(desk, name).accepted is None:
        raise _wrong_state(name, "没有接受过，无可撤出", "was never accepted: there is nothing to take out")
    if standing := standing_on(desk, name):
        text = Text(f"插件{'、'.join(standing)}需要“{name}”", f"required by {', '.join(standing)}")
        hint = Text("请先停用或撤出这些插件", "disable or take those out first")
        raise JiuzhuError("required", text, hint=hint, value=name)
    return _withdrawn(desk, name, "removed", reason)


def enable(desk: Desk, name: str, *, reason: str | None = None) -> PluginStep:
    """Put a disabled plugin's rules to use again, as they were accepted.

    Raises:
        JiuzhuError: ``unknown_plugin``, ``not_permitted``, ``plugin_state``.
    """
    registry, standing = registry_of(desk), standing_of(desk, name)
    ruled = ruled_by(desk, name)
    require_right(desk, "plugin.manage", ruled, {one.scope.division for one in ruled})
    if not standing.off:
        raise _wrong_state(name, "没有停用", "is not disabled")
    step = _step(desk, name, "enabled", version=_version(registry, name), digest=_digest(standing), reason=reason)
    registry.log.publish(desk.session, name, step.version, ruled, always=True)
    return _recorded(desk, step)


def ruled_by(desk: Desk, name: str) -> tuple[Provision, ...]:
    """Return what a plugin rules, or ruled last where it is disabled: from the log, whatever is installed.

    Raises:
        JiuzhuError: ``unknown_plugin``.
    """
    registry = registry_of(desk)
    registry.refresh()
    if (standing := standing_of(desk, name)).accepted is not None:
        return proposed(desk, standing.accepted).provisions
    for entry in reversed(registry.log.entries):
        if entry.source == name and entry.contents:
            return tuple(provision_from(registry.log.stored[one]) for one in entry.contents)
    if name not in registry.manager.plugins:
        text = Text(f"没有名为“{name}”的插件", f"there is no plugin '{name}'")
        raise JiuzhuError("unknown_plugin", text, hint=did_you_mean(name, registry.manager.plugins), value=name)
    return ()


def standing_on(desk: Desk, name: str) -> tuple[str, ...]:
    """Return the plugins in use that require one."""
    active = desk.plugins.active
    return tuple(one.name for one in active if one.header is not None and name in one.header.requires.plugins)


def _withdrawn(desk: Desk, name: str, kind: str, reason: str) -> PluginStep:
    registry, standing = registry_of(desk), standing_of(desk, name)
    ruled = ruled_by(desk, name)
    require_right(desk, "plugin.manage", ruled, {one.scope.division for one in ruled})
    if kind == "disabled" and (standing.off or not _in_use(registry, standing, name)):
        raise _wrong_state(name, "没有在用", "is not in use")
    step = _step(desk, name, kind, version=_version(registry, name), digest=_digest(standing), reason=reason)
    registry.log.publish(desk.session, name, step.version, (), always=True)
    return _recorded(desk, step)


def _in_use(registry: Registry, standing: Standing, name: str) -> bool:
    known = registry.manager.plugins.get(name)
    return standing.accepted is not None or (known is not None and known.state in ("active", "broken"))


def _wrong_state(name: str, zh: str, en: str) -> JiuzhuError:
    return JiuzhuError("plugin_state", Text(f"插件“{name}”{zh}", f"plugin '{name}' {en}"), value=name)


def _version(registry: Registry, name: str) -> str:
    entry = registry.log.latest().get(name)
    return entry.version if entry is not None else "0"


def _digest(standing: Standing) -> str:
    return standing.accepted.digest if standing.accepted is not None else ""


# What every step has in common ----------------------------------------------------------------------------------------


def require_right(desk: Desk, action: str, provisions: Iterable[Provision], divisions: Iterable[str]) -> None:
    """Ask for the right in every division a plugin rules for; a unit it brings itself lies where its parent is."""
    for path in ruled_paths(desk, provisions, divisions):
        desk.require(action, path)


def ruled_paths(desk: Desk, provisions: Iterable[Provision], divisions: Iterable[str]) -> list[str]:
    """Return the paths a plugin rules for, in order."""
    brought = {one.key: str(one.value.get("parent", NATION)) for one in provisions if one.kind == "division"}
    return sorted({_path(desk, one, brought) for one in divisions} or {NATION})


def _path(desk: Desk, division: str, brought: dict[str, str]) -> str:
    seen: set[str] = set()
    while division in brought and division not in seen:
        seen.add(division)
        division = brought[division]
    try:
        return desk.path(division)
    except JiuzhuError:
        return NATION  # a place nobody knows is nobody's but the whole's


def _step(desk: Desk, name: str, kind: str, *, version: str, digest: str, reason: str | None) -> PluginStep:
    return PluginStep(
        plugin=name, step=kind, version=version, digest=digest, told=None, proposed_by=None,
        actor_id=desk.actor.id, recorded_at=desk.moment, reason=reason,
    )  # fmt: skip


def _recorded(desk: Desk, step: PluginStep) -> PluginStep:
    desk.session.add(step)
    desk.session.flush()
    body = {"version": step.version, "digest": step.digest, "proposed_by": step.proposed_by}
    desk.record(f"plugin/{step.plugin}", f"plugin_{step.step}", body, reason=step.reason)
    return step
