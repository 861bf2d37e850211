"""Where a page may send on to: a path of ours, never another site."""

from __future__ import annotations


def is_ours(address: str) -> bool:
    """Tell whether an address is a path of this site, however browsers read it.

    >>> is_ours("/cases/?area=urban"), is_ours("//evil.example"), is_ours("https://a.b/")
    (True, False, False)
    """
    return address.startswith("/") and not address.startswith("//") and "\\" not in address and address.isprintable()
