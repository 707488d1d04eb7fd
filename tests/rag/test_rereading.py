"""A page read again: otherwise, bounded, once."""

from __future__ import annotations

import pytest

from rag import codec, rereading
from rag.cache import StageCache
from rag.collect import hash_file
from rag.reading import HowToRead, forget
from rag.records import Box, Page, Source, Word
from rag.rereading import Again, Way, key_of, read_again, ways
from tests.rag.papers import FRENCH, scan

HOW = HowToRead(timeout_s=100.0)


class NoPool:
    """Says so when a child is asked."""

    def call(self, task, payload):
        raise AssertionError(f"{task} was called: it was read before")


@pytest.fixture
def source(tmp_path):
    scan(FRENCH).save(tmp_path / "page.png")
    path = tmp_path / "page.png"
    return Source(
        hash_file(path), path.name, path.name, (), "image", path.stat().st_size, 1
    )  # fmt: skip


def page_of(source, text):
    word = Word(text, Box(1, 1, 20, 10), 0.9)
    return Page(source.document_id, 0, 900, 600, 144, (word,), (0,), "another 1.0")


def test_a_small_page_is_enlarged_a_large_one_is_made_smaller(monkeypatch):
    monkeypatch.setattr(rereading, "find_spec", lambda name: None)
    assert ways("rapidocr", 1000) == (Way("rapidocr", 2.0),)
    assert ways("rapidocr", 3508) == (Way("rapidocr", 0.5),)
    monkeypatch.setattr(rereading, "find_spec", lambda name: object())
    assert ways("rapidocr") == (Way("tesseract"), Way("rapidocr", 2.0))
    assert ways("tesseract") == (Way("rapidocr"), Way("tesseract", 2.0))


def test_what_was_read_so_is_not_read_again_and_goes_with_its_document(source, tmp_path):
    cache, way = StageCache(tmp_path / "cache"), Way("rapidocr", 2.0)
    kept = Again(way, page_of(source, "sulfite"))
    cache.put(key_of(source.document_id, 0, way, HOW), codec.dumps(kept))
    found = read_again(source, tmp_path, 0, [way], how=HOW, cache=cache, pool=NoPool())
    assert found == (kept,)
    other = Way("rapidocr", 0.5)
    assert key_of(source.document_id, 0, other, HOW) != key_of(source.document_id, 0, way, HOW)
    assert forget(source.document_id, cache) == 1
    with pytest.raises(AssertionError):
        read_again(source, tmp_path, 0, [way], how=HOW, cache=cache, pool=NoPool())


def test_why_a_page_cannot_be_looked_at_is_said(source, tmp_path):
    from dataclasses import replace

    cache = StageCache(tmp_path / "cache")

    def reason(one):
        (found,) = read_again(one, tmp_path, 0, [Way("rapidocr")], how=HOW, cache=cache,
                              pool=NoPool())  # fmt: skip
        assert found.page is None
        return found.reason

    assert reason(replace(source, path="nowhere.png")) == "gone"
    assert reason(replace(source, document_id="0" * 64)) == "changed"
    assert reason(replace(source, kind="markdown")) == "no_image"
    assert not list((tmp_path / "cache").glob("*")), "a failure is not kept"


@pytest.mark.slow
def test_a_page_read_at_twice_the_scale_has_its_words_where_they_stand(source, tmp_path):
    cache, way = StageCache(tmp_path / "cache"), Way("rapidocr", 2.0)
    (found,) = read_again(source, tmp_path, 0, [way], how=HOW, cache=cache)
    assert found.reason == "" and found.page is not None
    assert found.page.engine.endswith("×2")
    assert (found.page.width_px, found.page.height_px) == (900, 600)
    words = {word.text: word.box for word in found.page.words}
    assert "profondeur" in words and "diaphragme" in words
    assert 40 <= words["profondeur"].left < 200 and words["profondeur"].bottom < 110
    assert all(word.box.right <= 900 and word.box.bottom <= 600 for word in found.page.words)
    again = read_again(source, tmp_path, 0, [way], how=HOW, cache=cache, pool=NoPool())
    assert again == (found,)
