"""A derived release is the one that would have been built, byte for byte."""

from __future__ import annotations

import numpy as np
import pytest

from rag.errors import IndexMismatch
from rag.index.derive import derive_release
from rag.index.release import Release
from tests.app.small_home import build


@pytest.fixture
def parent(tmp_path):
    home = build(tmp_path)
    return next(home.releases.iterdir())


def test_parts_change_and_the_rest_is_shared(parent):
    rows = np.eye(2, dtype=np.float32)
    path = derive_release(
        parent.parent, parent, extras={"validated": [{"a": 1}]}, arrays={"more": rows}
    )
    made = Release.open(path)
    assert made.verify() == []
    assert made.extra("validated") == [{"a": 1}]
    assert np.array_equal(made.array("more"), rows)
    assert (path / "chunks.jsonl").samefile(parent / "chunks.jsonl")
    assert path != parent


def test_undone_it_has_the_name_of_its_parent(parent):
    first = derive_release(parent.parent, parent, extras={"validated": []}, arrays={})
    taught = derive_release(
        parent.parent, first, extras={"validated": [1]}, arrays={"more": np.ones(3)}
    )
    back = derive_release(parent.parent, taught, extras={"validated": []}, arrays={"more": None})
    assert back == first != taught


def test_a_damaged_parent_is_not_built_upon(parent):
    page = parent / "chunks.jsonl"
    page.chmod(0o644)
    page.write_bytes(page.read_bytes() + b" ")
    with pytest.raises(IndexMismatch, match="bytes have changed"):
        derive_release(parent.parent, parent, extras={}, arrays={})


def test_unchecked_it_is_as_whole_as_its_parent_and_verify_says_so(parent):
    page = parent / "chunks.jsonl"
    page.chmod(0o644)
    page.write_bytes(page.read_bytes() + b" ")
    damage = ["chunks.jsonl: its bytes have changed"]
    made = Release.open(
        derive_release(parent.parent, parent, extras={"validated": [1]}, arrays={}, check=False)
    )
    assert made.extra("validated") == [1]
    assert Release.open(parent).verify() == made.verify() == damage
