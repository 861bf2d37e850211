"""A stored rulebook is rebuilt from its JSON alone and answers with the same bytes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import rfc8785

from core.assess import assess_source
from core.errors import JiuzhuError
from core.example import Question, read_questions
from core.rulebook_json import documents_from, documents_json, restored
from core.source import read
from regions.example import rules_for
from regions.platform import Platform, open_platform
from regions.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = [one for path in sorted(ROOT.glob("plugins/*/cases.yaml")) for one in read_questions(read(path))]


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    return open_platform(Settings(data_dir=tmp_path_factory.mktemp("data"), lang="zh"), in_memory=True)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: one.name.zh)
def test_restored_rulebook_answers_with_the_same_bytes(platform: Platform, question: Question) -> None:
    try:
        book = rules_for(platform, question)
        first = assess_source(book, question.facts)
    except JiuzhuError:
        return  # an example of a refusal has no answer to repeat
    again = restored(json.loads(rfc8785.dumps(book.canonical())))
    assert again.hash == book.hash
    assert rfc8785.dumps(assess_source(again, question.facts).canonical()) == rfc8785.dumps(first.canonical())


def test_documents_cited_are_kept_with_their_titles(platform: Platform) -> None:
    book = rules_for(platform, QUESTIONS[0])
    kept = documents_from(json.loads(json.dumps(documents_json(book))))
    assert kept and all(book.documents[name] == one for name, one in kept.items())


def test_rulebook_of_another_language_version_is_refused(platform: Platform) -> None:
    stored = {**rules_for(platform, QUESTIONS[0]).canonical(), "language": "0"}
    with pytest.raises(JiuzhuError) as refused:
        restored(stored)
    assert refused.value.code == "other_language"
