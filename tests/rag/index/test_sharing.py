"""Two releases store once what is the same in both, and neither can be spoilt through the other."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import replace

from rag.index.release import Release, build_release
from tests.rag.index.small import content

OTHER = {"thresholds": {"answer": 0.5}}


def written(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def shared(folder):
    return {path.name for path in written(folder) if path.stat().st_nlink > 1}


def test_only_what_changed_is_written_again(tmp_path):
    first = build_release(tmp_path, content())
    second = build_release(tmp_path, replace(content(), **OTHER), share_with=first)
    own = {path.name for path in written(second)} - shared(second)
    assert own == {"thresholds.json", "manifest.json"}
    assert Release.open(first).verify() == Release.open(second).verify() == []


def test_sharing_or_not_gives_the_same_release(tmp_path):
    first = build_release(tmp_path / "one", content())
    linked = build_release(tmp_path / "one", replace(content(), **OTHER), share_with=first)
    alone = build_release(tmp_path / "two", replace(content(), **OTHER))
    assert linked.name == alone.name
    assert [p.read_bytes() for p in written(linked)] == [p.read_bytes() for p in written(alone)]
    assert shared(alone) == set()


def test_nobody_writes_through_a_link(tmp_path):
    first = build_release(tmp_path, content())
    second = build_release(tmp_path, replace(content(), **OTHER), share_with=first)
    modes = {stat.S_IMODE(p.stat().st_mode) for f in (first, second) for p in written(f)}
    assert modes == {0o444}


def test_damage_of_a_shared_file_is_seen_in_both_and_each_mends_alone(tmp_path):
    first = build_release(tmp_path, content())
    second = build_release(tmp_path, replace(content(), **OTHER), share_with=first)
    (first / "chunks.jsonl").chmod(0o644)
    with (first / "chunks.jsonl").open("r+b") as handle:
        handle.write(b"#")
    assert Release.open(first).verify() and Release.open(second).verify()
    assert build_release(tmp_path, replace(content(), **OTHER), share_with=first) == second
    assert Release.open(second).verify() == [], "nothing was taken from the damaged one"
    assert Release.open(first).verify()
    assert build_release(tmp_path, content(), share_with=second) == first
    assert Release.open(first).verify() == Release.open(second).verify() == []


def test_removing_one_leaves_the_other_whole(tmp_path):
    import shutil

    first = build_release(tmp_path, content())
    second = build_release(tmp_path, replace(content(), **OTHER), share_with=first)
    shutil.rmtree(first)
    assert Release.open(second).verify() == []
    assert shared(second) == set()


def test_a_disk_without_links_gets_copies(tmp_path, monkeypatch):
    first = build_release(tmp_path, content())

    def refuses(*_, **__):
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    monkeypatch.setattr("rag.index.build.os.link", refuses)
    second = build_release(tmp_path, replace(content(), **OTHER), share_with=first)
    assert shared(second) == set()
    assert Release.open(second).verify() == []


def test_a_parent_that_is_gone_or_unreadable_is_no_obstacle(tmp_path):
    first = build_release(tmp_path, content(), share_with=tmp_path / "gone")
    (first / "manifest.json").chmod(0o644)
    (first / "manifest.json").write_text("{", "utf-8")
    second = build_release(tmp_path, replace(content(), **OTHER), share_with=first)
    assert Release.open(second).verify() == []
