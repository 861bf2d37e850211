"""A sheet on the board: put up where and by whom the rule says, proved by photographs, taken down after its days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from core.casework.desk import Desk
from core.casework.flow.history import Happening, chain_of, history
from core.casework.flow.transition import state_of
from core.casework.people.recusal import require_actor_free, require_no_conflict
from core.casework.rounds.batch import problem_at
from core.casework.rounds.posting import chain_of_posting, next_day, posting_of
from core.casework.rounds.posting_rule import INTERNET, PLACE_TEXT, PostingRule, gap, posting_rule
from core.casework.rounds.proof import Photo, attach
from core.errors import InvalidInput, JiuzhuError, Problem, Text
from core.policy import Policy
from core.store.tables import AssistanceCase, Posting, PostingLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Hanging:
    """How a sheet was put up: by which office, by whom (register of office), where, for how many days if more."""

    posted_by: str
    posters: Sequence[int]
    places: Sequence[str]
    happened_on: date
    days: int | None = None
    photo: Photo | None = None


def post(desk: Desk, posting_id: int, hanging: Hanging) -> Posting:
    """Put a sheet up; from the next day on it hangs its days.

    Raises:
        JiuzhuError: ``not_permitted``, ``posted_already``, ``gap`` when the days are not ruled, ``recusal_required``.
        InvalidInput: a wrong office, a refused place, too few days, a missing photograph: all at once.
    """
    sheet = posting_of(desk, posting_id)
    desk.require("posting.post", sheet.path)
    if sheet.status != "drawn":
        raise JiuzhuError(
            "posted_already", Text("这张公示单已经张贴", "the sheet is up already"), value=str(posting_id)
        )
    policy, rule = rule_of(desk, sheet)
    if rule.days is None and not rule.stands:
        because = rule.gaps.get("days", Text("规定没有载明天数", "the rule names no days"))
        raise gap(desk, policy, rule.address, Text("天数", "days"), because)
    problems = list(_problems(rule, hanging))
    if problems:
        raise InvalidInput(problems)
    _refuse_relatives(desk, sheet, hanging.posters, on=hanging.happened_on)
    _put_up(desk, sheet, rule, hanging)
    return sheet


def rule_of(desk: Desk, sheet: Posting) -> tuple[Policy, PostingRule]:
    """Return the rule a sheet was drawn by, with the policy it stands in.

    Raises:
        JiuzhuError: ``no_publicity_rule``, ``gap``.
    """
    book = desk.policies.rulebook(sheet.division, on=sheet.rules_on, area=sheet.area, programmes=(sheet.programme,))
    return book.policy, posting_rule(desk, book.policy, sheet.programme, sheet.event)


def _problems(rule: PostingRule, hanging: Hanging) -> Iterator[Problem]:
    if rule.posted_by and hanging.posted_by not in rule.posted_by:
        text = Text(f"{rule.cite.zh}没有规定由其公示", f"{rule.cite.en} does not name that office")
        yield problem_at("posted_by", "wrong_office", text, hanging.posted_by, rule.posted_by)
    if not hanging.places:
        yield problem_at("places", "no_place", Text("须写明公示地点", "say where it hangs"), None, rule.places)
    for one in hanging.places:
        yield from _place_problem(rule, one)
    if not hanging.posters:
        yield problem_at("posters", "no_poster", Text("须写明张贴人", "say who put it up"), None)
    if hanging.days is not None and rule.days is not None and hanging.days < rule.days:
        text = Text(f"公示不得少于{rule.days}日", f"it hangs at least {rule.days} days")
        yield problem_at("days", "too_short", text, str(hanging.days))
    if rule.proof and hanging.photo is None:
        text = Text("规定须留存公示凭证（照片）", "the rule asks for proof: a photograph")
        yield problem_at("photo", "proof_missing", text, None, rule.proof)


def _place_problem(rule: PostingRule, place: str) -> Iterator[Problem]:
    """A discouraged place, the internet before all, is refused unless the rule itself lists it."""
    label = PLACE_TEXT.get(place, Text(place, place))
    if place in rule.discouraged or (rule.only_places and place not in rule.places):
        text = Text(f"{rule.cite.zh}不提倡或不允许在{label.zh}公示", f"{rule.cite.en} does not want it on: {label.en}")
        yield problem_at("places", "place_refused", text, place, rule.places)
    elif place == INTERNET and place not in rule.places and rule.places:
        text = Text(f"{rule.cite.zh}所列地点没有互联网", f"{rule.cite.en} does not list the internet")
        yield problem_at("places", "place_refused", text, place, rule.places)


def _refuse_relatives(desk: Desk, sheet: Posting, posters: Sequence[int], *, on: date) -> None:
    """Whoever must step out of a case does not post it either."""
    for line in sheet.lines:
        case = desk.session.get_one(AssistanceCase, line.case_id)
        for one in sorted(set(posters)):
            require_no_conflict(desk, case, one, f"{sheet.event}_posting", on=on)
        require_actor_free(desk, case, f"{sheet.event}_posting", on=on)


def _put_up(desk: Desk, sheet: Posting, rule: PostingRule, hanging: Hanging) -> None:
    sheet.status, sheet.posted_on, sheet.posted_by = "posted", hanging.happened_on, hanging.posted_by
    sheet.posters, sheet.places = sorted(set(hanging.posters)), list(hanging.places)
    if rule.days is not None:
        sheet.days, sheet.day_kind = max(hanging.days or 0, rule.days), rule.day_kind
        due = desk.calendar.add(hanging.happened_on, sheet.days, rule.day_kind)
        sheet.ends_on, sheet.provisional = due.day, not due.is_certain
    if hanging.photo is not None:
        attach(desk, chain_of_posting(sheet.id), hanging.photo)
    body = {"posting": sheet.id, "event": sheet.event, "posted_by": sheet.posted_by, "by": sheet.posters,
            "places": sheet.places, "ends_on": sheet.ends_on.isoformat() if sheet.ends_on else None,
            "provision": sheet.provision}  # fmt: skip
    desk.record(chain_of_posting(sheet.id), "posted", body, happened_on=hanging.happened_on)
    for line in sheet.lines:
        desk.record(chain_of(line.case_id), "posted", body, happened_on=hanging.happened_on)


def _check_days(desk: Desk, sheet: Posting, happened_on: date) -> None:
    """Paper comes first and is entered later; but a sheet back-dated as a whole is not one person's word alone."""
    posted = sheet.posted_on or sheet.drawn_on
    if happened_on < posted:
        text = Text(f"撤下日期早于张贴日期{posted}", f"taken down before it was put up on {posted}")
        raise JiuzhuError("before_posting", text, value=happened_on.isoformat())
    if posted < sheet.drawn_on and desk.actor.id == sheet.drawn_by:
        text = Text(
            f"补录的公示（{posted}张贴，{sheet.drawn_on}录入）须由另一人登记撤下",
            f"a posting entered late (up {posted}, drawn {sheet.drawn_on}) is taken down by another person",
        )
        raise JiuzhuError("same_person", text, value=desk.actor.login)


