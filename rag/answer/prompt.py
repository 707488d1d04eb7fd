"""What a language model is told: a versioned text, then the passages and the question as data.

The text is a file of ``prompts/``; a change of a word is a new version. Passages and question stand
between marks that they cannot contain, so that nothing in a document can end its own passage.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.errors import SettingsError
from rag.french.sentences import sentences
from rag.records import Hit

FOLDER = Path(__file__).parent / "prompts"
VERSION = "write-1"
SHORTEST = 200  # characters: a shorter end of a passage is not worth telling
PASSAGES = 10  # as many as the alignment reads
CHARS_PER_TOKEN = 2.5  # of old French in SmolLM2's vocabulary: 2.5 to 3.3 measured; the least

_DECLINED = {"RIEN", "NONE", "NOTHING"}
_MARKS = str.maketrans({"<": "‹", ">": "›"})  # data cannot hold a mark of ours


@dataclass(frozen=True, slots=True)
class Prompt:
    """One text told to a model."""

    name: str  # "write-1.fr"
    text: str

    @property
    def hash(self) -> str:
        """SHA-256 of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def label(self) -> str:
        """Version and hash, as they are kept with an answer: "write-1.fr#0123456789ab"."""
        return f"{self.name}#{self.hash[:12]}"


@dataclass(frozen=True, slots=True)
class Told:
    """What is sent, and how long it is."""

    system: str
    user: str
    passages: int  # told, of the hits given

    @property
    def tokens(self) -> int:
        """An upper estimate."""
        return tokens_of(self.system) + tokens_of(self.user)


def tokens_of(text: str) -> int:
    """Tokens of a text, rather too many than too few."""
    return int(len(text) / CHARS_PER_TOKEN) + 1


def load_prompt(
    version: str = VERSION, language: str = "fr", *, texts: Mapping[str, str] | None = None
) -> Prompt:
    """The text of a version, in English for a question in English, else in French.

    Args:
        version: such as "write-1".
        language: of the question.
        texts: those that a release bundles, which come before those of this program.

    Raises:
        SettingsError: there is no such version.
    """
    name = f"{version}.{'en' if language == 'en' else 'fr'}"
    if texts and name in texts:
        return Prompt(name, texts[name])
    if name not in prompt_hashes():
        there = sorted({known.rpartition(".")[0] for known in prompt_hashes()})
        raise SettingsError(
            f"RAG_WRITER_PROMPT is {version!r}: want one of {', '.join(there)}.",
            code="setting",
            name="writer_prompt",
        )
    return Prompt(name, (FOLDER / f"{name}.txt").read_text("utf-8").strip())


def prompt_texts() -> dict[str, str]:
    """Every text by name: what a release bundles."""
    return {path.stem: path.read_text("utf-8").strip() for path in sorted(FOLDER.glob("*.txt"))}


def prompt_hashes() -> dict[str, str]:
    """Every text by name, with its SHA-256."""
    return {
        name: hashlib.sha256(text.encode()).hexdigest() for name, text in prompt_texts().items()
    }


def tell(prompt: Prompt, question: str, hits: Sequence[Hit], room: int) -> Told:
    """Put as many passages as fit before the question, the best first, the last one trimmed.

    Args:
        prompt: the text.
        question: as understood, with what those before it said.
        hits: best first.
        room: tokens that all may take together, by ``tokens_of``.

    Returns:
        What to send; without a passage when not even the beginning of one fits.
    """
    asked = f"<question>\n{_data(question)}\n</question>"
    frame = tokens_of(prompt.text) + tokens_of(f"<passages>\n</passages>\n\n{asked}")
    left = int((room - frame) * CHARS_PER_TOKEN)
    told: list[str] = []
    for hit in hits[:PASSAGES]:
        around = _passage(len(told) + 1, hit, "")
        text = _fitting(_data(hit.chunk.text), left - len(around))
        if not text:
            break
        told.append(_passage(len(told) + 1, hit, text))
        left -= len(told[-1])
    return Told(prompt.text, f"<passages>\n{''.join(told)}</passages>\n\n{asked}", len(told))


def declines(text: str) -> bool:
    """Whether the model says that the passages do not answer."""
    return text.strip().strip(".!«»\"' ").upper() in _DECLINED


def _data(text: str) -> str:
    return text.translate(_MARKS).strip()


def _passage(number: int, hit: Hit, text: str) -> str:
    headings = _data(" › ".join(hit.chunk.headings)).replace('"', "”")
    title = f' titre="{headings}"' if headings else ""
    return f'<passage n="{number}"{title}>\n{text}\n</passage>\n'


def _fitting(text: str, room: int) -> str:
    """The text, or its first whole sentences; "" when too little fits."""
    if len(text) <= room:
        return text
    ends = [end for _, end in sentences(text) if end <= room]
    return text[: ends[-1]] if ends and ends[-1] >= SHORTEST else ""
