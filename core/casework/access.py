"""Who may do what where: roles over subtrees of divisions, default deny, all of it in ``access.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from core.errors import JiuzhuError, Text
from core.provision import Json, text_of
from core.source import read_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role over the subtree ``path``, ``[since, until)``."""

    role: str
    path: str
    since: date
    until: date | None = None

    def covers(self, path: str, on: date) -> bool:
        """Tell whether the grant reaches a place on a day."""
        held = self.since <= on and (self.until is None or on < self.until)
        return held and within(path, self.path)


def within(path: str, root: str) -> bool:
    """Tell whether a path lies in the subtree of another.

    >>> within("000000/430000/430900", "000000/430000"), within("000000/4300001", "000000/430000")
    (True, False)
    """
    return path == root or path.startswith(f"{root}/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts. ``office`` names the holder of an office behind the user, where the register knows one."""

    id: int
    login: str
    name: str
    grants: tuple[Grant, ...] = ()

    def may(self, action: str, path: str, on: date) -> bool:
        """Tell whether the actor may do an action at a place on a day; an action nobody named is nobody's."""
        allowed = roles_of(action)
        return any(one.role in allowed and one.covers(path, on) for one in self.grants)

    def roots(self, action: str, on: date) -> tuple[str, ...]:
        """Return the subtrees in which the actor may do an action: what a list is filtered by."""
        allowed = roles_of(action)
        found = {one.path for one in self.grants if one.role in allowed and one.covers(one.path, on)}
        return tuple(sorted(root for root in found if not any(within(root, other) for other in found - {root})))


@cache
def matrix() -> Mapping[str, Json]:
    """Return the access matrix as written: ``roles`` and ``actions``."""
    text = files("core.casework").joinpath("access.yaml").read_text(encoding="utf-8")
    data: Mapping[str, Json] = read_text(text, "core/casework/access.yaml").data
    return data


def roles_of(action: str) -> frozenset[str]:
    """Return the roles that may do an action; none for an action the matrix does not name."""
    return frozenset(matrix()["actions"].get(action, {}).get("roles", ()))


def role_label(role: str) -> Text:
    """Return a role in words."""
    return text_of(matrix()["roles"].get(role)) or Text(role, role)


def action_label(action: str) -> Text:
    """Return an action in words."""
    return text_of(matrix()["actions"].get(action, {}).get("label")) or Text(action, action)


def denied(actor: Actor, action: str, path: str) -> JiuzhuError:
    """Build the refusal: what was asked, and which roles could."""
    roles = [role_label(role) for role in sorted(roles_of(action))]
    label = action_label(action)
    message = Text(
        f"{actor.name}没有在该地“{label.zh}”的权限",
        f"{actor.login} has no right there to: {label.en}",
    )
    hint = Text(
        f"需要角色：{'、'.join(one.zh for one in roles) or '无'}",
        f"roles that may: {', '.join(one.en for one in roles) or 'none'}",
    )
    return JiuzhuError("not_permitted", message, hint=hint, value=f"{action} {path}")
