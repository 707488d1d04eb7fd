from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.correct import apply, correct, load_costs, undo
from rag.french.lexicon import load_lexicon
from rag.layout import arrange, classify
from rag.records import CorrectedPage
from tests.rag.correct.pages import page_of

LEXICON, COSTS = load_lexicon(), load_costs()
WORDS = sorted(LEXICON.words)
TRUTH = Path(__file__).parents[4] / "shared" / "data" / "ocr-truth"

ODD = "daus 5oo l' - toutesles prépa- f !e « » .... 12 l'’eau a,b Hy ètre-".split()  # noqa: SIM905

PAGE = """\
doit donc avoir un cabinct noir dans daus la mai-
son, avec une cuvette très-
propre et des verres de l’objectif,la glace.
On lave toutesles épreuves dans 5oo grammes d' eau, et l’on com-
merce ici l’étude spécialemient utile aux ama- .
teurs de photographie, c’est-à-
dire aux savants de ce temps."""


def corrected(text: str, confidence: float = 0.8) -> CorrectedPage:
    page = arrange(page_of(text, confidence=confidence))
    return correct(page, classify([page])[0], LEXICON, COSTS)


def changed_known_words(page: CorrectedPage) -> list[str]:
    """Known words in the middle of which something was changed; halves of cut words left out."""
    text, found = page.page.text, []
    for match in re.finditer(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text):
        cut = text[match.end() : match.end() + 1] == "-" or text[: match.start()].endswith("\n")
        inside = [e for e in page.edits if e.start < match.end() and match.start() < e.end
                  and e.rule != "hyphen"]  # fmt: skip
        if inside and not cut and LEXICON.knows(match[0]):
            found.append(match[0])
    return found


def test_a_page_is_mended():
    page = corrected(PAGE)
    running = " ".join(t.text for t in page.tokens)
    assert "cabinet noir dans dans la maison, avec une cuvette très-propre et" in running
    assert "l’objectif, la glace." in running
    assert "toutes les épreuves dans 500 grammes d'eau" in running
    assert (
        "commerce ici l’étude spécialement utile aux amateurs de photographie, c’est-à-dire"
        in running
    )


def test_printed_lines_keep_their_hyphens():
    printed = corrected(PAGE).printed.split("\n")
    assert len(printed) == PAGE.count("\n") + 1
    assert printed[1].endswith("très-") and printed[4].endswith("ama-")
    assert undo(apply(corrected(PAGE).page.text, corrected(PAGE).edits), corrected(PAGE).edits) == (
        corrected(PAGE).page.text
    )


def test_tokens_are_tied_to_their_words():
    page = corrected(PAGE)
    words = page.page.words
    by_text = {t.text: [w.text for w in words[t.first : t.last]] for t in page.tokens}
    assert by_text["maison,"] == ["mai-", "son,"]
    assert by_text["toutes"] == by_text["les"] == ["toutesles"]
    assert by_text["d'eau,"] == ["d'", "eau,"]
    assert by_text["500"] == ["5oo"]
    assert by_text["objectif," if "objectif," in by_text else "l’objectif,"] == ["l’objectif,la"]
    firsts = [t.first for t in page.tokens]
    assert firsts == sorted(firsts)
    assert {i for t in page.tokens for i in range(t.first, t.last)} == set(range(len(words)))
    assert all(page.lines[t.line].first <= t.first < page.lines[t.line].last for t in page.tokens)


def test_every_edit_names_its_rule():
    rules = {e.rule for e in corrected(PAGE).edits}
    assert rules == {"confusion", "hyphen", "spacing", "split", "digit", "noise"}


def test_another_language_is_left_alone():
    text = (
        "The sunny rule says to set the aperture\nto sixteen and the shutter to one over the ISO."
    )
    assert corrected(text, 0.5).edits == ()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.one_of(
    st.sampled_from(WORDS), st.sampled_from(ODD),
    st.text(alphabet="aeéinrstlß-'’.,:1o ", min_size=1, max_size=8).filter(str.strip),
), min_size=1, max_size=7), min_size=1, max_size=9), st.floats(0, 1))  # fmt: skip
def test_whatever_was_read_nothing_known_is_changed_and_all_can_be_undone(lines, confidence):
    page = corrected("\n".join(" ".join(line) for line in lines), confidence)
    text = page.page.text
    assert undo(apply(text, page.edits), page.edits) == text
    assert changed_known_words(page) == []
    assert {i for t in page.tokens for i in range(t.first, t.last)} <= set(
        range(len(page.page.words))
    )
    running = apply(text, page.edits)
    assert [t.text for t in page.tokens] == running.split()


def needs_truth() -> list[Path]:
    if not TRUTH.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"{TRUTH} is missing")
        pytest.skip("the transcribed pages (../shared/data/ocr-truth) are not here")
    return sorted(TRUTH.glob("*.txt"))


@pytest.mark.parametrize("confidence", [0.6, 0.99])
def test_a_page_read_without_a_mistake_is_not_touched(confidence):
    for path in needs_truth():
        page = corrected(path.read_text("utf-8"), confidence)
        assert [e for e in page.edits if e.rule != "hyphen"] == [], path.name


def test_a_page_takes_a_moment():
    text = "\n".join([PAGE] * 5)
    corrected(text)
    start = time.process_time()
    corrected(text)
    assert time.process_time() - start < 0.25  # 0.02 s when measured, on a machine to itself
