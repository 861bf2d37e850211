"""A dated duty: what is due when, to whom it falls, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from core.errors import Text

State = Literal["open", "overdue", "done"]
STATES = {"open": Text("待办", "open"), "overdue": Text("逾期", "overdue"), "done": Text("已完成", "done")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Something due on a day. ``owner`` is the office that owes it; ``holder_id`` the officer, where one is assigned.

    ``subject`` names the case, draw, plan or period; ``count`` how many cases it is about; ``flag`` what a reader must
    know of the day, as that it is provisional; ``basis`` the provision, or the record it comes from. ``told`` is the
    subject in words, where it is a code.
    """

    code: str
    label: Text
    due: date
    subject: str
    path: str
    owner: str
    basis: str
    done: bool = False
    count: int = 1
    case_id: int | None = None
    holder_id: int | None = None
    flag: Text | None = None
    told: Text | None = None

    @property
    def about(self) -> Text:
        """What it is about, as people say it."""
        return self.told or Text(self.subject, self.subject)

    def state(self, today: date) -> State:
        """Say how it stands on a day."""
        return "done" if self.done else "overdue" if self.due < today else "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What is asked for: a subtree, a programme, and the days ``[since, until]``; overdue duties come always."""

    path: str
    programme: str
    since: date
    until: date
