"""Which model writes, from the settings; none by default."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from rag.answer.chat import Chat
from rag.answer.prompt import VERSION, load_prompt
from rag.answer.write import Writer
from rag.errors import NotInstalled, SettingsError


def load_writer(
    *,
    url: str | None,
    model: str | None,
    key: str | None = None,
    timeout_s: float = 60.0,
    retries: int = 1,
    tokens: int = 2000,
    prompt: str = VERSION,
    texts: Mapping[str, str] | None = None,
) -> Writer | None:
    """The writer that is configured; None when there is none: answers are quoted sentences.

    ``texts`` are the prompts that a release bundles; they come before those of this program.

    Raises:
        SettingsError: half an address, or a prompt that does not exist.
        NotInstalled: the client is missing.
    """
    if not url and not model:
        return None
    if not url or not model or not url.startswith(("http://", "https://")):
        raise SettingsError(
            f"a model that writes wants an address and a name, found {url!r} and {model!r}. Set "
            "RAG_WRITER_URL (such as http://127.0.0.1:11434/v1) and RAG_WRITER_MODEL, or neither.",
            code="writer_settings",
        )
    load_prompt(prompt, texts=texts)
    try:
        import_module("openai")  # a second or two, not to be counted as the model's
    except ImportError as error:
        raise NotInstalled("openai", extra="llm", instead="leave RAG_WRITER_URL unset") from error
    return Chat(
        url=url,
        model=model,
        key=key,
        timeout_s=timeout_s,
        retries=retries,
        tokens=tokens,
        prompt=prompt,
        texts=texts,
    )
