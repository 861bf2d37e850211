"""Citations as a reader knows them: the document's title and the article."""

from __future__ import annotations

from collections.abc import Mapping

from core.provision import Document
from core.values import Citation
from core.wording import citation_text

Documents = Mapping[str, Document]


def cited(cite: str, documents: Documents) -> str:
    """Return ``document-id article`` as 《title》article; an id nobody knows stays as it is.

    >>> from core.provision import Document
    >>> cited("order-649 第十一条", {"order-649": Document(id="order-649", title="社会救助暂行办法")})
    '《社会救助暂行办法》第十一条'
    """
    name, _, article = cite.partition(" ")
    return citation_text(Citation(document=name, article=article), documents, "zh")
