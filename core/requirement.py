"""What a plugin requires: a range of core versions and of other plugins' versions, held against what is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from core.errors import Problem, Text, Where
from core.policy_file import Requirement
from core.source import Located


def unmet(wanted: Requirement, *, core: str, versions: Mapping[str, str], source: Located | None) -> Iterator[Problem]:
    """Yield what is not met; ``versions`` are those of the plugins in use, ``source`` the file that says so."""
    here = source or Located({}, "", {})
    yield from _missing("core", wanted.core, core, where=here.where(("plugin", "requires", "core")))
    for name, version in wanted.plugins.items():
        where = here.where(("plugin", "requires", "plugins", name))
        yield from _missing(name, version, versions.get(name), where=where)


def _missing(name: str, wanted: str, have: str | None, *, where: Where) -> Iterator[Problem]:
    try:
        fits = have is not None and SpecifierSet(wanted).contains(have, prereleases=True)
    except InvalidSpecifier:
        text = Text("版本范围写法有误", "not a version range")
        yield Problem(code="bad_requirement", message=text, value=wanted, where=where)
        return
    if not fits:
        zh, en = f"需要 {name} {wanted}，现为 {have or '未启用'}", f"requires {name} {wanted}, found {have or 'none'}"
        yield Problem(code="unmet_requirement", message=Text(zh, en), where=where)
