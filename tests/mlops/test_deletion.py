"""Deleted means gone at the next question; vanished too; an unmounted disk is not a wish."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest

from mlops import deletion
from mlops.store import Store
from rag.errors import TooManyVanished, UnknownDocument
from rag.records import Collection, Refusal, Source
from rag.settings import Home


def source(name: str, content: str = "", also_at: tuple[str, ...] = ()) -> Source:
    document_id = hashlib.sha256((content or name).encode()).hexdigest()
    return Source(document_id, name, name, also_at, "text", 10, 1)


BOOKS = [source(f"book{n}.txt") for n in range(6)]


def see(
    store: Store, sources: Sequence[Source], *, root: str = "data", accept: bool = False,
    refusals: tuple[Refusal, ...] = (),
) -> tuple[str, ...]:  # fmt: skip
    """One run's collection."""
    found = Collection(tuple(sources), refusals)
    gone = deletion.notice_vanished(store, found, root=root, max_share=0.2, accept=accept)
    store.record_collection(found, root=root)
    return gone


def test_delete_and_undo_by_name_path_or_hash(home: Home) -> None:
    with Store(home) as store:
        see(store, BOOKS)
    for wanted in ("book1.txt", BOOKS[1].document_id, BOOKS[1].document_id[:12]):
        assert deletion.delete(home, wanted).document_id == BOOKS[1].document_id
        assert deletion.removed(home) == {BOOKS[1].document_id}
        deletion.undo(home, wanted)
        assert deletion.removed(home) == frozenset()


def test_an_unknown_name_offers_near_ones(home: Home) -> None:
    with Store(home) as store:
        see(store, BOOKS)
    with pytest.raises(UnknownDocument) as refused:
        deletion.delete(home, "bok1.txt")
    assert refused.value.details["close"] == ["book1.txt", "book5.txt", "book4.txt"]


def test_a_path_outside_the_folder_names_nothing(home: Home) -> None:
    (home.root / "secret.txt").write_text("x")
    (home.data / "own.txt").write_text("x")
    with pytest.raises(UnknownDocument):
        deletion.delete(home, "../secret.txt")


def test_a_file_that_no_run_has_seen_can_be_deleted(home: Home) -> None:
    (home.data / "new.txt").write_text("hello")
    deletion.delete(home, "new.txt")
    assert deletion.removed(home) == {hashlib.sha256(b"hello").hexdigest()}


def test_a_vanished_file_answers_no_more_and_comes_back_with_the_file(home: Home) -> None:
    with Store(home) as store:
        see(store, BOOKS)
        assert see(store, BOOKS[1:]) == ("book0.txt",)
        assert deletion.removed_in(store) == {BOOKS[0].document_id}
        see(store, BOOKS)
        assert deletion.removed_in(store) == frozenset()


def test_a_person_s_delete_survives_the_return_of_the_file(home: Home) -> None:
    with Store(home) as store:
        see(store, BOOKS)
        deletion.delete(home, "book0.txt")
        see(store, BOOKS[1:])
        see(store, BOOKS)
        assert deletion.removed_in(store) == {BOOKS[0].document_id}


def test_more_than_a_fifth_at_once_stops_and_changes_nothing(home: Home) -> None:
    with Store(home) as store:
        see(store, BOOKS)
        with pytest.raises(TooManyVanished) as asked:
            see(store, BOOKS[2:])
        assert (asked.value.details["vanished"], asked.value.details["known"]) == (2, 6)
        assert deletion.removed_in(store) == frozenset()
        assert len(see(store, BOOKS[2:], accept=True)) == 2


def test_exactly_a_fifth_is_accepted(home: Home) -> None:
    with Store(home) as store:
        see(store, BOOKS[:5])
        assert len(see(store, BOOKS[1:5])) == 1


def test_moved_duplicated_changed_and_broken_files_have_not_vanished(home: Home) -> None:
    with Store(home) as store:
        see(store, BOOKS)
        changed = source("book0.txt", "other content")
        moved = Source(BOOKS[1].document_id, "m.txt", "sub/m.txt", (), "text", 10, 1)
        refused = (Refusal("book2.txt", "truncated", ""),)
        assert see(store, [changed, moved, *BOOKS[3:]], refusals=refused) == ()


def test_the_sample_makes_room_for_the_user_s_documents_without_a_question(home: Home) -> None:
    with Store(home) as store:
        see(store, BOOKS, root="sample")
        assert see(store, [source("mine.txt")], root="data") == ()


def test_data_suddenly_empty_stops_instead_of_serving_the_sample(home: Home) -> None:
    with Store(home) as store:
        see(store, BOOKS, root="data")
        with pytest.raises(TooManyVanished):
            see(store, [source("sample.md")], root="sample")
