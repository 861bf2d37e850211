"""The inbox (待办): what waits for me with its due day, and what of mine waits for others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin.language import pick
from admin.work import reading
from core.casework.reporting.budget import users_of
from regions.inbox import KINDS, Item, inbox

screen = Blueprint("inbox", __name__, url_prefix="/inbox")

PAGES: Mapping[str, tuple[str, str]] = {
    "amendment_decide": ("amendments.one", "uuid"),
    "amendment_publish": ("amendments.one", "uuid"),
    "amendment_back": ("amendments.one", "uuid"),
    "plugin": ("plugin_steps.look", "name"),
    "batch": ("batches.one", "batch_id"),
    "payroll": ("payrolls.one", "number"),
    "review": ("reviews.card", "number"),
    "roster": ("imports.one", "job_id"),
    "budget": ("budgets.one", "number"),
    "recusal": ("recusals.card", "number"),
    "problem": ("problems.card", "number"),
    "offset_proposed": ("ledgers.page", "number"),
}
"""Kind of item → the page on which it is decided, and how that page names it; of the others it is the case's."""


@screen.get("/")
def page() -> ResponseReturnValue:
    """Show what waits, all of it or of one kind."""
    others = request.args.get("show") == "others"
    kind = request.args.get("kind", "")
    with reading() as desk:
        found = inbox(desk)
        chosen = found.others if others else found.mine
        names = users_of(desk, [maker for one in chosen for maker in one.makers])
    counts = Counter(one.kind for one in chosen)
    rows = [(one, address(one)) for one in chosen if not kind or one.kind == kind]
    return render_template(
        "inbox/page.html", rows=rows, names=names, kinds={key: pick(KINDS[key]) for key in KINDS if counts[key]},
        counts=counts, kind=kind, others=others, mine_count=len(found.mine), others_count=len(found.others),
    )  # fmt: skip


def address(one: Item) -> str:
    """Return where an item is decided."""
    if one.kind == "report":
        report, division, month = one.key.split("/")
        return url_for("reports.one", name=report, division=division, month=month)
    if one.kind == "upgrade":
        return url_for("upgrades.page")
    endpoint, name = PAGES.get(one.kind, ("cases.case", "number"))
    given: dict[str, Any] = {name: int(one.key) if one.key.isdecimal() and endpoint in NUMBERED else one.key}
    return url_for(endpoint, **given)


NUMBERED = ("reviews.card", "budgets.one", "recusals.card", "problems.card")
"""Pages whose address takes a number."""
