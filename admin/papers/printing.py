"""From a template to a sheet: a plugin's own template where it brings one, else ours; on the screen or as PDF.

A plugin replaces a paper by a file of its name in a folder ``papers`` of its package, for the places it rules for; of
several plugins the one that rules closest to the place is asked first. Its fonts and words go with its own templates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from flask import current_app
from jinja2 import (
    BaseLoader,
    ChainableUndefined,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    TemplateNotFound,
)
from markupsafe import Markup, escape

from admin.papers.catalogue import Paper
from admin.work import platform
from core.errors import JiuzhuError, Text
from regions.plugin_papers import FOLDER, Brought


def sheet(paper: Paper, said: Mapping[str, Any], *, division: str | None, pdf: bool, **page: Any) -> str:
    """Return a paper as HTML; ``said`` is empty for a blank one.

    Raises:
        JiuzhuError: ``word_missing``, what is wrong with a plugin's words; ``paper_not_accepted``.
    """
    environment = current_app.jinja_env.overlay(undefined=ChainableUndefined, loader=_loader(division))
    environment.filters = {
        **environment.filters,
        "line": line,
        "written_day": written_day,
        "written_month": written_month,
    }
    by = brought_for(paper, division)
    context: dict[str, Any] = {"f": said, "paper": paper, "pdf": pdf, "bar": {}, "extra": {}, **page}
    context |= {"brought": by, "word": by.word} if by is not None else {"brought": None}
    current_app.update_template_context(context)
    return environment.get_template(f"papers/{paper.code}.html").render(context)


def pdf(paper: Paper, said: Mapping[str, Any], *, division: str | None, **page: Any) -> bytes:
    """Return a paper as PDF.

    Raises:
        JiuzhuError: what ``sheet`` raises; ``not_brought``, ``fonts_missing``, what is wrong with a plugin's fonts.
    """
    from admin.papers.pdf import as_pdf  # noqa: PLC0415 - a second to load, for those alone who print

    html, by = sheet(paper, said, division=division, pdf=True, **page), brought_for(paper, division)
    return as_pdf(html) if by is None else as_pdf(html, style=by.style(), fonts=by.fonts())


def brought_for(paper: Paper, division: str | None) -> Brought | None:
    """Return the plugin whose template a paper uses in a place, None for ours."""
    return next((one for one in _bringing(division) if (one.folder / f"{paper.code}.html").is_file()), None)


def brought_by(plugin: str) -> Brought:
    """Return what a plugin in use brings for papers.

    Raises:
        JiuzhuError: ``unknown_plugin``.
    """
    found = next((one for one in platform().manager.active if one.name == plugin), None)
    package = platform().manager.folder(plugin) if found is not None else None
    if package is None:
        raise JiuzhuError("unknown_plugin", Text("没有这个插件", "there is no such plugin"), value=plugin)
    return _brought(plugin, package)


def _brought(plugin: str, package: Path) -> Brought:
    """What people accepted binds all but the bundled plugins and those this process only tries out."""
    step = platform().registry.standings.accepted.get(plugin)
    if step is None or step.told is None or platform().settings.tries("plugin_dirs"):
        return Brought(plugin=plugin, package=package)
    return Brought(plugin=plugin, package=package, accepted=step.told.get("papers", {}))


class _Accepted(FileSystemLoader):
    """Loads the templates of a plugin, each as it was accepted."""

    def __init__(self, brought: Brought) -> None:
        super().__init__(brought.folder)
        self._brought = brought

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """Return a template, or say that there is none."""
        if not self._brought.has(template):
            raise TemplateNotFound(template)
        self._brought.content(template)
        return super().get_source(environment, template)


def _loader(division: str | None) -> BaseLoader:
    own = [_Accepted(one) for one in _bringing(division)]
    ours = current_app.jinja_loader
    assert ours is not None
    return ChoiceLoader([PrefixLoader({"papers": ChoiceLoader(own)}), ours]) if own else ours


def _bringing(division: str | None) -> Sequence[Brought]:
    """The plugins that rule on the place's ladder and bring papers, the closest first."""
    if division is None:
        return []
    platform().registry.refresh()  # a blank paper asks nothing else of the rules
    ladder = platform().tree.ladder(division, platform().today)
    found: list[tuple[int, str, Path]] = []
    for one in platform().manager.active:
        folder, depths = platform().manager.folder(one.name), [ladder.index(at) for at in one.divisions if at in ladder]
        if folder is not None and depths and (folder / FOLDER).is_dir():
            found.append((-max(depths), one.name, folder))
    return [_brought(name, folder) for _, name, folder in sorted(found)]


def line(value: Any, width: int = 8) -> Markup:
    """Write a value on a line of so many characters; a line for the pen where there is none."""
    text = "" if value is None or isinstance(value, ChainableUndefined) else str(value)
    return Markup('<span class="pen w{}">{}</span>').format(width, escape(text))


def written_day(on: date | None) -> Markup:
    """Write a day as papers do; blanks for the pen where there is none."""
    if not isinstance(on, date):
        return Markup('<span class="nb"><span class="pen w3"></span>年<span class="pen w2"></span>月'
                      '<span class="pen w2"></span>日</span>')  # fmt: skip
    return Markup('<span class="nb">{}年{}月{}日</span>').format(on.year, on.month, on.day)


def written_month(on: date | None) -> Markup:
    """Write a month as papers do."""
    if not isinstance(on, date):
        return Markup('<span class="nb"><span class="pen w3"></span>年<span class="pen w2"></span>月</span>')
    return Markup('<span class="nb">{}年{}月</span>').format(on.year, on.month)
