"""A sheet as PDF. Nothing is fetched from anywhere: what a style sheet names is among the files given, or refused.

Apart from ``printing`` because WeasyPrint takes a second to load, for those alone who print.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from core.errors import JiuzhuError, Text

CHINESE = re.compile(r"CJK|Han S|Song|Hei|Kai|Ming", re.IGNORECASE)
"""Families that have Chinese: Noto Serif CJK SC and its kin, Source Han, what Kylin and Windows bring."""
STYLE = Path(__file__).parents[1] / "static" / "paper.css"
BASE = "file:///papers/"
"""What relative addresses are relative to; a name only, nothing is opened by it."""


class _Given(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Fetches the files it was given, and nothing else."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=(), fail_on_errors=True)
        self._files = {f"{BASE}{name}": content for name, content in files.items()}

    def fetch(self, url: str, headers: Any = None) -> Any:
        """Return a file; anything else is refused and ends the work."""
        return URLFetcherResponse(url, self._files[url]) if url in self._files else super().fetch(url, headers)


def as_pdf(html: str, *, style: bytes = b"", fonts: Mapping[str, bytes] | None = None) -> bytes:
    """Set a sheet as PDF, with a style sheet beside ours and the fonts it names by relative addresses.

    Raises:
        JiuzhuError: ``not_brought`` where sheet or style names what was not given; ``fonts_missing`` where the Chinese
            fonts are not installed: a paper of boxes must not go out.
    """
    used: set[str] = set()

    def note_fonts(document: Any, _: Any) -> None:
        used.update(str(one.family) for one in document.fonts.values())

    given, known = _Given(fonts or {}), FontConfiguration()
    try:
        own = CSS(string=style, base_url=BASE, url_fetcher=given, font_config=known)
        page = HTML(string=html, url_fetcher=given)
        made: bytes = page.write_pdf(
            stylesheets=[CSS(filename=str(STYLE)), own], font_config=known, finisher=note_fonts
        )
    except FatalURLFetchingError as error:
        text = Text(
            "文书的模板或样式引用了插件没有带来的文件，不能制作 PDF",
            "the template or its style names a file the plugin did not bring; no PDF can be made",
        )
        raise JiuzhuError("not_brought", text, value=str(error)) from error
    if not any(CHINESE.search(one) for one in used):
        text = Text("服务器没有安装中文字体，不能制作 PDF", "the server lacks the Chinese fonts; no PDF can be made")
        hint = Text("请安装 fonts-noto-cjk（思源宋体、黑体）", "install fonts-noto-cjk (Noto Serif and Sans CJK SC)")
        raise JiuzhuError("fonts_missing", text, hint=hint)
    return made