def take_down(
    desk: Desk, posting_id: int, *, happened_on: date, photo: Photo | None = None, reason: str | None = None
) -> Posting:
    """Take a sheet down. Where its days are over, every case without an open objection has hung its time.

    Raises:
        JiuzhuError: ``not_permitted``, ``not_up``, ``before_posting``, ``too_early`` without a reason,
            ``proof_missing``; ``same_person`` for a sheet entered as posted before it was drawn.
    """
    sheet = posting_of(desk, posting_id)
    desk.require("posting.post", sheet.path)
    if sheet.status != "posted":
        raise JiuzhuError("not_up", Text("这张公示单没有张贴着", "the sheet is not up"), value=str(posting_id))
    _check_days(desk, sheet, happened_on)
    _, rule = rule_of(desk, sheet)
    full = sheet.ends_on is not None and sheet.ends_on < happened_on
    if not full and not rule.stands and not reason:
        text = Text(
            f"公示至{sheet.ends_on}期满，提前撤下须写明理由", f"it hangs until {sheet.ends_on}; say why earlier"
        )
        raise JiuzhuError("too_early", text, value=happened_on.isoformat())
    if rule.proof and photo is None:
        text = Text("规定须留存公示凭证（撤下时的照片）", "the rule asks for proof: a photograph at the end")
        raise JiuzhuError("proof_missing", text, value=str(posting_id))
    if photo is not None:
        attach(desk, chain_of_posting(sheet.id), photo)
    sheet.status, sheet.taken_down_on = "taken_down", happened_on
    body = {"posting": sheet.id, "full": full}
    desk.record(chain_of_posting(sheet.id), "taken_down", body, happened_on=happened_on, reason=reason)
    if full:
        for line in sheet.lines:
            _end_line(desk, sheet, rule, line)
    return sheet


def settle(desk: Desk, posting_id: int) -> int:
    """End the lines of a sheet taken down whose objections have been answered since; returns how many.

    Where the rule has it posted again after an objection, only the new sheet ends them.
    """
    sheet = posting_of(desk, posting_id)
    desk.require("posting.post", sheet.path)
    _, rule = rule_of(desk, sheet)
    over = (
        sheet.status == "taken_down"
        and sheet.ends_on is not None
        and sheet.ends_on < (sheet.taken_down_on or sheet.ends_on)
    )
    return sum(_end_line(desk, sheet, rule, line) for line in sheet.lines if over and line.ended_on is None)


def _end_line(desk: Desk, sheet: Posting, rule: PostingRule, line: PostingLine) -> bool:
    """Say of one case that its notice has hung its time; not while an objection is open or asks for another notice."""
    assert sheet.ends_on is not None
    assert sheet.posted_on is not None
    case = desk.session.get_one(AssistanceCase, line.case_id)
    if state_of(desk.session, case).objections:
        return False
    objected = [one for one in history(desk.session, case.id) if _while_up(one, sheet)]
    if objected and rule.repeat_after_objection:
        return False
    line.ended_on = next_day(sheet.ends_on)
    body = {"event": sheet.event, "posting": sheet.id, "posted_on": sheet.posted_on.isoformat(),
            "days": sheet.days, "provision": sheet.provision}  # fmt: skip
    desk.record(chain_of(case.id), "posting_ended", body, happened_on=line.ended_on)
    return True


def _while_up(one: Happening, sheet: Posting) -> bool:
    assert sheet.posted_on is not None
    return one.kind == "objection" and not one.void and sheet.posted_on <= one.happened_on
