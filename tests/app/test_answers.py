"""Answers by id, a reader's own, taken away; the page told as it is made."""

from __future__ import annotations

import json

import pypdfium2
from hypothesis import given as of_any
from hypothesis import settings
from hypothesis import strategies as st

from app import exporting
from app.pdf_sheet import HEIGHT, Run, Sheets
from mlops import deletion
from tests.app.small_home import QUESTION

ANN, BOB = {"x-reader": "ann-ann-ann"}, {"x-reader": "bob-bob-bob"}


def events(text):
    parts = [part.split("\n") for part in text.strip().split("\n\n")]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: ")))
            for name, data in parts]  # fmt: skip


def test_an_answer_comes_back_by_its_id(client):
    given = client.post("/ask", json={"question": QUESTION}).json()
    assert client.get(f"/answers/{given['answer_id']}").json() == given
    refused = client.post("/ask", json={"question": "Qui a gagné la coupe du monde ?"}).json()
    again = client.get(f"/answers/{refused['answer_id']}").json()
    assert (again["outcome"], again["message"]) == (refused["outcome"], refused["message"])
    missing = client.get("/answers/0a")
    assert missing.status_code == 404 and "effacée" in missing.json()["detail"]


def test_what_was_deleted_is_not_shown_again(home, client):
    given = client.post("/ask", json={"question": QUESTION}).json()
    deletion.delete(home, "livre.pdf")
    again = client.get(f"/answers/{given['answer_id']}").json()
    assert again["sentences"] == [] and "hyposulfite" not in json.dumps(again["pages"])
    assert "livre.pdf" not in client.get(f"/answers/{given['answer_id']}/export").text


def test_a_reader_sees_their_own_questions_only(client):
    first = client.post("/ask", json={"question": QUESTION}, headers=ANN).json()
    second = client.post("/ask", json={"question": "Et la cuvette ?"}, headers=ANN).json()
    rows = client.get("/answers", headers=ANN).json()
    assert [row["answer_id"] for row in rows] == [second["answer_id"], first["answer_id"]]
    assert client.get("/answers?limit=1&offset=1", headers=ANN).json()[0]["question"] == QUESTION
    assert client.get("/answers", headers=BOB).json() == []
    page = client.get("/history", headers={**ANN, "accept": "text/html"}).text
    assert f"/a/{first['answer_id']}" in page
    assert "Aucune question" in client.get("/history", headers=BOB).text


def test_markdown_and_bibtex_hold_every_source(client):
    given = client.post("/ask", json={"question": QUESTION}).json()
    address = f"/answers/{given['answer_id']}/export"
    text = client.get(address).text
    assert text.startswith(f"# {QUESTION}") and "[1]" in text and "livre.pdf, page 2" in text
    assert f"http://127.0.0.1/view/{given['sentences'][0]['citations'][0]['document_id']}" in text
    found = client.get(address, params={"as": "bibtex"})
    assert found.headers["content-disposition"].endswith('.bib"')
    assert "@misc{livre-" in found.text and "pages = {2}" in found.text
    assert client.get(address, params={"as": "docx"}).status_code == 422


def test_the_pdf_of_an_answer_holds_its_words_and_the_printed_proof(client):
    given = client.post("/ask", json={"question": QUESTION}).json()
    found = client.get(f"/answers/{given['answer_id']}/export", params={"as": "pdf"})
    assert found.headers["content-type"] == "application/pdf" and len(found.content) < 400_000
    with pypdfium2.PdfDocument(found.content) as pdf:
        sheet = pdf[0]
        text = " ".join(sheet.get_textpage().get_text_range().split())
        pictures = [o for o in sheet.get_objects() if o.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
        links = pypdfium2.raw.FPDFPage_GetAnnotCount(sheet.raw)
    assert QUESTION in text and "deux cents grammes d'hyposulfite" in text
    assert "livre.pdf page 2" in text and "Lecture sûre à" in text
    cited = [c for sentence in given["sentences"] for c in sentence["citations"]]
    assert len(pictures) == links == len(cited)
    assert "ÿ" not in text, "every blank that does not break is a blank"


def test_a_refusal_leaves_as_a_pdf_with_the_nearest_pages(client):
    given = client.post("/ask", json={"question": "Et la ratatouille au collodion ?"}).json()
    assert given["outcome"] != "answer"
    found = client.get(f"/answers/{given['answer_id']}/export", params={"as": "pdf"})
    with pypdfium2.PdfDocument(found.content) as pdf:
        text = " ".join(pdf[0].get_textpage().get_text_range().split())
    assert given["message"].split(".")[0] in text.replace("\xa0", " ")


@settings(max_examples=40, deadline=None)
@of_any(text=st.text(max_size=400), word=st.text(alphabet="abcdé−Ω≥œ", min_size=1, max_size=300))
def test_any_words_stand_inside_the_sheet(text, word):
    with Sheets("pied") as sheets:
        sheets.write(Run(text), Run(word, "Times-Bold", 19))
        for _ in range(70):
            sheets.write(Run("une ligne"))
        whole = sheets.done()
    with pypdfium2.PdfDocument(whole) as pdf:
        assert len(pdf) >= 2, "what does not fit goes to the next sheet"
        lines = [o.get_bounds() for o in pdf[1].get_objects()]
    assert all(bottom > 0 and top < HEIGHT for _, bottom, _, top in lines)


def test_what_is_exported_means_nothing_to_its_reader():
    entry = exporting._entry("ab" * 32, r"a_b\{100%}&$.pdf", [1], {"year": 1874})
    assert r"a\_b\textbackslash{}\{100\%\}\&\$" in entry and "year = {1874}" in entry
    assert exporting._plain("# [x](y) *z*\n<b>") == r"\# \[x\](y) \*z\* \<b\>"


def test_the_page_is_told_as_it_is_made(client):
    told = events(client.post("/ask/page", data={"question": QUESTION}).text)
    assert [name for name, _ in told] == ["pages", "answer"]
    assert "livre.pdf" in told[0][1]["html"]
    assert "hyposulfite" in told[1][1]["html"] and "data-proof" in told[1][1]["html"]
    assert "<html" not in told[1][1]["html"]
    bad = events(client.post("/ask/page", data={"question": "x", "after": "0a"}).text)
    assert bad[-1][0] == "error" and bad[-1][1]["status"] == 404


def test_an_answer_has_an_address(client):
    given = client.post("/ask", json={"question": QUESTION}).json()
    page = client.get(f"/a/{given['answer_id']}", headers={"accept": "text/html"})
    assert page.status_code == 200 and "hyposulfite" in page.text and QUESTION[:20] in page.text
    assert client.get("/a/0a", headers={"accept": "text/html"}).status_code == 404


def test_events_when_asked(client):
    told = client.post("/ask", json={"question": QUESTION}, headers={"accept": "text/event-stream"})
    assert told.headers["content-type"].startswith("text/event-stream")
    (_, found), (name, answer) = events(told.text)
    assert name == "answer" and answer["sentences"] and found["pages"]


def test_the_other_language_keeps_what_an_address_asks(client):
    text = client.get("/library?name=liv", headers={"accept": "text/html"}).text
    assert "/library?name=liv&amp;lang=en" in text
