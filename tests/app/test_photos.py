"""Photos, filters, thumbnails and crops, over HTTP."""

from __future__ import annotations

import io

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from app.api import create_app
from app.refining import BadYears, count_in_words, make_filters, photo_message, read_years
from mlops import deletion
from rag.records import Filters, Outcome, Verdict
from tests.app import photo_home, small_home


@pytest.fixture(scope="module")
def album(tmp_path_factory):
    home = photo_home.build(tmp_path_factory.mktemp("photos") / "home")
    app = create_app(home, small_home.SETTINGS)
    with TestClient(app, base_url=small_home.ADDRESS) as client:
        yield client


def ask(client, question, **more):
    answer = client.post("/ask", json={"question": question, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def image(response):
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "image/jpeg"
    return Image.open(io.BytesIO(response.content))


def test_photos_are_answered_with_their_thumbnails(album):
    answer = ask(album, "quelles photos à f/1,8 au-dessus de 3200 ISO ?")
    assert (answer["outcome"], answer["message"]) == ("answer", "Une photo correspond.")
    (sentence,) = answer["sentences"]
    (citation,) = sentence["citations"]
    assert citation["document"] == "concert.jpg"
    assert "f/1,8" in citation["quotation"]
    assert (citation["kind"], citation["crop_url"]) == ("photo", None)
    small = image(album.get(citation["thumbnail_url"]))
    assert small.size == (320, 213)
    assert all(abs(a - b) < 12 for a, b in zip(small.getpixel((9, 9)), (153, 51, 17), strict=True))
    assert [p["thumbnail_url"] for p in answer["pages"]] == [citation["thumbnail_url"]]
    assert answer["filters"]["kinds"] == ["photo"]
    assert answer["filters"]["photo"][1]["field"] == "iso"


def test_no_photo_says_what_there_is(album):
    answer = ask(album, "photos au-dessus de 12800 ISO")
    assert (answer["outcome"], answer["reason"]) == ("nothing", "no_photo")
    assert answer["message"].endswith("vont de 100 ISO à 6400 ISO.")
    english = album.post("/ask?lang=en", json={"question": "photos above ISO 12800"}).json()
    assert english["message"].endswith("range from 100 ISO to 6400 ISO.")


def test_doubtful_words_are_cut_out_as_they_are_printed(album):
    answer = ask(album, small_home.QUESTION)
    citation = answer["sentences"][0]["citations"][0]
    assert citation["confidence"] < 0.6
    cut = image(album.get(citation["crop_url"]))
    boxes = citation["boxes"]
    high = max(b[3] for b in boxes) - min(b[1] for b in boxes)
    page = image(album.get(citation["image_url"].split("?")[0]))
    scale = page.height / citation["height"]
    assert high * scale < cut.height < (high + 40) * scale
    assert cut.height < page.height / 4


@pytest.mark.parametrize("size", ["160", "320", "640"])
def test_thumbnails_have_three_sizes(album, size):
    url = ask(album, "photos à f/11")["pages"][0]["thumbnail_url"]
    first = album.get(url, params={"size": size})
    assert image(first).width == min(int(size), 600)
    again = album.get(url, params={"size": size}, headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("query", ["?size=5000", "?size=x"])
def test_other_sizes_are_refused(album, query):
    url = ask(album, "photos à f/11")["pages"][0]["thumbnail_url"]
    assert album.get(url + query).status_code == 422


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 422),
        ("?words=x", 422),
        ("?words=900-905", 404),
        ("?words=5-5", 404),
        ("?words=0-3&release=unknown", 404),
        ("?words=0-3&release=../..", 404),
        ("?words=0-3", 200),
    ],
)
def test_crops_are_of_words_that_are_there(album, query, status):
    citation = ask(album, small_home.QUESTION)["sentences"][0]["citations"][0]
    url = f"/documents/{citation['document_id']}/pages/1/crop"
    assert album.get(url + query).status_code == status


def test_a_deleted_document_has_no_thumbnail_and_no_crop(tmp_path):
    home = photo_home.build(tmp_path / "home")
    with TestClient(create_app(home, small_home.SETTINGS), base_url=small_home.ADDRESS) as client:
        citation = ask(client, small_home.QUESTION)["sentences"][0]["citations"][0]
        for url in (citation["crop_url"], citation["thumbnail_url"]):
            assert client.get(url).status_code == 200
        deletion.delete(home, citation["document_id"])
        for url in (citation["crop_url"], citation["thumbnail_url"]):
            assert client.get(url).status_code == 404


def test_a_text_has_no_thumbnail(reader):
    answer = ask(reader, "Quand la profondeur de champ augmente-t-elle ?")
    citation = answer["sentences"][0]["citations"][0]
    assert (citation["thumbnail_url"], citation["crop_url"]) == (None, None)
    url = f"/documents/{citation['document_id']}/pages/1/thumbnail"
    assert reader.get(url).status_code == 404


