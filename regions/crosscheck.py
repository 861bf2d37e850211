"""What a plugin says of others: documents it cites, provisions it repeals, divisions it rules for. All must exist."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from core.errors import InvalidInput, JiuzhuError, Problem, Text, did_you_mean
from core.plugin import PluginManager, Registered
from core.provision import Provision
from regions.division import DivisionTree
from regions.division_row import Entry, from_provisions


def with_divisions(manager: PluginManager, tree: DivisionTree) -> DivisionTree:
    """Return the tree with the units the plugins add; a plugin whose units do not fit is rejected."""
    for plugin in manager.active:
        try:
            entries = from_provisions(plugin.provisions)
            _refuse_renaming(entries, tree)
            tree = tree.with_rows(entries)
        except JiuzhuError as error:
            manager.reject(plugin.name, error)
    return tree


def _refuse_renaming(entries: list[Entry], tree: DivisionTree) -> None:
    """A plugin may add places and describe known ones alike; to move or rename one is for the operator's own table."""
    problems = [
        entry.problem("division_conflict", Text("与区划表不符", "differs from the division table"), "name")
        for entry in entries
        for row in tree.rows.get(entry.division.code, ())
        if row.overlaps(entry.division) and not row.says_the_same(entry.division)
    ]
    if problems:
        raise InvalidInput(problems)


def cross_check(manager: PluginManager, tree: DivisionTree) -> None:
    """Reject every plugin that names a document, provision or division that does not exist."""
    documents = {name for one in manager.active for name in one.documents}
    names = {name for plugin in manager.active for one in plugin.provisions for name in (one.id, one.address)}
    for plugin in manager.active:
        problems = list(_problems(plugin, documents, names, tree))
        if problems:
            manager.reject(plugin.name, InvalidInput(problems))
    manager.meet_requirements()


def _problems(plugin: Registered, documents: set[str], names: set[str], tree: DivisionTree) -> Iterator[Problem]:
    for one in plugin.provisions:
        cited = [one.citation.document] if one.citation else []
        cited += [one.reaffirmed.citation.document] if one.reaffirmed else []
        unknown = Text("引用的文件没有登记", "the cited document is not declared")
        yield from _absent(one, cited, documents, "unknown_document", unknown)
        gone = Text("所废止的条款不存在", "the provision to be repealed does not exist")
        yield from _absent(one, one.repeals, names, "unknown_provision", gone)
    for division in sorted({one.scope.division for one in plugin.provisions}):
        yield from _unknown_division(division, plugin, tree.get)


def _absent(
    one: Provision, wanted: list[str] | tuple[str, ...], known: set[str], code: str, message: Text
) -> Iterator[Problem]:
    for name in wanted:
        if name not in known:
            yield Problem(code=code, message=message, where=one.where, value=name, hint=did_you_mean(name, known))


def _unknown_division(code: str, plugin: Registered, get: Callable[[str], object]) -> Iterator[Problem]:
    try:
        get(code)
    except JiuzhuError as error:
        where = next(one.where for one in plugin.provisions if one.scope.division == code)
        yield Problem(code=error.code, message=error.message, where=where, value=code, hint=error.hint)
