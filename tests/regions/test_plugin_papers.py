"""The papers a plugin brings are of what two people accept, and are checked before they are printed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.declarative import from_folder
from core.errors import JiuzhuError
from core.kinds import BUILTIN
from core.plugin import Candidate, PluginManager
from regions.check import check_here
from regions.check.papers import paper_faults
from regions.plugin_papers import Brought, changed_papers
from regions.plugin_reading import Reading, reading_of
from regions.settings import Settings

MakePlugin = Callable[..., Path]
NOTICE = (
    '{% extends "papers/sheet.html" %}\n{% block paper %}{{ word("notice") }}{{ f.head.name|line(8) }}{% endblock %}\n'
)


@pytest.fixture
def papers(plugin: MakePlugin) -> Path:
    """The folder of a plugin's papers: a template, its words, a style sheet and a font."""
    found = plugin() / "papers"
    found.mkdir()
    (found / "grant_notice.html").write_text(NOTICE, encoding="utf-8")
    (found / "words.yaml").write_text("notice: {zh: 批准告知书}\n", encoding="utf-8")
    (found / "paper.css").write_text('@font-face { font-family: x;\n  src: url("x.ttf"); }\n', encoding="utf-8")
    (found / "x.ttf").write_bytes(b"\0\1\0\0made up")
    return found


def read(folder: Path) -> Reading:
    manager = PluginManager(BUILTIN)
    manager.load([Candidate(name=folder.name, origin=str(folder), load=lambda: from_folder(folder))])
    return reading_of(manager, folder.name)


@pytest.mark.parametrize("name", ["grant_notice.html", "words.yaml", "paper.css", "x.ttf"])
def test_a_changed_paper_is_another_reading(papers: Path, name: str) -> None:
    before = read(papers.parent)
    assert read(papers.parent).digest == before.digest
    (papers / name).write_bytes((papers / name).read_bytes() + b" ")
    after = read(papers.parent)
    assert after.digest != before.digest and after.told["contents"] == before.told["contents"]
    assert list(changed_papers(before.papers, after.papers)) == [("changed", name)]


def test_a_paper_added_or_taken_away_is_another_reading_and_a_link_that_leads_out_is_none(papers: Path) -> None:
    before = read(papers.parent)
    (papers / "out.ttf").symlink_to(papers.parent / "policy.yaml")
    assert read(papers.parent).digest == before.digest
    (papers / "x.ttf").rename(papers / "y.ttf")
    after = read(papers.parent)
    assert list(changed_papers(before.papers, after.papers)) == [("removed", "x.ttf"), ("added", "y.ttf")]


def test_a_file_that_is_not_the_accepted_one_is_not_used(papers: Path) -> None:
    accepted = Brought(plugin="dali", package=papers.parent).sums()
    brought = Brought(plugin="dali", package=papers.parent, accepted=accepted)
    assert brought.word("notice") == "批准告知书" and set(brought.fonts()) == {"x.ttf"}
    for name in accepted:
        (papers / name).write_bytes((papers / name).read_bytes() + b" ")
    changed = Brought(plugin="dali", package=papers.parent, accepted=accepted)
    for use in (
        changed.style,
        changed.fonts,
        lambda: changed.word("notice"),
        lambda: changed.content("grant_notice.html"),
    ):
        with pytest.raises(JiuzhuError, match="paper_not_accepted"):
            use()


FAULTS = {
    "tag": ("grant_notice.html", b'{% extends "papers/sheet.html" %}\n{% blok paper %}', "bad_template", 2),
    "open": ("grant_notice.html", b"{{ f.head.name ", "bad_template", 1),
    "gb": ("grant_notice.html", "批准".encode("gb18030"), "not_utf8", 0),
    "word": ("grant_notice.html", b'\n{{ word("notise") }}', "word_missing", 2),
    "language": ("grant_notice.html", b'{{ word("notice", "bo") }}', "word_missing", 1),
    "catalogue": ("words.yaml", b"notice: {zh: ok}\nname: {bo: ok}", "missing_property", 2),
    "yaml": ("words.yaml", b"notice: {zh\n", "bad_yaml", 2),
    "font": ("x.ttf", b"<svg/>", "bad_font", 0),
    "style": ("paper.css", b'p {\nbackground: url("y.ttf"); }', "not_brought", 2),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_paper_is_named_with_its_place(papers: Path, fault: str) -> None:
    name, content, code, line = FAULTS[fault]
    (papers / name).write_bytes(content)
    (found,) = paper_faults(Brought(plugin="dali", package=papers.parent))
    assert found.where is not None
    assert (found.code, found.where.file, found.where.line) == (code, f"dali/papers/{name}", line)


def test_the_check_of_a_plugin_tells_the_faults_of_its_papers(settings: Settings, papers: Path) -> None:
    (papers / "blank.html").write_text("{% for one in f %}{{ word(one) }}{% endfor %}", encoding="utf-8")
    assert "loads" not in {one.check for one in check_here(settings, str(papers.parent)).faults}
    (papers / "words.yaml").unlink()
    found = check_here(settings, str(papers.parent))
    told = [one.problem.render("zh") for one in found.faults if one.check == "loads"]
    assert not found.passed and len(told) == 1
    assert told[0].startswith("dali/papers/grant_notice.html:2:1") and "词表中没有“notice”的 zh 文字" in told[0]
