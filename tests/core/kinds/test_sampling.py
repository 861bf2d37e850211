"""Sampling: each stratum by its own share, rounded as the rule says."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import JiuzhuError
from core.kinds.sampling import required


def rule(share: Any, **more: str) -> dict[str, Any]:
    return {"strata": [{"population": "new", "share": share}, {"population": "existing", "share": "5%"}], **more}


@pytest.mark.parametrize(
    ("share", "rounding", "size", "needed"),
    [
        ("20%", {}, 1010, 202),
        ("20%", {}, 1011, 203),
        ("20%", {"round": "up"}, 1, 1),
        ("20%", {"round": "half_up"}, 1012, 202),
        ("50%", {"round": "half_up"}, 5, 3),
        ("1/3", {"round": "half_up"}, 4, 1),
        ("1/3", {}, 4, 2),
        ("20%", {}, 0, 0),
    ],
)
def test_a_sample_is_the_share_of_its_stratum_rounded(
    share: str, rounding: dict[str, str], size: int, needed: int
) -> None:
    assert required(rule(share, **rounding), "new", size) == needed


def test_each_stratum_has_its_own_share() -> None:
    assert (required(rule("20%"), "new", 100), required(rule("20%"), "existing", 100)) == (20, 5)


LABELLED = {"strata": [
    {"population": "new", "label": {"zh": "新申请家庭", "en": "new households"}, "share": {"gap": "来源未载"}},
    {"population": "existing", "label": {"zh": "已有家庭", "en": "existing households"}, "share": "5%"},
]}  # fmt: skip


@pytest.mark.parametrize(("given", "hint"), [(LABELLED, "规定的有：新申请家庭、已有家庭"), (rule("20%"), None)])
def test_a_stratum_the_rule_does_not_name_is_refused_with_those_it_has_in_its_words(
    given: dict[str, Any], hint: str | None
) -> None:
    with pytest.raises(JiuzhuError) as caught:
        required(given, "pending", 10)
    told = caught.value
    assert (told.code, told.value, told.message.zh) == ("unknown_population", "pending", "抽查规定没有这一层")
    assert (told.hint.zh if told.hint is not None else None) == hint


@pytest.mark.parametrize(("given", "zh", "en"), [
    (LABELLED, "来源未载新申请家庭的抽查比例", "the source gives no share: new households"),
    (rule({"gap": "来源未载"}), "来源未载本层的抽查比例", "the source gives no share: this stratum"),
])  # fmt: skip
def test_a_share_the_source_does_not_give_is_a_gap(given: dict[str, Any], zh: str, en: str) -> None:
    with pytest.raises(JiuzhuError) as caught:
        required(given, "new", 10)
    assert (caught.value.code, caught.value.message.zh, caught.value.message.en) == ("gap", zh, en)
