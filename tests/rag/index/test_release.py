from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest

from rag.errors import IndexMismatch, StoreUnavailable
from rag.index.release import Release, build_release
from rag.records import PageStatus
from tests.rag.index.small import TEXTS, content


def test_what_goes_in_comes_out(tmp_path):
    given = content()
    release = Release.open(build_release(tmp_path, given))
    assert release.sources == given.sources
    assert tuple(release.chunks) == given.chunks
    assert release.chunk(3) == given.chunks[3]
    assert release.section("b" * 64, 1) == given.sections[3]
    assert release.section("b" * 64, 2) is None
    assert release.section("z" * 64, 0) is None
    assert release.page("a" * 64, 0) is None
    np.testing.assert_array_equal(release.vectors, given.vectors)
    assert release.thresholds == {"answer": 0.4}
    assert [a.status for a in release.page_statuses] == [PageStatus.OK] * 4
    assert release.counts["chunks"] == release.counts["vectors"] == 4
    assert release.verify() == []


def test_same_content_same_release(tmp_path):
    first = build_release(tmp_path, content())
    written = (first / "manifest.json").stat().st_mtime_ns
    assert build_release(tmp_path, content()) == first
    assert (first / "manifest.json").stat().st_mtime_ns == written, "reused, not written again"
    assert [p.name for p in tmp_path.iterdir()] == [first.name]


@pytest.mark.parametrize(
    "change",
    [
        {"thresholds": {"answer": 0.5}},
        {"settings": {"chunk_chars": 700}},
        {"costs": {"rn→m": 1.5}},
        {"extras": {"facts": {"year": 1874}}},
        {"arrays": {"twins": np.arange(4)}},
    ],
)
def test_any_change_is_another_release(tmp_path, change):
    before = build_release(tmp_path, content())
    assert build_release(tmp_path, replace(content(), **change)) != before


def test_seconds_of_reading_do_not_change_the_release(tmp_path):
    given = content()
    slower = replace(given, results=tuple(replace(r, seconds=9.0) for r in given.results))
    assert build_release(tmp_path, given) == build_release(tmp_path, slower)


@pytest.mark.parametrize("name", ["chunks.jsonl", "vectors.npy", "manifest.json"])
def test_a_changed_byte_is_seen_and_the_next_build_mends_it(tmp_path, name):
    path = build_release(tmp_path, content())
    data = bytearray((path / name).read_bytes())
    data[-2] ^= 1
    (path / name).chmod(0o644)
    (path / name).write_bytes(data)
    if name != "manifest.json":
        assert [p for p in Release.open(path).verify() if p.startswith(name)]
    assert build_release(tmp_path, content()) == path
    assert Release.open(path).verify() == []


def test_missing_and_added_files_are_seen(tmp_path):
    release = Release.open(build_release(tmp_path, content()))
    (release.path / "costs.json").unlink()
    (release.path / "extra").write_text("x")
    assert release.verify() == ["costs.json: missing", "extra: not in the manifest"]


def test_parts_of_other_rooms_are_kept_by_name(tmp_path):
    given = replace(
        content(),
        extras={"facts": {"sources": content().sources[:1], "œil": [1.5, None]}, "empty": {}},
        arrays={"twins": np.array([[0, 2], [1, 3]], np.int16)},
    )
    release = Release.open(build_release(tmp_path, given))
    assert release.extra("facts")["œil"] == [1.5, None]
    assert release.extra("facts")["sources"][0]["name"] == "a.md"
    assert (release.extra("empty"), release.extra("none"), release.extra("none", 3)) == (
        {},
        None,
        3,
    )
    np.testing.assert_array_equal(release.array("twins"), [[0, 2], [1, 3]])
    assert release.array("none") is None
    assert (release.holds("twins"), release.holds("none")) == (True, False)
    assert release.verify() == []
    (release.path / "extras" / "facts.json").chmod(0o644)
    (release.path / "extras" / "facts.json").write_text("{}")
    assert release.verify() == ["extras/facts.json: its bytes have changed"]


