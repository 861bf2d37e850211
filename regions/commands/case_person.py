"""``jiuzhu case``, the persons of a case: revealing what is sealed, changing and correcting what is known of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from regions.commands.case_acting import acting, fields_in_words, number_argument, reason_option
from regions.commands.printing import answer, as_json, heads, show_json, table
from regions.commands.session import Session, command, day

if TYPE_CHECKING:
    from core.casework.desk import Desk
    from core.store.tables import AssistanceCase, Person

member_option = click.option("--member", metavar="TOKEN", help="家庭成员，默认户主 / a member, default the head")
FIELDS = ("name", "id_number", "phone", "address", "account", "account_name")


def _person(desk: Desk, case: AssistanceCase, token: str | None) -> Person:
    from core.casework.people.person import member_of

    return member_of(desk, case, token)


@click.command()
@number_argument
@click.option("--field", "name", type=click.Choice(FIELDS), required=True, help="栏目 / field")
@member_option
@reason_option
@as_json
@command
def reveal(session: Session, number: str, *, name: str, member: str | None, reason: str, json_: bool) -> None:
    """查看完整证件号、账号等，留有记录 / show a number in full, on record."""
    from core.casework.flow.case_list import find_case
    from core.casework.people.person import reveal as open_

    with session.platform.desk(session.user) as desk:
        case = find_case(desk, number)
        text = open_(desk, _person(desk, case, member), name, path=case.path, reason=reason)
    answer({"number": number, "field": name, "text": text}, text, json_=json_)


@click.command()
@number_argument
@reason_option
@as_json
@command
def notes(session: Session, number: str, *, reason: str, json_: bool) -> None:
    """查看花名册中的文字（申请原因、其他财产等），留有记录 / the free texts a roster brought, on record."""
    from core.casework.flow.case_list import find_case
    from core.casework.roster.layout import HEADINGS
    from core.casework.roster.note import reveal_note

    with session.platform.desk(session.user) as desk:
        found = reveal_note(desk, find_case(desk, number), reason=reason)
    if json_:
        show_json({"number": number, "notes": found})
        return
    titles = {one.name: one.title for one in HEADINGS}
    table([[titles.get(name, name), text] for name, text in found.items()], heads(session, "栏目 内容", "column text"))


@click.command()
@number_argument
@click.option("--phone", help="联系电话 / telephone")
@click.option("--address", help="家庭住址 / address")
@member_option
@reason_option
@as_json
@command
def contact(
    session: Session,
    number: str,
    *,
    phone: str | None,
    address: str | None,
    member: str | None,
    reason: str,
    json_: bool,
) -> None:
    """变更联系电话、住址 / change telephone and address."""
    from core.casework.people.contact import change_contact

    told = {name: text for name, text in (("phone", phone), ("address", address)) if text is not None}

    def do(desk: Desk, one: AssistanceCase) -> Any:
        return change_contact(desk, _person(desk, one, member), told, reason=reason)

    acting(session, number, do, json_=json_)


@click.command()
@number_argument
@click.argument("act", type=click.Choice(["propose", "confirm"]))
@click.option("--bank", required=True, prompt="开户银行 / bank", help="开户银行 / bank")
@click.option("--account", required=True, prompt="账号 / account", help="账号 / account")
@click.option("--account-name", required=True, prompt="账户名 / account name", help="账户名 / name of the account")
@member_option
@reason_option
@as_json
@command
def account(
    session: Session, number: str, *, act: str, member: str | None, reason: str, json_: bool, **told: str
) -> None:
    """变更账户：一人提出，另一人重新录入复核 / another account: one proposes, another enters it anew."""
    from core.casework.people.contact import Account, confirm_account, propose_account

    def do(desk: Desk, one: AssistanceCase) -> Any:
        person = _person(desk, one, member)
        return (propose_account if act == "propose" else confirm_account)(desk, person, Account(**told), reason=reason)

    acting(session, number, do, json_=json_)


@click.command()
@number_argument
@click.option("--name", help="姓名 / name")
@click.option("--id-number", help="身份证号 / ID number")
@click.option("--birth-date", metavar="DATE", help="出生日期 / date of birth")
@click.option("--sex", type=click.Choice(["male", "female"]), help="性别 / sex")
@member_option
@reason_option
@as_json
@command
def particulars(
    session: Session, number: str, *, birth_date: str | None, member: str | None, reason: str, json_: bool, **told: Any
) -> None:
    """更正姓名、身份证号、出生日期、性别，家庭情况随之更正 / correct who somebody is; the facts follow."""
    from core.casework.people.particulars import Particulars, correct_particulars

    right = Particulars(**told, birth_date=day(birth_date))

    def do(desk: Desk, one: AssistanceCase) -> Any:
        return correct_particulars(desk, _person(desk, one, member), right, reason=reason)

    fields = acting(session, number, do, json_=json_)
    if not json_:
        click.echo(session.say("已更正：", "corrected: ") + fields_in_words(session, fields))
