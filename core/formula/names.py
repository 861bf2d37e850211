"""What a name in a formula means: a fact, a quantity of this or another programme, or a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.errors import Text, nearest
from core.formula.schema import HOUSEHOLD, FactSchema, Field, FormulaSource, ListType
from core.formula.syntax_tree import Expression, Name, walk


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """A resolved name: exactly one of ``field``, ``key`` (a quantity) and ``list`` is set; ``owner`` is its level."""

    owner: str
    field: Field | None = None
    key: str = ""
    list: ListType | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A name nobody knows; ``suggestion`` is the nearest known one, ``reason`` what is wrong with it."""

    reason: Text
    suggestion: str | None = None


class Names:
    """Resolves the names of every programme of one policy."""

    def __init__(self, schema: FactSchema, sources: Iterable[FormulaSource]) -> None:
        self.schema = schema
        self._aliases = _aliases(schema)
        self._quantities: dict[str, str] = {}
        self._names: dict[str, list[str]] = {}
        for source in sources:
            level = self.level_of(source)
            if level is not None:
                self._quantities[source.key] = level
                self._names.setdefault(source.programme, []).append(source.name)

    def level_of(self, source: FormulaSource) -> str | None:
        """Return the level a formula is computed on, or None when its name begins with no list's record name."""
        level = source.level_name
        return level if level == HOUSEHOLD or level in self.schema.lists else None

    def list_named(self, word: str) -> ListType | None:
        """Return the list with this record name, plural or Chinese label."""
        found = self.schema.list_named(word)
        return found or next(
            (one for one in self.schema.lists.values() if one.label is not None and one.label.zh == word), None
        )

    def find(self, name: Name, programme: str) -> Meaning | Unknown:
        """Resolve a name read by a formula of ``programme``."""
        return self._dotted(name, programme) if name.before else self._bare(name.name, programme)

    def _bare(self, word: str, programme: str) -> Meaning | Unknown:
        key = f"{programme}.{word}"
        if self._quantities.get(key) == HOUSEHOLD:
            return Meaning(owner=HOUSEHOLD, key=key)
        field = self._field(word)
        if field is not None and field.level == HOUSEHOLD:
            return Meaning(owner=HOUSEHOLD, field=field)
        found = self.list_named(word)
        if found is not None:
            return Meaning(owner=found.name, list=found)
        return self._unknown(word, programme)

    def _dotted(self, name: Name, programme: str) -> Meaning | Unknown:
        found = self.list_named(name.before)
        if found is not None:
            word = f"{found.name}.{name.name}"
            key = f"{programme}.{word}"
            if key in self._quantities:
                return Meaning(owner=found.name, key=key)
        else:
            word = name.written
            if name.before in self._names and self._quantities.get(word) == HOUSEHOLD:
                return Meaning(owner=HOUSEHOLD, key=word)
        field = self._field(word)
        if field is not None:
            return Meaning(owner=field.level, field=field)
        if found is None and name.before not in self._names and name.before not in self.schema.namespaces:
            return self._unknown_owner(name)
        return self._unknown(word, programme)

    def _field(self, word: str) -> Field | None:
        return self.schema.fields.get(word) or self.schema.fields.get(self._aliases.get(word, ""))

    def _unknown(self, word: str, programme: str) -> Unknown:
        return Unknown(reason=Text("未知的名称", "unknown name"), suggestion=nearest(word, self.known(programme)))

    def _unknown_owner(self, name: Name) -> Unknown:
        owners = (
            *self._names,
            *self.schema.namespaces,
            *self.schema.lists,
            *(one.plural for one in self.schema.lists.values()),
        )
        reason = Text(
            f"“{name.before}”不是名单、项目或 case", f"'{name.before}' is no list, no programme and not 'case'"
        )
        close = nearest(name.before, owners)
        return Unknown(reason=reason, suggestion=f"{close}.{name.name}" if close else None)

    def known(self, programme: str) -> tuple[str, ...]:
        """Return every name a formula of ``programme`` may write."""
        others = (key for key, level in self._quantities.items() if level == HOUSEHOLD)
        lists = (word for one in self.schema.lists.values() for word in (one.name, one.plural))
        return (*self._names.get(programme, ()), *self.schema.fields, *self._aliases, *others, *lists)

    def read_by(self, root: Expression, programme: str) -> tuple[str, ...]:
        """Return the keys of the quantities an expression names."""
        found = [self.find(one, programme) for one, _ in walk(root) if isinstance(one, Name)]
        return tuple(dict.fromkeys(one.key for one in found if isinstance(one, Meaning) and one.key))


def _aliases(schema: FactSchema) -> Mapping[str, str]:
    """Map each alias, written with its list or namespace, to the fact's name; an alias of two facts means neither."""
    found: dict[str, str] = {}
    twice: set[str] = set()
    for field in schema.fields.values():
        before = field.name.rpartition(".")[0]
        for alias in field.aliases:
            word = f"{before}.{alias}" if before else alias
            if found.setdefault(word, field.name) != field.name:
                twice.add(word)
    return {word: name for word, name in found.items() if word not in twice}
