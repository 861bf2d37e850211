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


def test_a_stratum_the_rule_does_not_name_is_refused() -> None:
    with pytest.raises(JiuzhuError) as caught:
        required(rule("20%"), "pending", 10)
    assert caught.value.code == "unknown_population"


def test_a_share_the_source_does_not_give_is_a_gap() -> None:
    with pytest.raises(JiuzhuError) as caught:
        required(rule({"gap": "来源未载"}), "new", 10)
    assert caught.value.code == "gap"
