"""``jiuzhu keys``: the keys of personal data."""

from __future__ import annotations

from dataclasses import asdict

import click

from regions.commands.printing import answer, as_json, heads, show_json, table
from regions.commands.session import Session, command


@click.group()
def keys() -> None:
    """个人信息的密钥 / the keys of personal data."""


@keys.command("show")
@as_json
@command
def keys_show(session: Session, json_: bool) -> None:
    """有哪些密钥、各加密多少内容 / which keys there are and how much is sealed under each."""
    from core.casework.keys import key_states

    with session.platform.reading_desk(session.user) as desk:
        found = key_states(desk)
    if json_:
        show_json([asdict(one) for one in found])
        return
    rows = [[one.name, "✓" if one.held else "✗", "✓" if one.current else "", one.values] for one in found]
    table(rows, heads(session, "密钥 在手 当前 加密项数", "key held current values"))


@keys.command("rotate")
@as_json
@command
def keys_rotate(session: Session, json_: bool) -> None:
    """换用新密钥并重新加密，中断后再运行即继续 / seal everything under a new key; run again to go on."""
    from core.casework.keys import begin_rotation, run_rotation
    from regions.commands.progress import follow
    from regions.platform import now

    path = session.settings.keys
    with session.platform.desk(session.user, keys=True) as desk:
        job_id = begin_rotation(desk, path).id
    steps = run_rotation(session.platform.database, job_id, path, moment=lambda: now().isoformat(timespec="seconds"))
    last = follow(steps, session.say("重新加密", "sealing again"))
    assert last is not None
    new = last.arguments["to"]
    said = session.say(f"当前密钥 {new}，重新加密 {last.done} 行", f"current key {new}, {last.done} rows sealed again")
    answer({"current": new, "rows": last.done, "file": str(path)}, said, json_=json_)
    click.echo(session.say("请备份密钥文件：", "back the key file up: ") + str(path), err=True)


@keys.command("retire")
@as_json
@command
def keys_retire(session: Session, json_: bool) -> None:
    """从密钥文件移除已无内容使用的旧密钥 / take old keys nothing is sealed under out of the file."""
    from core.casework.keys import retire_keys

    with session.platform.desk(session.user, keys=True) as desk:
        retired = retire_keys(desk, session.settings.keys)
    said = (
        session.say(f"已移除：{'、'.join(retired)}", f"taken out: {', '.join(retired)}")
        if retired
        else session.say("没有可移除的密钥", "there is no key to take out")
    )
    answer({"retired": list(retired)}, said, json_=json_)
