"""What casework assumes where no rule and no record says it: marked where used, and listed by ``policy gaps``."""

from __future__ import annotations

from collections.abc import Mapping

from core.errors import Text

OPENING = "casework/opening_paid_elsewhere"
REVIEW = "casework/review_mode"
ASSUMED: Mapping[str, Text] = {
    OPENING: Text(
        "存量转入决定未载由他处发放至哪个月，按作出决定的月份以前各月均已由他处发放",
        "an opening decision that does not say through which month others have paid: through the month before it",
    ),
    REVIEW: Text(
        "未见复核方式规定，按系统设置的复核方式办理（未设置时各户按自己的复核日期）",
        "no rule says how reviews are organised: by the system's setting (unset: each household on its own date)",
    ),
}
"""Address → what is assumed, as the core's own technical defaults (``core.kinds.contribution.ASSUMED``) are kept."""
