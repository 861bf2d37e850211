"""What a form on a page would send as it stands: for forms that come filled in."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

Attributes = list[tuple[str, str | None]]


@dataclass
class _Fields(HTMLParser):
    """Collects the entries of the form whose fields include ``wanted``."""

    wanted: str
    found: dict[str, str] | None = None
    _now: dict[str, str] = field(default_factory=dict)
    _select: str = ""
    _area: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        said = {name: value or "" for name, value in attrs}
        name, kind = said.get("name", ""), said.get("type", "text")
        if tag == "form":
            self._now = {}
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            if "selected" in said or self._select not in self._now:
                self._now[self._select] = said.get("value", "")
        elif tag == "textarea":
            self._area, self._now[name] = name, ""
        elif tag == "input" and name and (kind not in ("checkbox", "radio", "submit") or "checked" in said):
            self._now[name] = said.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._area:
            self._now[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""
        elif tag == "form" and self.wanted in self._now and self.found is None:
            self.found = self._now


def filled(page: str, wanted: str) -> dict[str, str]:
    """Return the entries of the page's form that has a field of this name."""
    parser = _Fields(wanted)
    parser.feed(page)
    parser.close()
    if parser.found is None:
        raise LookupError(wanted)
    return parser.found
