from __future__ import annotations

import io
import json
import time

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from app.api import create_app
from mlops.arrivals.jobs import Jobs
from mlops.arrivals.receiving import safe_name
from mlops.store import Store
from rag.records import Collection, Source
from rag.settings import Home
from tests.app.small_home import ADDRESS, SETTINGS

PLATE = "Le collodion humide se verse sur la plaque de verre juste avant la prise de vue."


@pytest.fixture
def empty(tmp_path):
    """The service of a home where nothing is yet."""
    with served(Home(tmp_path / "empty")) as client:
        yield client


def served(home, **changes):
    return TestClient(create_app(home, SETTINGS.model_copy(update=changes)), base_url=ADDRESS)


def send(client, *files, **headers):
    parts = [("files", (name, data, "application/octet-stream")) for name, data in files]
    return client.post("/documents", files=parts, headers=headers)


def ended(client, job_id, patience_s=60):
    for _ in range(int(patience_s / 0.1)):
        job = client.get(f"/jobs/{job_id}").json()
        if job["status"] in ("done", "failed"):
            return job
        time.sleep(0.1)
    raise AssertionError(job)


def names(client):
    return {row["name"]: row["document_id"] for row in client.get("/documents").json()["documents"]}


def test_a_document_is_sent_read_deleted_and_brought_back(empty):
    sent = send(empty, ("collodion.md", PLATE.encode()))
    assert sent.status_code == 202
    told = sent.json()
    assert [one["state"] for one in told["files"]] == ["taken"]
    job = ended(empty, told["job_id"])
    assert (job["status"], job["decision"]) == ("done", "promoted"), job
    assert job["pages_read"] == job["pages"] == 1
    found = empty.get("/search", params={"q": "collodion humide plaque"}).json()
    assert found["pages"][0]["document"] == "collodion.md"

    document_id = told["files"][0]["document_id"]
    about = empty.get(f"/documents/{document_id}").json()
    assert (about["statuses"], about["failures"]) == ({"ok": 1}, [])
    assert empty.get(f"/documents/{document_id}/pages/1/text").text == PLATE

    other = send(empty, ("talbot.md", b"Le calotype de Talbot est un negatif sur papier."))
    assert ended(empty, other.json()["job_id"])["status"] == "done"
    gone = empty.delete(f"/documents/{document_id}").json()
    assert gone["undo"] == f"/documents/{document_id}/restore"
    assert "collodion.md" not in names(empty)
    assert empty.delete(f"/documents/{document_id}").status_code == 404
    again = send(empty, ("encore.md", PLATE.encode()))
    assert (again.status_code, again.json()["files"][0]["state"]) == (200, "deleted")
    assert empty.post(gone["undo"]).json()["job_id"] is None  # the release still holds it
    assert "collodion.md" in names(empty)

    read = empty.post(f"/documents/{document_id}/reread")
    assert read.status_code == 202
    assert ended(empty, read.json()["job_id"])["pages_read"] == 1  # that document alone


def test_files_that_cannot_be_taken_say_why_and_the_others_come_in(empty):
    picture = io.BytesIO()
    Image.new("RGB", (40, 40)).save(picture, "PNG")
    sent = send(
        empty,
        ("programme.pdf", b"MZ\x90\0" + bytes(range(256)) * 4),
        ("vide.md", b""),
        ("note.md", PLATE.encode()),
        ("copie.md", PLATE.encode()),
    ).json()
    told = {one["name"]: (one["state"], one["code"]) for one in sent["files"]}
    assert told["programme.pdf"] == ("refused", "wrong_type")
    assert told["vide.md"] == ("refused", "empty")
    assert sorted(one["state"] for one in sent["files"]) == [
        "already", "refused", "refused", "taken",
    ]  # fmt: skip
    assert "renommez-le" in sent["files"][0]["message"]
    home = empty.app.state.service.home
    assert [path.name for path in home.data.iterdir()] == ["note.md"]
    assert not list(home.root.glob(".incoming-*"))
    assert ended(empty, sent["job_id"])["status"] == "done"

    refused = send(empty, ("autre.pdf", b"MZ\x90\0" * 300))
    assert refused.status_code == 422
    assert refused.json()["code"] == "library.all_refused"
    assert "autre.pdf" in refused.json()["detail"]


def test_the_same_key_gets_the_same_answer(empty):
    first = send(empty, ("note.md", PLATE.encode()), **{"idempotency-key": "k-1"}).json()
    again = send(empty, ("note.md", PLATE.encode()), **{"idempotency-key": "k-1"}).json()
    assert again == first
    empty.cookies.clear()  # a program keeps none
    assert send(empty, ("x.md", b"x"), **{"idempotency-key": "k-1"}).json() == first
    assert send(empty, ("note.md", PLATE.encode())).json()["files"][0]["state"] == "already"
    ended(empty, first["job_id"])


