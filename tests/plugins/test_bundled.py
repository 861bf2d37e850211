"""The bundled plugins: active, every worked example holds, and every article of their sources is accounted for once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.example import Question, mismatches, read_questions
from core.provision import ANY, Provision
from core.source import read
from regions.discovery import BUNDLED, folder_of
from regions.division_row import NATION
from regions.example import rules_for
from regions.platform import Platform, open_platform
from regions.settings import load_settings

SOURCES = Path(__file__).resolve().parents[3] / "shared"
"""Where the sources lie when they are at hand: beside the repository, never inside it."""

LAW = {
    ("national", "order-271"): "城市居民最低生活保障条例-271号-1999.md",
    ("national", "mca-2012-220"): "最低生活保障审核审批办法(试行)-民发2012-220号.md",
    ("national", "order-649"): "社会救助暂行办法-649号-2019修订.md",
    ("national_2021", "mca-2021-57"): "最低生活保障审核确认办法-民发2021-57号.md",
    ("national_2021", "mca-2021-43"): "特困人员认定办法-民发2021-43号.md",
    ("national_2021", "essential-2025"): "刚性支出困难家庭认定办法-2025.md",
}
"""Documents in articles, by plugin."""
IN_POINTS = {
    "notice-2022": "兜底保障工作通知-2022.md",
    "opinion-2023": "低收入人口动态监测意见-2023.md",
    "opinion-2020": "关于改革完善社会救助制度的意见-2020.md",
}
"""Documents of the plugin ``national_2021`` in numbered points."""
SHAANXI_LINES = slice(60, 166)
"""The lines of the collected source that hold the Shaanxi measure, its successor's first lines excluded."""

OPENED = datetime(2026, 1, 1, tzinfo=UTC)

STATUS = {
    "implemented": "implemented", "recorded": "implemented", "已实现": "implemented",
    "not executable": "not executable", "不可执行": "not executable", "不属低保": "not executable",
    "gap": "gap", "空缺": "gap",
}  # fmt: skip
"""The words the READMEs use, by what they mean."""

PROVISION = re.compile(r"`([a-z0-9][a-z0-9_.#-]*)`")
REMARK = re.compile(r"\([^()]*\)")
HEADING = re.compile(r"^(第[一二三四五六七八九十百]+条)", re.MULTILINE)
SUBITEM = re.compile(r"[（(][一二三四五六七八九十]+[）)]$|第[一二三四五六七八九十]+款$")
NUMERALS = "一二三四五六七八九"


@cache
def questions(name: str) -> tuple[Question, ...]:
    """The worked examples of a plugin."""
    return read_questions(read(folder_of(name) / "cases.yaml", name=f"{name}/cases.yaml"))


