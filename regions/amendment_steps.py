"""What can be done with an amendment now, and by whom: each step open to the actor, or why it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from core.casework.access import denied
from core.casework.desk import Desk
from core.errors import JiuzhuError, Text
from core.store.tables import Amendment
from regions.amendment import published_provisions
from regions.amendment_state import require_another


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of an amendment. ``because`` says why it is not open to the actor."""

    name: str
    because: Text | None = None

    @property
    def is_open(self) -> bool:
        """Whether the actor may take it now."""
        return self.because is None


BY_STATUS: Mapping[str, tuple[str, ...]] = {
    "draft": ("revise", "attach", "submit", "withdraw"),
    "submitted": ("approve", "send_back", "reject", "attach", "withdraw"),
    "approved": ("file", "publish", "attach", "withdraw"),
    "published": ("redecide", "withdraw", "rollback", "attach"),
    "superseded": (),
    "rejected": (),
    "withdrawn": (),
}
RIGHT: Mapping[str, str] = {
    "revise": "amendment.propose",
    "attach": "amendment.propose",
    "submit": "amendment.propose",
    "approve": "amendment.decide",
    "send_back": "amendment.decide",
    "reject": "amendment.decide",
    "file": "amendment.file",
    "publish": "amendment.publish",
    "withdraw": "amendment.publish",
    "rollback": "amendment.propose",
    "redecide": "redecision.prepare",
}
BY_ANOTHER = ("approve", "send_back", "reject", "publish")


def steps(desk: Desk, amendment: Amendment) -> tuple[Step, ...]:
    """Return the steps of an amendment's state, in the order of the work."""
    return tuple(Step(name=name, because=_because(desk, amendment, name)) for name in _named(desk, amendment))


def _named(desk: Desk, amendment: Amendment) -> Iterator[str]:
    in_effect = amendment.status == "published" and _in_effect(desk, amendment)
    for name in BY_STATUS[amendment.status]:
        if not (name == "withdraw" and in_effect):
            yield name


def _in_effect(desk: Desk, amendment: Amendment) -> bool:
    return any(one.period.begun(desk.today) for one in published_provisions(desk, amendment.uuid))


def _because(desk: Desk, amendment: Amendment, name: str) -> Text | None:
    tests: list[Callable[[], None]] = [lambda: _require_right(desk, amendment, name)]
    if name in BY_ANOTHER:
        tests.append(lambda: require_another(desk, amendment))
    for test in tests:
        try:
            test()
        except JiuzhuError as error:
            hint = error.hint or Text("", "")
            return Text(f"{error.message.zh}。{hint.zh}", f"{error.message.en}. {hint.en}")
    return None


def _require_right(desk: Desk, amendment: Amendment, name: str) -> None:
    if name == "redecide":
        if not any(_touches(root, amendment.path) for root in desk.actor.roots(RIGHT[name], desk.today)):
            raise denied(desk.actor, RIGHT[name], amendment.path)
    else:
        desk.require(RIGHT[name], amendment.path)


def _touches(root: str, path: str) -> bool:
    return f"{root}/".startswith(f"{path}/") or f"{path}/".startswith(f"{root}/")