def test_events_tell_a_job_until_it_is_over(empty):
    job_id = send(empty, ("note.md", PLATE.encode())).json()["job_id"]
    lines = empty.get(f"/jobs/{job_id}/events").text.splitlines()
    told = [json.loads(line[6:]) for line in lines if line.startswith("data: ")]
    assert told[-1]["status"] == "done"
    assert {"queued", "reading", "indexing"} & {job["status"] for job in told}


def test_what_is_too_large_is_refused_and_nothing_stays(home):
    with served(home, max_upload_mb=1) as client:
        before = sorted(home.data.iterdir())
        big = send(client, ("gros.pdf", b"%PDF-1.4" + bytes(3 << 20)))
        assert (big.status_code, big.json()["code"]) == (413, "library.too_large")
        assert "1 Mo" in big.json()["detail"]

        def drops():
            yield b'--x\r\ncontent-disposition: form-data; name="files"; filename="a.md"\r\n\r\n'
            for _ in range(40):
                yield bytes(1 << 16)

        kind = {"content-type": "multipart/form-data; boundary=x"}
        assert client.post("/documents", content=drops(), headers=kind).status_code == 413
        assert sorted(home.data.iterdir()) == before
        assert not list(home.root.glob(".incoming-*"))


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{}", "application/json", 415),
        (b"", "multipart/form-data", 415),
        (b"rien", "multipart/form-data; boundary=x", 422),
        (b"--x--\r\n", "multipart/form-data; boundary=x", 422),
    ],
)
def test_what_is_no_upload_is_a_problem(client, body, kind, status):
    refused = client.post("/documents", content=body, headers={"content-type": kind})
    assert refused.status_code == status
    assert refused.headers["content-type"] == "application/problem+json"


def test_a_reader_may_not_send(home):
    with served(home, api_key="clé") as client:
        assert send(client, ("note.md", b"x")).status_code == 401


def test_a_job_that_fails_says_what_to_do_and_the_old_release_answers(empty):
    first = send(empty, ("note.md", PLATE.encode()), ("b.md", b"Une chambre noire.")).json()
    assert ended(empty, first["job_id"])["status"] == "done"
    for path in empty.app.state.service.home.data.iterdir():
        path.unlink()  # as a disk that was unplugged
    job = ended(empty, send(empty, ("c.md", b"Un objectif Petzval.")).json()["job_id"])
    assert (job["status"], job["code"]) == ("failed", "too_many_vanished")
    assert "2 documents sur 2" in job["message"]
    assert "répond toujours" in job["message"]
    found = empty.get("/search", params={"q": "collodion humide plaque"}).json()
    assert found["pages"][0]["document"] == "note.md"


def test_the_sample_gives_way_to_the_first_document(home):
    with Store(home) as store:  # what is in service was read from the sample
        known = store.sources()
        sources = tuple(
            Source(r.document_id, r.name, r.path, (), r.kind, r.size_bytes, r.pages) for r in known
        )
        store.record_collection(Collection(sources, ()), root="sample")
    for path in home.data.iterdir():
        path.unlink()
    with served(home) as client:
        job = ended(client, send(client, ("note.md", PLATE.encode())).json()["job_id"])
        assert (job["status"], job["decision"]) == ("done", "promoted"), job["message"]
        assert list(names(client)) == ["note.md"]


def test_what_a_restart_cut_off_begins_again(tmp_path):
    home = Home(tmp_path / "cut")
    home.data.mkdir(parents=True)
    (home.data / "note.md").write_text(PLATE, "utf-8")
    job = Jobs(home).make("upload", by="test", documents=())
    with served(home) as client:
        assert ended(client, job.job_id)["status"] == "done"
        assert list(names(client)) == ["note.md"]


def test_documents_come_in_pages(reader):
    whole = reader.get("/documents").json()
    assert whole["total"] == 2
    second = reader.get("/documents", params={"limit": 1, "offset": 1}).json()
    assert second["documents"] == whole["documents"][1:]


def test_the_text_of_a_page(reader):
    rows = reader.get("/documents").json()["documents"]
    book = next(row["document_id"] for row in rows if row["name"] == "livre.pdf")
    text = reader.get(f"/documents/{book}/pages/2/text")
    assert "hyposulfite" in text.text
    assert text.headers["x-page-status"] == "ok"
    assert reader.get(f"/documents/{book}/pages/3/text").status_code == 404


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Livres\\été.pdf", "été.pdf"),
        (".htaccess", "htaccess"),
        ("~$note.docx", "note.docx"),
        ("a\0b\n.pdf", "ab.pdf"),
        ("", "document"),
        ("é" * 200 + ".pdf", "é" * 73 + ".pdf"),
    ],
)
def test_names_are_made_safe(given, kept):
    assert safe_name(given) == kept