@pytest.mark.parametrize(
    ("filters", "documents"),
    [
        ({"documents": ["carnet"]}, {"carnet-1874.png"}),
        ({"kinds": ["photo"]}, {"lac.jpg", "concert.jpg"}),
        ({"years": "1870-1880"}, {"carnet-1874.png"}),
        ({"years": "1900-"}, set()),
        ({"languages": ["fr"]}, {"carnet-1874.png"}),
        ({"min_confidence": 0.9}, {"lac.jpg", "concert.jpg"}),
    ],
)
def test_filters_hold(album, filters, documents):
    answer = ask(album, "hyposulfite fixage appareil Valfleur", filters=filters)
    assert {page["document"] for page in answer["pages"]} == documents
    assert set(answer["filters"]) == set(filters)
    query = {"q": "hyposulfite appareil Valfleur"}
    names = {"documents": "document", "kinds": "kind", "languages": "language"}
    query |= {names.get(name, name): value for name, value in filters.items()}
    found = album.get("/search", params=query).json()
    assert {page["document"] for page in found["pages"]} == documents


@pytest.mark.parametrize(
    "filters",
    [{"years": "hier"}, {"min_confidence": 2}, {"colour": "red"}, {"kinds": "photo"}],
)
def test_filters_that_mean_nothing_are_refused(album, filters):
    asked = album.post("/ask", json={"question": "fixage ?", "filters": filters})
    assert asked.status_code == 422


def test_years_of_an_address_are_explained(album):
    refused = album.get("/search", params={"q": "fixage", "years": "1899-1874"})
    assert refused.status_code == 422
    assert "1870-1899" in refused.json()["detail"]


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("1874", (1874, 1874)),
        ("1870-1899", (1870, 1899)),
        ("1870 – 1899", (1870, 1899)),
        ("1870-", (1870, 9999)),
        ("-1899", (0, 1899)),
        (" ", None),
    ],
)
def test_years_are_read(text, years):
    assert read_years(text) == years


@pytest.mark.parametrize("text", ["187", "18741899", "-", "1899-1874", "mil", "1874-75"])
def test_what_is_no_year_is_refused(text):
    with pytest.raises(BadYears):
        read_years(text)


def test_nothing_asked_is_no_filter():
    assert make_filters(documents=("",), kinds=(" ",)) is None
    assert make_filters(kinds=("PDF",)) == Filters(kinds=("pdf",))


@pytest.mark.parametrize(
    ("signals", "french", "english"),
    [
        ({"photos": 1, "shown": 1}, "Une photo correspond.", "One photo matches."),
        ({"photos": 2, "shown": 2}, "Deux photos correspondent.", "Two photos match."),
        (
            {"photos": 40, "shown": 12},
            "40 photos correspondent\u00a0; voici les douze premières.",
            "40 photos match; here are the first twelve.",
        ),
        ({"cosine": 0.9}, "", ""),
    ],
)
def test_how_many_photos_in_words(signals, french, english):
    verdict = Verdict(Outcome.ANSWER, 1.0, "", signals)
    assert (photo_message(verdict, "fr"), photo_message(verdict, "en")) == (french, english)


def test_ranges_are_written_as_photographers_write_them():
    signals = {"photos": 0, "shutter_s_low": 1 / 4000, "shutter_s_high": 30, "aperture_low": 1.8,
               "aperture_high": 22, "day_low": 20210714, "day_high": 20231202}  # fmt: skip
    said = photo_message(Verdict(Outcome.NOTHING, 0.0, "no_photo", signals), "fr")
    assert said.endswith("de f/1,8 à f/22, de 1/4000 s à 30 s, de 14/07/2021 à 02/12/2023.")
    assert count_in_words(13, "fr") == "13"


@pytest.mark.parametrize("what", ["image", "thumbnail", "crop"])
def test_what_fetches_the_head_of_an_image_learns_of_it_without_the_bytes(album, what):
    """As a proxy, a link checker or a preview does."""
    citation = ask(album, small_home.QUESTION)["sentences"][0]["citations"][0]
    address = f"/documents/{citation['document_id']}/pages/{citation['page']}/{what}"
    params = {"words": "1-2"} if what == "crop" else {}
    got, head = album.get(address, params=params), album.head(address, params=params)
    assert head.status_code == got.status_code
    for name in ("content-type", "etag", "content-length"):
        assert head.headers.get(name) == got.headers.get(name), name
    seen = album.head(address, params=params, headers={"if-none-match": got.headers["etag"]})
    assert seen.status_code == 304
    assert album.head(address.replace(citation["document_id"], "a" * 64)).status_code in (404, 422)
    known = [method for path, found in album.get("/openapi.json").json()["paths"].items()
             if path.endswith(f"/{what}") for method in found]  # fmt: skip
    assert known == ["get"]
