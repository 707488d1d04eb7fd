from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.cache import StageCache, fingerprint

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3).map(tuple),
    max_leaves=5,
)


def test_what_was_put_is_got_and_nothing_is_made_before(tmp_path: Path) -> None:
    cache = StageCache(tmp_path / "cache")
    key = cache.key("read", "1", "input")
    assert cache.get(key) is None
    assert not (tmp_path / "cache").exists()
    cache.put(key, b"data")
    assert StageCache(tmp_path / "cache").get(key) == b"data"
    cache.remove(key)
    assert cache.get(key) is None


@pytest.mark.parametrize("keep", [0, 8, 16, 19], ids=lambda n: f"{n} bytes left")
def test_a_torn_entry_is_not_read(tmp_path: Path, keep: int) -> None:
    cache = StageCache(tmp_path)
    key = cache.key("read", "1")
    cache.put(key, b"data")
    (path,) = (p for p in tmp_path.rglob("*") if p.is_file())
    path.write_bytes(path.read_bytes()[:keep])
    assert cache.get(key) is None
    assert not path.exists()


@given(st.lists(plain, max_size=4), st.lists(plain, max_size=4))
def test_two_inputs_never_share_a_key(a: list[object], b: list[object]) -> None:
    same = repr(a) == repr(b)
    assert (fingerprint(*a) == fingerprint(*b)) == same


def test_version_stage_and_settings_change_the_key(tmp_path: Path) -> None:
    cache = StageCache(tmp_path)
    keys = {
        cache.key("read", "1", {"engine": "a"}),
        cache.key("read", "2", {"engine": "a"}),
        cache.key("read", "1", {"engine": "b"}),
        cache.key("look", "1", {"engine": "a"}),
    }
    assert len(keys) == 4


def test_an_object_without_a_plain_form_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="plain"):
        StageCache(tmp_path).key("read", "1", object())


@pytest.mark.parametrize("key", ["../x/y", "read/../../x", "read/..", "read", "/read/x"])
def test_a_key_is_never_a_path(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="key"):
        StageCache(tmp_path).get(key)


def test_keys_are_listed_by_prefix(tmp_path: Path) -> None:
    cache = StageCache(tmp_path)
    for name in ("abc-1", "abc-2", "abd-1"):
        cache.put(f"read/{name}", b"")
    assert list(cache.keys("read/abc-")) == ["read/abc-1", "read/abc-2"]
    assert len(list(cache.keys("read/"))) == 3
