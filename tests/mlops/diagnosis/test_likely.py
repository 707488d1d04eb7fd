"""A misread sentence is known by what is left of its letters."""

from __future__ import annotations

import pytest

from mlops.diagnosis.likely import every_page, likely, resembling
from mlops.steps import ingest
from rag.index.release import Release
from rag.settings import Home
from tests.mlops.learning.small import NOTES, SETTINGS

SAID = "deux cents grammes d'hyposulfite de soude par litre"


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    home = Home(tmp_path_factory.mktemp("home"))
    home.data.mkdir()
    spoilt = NOTES | {"fixage.md": NOTES["fixage.md"]
                      .replace("deux cents grammes", "dcux ccnts grarnrnes")
                      .replace("hyposulfite de soude", "hyqosulfitc de souclc")}  # fmt: skip
    for name, text in spoilt.items():
        (home.data / name).write_text(text, "utf-8")
    report = ingest(home, SETTINGS)
    return Release.open(home.releases / report.release_id)


def test_the_page_is_found_by_its_letters(release):
    found = likely(release, every_page(release), SAID)
    assert release.names[found[0].document_id] == "fixage.md"
    like, strange = resembling(release, (found[0].document_id, found[0].index), SAID)
    assert 64 < like < 95 and strange > 0.5


def test_a_page_that_has_only_some_of_the_words_is_not_misread(release):
    said = "La lanterne jaune se place à deux pas de la fenêtre"
    place = next((s.document_id, s.index) for s in release.sections
                 if release.names[s.document_id] == "laboratoire.md")  # fmt: skip
    assert resembling(release, place, said)[1] < 0.5
    assert likely(release, every_page(release), "ISO 400") == [], "too short to be recognised"
