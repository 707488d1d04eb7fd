from __future__ import annotations

import pytest

from rag.question.language import language_of

QUESTIONS = {
    "fr": [
        "Quelle est la durée de pose en plein soleil ?",
        "c'est quoi un IL",
        "temps de pose cascade",
        "révélateur hydroquinone",
        "pourquoi ?",
        "fixateur mort test rapide",
        "combien de diaph je perds avec un ND1000 ?",
        "portrait",
        "f/2,8 ou f/8 pour un paysage",
        "recette collodion humide",
        "daguerréotype inventeur",
        "Le bain d'argent est trouble, que faire ?",
        "pellicule 400 ISO",
        "et à contre-jour ?",
        "1/250 s",
        "",
        "γ du papier",
    ],
    "en": [
        "What is the exposure time in full sun?",
        "shutter speed waterfall",
        "collodion recipe with iodides and bromide",
        "how long to wash prints",
        "word for the chemical power of light",
        "Who invented the daguerreotype?",
        "best aperture for portraits",
        "depth of field",
        "wet plate developer",
        "Is cyanide dangerous?",
        "why fog on my plates",
        "and in winter?",
        "dry plate fixer recipe",
        "can I use tap water",
        "lens hood purpose",
    ],
    "de": [
        "Wie lange muss ich belichten?",
        "Welche Blende für ein Porträt?",
        "Was ist ein Daguerreotyp?",
        "Belichtungszeit bei Vollmond",
        "Wie wird Kollodium hergestellt?",
        "Wozu dient ein Polfilter?",
        "Entwickler für Trockenplatten",
        "Wer hat die Fotografie erfunden?",
        "Fixierbad Temperatur",
    ],
    "es": [
        "¿Cuánto tiempo hay que lavar las copias?",
        "¿Qué es un daguerrotipo?",
        "velocidad de obturación para una cascada",
        "cómo preparar el colodión",
        "¿Quién inventó la fotografía?",
        "profundidad de campo en retrato con luz de estudio",
        "qué diafragma para un paisaje",
        "para qué sirve el bromuro",
        "revelador para placas secas",
    ],
    "it": [
        "Che cos'è un dagherrotipo?",
        "Quanto tempo bisogna lavare le stampe?",
        "Come si prepara il collodio?",
        "tempi di esposizione della luna",
        "Chi ha inventato la fotografia?",
        "quale diaframma per un ritratto",
        "a cosa serve il bagno di fissaggio",
        "bagno di sviluppo per lastre",
        "perché la lastra è velata?",
    ],
    "pt": [
        "O que é um daguerreótipo?",
        "Quanto tempo devo lavar as cópias?",
        "Como se prepara o colódio?",
        "Quem inventou a fotografia?",
        "tempo de exposição para uma cachoeira",
        "qual a abertura para um retrato",
        "velocidade do obturador à noite",
        "por que a placa não fica nítida?",
    ],
    "nl": [
        "Wat is een daguerreotypie?",
        "Hoe lang moet ik de afdrukken spoelen?",
        "Wie heeft de fotografie uitgevonden?",
        "welk diafragma voor een portret",
        "hoe wordt collodium gemaakt?",
        "sluitertijd voor een waterval",
        "waarom zijn mijn platen gesluierd?",
        "ontwikkelaar voor droge platen",
    ],
    "other": ["Что такое дагеротип?", "Τι είναι η φωτογραφία;", "写真とは何ですか"],
}


@pytest.mark.parametrize(
    ("language", "question"), [(name, q) for name, asked in QUESTIONS.items() for q in asked]
)
def test_language_of_a_question(language, question):
    assert language_of(question) == language


def test_there_are_enough_questions():
    assert sum(map(len, QUESTIONS.values())) >= 60
