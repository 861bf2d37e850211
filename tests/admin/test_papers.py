from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from sqlalchemy import select

from admin.app import create_app
from admin.papers.capital import capital
from admin.papers.catalogue import PAPERS
from admin.papers.pdf import as_pdf
from core.casework.flow.application import apply
from core.casework.signin import hash_password, set_password
from core.errors import InvalidInput, JiuzhuError
from core.store.tables import AssistanceCase, Event
from regions.life.applicants import urban
from regions.life.run import TALES, opened
from regions.plugin_papers import Brought

CLERK, PASSWORD = "clerk.430900", "long-enough-1"
ID_NUMBER = "430902197005060015"


def body(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def words(answer: Any) -> str:
    """A page's text without its marks."""
    return re.sub(r"<[^>]+>|\s+", "", body(answer).split("<main")[1])


@pytest.mark.parametrize(
    ("fen", "said"),
    [
        (0, "零元整"), (5, "伍分"), (50, "伍角"), (100, "壹元整"), (1000, "壹拾元整"), (39000, "叁佰玖拾元整"),
        (32504, "叁佰贰拾伍元零肆分"), (140950, "壹仟肆佰零玖元伍角"), (600714, "陆仟零柒元壹角肆分"),
        (1640902, "壹万陆仟肆佰零玖元零贰分"), (10700053, "壹拾万零柒仟元伍角叁分"), (12098784_00, "壹仟贰佰零玖万捌仟柒佰捌拾肆元整"),
        (100000000_00, "壹亿元整"), (100000001_00, "壹亿零壹元整"), (1000010000_00, "壹拾亿零壹万元整"), (-100, "负壹元整"),
    ],
)  # fmt: skip
def test_amounts_in_capital_figures(fen: int, said: str) -> None:
    assert capital(fen) == said


@dataclass
class Lived:
    """A case led from its application to a rise, and a visitor who reviews there."""

    visitor: Any
    number: str


@pytest.fixture
def lived(panel: Any, tmp_path: Path) -> Iterator[Lived]:
    """The case of the demonstration in Yiyang: granted 360.00 at a standard of 420, raised to 390.00 at 430."""
    tale = next(one for one in TALES if one.name == "yiyang")
    folder = tmp_path / "life"
    folder.mkdir()
    bureau = opened(tale, url=None, folder=folder)
    (case_id,) = tale.live(bureau)
    with bureau.platform.desk("root") as desk:
        set_password(desk, "reviewer", hash_password("reviewer", PASSWORD))
        number = desk.session.get_one(AssistanceCase, case_id).number
    app = create_app(bureau.platform, secure=False)
    app.config.update(TESTING=False, RATELIMIT_ENABLED=False)
    there = replace(panel, platform=bureau.platform, app=app)
    yield Lived(visitor=there.visitor("reviewer"), number=number)
    bureau.platform.database.close()


@pytest.fixture
def numbered(panel: Any) -> str:
    """An application whose head has an ID number; returns the case's."""
    asked = urban("甲", 2, "900", day=date(2018, 6, 1))
    head = replace(
        asked.members[0], identity=replace(asked.members[0].identity, id_number=ID_NUMBER, phone="13800001234")
    )
    with panel.platform.desk(CLERK) as desk:
        return str(apply(desk, replace(asked, members=(head, *asked.members[1:]))).number)


def test_every_paper_opens_blank_in_chinese_with_lines_for_the_pen(panel: Any) -> None:
    visitor = panel.visitor(CLERK)
    listed = body(visitor.get("/papers/"))
    for code, paper in PAPERS.items():
        answer = visitor.get(f"/papers/{code}")
        assert answer.status_code == 200, code
        assert paper.title.zh.removeprefix("民主")[-3:] in body(answer), code
        assert 'lang="zh-CN"' in body(answer) and ('class="pen' in body(answer) or 'class="row"' in body(answer)), code
        assert f"/papers/{code}" in listed
    assert visitor.get("/papers/no_such_paper").status_code == 404


def test_grant_says_what_was_decided_and_by_the_standard_of_that_day(lived: Lived) -> None:
    page = words(lived.visitor.get(f"/papers/grant_notice/{lived.number}"))
    assert "演示丁1" in page and "360.00元" in page and "叁佰陆拾元整" in page and "2018年3月9日" in page
    assert "420元/人·月" in page and "430元" not in page, "the rise came later"
    assert "救济途径和期限：" in page, "what no rule in hand says is left to the pen"


def test_rise_says_the_amount_before_and_after(lived: Lived) -> None:
    page = words(lived.visitor.get(f"/papers/increase_notice/{lived.number}"))
    assert "叁佰陆拾元整" in page and "叁佰玖拾元整" in page and "390.00" in page


def test_papers_of_the_rounds_are_filled_from_them(lived: Lived) -> None:
    record = words(lived.visitor.get(f"/papers/appraisal_record/{lived.number}"))
    assert "演示街道干部甲" in record and "演示丁1申请保障" in record and "16:00" in record
    sheet = words(lived.visitor.get(f"/papers/posting_sheet/{lived.number}"))
    assert "演示丁1" in sheet and "公示时间：2018年" in sheet
    assert "演示街道干部甲" in words(lived.visitor.get(f"/papers/survey_form/{lived.number}"))
    assert "领取证" in words(lived.visitor.get(f"/papers/archive_list/{lived.number}"))
    assert "演示-0001" in words(lived.visitor.get(f"/papers/certificate/{lived.number}"))
    for code in PAPERS:
        assert lived.visitor.get(f"/papers/{code}/{lived.number}").status_code == 200, code


def test_notice_of_a_case_on_no_sheet_yet_has_the_columns_its_region_s_rule_lists(panel: Any, numbered: str) -> None:
    sheet = words(panel.visitor(CLERK).get(f"/papers/posting_sheet/{numbered}"))
    assert "入户调查结果" in sheet and "审核结果" in sheet
    assert "户主姓名" not in sheet and "拟保障金额" not in sheet


def test_paper_goes_out_as_pdf_with_the_chinese_fonts(panel: Any, numbered: str) -> None:
    visitor = panel.visitor(CLERK)
    for path in ("/papers/grant_notice/blank.pdf", f"/papers/approval_form/{numbered}/paper.pdf"):
        answer = visitor.get(path)
        assert answer.status_code == 200 and answer.data.startswith(b"%PDF"), path
        assert "attachment" in answer.headers["Content-Disposition"]


def test_numbers_are_masked_until_somebody_says_why_and_that_is_on_record(panel: Any, numbered: str) -> None:
    visitor = panel.visitor(CLERK)
    page = body(visitor.get(f"/papers/approval_form/{numbered}"))
    assert "430902********0015" in page and ID_NUMBER not in page and "13800001234" not in page

    refused = visitor.post(f"/papers/approval_form/{numbered}/full", {"reason": ""})
    assert refused.status_code == 422 and "必填" in body(refused)
    answer = visitor.post(f"/papers/approval_form/{numbered}/full", {"reason": "送达申请审批表"})
    assert answer.data.startswith(b"%PDF")
    with panel.platform.database.reading() as session:
        told = session.scalars(select(Event).where(Event.kind == "revealed")).all()
    assert {one.body["field"] for one in told} >= {"id_number", "phone"}
    assert {one.reason for one in told} == {"送达申请审批表"}


def test_papers_of_a_case_are_for_who_reads_it_and_numbers_for_who_may_reveal(panel: Any, numbered: str) -> None:
    outside = panel.visitor("clerk.610523")
    assert outside.get(f"/papers/approval_form/{numbered}").status_code == 404
    assert outside.get(f"/papers/approval_form/{numbered}/paper.pdf").status_code == 404
    assert outside.get(f"/papers/?number={numbered}").status_code == 404
    assert outside.post(f"/papers/approval_form/{numbered}/full", {"reason": "x"}).status_code == 404
    auditor = panel.visitor("auditor.430900")
    assert "完整号码" not in body(auditor.get(f"/papers/approval_form/{numbered}"))
    assert auditor.post(f"/papers/approval_form/{numbered}/full", {"reason": "x"}).status_code == 403


PAGE = (Path(__file__).parents[2] / "docs" / "plugin-authors.md").read_text(encoding="utf-8")
TIBETAN = "བརྡ་ཐོམིང"


def font(letters: str) -> bytes:
    """A font of boxes with these letters."""
    made, pen = FontBuilder(1000, isTTF=True), TTGlyphPen(None)
    for move, *to in ("moveTo", (0, 0)), ("lineTo", (0, 700)), ("lineTo", (700, 0)), ("closePath",):
        getattr(pen, move)(*to)
    names = {ord(one): f"u{ord(one):X}" for one in letters}
    made.setupGlyphOrder([".notdef", *names.values()])
    made.setupCharacterMap(names)
    made.setupGlyf(dict.fromkeys([".notdef", *names.values()], pen.glyph()))
    made.setupHorizontalMetrics(dict.fromkeys([".notdef", *names.values()], (800, 0)))
    made.setupHorizontalHeader(ascent=800, descent=-200)
    made.setupNameTable({"familyName": "Made For A Test", "styleName": "Regular"})
    made.setupOS2()
    made.setupPost()
    made.save(file := BytesIO())
    return file.getvalue()


def plain(pdf: bytes) -> bytes:
    """What a PDF says, its compressed parts opened."""
    parts = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    return b"".join(zlib.decompress(one) for one in parts if one[:1] == b"\x78")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The plugin of the page for authors, with a font for the one its style names."""
    for file, text in re.findall(r"```\w+ file=(demo_county/demo_county/\S+)\n(.*?)```", PAGE, re.DOTALL):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(text, encoding="utf-8")
    found = tmp_path / "demo_county" / "demo_county"
    (found / "papers" / "tibetan.ttf").write_bytes(font(TIBETAN))
    return found


def test_plugin_replaces_a_paper_for_its_places_alone_with_its_words_and_font(make_panel: Any, package: Path) -> None:
    (package / "papers" / "link.ttf").symlink_to(package / "policy.yaml")
    (package / "tibetan.ttf").write_bytes(font(TIBETAN))
    visitor = make_panel(plugin_dirs=(package,)).visitor("clerk.610523")
    page = body(visitor.get("/papers/grant_notice?division=610523"))
    assert "模板来自插件 demo_county" in page and 'lang="bo">བརྡ་ཐོ<' in page
    assert "/papers/brought/demo_county/paper.css" in page
    for elsewhere in ("grant_notice?division=610524", "refusal_notice?division=610523"):
        assert "demo_county" not in body(visitor.get(f"/papers/{elsewhere}")), elsewhere

    style = visitor.get("/papers/brought/demo_county/paper.css")
    assert style.mimetype == "text/css" and 'url("tibetan.ttf")' in body(style)
    sent = visitor.get("/papers/brought/demo_county/tibetan.ttf")
    assert sent.mimetype == "font/ttf" and sent.data == (package / "papers" / "tibetan.ttf").read_bytes()
    assert "font-src 'self'" in sent.headers["Content-Security-Policy"]
    for name in ("words.yaml", "grant_notice.html", "link.ttf", "no.ttf", "..%2Fpolicy.yaml", "..%2Ftibetan.ttf"):
        assert visitor.get(f"/papers/brought/demo_county/{name}").status_code == 404, name
    assert visitor.get("/papers/brought/national/paper.css").status_code == 404

    made = visitor.get("/papers/grant_notice/blank.pdf?division=610523")
    assert made.status_code == 200 and b"County-Tibetan" in plain(made.data)
    (package / "papers" / "words.yaml").write_text("notice: {zh: 批准告知书}", encoding="utf-8")
    refused = visitor.get("/papers/grant_notice/blank.pdf?division=610523")
    assert refused.status_code == 422 and "没有“notice”的 bo 文字" in body(refused)


@pytest.mark.parametrize(
    "style",
    [
        '@font-face { font-family: x; src: url("../policy.yaml"); }',
        '@font-face { font-family: x; src: url("tibetan.woff2"); }',
        '@import url("http://example.org/x.css");',
        "p { background: url(file:///etc/hostname); }",
    ],
)
def test_style_that_names_anything_but_a_font_of_the_plugin_makes_no_pdf(package: Path, style: str) -> None:
    brought = Brought(plugin="demo_county", package=package)
    with pytest.raises(JiuzhuError, match="did not bring") as refused:
        as_pdf("<p>批准告知书</p>", style=style.encode(), fonts=brought.fonts())
    assert refused.value.code == "not_brought"


def test_faults_of_what_a_plugin_brings_name_its_file(package: Path) -> None:
    (package / "papers" / "tibetan.ttf").write_text("<svg/>", encoding="utf-8")
    (package / "papers" / "words.yaml").write_text("name: {bo: མིང}", encoding="utf-8")
    brought = Brought(plugin="demo_county", package=package)
    for bad in (brought.fonts, lambda: brought.served("tibetan.ttf")):
        with pytest.raises(InvalidInput, match=r"demo_county/papers/tibetan\.ttf"):
            bad()
    with pytest.raises(JiuzhuError, match=r"demo_county/papers/words\.yaml:1"):
        brought.word("name", "bo")
