"""From a template to a sheet: a plugin's own template where it brings one, else ours; on the screen or as PDF.

A plugin replaces a paper by a file of its name in a folder ``papers`` of its package, for the places it rules for; of
several plugins the one that rules closest to the place is asked first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from flask import current_app
from jinja2 import BaseLoader, ChainableUndefined, ChoiceLoader, FileSystemLoader, PrefixLoader
from markupsafe import Markup, escape

from admin.papers.catalogue import Paper
from admin.work import platform
from core.errors import JiuzhuError, Text

CHINESE = re.compile(r"CJK|Han S|Song|Hei|Kai|Ming", re.IGNORECASE)
"""Families that have Chinese: Noto Serif CJK SC and its kin, Source Han, what Kylin and Windows bring."""
STYLE = Path(__file__).parents[1] / "static" / "paper.css"


def sheet(paper: Paper, said: Mapping[str, Any], *, division: str | None, pdf: bool, **page: Any) -> str:
    """Return a paper as HTML; ``said`` is empty for a blank one."""
    environment = current_app.jinja_env.overlay(undefined=ChainableUndefined, loader=_loader(division))
    environment.filters = {
        **environment.filters,
        "line": line,
        "written_day": written_day,
        "written_month": written_month,
    }
    context: dict[str, Any] = {"f": said, "paper": paper, "pdf": pdf, "bar": {}, "extra": {}, **page}
    current_app.update_template_context(context)
    return environment.get_template(f"papers/{paper.code}.html").render(context)


def as_pdf(html: str) -> bytes:
    """Set a sheet as PDF; nothing is fetched from anywhere.

    Raises:
        JiuzhuError: ``fonts_missing`` where the Chinese fonts are not installed: a paper of boxes must not go out.
    """
    from weasyprint import CSS, HTML  # noqa: PLC0415 - a second to load, for those alone who print

    used: set[str] = set()

    def note_fonts(document: Any, _: Any) -> None:
        used.update(str(one.family) for one in document.fonts.values())

    page = HTML(string=html, url_fetcher=_refuse)
    made: bytes = page.write_pdf(stylesheets=[CSS(filename=str(STYLE))], finisher=note_fonts)
    if not any(CHINESE.search(one) for one in used):
        text = Text("服务器没有安装中文字体，不能制作 PDF", "the server lacks the Chinese fonts; no PDF can be made")
        hint = Text("请安装 fonts-noto-cjk（思源宋体、黑体）", "install fonts-noto-cjk (Noto Serif and Sans CJK SC)")
        raise JiuzhuError("fonts_missing", text, hint=hint)
    return made


def replaced_by(paper: Paper, division: str | None) -> str | None:
    """Return the plugin whose template a paper uses in a place, None for ours."""
    return next((name for name, folder in _folders(division) if (folder / f"{paper.code}.html").is_file()), None)


def _loader(division: str | None) -> BaseLoader:
    own = [FileSystemLoader(folder) for _, folder in _folders(division)]
    ours = current_app.jinja_loader
    assert ours is not None
    return ChoiceLoader([PrefixLoader({"papers": ChoiceLoader(own)}), ours]) if own else ours


def _folders(division: str | None) -> Sequence[tuple[str, Path]]:
    """The plugins that rule on the place's ladder and bring papers, the closest first."""
    if division is None:
        return []
    ladder = platform().tree.ladder(division, platform().today)
    found: list[tuple[int, str, Path]] = []
    for one in platform().manager.active:
        folder, depths = platform().manager.folder(one.name), [ladder.index(at) for at in one.divisions if at in ladder]
        if folder is not None and depths and (folder / "papers").is_dir():
            found.append((-max(depths), one.name, folder / "papers"))
    return [(name, folder) for _, name, folder in sorted(found)]


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


def _refuse(url: str, *_: Any, **__: Any) -> dict[str, Any]:
    raise ValueError(url)
