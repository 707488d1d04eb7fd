"""The record of truth: migrated on opening, whole after anything, refusing what is not ours."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import alembic.command
import alembic.config
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from mlops import store_opening
from mlops import store_tables as t
from mlops.store import Store
from mlops.store_opening import MIGRATIONS
from rag.errors import StoreUnavailable
from rag.records import Answer, Outcome, Verdict
from rag.settings import Home

NOTHING = Verdict(Outcome.NOTHING, 0.0, "nothing_found")


def test_the_migrations_make_exactly_the_tables(home: Home) -> None:
    with Store(home) as store, store.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, t.metadata) == []


def test_head_is_the_newest_migration() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == t.HEAD


def test_opening_again_is_quick_and_readers_do_not_wait(home: Home) -> None:
    Store(home).close()
    begun = time.perf_counter()
    with Store(home) as store, store.write(), Store(home) as other:
        assert other.sources() == []
    assert time.perf_counter() - begun < 0.2


def test_a_write_that_fails_leaves_nothing(home: Home) -> None:
    with Store(home) as store:
        with pytest.raises(RuntimeError), store.write() as connection:
            connection.execute(sa.insert(t.retrainings).values(at="x", feedbacks=1, note=""))
            raise RuntimeError
        with store.read() as connection:
            assert connection.scalar(sa.select(sa.func.count()).select_from(t.retrainings)) == 0


def test_a_database_of_a_newer_version_is_refused_and_kept(home: Home) -> None:
    Store(home).close()
    raw = sqlite3.connect(home.database)
    raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.commit()
    raw.close()
    with pytest.raises(StoreUnavailable) as refused:
        Store(home)
    assert refused.value.code == "store_newer"


def test_a_file_that_is_no_database_is_refused_and_kept(home: Home) -> None:
    home.storage.mkdir()
    home.database.write_bytes(b"not a database at all, sorry" * 40)
    with pytest.raises(StoreUnavailable) as refused:
        Store(home)
    assert refused.value.code == "store_unreadable"
    assert home.database.read_bytes().startswith(b"not a database")


def test_a_place_that_cannot_be_written_says_what_to_type(tmp_path: Path) -> None:
    (tmp_path / "storage").write_text("a file where the folder should be")
    with pytest.raises(StoreUnavailable) as refused:
        Store(Home(tmp_path))
    assert refused.value.code == "store_unwritable"
    assert "chmod" in str(refused.value)


def test_a_question_is_found_again_by_its_answer_id(home: Home) -> None:
    verdict = Verdict(Outcome.NOTHING, float("nan"), "nothing_found")
    answer = Answer("a1", "Où ?", Outcome.NOTHING, (), (), verdict, "r1", 0.05)
    with Store(home) as store:
        store.record_query(answer, user="nadar")
        kept = store.answer("a1")
        assert store.answer("unknown") is None
    assert kept is not None
    assert (kept["question"], kept["outcome"], kept["release"]) == ("Où ?", "nothing", "r1")


@pytest.mark.parametrize("rating", [0, 6, -1, 2.5, True, "5", None])
def test_a_rating_is_a_whole_number_from_one_to_five(home: Home, rating: object) -> None:
    with Store(home) as store:
        with pytest.raises(ValueError, match="rating"):
            store.record_feedback(question="q", answer="a", rating=rating)  # type: ignore[arg-type]
        assert store.feedback() == []


def test_words_of_a_reader_are_kept_as_data(home: Home) -> None:
    attack = "'); DROP TABLE feedback; -- <script>"
    with Store(home) as store:
        store.record_feedback(question=attack, answer=attack, rating=1, text=attack)
        assert [row["feedback_text"] for row in store.feedback()] == [attack]


@pytest.mark.parametrize("version", ["0001", "0002"])
def test_a_database_of_an_older_version_is_brought_up_with_a_copy(home: Home, version: str) -> None:
    make_database(home, version)
    with Store(home) as store:
        kept = store.answer("a" * 32)
    assert kept is not None and kept["trace"] is None
    copy = sqlite3.connect(home.database.with_name(f"ragphoto-before-{t.HEAD}.db"))
    assert copy.execute("SELECT version_num FROM alembic_version").fetchone() == (version,)
    assert copy.execute("SELECT count(*) FROM queries").fetchone() == (1,)
    copy.close()


def make_database(home: Home, version: str) -> None:
    """A database as that version left it, with one question."""
    engine = store_opening.connect(home.database)
    config = alembic.config.Config()
    config.set_main_option("script_location", str(store_opening.MIGRATIONS))
    with engine.connect() as connection, connection.begin():
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, version)
        connection.exec_driver_sql(
            "INSERT INTO queries (answer_id, at, question, outcome, reason, release_id, seconds, "
            "answer_chars, sources) VALUES (?, '2026-01-01T00:00:00.000+00:00', '?', 'nothing', "
            "'', 'r', 0.1, 0, 0)",
            ("a" * 32,),
        )
        connection.exec_driver_sql(
            "INSERT INTO answers (answer_id, text, sentences, pages) VALUES (?, '', '[]', '[]')",
            ("a" * 32,),
        )
    engine.dispose()
