"""Texts on columns are codes: into a fact's own choices, or into the vocabulary of the whole program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.formula.columnar_graph import Graph
from core.formula.columnar_step import Atom, Step
from core.formula.columnar_value import Value
from core.formula.span import INT32, Span


@dataclass(slots=True)
class Words:
    """The program's vocabulary, in the order in which its texts were met."""

    texts: list[str] = field(default_factory=list)
    _codes: dict[str, int] = field(default_factory=dict)

    def code(self, text: str) -> int:
        """Return a text's code, a new one for a new text."""
        if text not in self._codes:
            self._codes[text] = len(self.texts)
            self.texts.append(text)
        return self._codes[text]

    def constant(self, text: str) -> Value:
        """Return a text known now."""
        return Value(above=self.code(text))

    def text(self, value: Value) -> str | None:
        """Return a text that is known now; None where it is not, or where every record fails."""
        texts, code = value.words or self.texts, value.above
        if isinstance(code, Step) or (value.error != 0 and not isinstance(value.error, Step)):
            return None
        return texts[code] if code < len(texts) else None

    def aligned(self, graph: Graph, values: Sequence[Value]) -> tuple[list[Atom], tuple[str, ...]]:
        """Return the codes in one vocabulary, and that vocabulary (empty: the program's).

        Where all arrays share the choices of one fact, and all constants are among them, nothing is translated.
        """
        shared = {one.words for one in values if isinstance(one.above, Step)}
        choices = shared.pop() if len(shared) == 1 else ()
        constants = [self.text(one) for one in values if not isinstance(one.above, Step)]
        if not choices or not {one for one in constants if one is not None} <= set(choices):
            return [self.translated(graph, one) for one in values], ()
        return [self._recoded(one, choices) for one in values], choices

    def translated(self, graph: Graph, value: Value) -> Atom:
        """Return a value's codes in the program's vocabulary."""
        if not isinstance(value.above, Step):
            text = self.text(value)
            return 0 if text is None else self.code(text)
        if not value.words:
            return value.above
        for text in value.words:
            self.code(text)
        return graph.make("translate", value.above, span=Span(0, INT32), parameters=("choices", *value.words))

    def _recoded(self, value: Value, choices: tuple[str, ...]) -> Atom:
        text = self.text(value)
        if isinstance(value.above, Step):
            return value.above
        return 0 if text is None else choices.index(text)