@cache
def articles(name: str) -> Mapping[str, list[str]]:
    """The articles of a plugin's sources, by document."""
    raw = yaml.load((folder_of(name) / "articles.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506 – text only
    return {document: [row["article"] for row in rows] for document, rows in raw.items()}


@dataclass(frozen=True)
class Row:
    """One row of a README's article table."""

    article: str
    status: str
    provisions: str
    cases: str


@cache
def tables(name: str) -> tuple[tuple[Row, ...], ...]:
    """The article tables of a README, one a document: a heading or a bold row begins the next."""
    groups: list[list[Row]] = []
    inside = False
    for line in (folder_of(name) / "README.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            inside = False
        elif cells[0] in ("Article", "条"):
            inside = True
            groups.append([])
        elif inside and cells[0].startswith("**"):
            groups.append([])
        elif inside and not set(cells[0]) <= {"-"}:
            groups[-1].append(Row(article=cells[0], status=cells[2], provisions=cells[3], cases=cells[4]))
    return tuple(tuple(group) for group in groups if group)


def rows(name: str) -> Iterator[Row]:
    """Every row of a README's article tables."""
    for group in tables(name):
        yield from group


def meaning(status: str) -> str | None:
    """What a status cell says of the article, by its first words."""
    return next((STATUS[word] for word in STATUS if status.startswith(word)), None)


def names_of(cell: str, known: set[str]) -> list[str]:
    """The cases a cell names: one as it stands, or several with ；between them."""
    return [cell] if cell in known else [part.strip() for part in cell.split("；")]


@pytest.fixture(scope="module")
def platform() -> Platform:
    """The bundled plugins on embedded defaults, nothing recorded."""
    return open_platform(load_settings({}, Path(__file__).parent), clock=lambda: OPENED, in_memory=True)


@pytest.mark.parametrize("name", BUNDLED)
def test_a_bundled_plugin_loads_and_is_in_use(name: str, platform: Platform) -> None:
    plugin = platform.manager.plugins[name]
    assert plugin.error is None, str(plugin.error)
    assert plugin.state == "active"
    assert plugin.provisions
    assert not [one.address for one in platform.registry.provisions() if one.plugin == name and one.inert]


@pytest.mark.parametrize(
    "question", [pytest.param(one, id=f"{name}: {one.name.zh}") for name in BUNDLED for one in questions(name)]
)
def test_a_worked_example_holds(question: Question, platform: Platform) -> None:
    assert mismatches(question, lambda one: rules_for(platform, one)) == []


@pytest.mark.parametrize("name", BUNDLED)
def test_a_worked_example_has_a_name_of_its_own_in_both_languages_and_names_its_article(name: str) -> None:
    found = questions(name)
    assert all(one.name.zh and one.name.en and one.article and one.expect for one in found)
    assert len({one.name.zh for one in found}) == len(found)


@pytest.mark.parametrize("name", BUNDLED)
def test_every_article_of_every_document_has_exactly_one_row_in_the_readme(name: str) -> None:
    shown = [[row.article for row in group] for group in tables(name)]
    assert shown == list(articles(name).values())


@pytest.mark.parametrize("name", BUNDLED)
def test_an_article_is_implemented_not_executable_or_a_gap(name: str) -> None:
    assert [(row.article, row.status) for row in rows(name) if meaning(row.status) is None] == []


@pytest.mark.parametrize("name", BUNDLED)
def test_an_implemented_article_names_its_provision_and_a_case(name: str) -> None:
    implemented = [row for row in rows(name) if meaning(row.status) == "implemented"]
    assert implemented
    assert [row.article for row in implemented if not PROVISION.search(row.provisions) or not row.cases] == []


@pytest.mark.parametrize("name", BUNDLED)
def test_an_article_that_is_not_executable_names_neither(name: str) -> None:
    passive = [row for row in rows(name) if meaning(row.status) == "not executable"]
    assert [row.article for row in passive if PROVISION.search(row.provisions) or row.cases] == []


@pytest.mark.parametrize("name", BUNDLED)
def test_every_provision_the_readme_names_exists(name: str, platform: Platform) -> None:
    provisions = platform.manager.plugins[name].provisions
    known = {one.partition("/")[2] for p in provisions for one in (p.id, p.address)}
    named = {found for row in rows(name) for found in PROVISION.findall(REMARK.sub("", row.provisions))}
    assert named - known == set()


@pytest.mark.parametrize("name", BUNDLED)
def test_every_case_the_readme_names_exists(name: str) -> None:
    known = {one.name.zh for one in questions(name)}
    named = {found for row in rows(name) if row.cases for found in names_of(row.cases, known)}
    assert named - known == set()


@pytest.mark.parametrize("name", BUNDLED)
def test_every_document_has_a_name_a_clerk_can_read(name: str, platform: Platform) -> None:
    documents = platform.manager.plugins[name].documents.values()
    assert [one.id for one in documents if not (one.title or one.called or one.issuer)] == []
    assert not any("篇" in (one.title or one.called or "") for one in documents)


def test_every_programme_has_a_title_where_and_when_something_is_ruled_of_it(platform: Platform) -> None:
    provisions = [one for plugin in platform.manager.plugins.values() for one in plugin.provisions]
    titles = [one for one in provisions if one.kind == "programme"]

    def titled(one: Provision, on: date) -> bool:
        above = {NATION, f"{one.scope.division[:2]}0000", f"{one.scope.division[:4]}00", one.scope.division}
        of = [each for each in titles if each.scope.programme == one.scope.programme and each.scope.division in above]
        return any(each.period.covers(on) for each in of)

    ruled = [
        (one, one.period.start.day) for one in provisions if one.scope.programme != ANY and one.kind != "programme"
    ]
    assert [one.address for one, on in ruled if on is not None and not titled(one, on)] == []


@pytest.mark.parametrize("name", BUNDLED)
def test_every_provision_says_in_both_languages_what_it_is_about(name: str, platform: Platform) -> None:
    mute = [one.address for one in platform.manager.plugins[name].provisions if not bilingual(called(one))]
    assert mute == []


@pytest.mark.parametrize("name", BUNDLED)
def test_every_text_of_a_value_is_in_both_languages(name: str, platform: Platform) -> None:
    provisions = platform.manager.plugins[name].provisions
    half = [one.address for one in provisions for text in texts(dict(one.value)) if not bilingual(text)]
    assert half == []


@pytest.mark.parametrize("name", BUNDLED)
def test_every_reason_of_a_gap_a_default_or_an_assumed_day_is_in_both_languages(name: str, platform: Platform) -> None:
    provisions = platform.manager.plugins[name].provisions
    half = [
        one.address
        for one in provisions
        for reason in (one.because, one.period.start.because, one.period.until.because)
        if reason and not reason.en
    ]
    assert half == []


def called(one: Provision) -> Any:
    """What a provision is called: its label, a division's name."""
    return one.value.get("label") or (one.value.get("name") if one.kind == "division" else None)


def bilingual(text: Any) -> bool:
    """Whether a text has its sentence in both languages."""
    return isinstance(text, Mapping) and bool(text.get("zh")) and bool(text.get("en"))


def texts(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every text with a Chinese sentence inside a value."""
    if isinstance(value, Mapping):
        if "zh" in value:
            yield value
        else:
            for part in value.values():
                yield from texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from texts(part)


def source(*path: str) -> str:
    """A source text beside the repository; where it is absent the test is skipped aloud."""
    file = SOURCES.joinpath(*path)
    if not file.is_file():
        pytest.skip(f"THE SOURCE {file.name} IS NOT BESIDE THE REPOSITORY: ITS ARTICLES ARE NOT COUNTED")
    return file.read_text(encoding="utf-8")


def chinese(number: int) -> str:
    """A number up to 99 as articles are numbered.

    >>> chinese(10), chinese(19), chinese(70)
    ('十', '十九', '七十')
    """
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{NUMERALS[tens - 1]}十"
    return head + (NUMERALS[ones - 1] if ones else "")


@pytest.mark.parametrize(("name", "document"), sorted(LAW))
def test_the_articles_of_a_national_document_are_those_of_its_text(name: str, document: str) -> None:
    headings = HEADING.findall(source("law", LAW[name, document]))
    assert headings == [f"第{chinese(number)}条" for number in range(1, len(headings) + 1)]
    assert articles(name)[document] == headings


def points(text: str) -> list[str]:
    """The lowest numbered points of a text in sections 一、（一）1., as they are cited: ``二``, ``三(一)``, ``二(一)1``."""
    found, section, part = [], "", ""
    for line in text.splitlines():
        head = re.match(r"(?:#+ )?(?:([一二三四五])、|（([一二三四五六])）|(\d{1,2})\.)", line)
        if head is None:
            continue
        section, part = (head[1], "") if head[1] else (section, f"({head[2]})" if head[2] else part)
        found.append(f"{section}{part}{head[3] or ''}")
    return [one for one, after in zip(found, [*found[1:], ""], strict=True) if not after.startswith(one)]


@pytest.mark.parametrize("document", sorted(IN_POINTS))
def test_the_points_of_a_notice_or_opinion_are_those_of_its_text(document: str) -> None:
    found = points(source("law", IN_POINTS[document]))
    if document == "opinion-2023":  # the five kinds of special assistance stand under one point
        found = list(dict.fromkeys(one.rstrip("12345") for one in found))
    assert articles("national_2021")[document] == found


def test_the_articles_of_the_shaanxi_measure_are_those_of_its_text() -> None:
    lines = source("seed", "seed.txt").splitlines()[SHAANXI_LINES]
    headings = HEADING.findall("\n".join(lines))
    assert headings == [f"第{chinese(number)}条" for number in range(1, 20)]
    listed = articles("shaanxi_rural")["measure"]
    assert list(dict.fromkeys(SUBITEM.sub("", one) for one in listed)) == headings


@pytest.mark.parametrize(("article", "missing"), [("第八条", ""), ("第九条", "四"), ("第十条", ""), ("第十二条", "")])
def test_the_numbered_points_of_the_shaanxi_measure_are_those_of_its_text(article: str, missing: str) -> None:
    text = "\n".join(source("seed", "seed.txt").splitlines()[SHAANXI_LINES])
    start = text.index(article)
    points = re.findall(r"^\(([一二三四五六七八九十])\)", text[start : text.find("\n第", start)], re.MULTILINE)
    listed = re.findall(
        rf"^{article}\(([一二三四五六七八九十])\)$", "\n".join(articles("shaanxi_rural")["measure"]), re.MULTILINE
    )
    assert sorted([*points, *missing]) == sorted(listed)


def test_the_points_of_the_2010_notice_are_those_of_its_text_and_its_torn_ones() -> None:
    lines = source("seed", "seed.txt").splitlines()[12:56]
    found, chapter = [], ""
    for line in lines:
        if heading := re.match(r"([一二三四])、", line):
            chapter = heading[1]
        if point := re.match(r"\(([一二三四五六])\)", line):
            found.append(f"{chapter}({point[1]})")
    torn = {"二(一)", "三(三)"}
    listed = [one for one in articles("national")["urban-2010"] if "(" in one]
    assert sorted(listed) == sorted({*found, *torn})
    assert not torn & set(found)
