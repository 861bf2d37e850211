"""The rules as they would be: the registry with one source's provisions put in, replaced or taken out, in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from core.provision import Document, Provision
from regions.registry import Registry


def preview(
    registry: Registry,
    source: str,
    provisions: Sequence[Provision],
    *,
    documents: Mapping[str, Document] | None = None,
) -> Registry:
    """Return a registry that answers as if ``source`` ruled ``provisions``; nothing is written anywhere."""
    registry.log.refresh()
    log = registry.log.in_memory()
    log.append(source, "preview", provisions)
    return Registry(
        manager=registry.manager, tree=registry.tree, log=log, drafted={**registry.documents, **(documents or {})}
    )


def without(registry: Registry, sources: Iterable[str]) -> Registry:
    """Return a registry that answers as if the sources had never ruled anything."""
    registry.log.refresh()
    log = registry.log.in_memory()
    for source in sources:
        log.append(source, "preview", ())
    return Registry(manager=registry.manager, tree=registry.tree, log=log, drafted=registry.documents)
