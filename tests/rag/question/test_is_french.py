from __future__ import annotations

import pytest

from rag.question.language import language_of


@pytest.mark.parametrize(
    ("question", "french"),
    [
        ("Quel est le pouvoir chimique de la lumière ?", True),
        ("diaphragme f/8 profondeur de champ", True),
        ("hyposulfite", True),
        ("Qu'est-ce que le γ d'une émulsion ?", True),
        ("", True),
        ("What is the aperture of a lens?", False),
        ("how long should a plate be fixed", False),
        ("Wie lange wird die Platte fixiert?", False),
        ("¿Cómo se fija una placa?", False),
        ("写真とは", False),
    ],
)
def test_language_of_a_question(question, french):
    assert (language_of(question) == "fr") is french