@pytest.mark.parametrize("name", ["../up", "Facts", "a/b", ""])
def test_a_part_cannot_be_named_so_as_to_leave_the_folder(tmp_path, name):
    with pytest.raises(ValueError, match="cannot name a part"):
        replace(content(), extras={name: 1})
    with pytest.raises(ValueError, match="cannot name a part"):
        replace(content(), arrays={name: np.zeros(1)})
    release = Release.open(build_release(tmp_path, content()))
    with pytest.raises(ValueError, match="cannot name a part"):
        release.extra(name)


def test_words_and_pages_are_found_by_what_the_chunks_hold(tmp_path):
    release = Release.open(build_release(tmp_path, content()))
    assert release.forms.count("diaphragme") == 2
    assert release.page_map.rows_of(1, 0).tolist() == [2]
    assert release.page_map.documents.tolist() == [0, 0, 1, 1]
    assert release.confidences.tolist() == [1.0] * 4
    rows, impacts = release.bm25.postings("diaphragm")
    assert rows.tolist() == [0, 1]
    assert (impacts > 0).all()


def test_another_format_is_refused_with_the_command_that_rebuilds(tmp_path):
    path = build_release(tmp_path, content())
    manifest = json.loads((path / "manifest.json").read_text("utf-8"))
    (path / "manifest.json").chmod(0o644)
    (path / "manifest.json").write_text(json.dumps({**manifest, "format": 99}))
    with pytest.raises(IndexMismatch, match=r"format 99.*ragphoto ingest"):
        Release.open(path)
    with pytest.raises(IndexMismatch, match="no readable release"):
        Release.open(tmp_path / "nowhere")


def test_vectors_and_chunks_must_agree():
    given = content()
    with pytest.raises(ValueError, match="3 vectors for 4 chunks"):
        replace(given, vectors=given.vectors[:3])
    with pytest.raises(ValueError, match="go together"):
        replace(given, embedder=None)


def test_a_release_without_vectors_says_so(tmp_path):
    release = Release.open(build_release(tmp_path, content(vectors=False)))
    assert release.lexical_only
    assert release.vectors is None
    assert release.verify() == []


def test_an_empty_collection_is_a_release_too(tmp_path):
    release = Release.open(build_release(tmp_path, content({}, vectors=False)))
    assert len(release.chunks) == 0
    assert release.bm25.scores(["lumier"]).shape == (0,)
    assert release.verify() == []


def test_a_place_that_cannot_be_written_says_what_to_do(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable, match="make it writable"):
        build_release(tmp_path / "file" / "releases", content())


BUILDER = """
import os, sys, time
from pathlib import Path
from rag.index import build
from tests.rag.index.small import content
real, count = os.fsync, 0
def slow(handle):
    global count
    count += 1
    print(count, flush=True)
    time.sleep(30 if count == int(sys.argv[2]) else 0)
    real(handle)
os.fsync = slow
build.build_release(Path(sys.argv[1]), content())
"""


@pytest.mark.parametrize("at", [1, 8, 17])
def test_killed_while_building_leaves_no_half_release(tmp_path, at):
    child = subprocess.Popen(
        [sys.executable, "-c", BUILDER, str(tmp_path), str(at)], stdout=subprocess.PIPE, text=True
    )
    for line in child.stdout:
        if int(line) == at:
            break
    os.kill(child.pid, signal.SIGKILL)
    child.stdout.close()
    child.wait()
    visible = [p for p in tmp_path.iterdir() if not p.name.startswith(".")]
    assert all(Release.open(p).verify() == [] for p in visible)
    path = build_release(tmp_path, content())
    assert [p.name for p in tmp_path.iterdir()] == [path.name], "what the dead one left is gone"


def test_opening_ten_thousand_chunks_is_quick(tmp_path):
    texts = {"a": [f"{TEXTS['a'][n % 2]} numéro {n}" for n in range(10_000)]}
    path = build_release(tmp_path, content(texts), analyse=str.split)
    began = time.perf_counter()
    release = Release.open(path)
    assert release.chunk(9_999).index == 9_999
    assert release.bm25.scores(["numéro"]).any()
    assert release.section("a" * 64, 5_000) is not None
    assert time.perf_counter() - began < 0.2
