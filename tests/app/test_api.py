from __future__ import annotations

import hashlib
import io
import json

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from app.api import create_app
from app.page_images import PageImages
from mlops import deletion
from mlops.store import Store
from rag.records import Source
from rag.settings import SAMPLE, Home
from tests.app import small_home
from tests.app.small_home import ADDRESS, NOTE, QUESTION, SETTINGS


def ask(client, question=QUESTION):
    answer = client.post("/ask", json={"question": question})
    assert answer.status_code == 200, answer.text
    return answer.json()


def document(client, name):
    rows = client.get("/documents").json()["documents"]
    return next(row["document_id"] for row in rows if row["name"] == name)


def test_an_answer_carries_the_page_the_words_and_where_they_stand(reader):
    answer = ask(reader)
    assert answer["outcome"] == "answer"
    assert answer["reason"] == answer["message"] == ""
    citation = answer["sentences"][0]["citations"][0]
    assert (citation["document"], citation["page"]) == ("livre.pdf", 2)
    assert (citation["width"], citation["height"]) == (900, 1200)
    assert 0.9 < citation["confidence"] <= 1
    read = reader.get(f"/documents/{citation['document_id']}/pages/2/words").json()
    anchor = citation["anchors"][0]
    marked = " ".join(w["text"] for w in read["words"][anchor["first"] : anchor["last"]])
    assert citation["quotation"] == marked
    assert citation["boxes"] == anchor["boxes"]
    assert len(citation["boxes"]) == 3  # the sentence runs over three printed lines


def test_a_text_without_page_image_is_cited_by_its_characters(reader):
    answer = ask(reader, "Quand la profondeur de champ augmente-t-elle ?")
    citation = answer["sentences"][0]["citations"][0]
    anchor = citation["anchors"][0]
    assert (citation["document"], anchor["kind"], citation["image_url"]) == (
        "notes.md", "text", None,
    )  # fmt: skip
    text = reader.get(anchor["text_url"]).json()["section"]["text"]
    assert text == NOTE
    assert citation["quotation"] == text[anchor["first"] : anchor["last"]]


def test_a_refusal_says_why_in_the_readers_language_and_gives_the_nearest_pages(reader):
    for language, words in (("fr", "Je"), ("en", "I")):
        answer = reader.post(
            "/ask",
            json={"question": "Qui a gagné le tour de France 1998 ?"},
            headers={"accept-language": language},
        ).json()
        assert answer["outcome"] in ("nearest", "nothing")
        assert answer["reason"]
        assert answer["message"].startswith(words)
        assert answer["sentences"] == []
        assert answer["pages"]


