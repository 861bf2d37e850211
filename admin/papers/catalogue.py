"""Which papers there are, in the order of the work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import JiuzhuError, Text, did_you_mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper: its code is its template's name; ``wide`` ones lie on their side."""

    code: str
    title: Text
    when: Text
    wide: bool = False


def _paper(code: str, zh: str, en: str, when: tuple[str, str], *, wide: bool = False) -> Paper:
    return Paper(code=code, title=Text(zh, en), when=Text(*when), wide=wide)


APPLYING, WORKING = ("申请受理", "application"), ("调查评议", "survey and appraisal")
DECIDING, LASTING = ("审核审批", "review and decision"), ("发放和管理", "payment and after")

PAPERS: Mapping[str, Paper] = {
    one.code: one
    for one in (
        _paper("approval_form", "申请审批表", "application and approval form", APPLYING),
        _paper("authorisation", "家庭经济状况核对授权书", "authorisation to verify means", APPLYING),
        _paper("commitment", "诚信承诺书", "commitment to the truth", APPLYING),
        _paper("deficiency_notice", "一次性补正告知书", "notice of what is missing", APPLYING),
        _paper("acceptance_notice", "受理通知书", "notice of acceptance", APPLYING),
        _paper("survey_form", "入户调查表", "survey form", WORKING),
        _paper("neighbour_record", "邻里访问记录", "record of asking neighbours", WORKING),
        _paper("appraisal_record", "民主评议记录表", "record of the appraisal", WORKING, wide=True),
        _paper("posting_sheet", "公示单", "public notice", DECIDING),
        _paper("objection_record", "异议记录", "record of objections", DECIDING),
        _paper("review_opinion", "审核意见", "opinion of the review", DECIDING),
        _paper("grant_notice", "批准告知书", "notice of approval", DECIDING),
        _paper("refusal_notice", "不予批准告知书", "notice of refusal", DECIDING),
        _paper("certificate", "领取证", "certificate", LASTING),
        _paper("increase_notice", "增发通知", "notice of an increase", LASTING),
        _paper("reduce_notice", "减发通知", "notice of a reduction", LASTING),
        _paper("stop_notice", "停发通知", "notice of a stop", LASTING),
        _paper("filing_form", "近亲属备案表", "filing of near relatives", LASTING, wide=True),
        _paper("archive_list", "档案目录", "contents of the file", LASTING),
    )
}


def paper_of(code: str) -> Paper:
    """Return a paper.

    Raises:
        JiuzhuError: ``unknown_paper``.
    """
    found = PAPERS.get(code)
    if found is None:
        text = Text("没有这种文书", "there is no such paper")
        raise JiuzhuError("unknown_paper", text, hint=did_you_mean(code, PAPERS), value=code)
    return found
