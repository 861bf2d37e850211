"""Writing an amendment: the form begins with the document, is kept while it is typed, and tells every fault at once."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin.amendment_form import row_figures, view
from admin.amendment_tree import acted, fresh, handed_in, of_amendment
from admin.asking import division_in
from admin.language import say
from admin.problems import status_of
from admin.raw_form import Tree, entries_of, tree_of
from admin.screens.amendments import keep_papers
from admin.work import platform, reading, working
from core.casework.desk import Desk
from core.casework.form_draft import draft_kept, drop_draft, keep_draft
from core.errors import JiuzhuError
from core.store.tables import Amendment
from regions.amendment import propose
from regions.amendment_state import STATUS, open_amendment

screen = Blueprint("amending", __name__, url_prefix="/amendments")

OURS = ("csrf_token", "do", "uuid", "version", "paper")
"""Entries that are about the form, not in it."""
NEW = "new"


@dataclass(slots=True, kw_only=True)
class State:
    """A form as it goes back to the page."""

    tree: Tree
    uuid: str = ""
    version: str = ""
    saved_at: str | None = None
    is_restored: bool = False
    is_outdated: bool = False
    error: JiuzhuError | None = None
    names: dict[str, str] = field(default_factory=dict)


@screen.get("/new")
def new() -> ResponseReturnValue:
    """Show the form of a new document; what was typed before is there again."""
    with reading() as desk:
        kept = draft_kept(desk, _subject(""))
        if kept is not None and not request.args:
            tree = tree_of([(name, value) for name, value in kept.body])
            return _page(State(tree=tree, saved_at=kept.saved_at, is_restored=True))
        return _page(State(tree=_begun(desk)))


def _begun(desk: Desk) -> Tree:
    """A form for the place asked about, else for the one place the officer may propose in, with the row asked for."""
    given = request.args
    place = division_in(given.get("division", ""))
    if not place:
        roots = desk.actor.roots("amendment.propose", desk.today)
        place = roots[0].rpartition("/")[2] if len(roots) == 1 else ""
    tree = fresh(place)
    if given.get("kind") in platform().manager.kinds and given.get("kind") != "standard":
        acted(tree, f"row:{given['kind']}")
        row = tree["rows"][max(tree["rows"], key=lambda key: int(key[1:-1]))]
        row |= {name: given[name] for name in ("programme", "area") if given.get(name)}
    return tree


@screen.post("/new")
def create() -> ResponseReturnValue:
    """Register the document with its rows as a draft."""
    return _save("")


@screen.get("/<uuid>/edit")
def edit(uuid: str) -> ResponseReturnValue:
    """Show a draft to be written anew; what was typed since is there again."""
    with reading() as desk:
        held = open_amendment(desk, uuid, "amendment.propose", hold=False)
        if held.status != "draft":
            flash(_fixed(held), "warning")
            return redirect(url_for("amendments.one", uuid=held.uuid), 303)
        kept = draft_kept(desk, _subject(held.uuid))
        state = State(tree=of_amendment(held), uuid=held.uuid, version=str(held.version))
        if kept is not None:
            seen = str(kept.basis.get("version", ""))
            state.tree = tree_of([(name, value) for name, value in kept.body])
            state.saved_at, state.is_restored, state.version = kept.saved_at, True, seen
            state.is_outdated = seen != str(held.version)
    return _page(state)


def _fixed(held: Amendment) -> str:
    is_now = STATUS[held.status]
    zh = "退回后可以改写" if held.status == "submitted" else "须另行登记修订"
    en = "once it is sent back it can be written anew" if held.status == "submitted" else "register another amendment"
    return say(f"修订{is_now.zh}，不能改写；{zh}。", f"The amendment is {is_now.en} and fixed; {en}.")


@screen.post("/<uuid>/edit")
def revise(uuid: str) -> ResponseReturnValue:
    """Write a draft anew."""
    return _save(uuid)


@screen.post("/form")
def rebuild() -> ResponseReturnValue:
    """Show the form anew after a button in it: a row more or less, a gap, what is in force filled in."""
    tree = _typed()
    acted(tree, request.form.get("do", ""))
    state = State(tree=tree, uuid=request.form.get("uuid", ""), version=request.form.get("version", ""))
    state.saved_at = _kept(state)
    if request.headers.get("HX-Request"):
        return render_template("amendments/sheet.html", state=state, form=view(tree))
    return _page(state)


@screen.post("/draft")
def autosave() -> ResponseReturnValue:
    """Keep what was typed so far and answer when, with 原标准 and 增幅 as they are by now."""
    state = State(tree=_typed(), uuid=request.form.get("uuid", ""), version=request.form.get("version", ""))
    state.saved_at = _kept(state)
    return render_template("amendments/saved.html", state=state, figures=row_figures(state.tree))


@screen.post("/draft/drop")
def forget() -> ResponseReturnValue:
    """Forget what was typed and begin anew."""
    uuid = request.form.get("uuid", "")
    with working() as desk:
        drop_draft(desk, _subject(uuid))
    flash(say("已放弃未提交的改动。", "What was typed is forgotten."))
    return redirect(url_for(".edit", uuid=uuid) if uuid else url_for(".new"), 303)


def _save(uuid: str) -> ResponseReturnValue:
    state = State(tree=_typed(), uuid=uuid, version=request.form.get("version", ""))
    try:
        source, state.names = handed_in(state.tree)
        with working() as desk:
            seen = int(state.version) if state.version.isdecimal() and len(state.version) < 9 else None
            made = propose(desk, source, revise=uuid or None, version=seen if uuid else None).uuid
            keep_papers(desk, made)
            drop_draft(desk, _subject(uuid))
    except JiuzhuError as error:
        state.error, state.saved_at = error, _kept(state)
        return _page(state), status_of(error)
    flash(say("草稿已登记。请查看影响测算，然后提交审批。", "The draft stands. Look at its impact, then submit it."))
    return redirect(url_for("amendments.one", uuid=made), 303)


def _kept(state: State) -> str:
    with working() as desk:
        if state.uuid:  # what is kept belongs to a document the officer may write
            open_amendment(desk, state.uuid, "amendment.propose", hold=False)
        entries = list(entries_of(state.tree))
        return keep_draft(desk, _subject(state.uuid), entries, basis={"version": state.version}).saved_at


def _typed() -> Tree:
    return tree_of((name, value) for name, value in request.form.items(multi=True) if name not in OURS)


def _subject(uuid: str) -> str:
    return f"amendment/{uuid[:32] or NEW}"


def _page(state: State) -> str:
    form = view(state.tree, state.error, state.names)
    return render_template("amendments/form.html", state=state, form=form, error=state.error)