@pytest.mark.parametrize("body", ["{}", '{"question": ""}', "[]", "pas du json", "", '{"q": 1}'])
def test_what_is_no_question_is_a_problem_document(reader, body):
    answer = reader.post("/ask", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "http.invalid"


def test_search_ranks_pages(reader):
    found = reader.get("/search", params={"q": QUESTION, "k": 2}).json()
    assert (found["pages"][0]["document"], found["pages"][0]["page"]) == ("livre.pdf", 2)
    assert len(found["pages"]) <= 2


@pytest.mark.parametrize("k", [0, 101, "x"])
def test_search_bounds(reader, k):
    assert reader.get("/search", params={"q": "bain", "k": k}).status_code == 422


def test_every_question_leaves_its_metrics(client, home):
    answer = ask(client)
    with Store(home) as store:
        kept = store.answer(answer["answer_id"])
    assert kept["question"] == QUESTION
    assert client.get("/stats").json()["rag_queries"] == 1


# --- feedback -------------------------------------------------------------------------------------


def feedbacks(home):
    with Store(home) as store:
        return store.feedback()


def test_feedback_as_json_is_tied_to_its_answer(client, home):
    answer = ask(client)
    sent = {"answer_id": answer["answer_id"], "rating": 2, "corrected_answer": "200 g par litre"}
    given = client.post("/feedback", json=sent)
    assert given.json()["status"] == "success"
    (row,) = feedbacks(home)
    assert (row["feedback_id"], row["rating"]) == (given.json()["feedback_id"], 2)
    assert (row["question"], row["answer"]) == (QUESTION, answer["answer"])
    assert row["corrected_answer"] == "200 g par litre"


def test_feedback_as_the_guides_query_parameters(client, home):
    given = client.post(
        "/feedback",
        params={
            "question": "q ?",
            "answer": "r",
            "rating": 5,
            "feedback_text": "parfait",
            "corrected_answer": "mieux",
        },
    )
    assert given.json()["status"] == "success"
    (row,) = feedbacks(home)
    assert (row["question"], row["answer"], row["rating"]) == ("q ?", "r", 5)
    assert (row["feedback_text"], row["corrected_answer"]) == ("parfait", "mieux")


@pytest.mark.parametrize("rating", [0, 6, -1, "beaucoup", 2.5, None])
def test_a_rating_goes_from_one_to_five(client, home, rating):
    body = {"question": "q ?", "answer": "r", "rating": rating}
    assert client.post("/feedback", json=body).status_code == 422
    if rating is not None:
        assert client.post("/feedback", params=body).status_code == 422
    assert feedbacks(home) == []


def test_feedback_on_an_unknown_answer_is_refused(client, home):
    given = client.post("/feedback", json={"answer_id": "f" * 32, "rating": 3})
    assert given.status_code == 404
    assert feedbacks(home) == []


def test_feedback_is_limited(client):
    body = {"question": "q ?", "answer": "r", "rating": 3}
    codes = [client.post("/feedback", json=body).status_code for _ in range(31)]
    assert codes[:30] == [200] * 30
    assert codes[30] == 429


# --- pages ----------------------------------------------------------------------------------------


def colour_at(data, box, size):
    image = Image.open(io.BytesIO(data)).convert("RGB")
    x = (box[0] - 2) * image.width // size[0]  # just left of the first letter: paper, or mark
    y = (box[1] + box[3]) // 2 * image.height // size[1]
    return image.getpixel((x, y))


def test_the_image_of_a_page_marks_the_very_words(reader):
    citation = ask(reader)["sentences"][0]["citations"][0]
    size = (citation["width"], citation["height"])
    plain = reader.get(f"/documents/{citation['document_id']}/pages/2/image")
    marked = reader.get(citation["image_url"])
    assert plain.headers["content-type"] == marked.headers["content-type"] == "image/jpeg"
    for box in citation["boxes"]:
        assert colour_at(plain.content, box, size)[2] > 150
        red, green, blue = colour_at(marked.content, box, size)
        assert red > 200 and green > 180 and blue < 110, (red, green, blue)
    heading = [10, 0, 100, 15]
    assert colour_at(marked.content, heading, size)[2] > 150


def test_an_image_seen_before_is_not_sent_again(reader):
    address = f"/documents/{document(reader, 'livre.pdf')}/pages/1/image"
    first = reader.get(address)
    again = reader.get(address, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "no-cache" in again.headers["cache-control"]
    assert reader.get(f"{address}?words=0-2").headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize("words", ["x", "1-", "1-2;3-4", "-1-2", "1-2,", "9" * 12 + "-1"])
def test_words_to_mark_are_numbers(reader, words):
    address = f"/documents/{document(reader, 'livre.pdf')}/pages/1/image"
    assert reader.get(address, params={"words": words}).status_code == 422


def test_words_that_are_not_there_mark_nothing(reader):
    address = f"/documents/{document(reader, 'livre.pdf')}/pages/1/image"
    assert reader.get(address, params={"words": "5000-6000,7-3"}).status_code == 200


def test_a_deleted_document_is_gone_at_once_everywhere(client, home):
    citation = ask(client)["sentences"][0]["citations"][0]
    page = f"/documents/{citation['document_id']}/pages/2"
    etag = client.get(f"{page}/image").headers["etag"]
    deletion.delete(home, "livre.pdf")
    assert client.get(f"{page}/image").status_code == 404
    assert client.get(f"{page}/image", headers={"if-none-match": etag}).status_code == 404
    assert client.get(f"{page}/words").status_code == 404
    assert client.get(citation["view_url"]).status_code == 404
    assert [d["name"] for d in client.get("/documents").json()["documents"]] == ["notes.md"]
    assert all(p["document"] == "notes.md" for p in ask(client)["pages"])
    deletion.undo(home, "livre.pdf")
    assert client.get(f"{page}/image").status_code == 200


def test_a_file_that_changed_since_is_not_shown(client, home):
    address = f"/documents/{document(client, 'livre.pdf')}/pages/1/image"
    path = home.data / "livre.pdf"
    path.write_bytes(path.read_bytes() + b"%")
    answer = client.get(address)
    assert (answer.status_code, answer.json()["code"]) == (409, "http.changed")


def test_first_documents_are_shown_by_the_service_that_was_started_before_them(tmp_path):
    home = Home(tmp_path / "home")
    home.root.mkdir()
    with TestClient(create_app(home, SETTINGS), base_url=ADDRESS) as client:
        assert client.get("/documents").status_code == 503, "nothing is there yet"
        small_home.build(home.root)
        address = f"/documents/{document(client, 'livre.pdf')}/pages/1/image"
        assert client.get(address).status_code == 200


def test_the_sample_is_shown_as_long_as_it_answers(tmp_path):
    home = Home(tmp_path / "home")
    home.data.mkdir(parents=True)
    (home.data / "premier.md").write_text("Envoyé, pas encore lu.", "utf-8")
    path = min(SAMPLE.glob("*.pdf"))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    source = Source(digest, path.name, path.name, (), "pdf", path.stat().st_size, 1)
    images = PageImages(home, SETTINGS)
    try:
        assert Image.open(images.draw(source, 0)).format == "JPEG"
    finally:
        images.close()


@pytest.mark.parametrize(
    "path",
    [
        "/documents/..%2f..%2fetc%2fpasswd/pages/1/image",
        "/documents/livre.pdf/pages/1/image",
        "/static/../api.py",
        "/static/%2e%2e/%2e%2e/api.py",
        "/view/..%2f/1",
    ],
)
def test_nothing_is_named_by_a_path(reader, path):
    answer = reader.get(path)
    assert answer.status_code in (404, 422)
    assert "root:" not in answer.text
    assert "create_app" not in answer.text


@pytest.mark.parametrize("page", ["0", "3", "-1", "x", "99999999999"])
def test_a_page_that_is_not_there(reader, page):
    address = f"/documents/{document(reader, 'livre.pdf')}/pages/{page}/image"
    assert reader.get(address).status_code in (404, 422)


# --- state ----------------------------------------------------------------------------------------


def test_ready_once_a_release_answers(reader):
    assert reader.get("/health/live").json() == {"status": "ok"}
    ready = reader.get("/health/ready").json()
    assert ready["status"] == "ready"
    assert reader.get("/health").json()["release"] == ready["release"]


def test_not_ready_while_the_record_does_not_answer(client):
    assert client.get("/health/ready").status_code == 200
    with client.app.state.service.store.write() as connection:
        connection.exec_driver_sql("ALTER TABLE releases RENAME TO elsewhere")
    found = client.get("/health/ready")
    assert (found.status_code, found.json()["code"]) == (503, "store_unreadable")
    assert client.get("/health/live").status_code == 200


def test_an_empty_home_says_what_to_type(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "note.md").write_text("rien", "utf-8")
    with TestClient(create_app(Home(tmp_path), SETTINGS), base_url=ADDRESS) as client:
        assert client.get("/health/live").status_code == 200
        assert client.get("/health/ready").status_code == 503
        answer = client.post("/ask", json={"question": "quoi ?"})
        assert answer.status_code == 503
        assert "ragphoto ingest" in answer.json()["detail"]
        first = client.get("/").text
        assert 'action="/library/sample"' in first and 'href="/library"' in first


def test_making_the_application_writes_nothing(tmp_path):
    create_app(Home(tmp_path), SETTINGS)
    assert list(tmp_path.iterdir()) == []


def test_the_openapi_document_names_every_route(reader):
    paths = reader.get("/openapi.json").json()["paths"]
    wanted = {"/ask", "/feedback", "/search", "/stats", "/health", "/health/ready", "/documents"}
    assert wanted <= paths.keys()
    json.dumps(paths)
