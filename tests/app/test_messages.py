from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from app import messages
from rag.errors import AlreadyRunning, NoRelease, NotInstalled, RagError, TooManyVanished

APP = Path(messages.__file__).parent


@pytest.mark.parametrize("key", messages.MESSAGES)
def test_both_languages_say_it_with_the_same_details(key):
    french, english = messages.MESSAGES[key]
    assert french.strip() and english.strip()
    assert messages.placeholders(french) == messages.placeholders(english)


def test_no_key_stands_in_two_rooms():
    assert sum(len(room.TEXTS) for room in messages.ROOMS) == len(messages.MESSAGES)


def test_every_key_that_the_code_names_exists():
    used = set()
    for path in APP.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                used.add(node.value)
    for path in APP.rglob("*.html"):
        used |= set(re.findall(r"""t\(["']([a-z0-9_.]+)["']""", path.read_text("utf-8")))
    rooms = {key.split(".")[0] for key in messages.MESSAGES}
    named = {u for u in used if re.fullmatch(r"[a-z]+(\.[a-z0-9_]+)+", u)}
    ours = {u for u in named if u.split(".")[0] in rooms and not u.endswith((".html", ".svg"))}
    ours = {u for u in ours if not u.startswith(("http.re", "http.disc"))}  # ASGI speaks so too
    assert ours <= messages.MESSAGES.keys()


@pytest.mark.parametrize("language", messages.LANGUAGES)
@pytest.mark.parametrize(
    "error",
    [
        NoRelease("/h"),
        AlreadyRunning(12, "04:00"),
        TooManyVanished(3, 9),
        NotInstalled("tesserocr", extra="tesseract"),
        RagError("found that; want this; run: that"),
        RagError("strange", code="no.such.code", a=1),
    ],
    ids=lambda e: e.code,
)
def test_every_error_says_something_in_both_languages(error, language):
    assert len(messages.explain(error, language, home="/h")) > 5


def test_french_is_typeset():
    assert messages.text("ask.quote", "fr", text="ici") == "«\u00a0ici\u00a0»"
    assert "\u00a0:" in messages.text("ask.nearest", "fr")


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        (None, "fr"),
        ("en-GB,en;q=0.9,fr;q=0.8", "en"),
        ("de,fr;q=0.4,en;q=0.3", "fr"),
        ("de", "fr"),
        ("*;q=x, en;q=bad", "fr"),
    ],
)
def test_the_browsers_language(header, chosen):
    assert messages.choose(header) == chosen


def test_numbers_are_written_as_the_language_does():
    assert messages.number(1234.5, "fr", 1) == "1\u202f234,5"
    assert messages.number(1234.5, "en", 1) == "1,234.5"


def test_nothing_is_certain_by_rounding():
    assert [messages.percent(p) for p in (1.0, 0.999, 0.5)] == [100, 99, 50]
