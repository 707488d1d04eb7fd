"""A model behind an OpenAI-compatible address: Ollama, llama.cpp, vLLM, Mistral, OpenAI and others.

Only that address is contacted: no redirection is followed, no proxy stands before this machine, and
of the client's headers only those that carry the request are kept (it would tell the system, the
processor and the Python version, and add what ``OPENAI_…`` variables of the environment say).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rag.answer.prompt import Told, declines, load_prompt, tell, tokens_of
from rag.answer.write import Cancelled, Draft, Tell, cleaned, visible, whole
from rag.errors import WriterFailed
from rag.records import Hit

if TYPE_CHECKING:
    import openai

log = logging.getLogger(__name__)

POLL_S = 0.1  # how often the reader is asked whether they are still there
CONNECT_S = 5.0
ANSWER = 400  # tokens kept for the answer, at most a third of the budget
SPARE = 16  # chunks that carry no token: role, usage, end
LONGEST = 12  # characters of a token, at most: French words in large vocabularies
KEPT = {"host", "connection", "accept", "accept-encoding", "content-type", "content-length"}


class Chat:
    """Asks ``POST …/chat/completions`` and listens; see ``rag.answer.write.Writer``."""

    def __init__(
        self,
        *,
        url: str,
        model: str,
        key: str | None,
        timeout_s: float,
        retries: int,
        tokens: int,
        prompt: str,
        texts: Mapping[str, str] | None = None,
    ) -> None:
        self._url, self._model, self._key = url.rstrip("/"), model, key
        self._timeout_s, self._retries = timeout_s, retries
        self._answer = min(ANSWER, tokens // 3)
        self._room = tokens - self._answer
        self._version, self._texts = prompt, texts

    def write(
        self,
        question: str,
        hits: Sequence[Hit],
        *,
        language: str,
        on_token: Tell | None = None,
        cancelled: Cancelled | None = None,
    ) -> Draft:
        """See ``Writer``."""
        prompt = load_prompt(self._version, language, texts=self._texts)
        told = tell(prompt, question, hits, self._room)
        heard = Heard(told.tokens, self._answer, on_token)
        try:
            if not told.passages:
                raise WriterFailed(f"no passage fits in {self._room} tokens", code="budget")
            _run(self._in_time(told, heard, cancelled))
            text = heard.result()
        except WriterFailed as error:
            error.tokens, error.prompt = heard.tokens, prompt.label
            raise
        return Draft(text, heard.tokens, heard.model or self._model, prompt.label)

    async def _in_time(self, told: Told, heard: Heard, cancelled: Cancelled | None) -> None:
        """Listen until the end, the time set, or until the reader leaves: the stream is closed."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + self._timeout_s
        talk = asyncio.ensure_future(self._talk(told, heard))
        while not talk.done():
            await asyncio.wait({talk}, timeout=max(0.0, min(POLL_S, ends - loop.time())))
            left = cancelled is not None and cancelled()
            if talk.done() or not (left or loop.time() >= ends):
                continue
            talk.cancel()  # leaves every `async with`: the connection is closed
            with suppress(asyncio.CancelledError, WriterFailed):
                await talk
            if left:
                raise WriterFailed("the reader left", code="cancelled")
            raise WriterFailed(f"nothing whole within {self._timeout_s:g} s", code="timeout")
        talk.result()

    async def _talk(self, told: Told, heard: Heard) -> None:
        """Ask and listen.

        Raises:
            WriterFailed: with the code of what went wrong.
        """
        import openai

        try:
            async with self._client() as client, await self._asked(client, told) as stream:
                heard.sent = True
                async for chunk in stream:
                    if heard.take(chunk):
                        break
        except openai.APITimeoutError as error:
            raise WriterFailed(f"{self._url}: {error}", code="timeout") from error
        except openai.APIConnectionError as error:
            code = "malformed" if heard.sent else "unreachable"
            raise WriterFailed(f"{self._url}: {error}", code=code) from error
        except openai.APIError as error:
            told_status = getattr(error, "status_code", "an error")
            raise WriterFailed(f"{self._url} answered {told_status}", code="refused") from error
        except (openai.OpenAIError, ValueError, TypeError, AttributeError, LookupError) as error:
            raise WriterFailed(f"{self._url}: {error!r}", code="malformed") from error

    async def _asked(
        self, client: openai.AsyncOpenAI, told: Told
    ) -> openai.AsyncStream[openai.types.chat.ChatCompletionChunk]:
        """The open stream; a model that refuses an option is asked again without it."""
        import openai

        options: dict[str, Any] = {"max_tokens": self._answer, "temperature": 0}
        while True:
            try:
                stream: openai.AsyncStream[
                    openai.types.chat.ChatCompletionChunk
                ] = await client.chat.completions.create(
                    model=self._model,
                    messages=[
                        {"role": "system", "content": told.system},
                        {"role": "user", "content": told.user},
                    ],
                    stream=True,
                    **options,
                )
                return stream
            except openai.BadRequestError as error:
                if not (options := _without_refused(options, str(error))):
                    raise

    def _client(self) -> openai.AsyncOpenAI:
        import openai

        local = urlsplit(self._url).hostname in ("127.0.0.1", "localhost", "::1")
        return openai.AsyncOpenAI(
            base_url=self._url,
            api_key=self._key or "none",
            max_retries=self._retries,
            timeout=openai.Timeout(self._timeout_s, connect=min(CONNECT_S, self._timeout_s)),
            http_client=openai.DefaultAsyncHttpxClient(
                trust_env=not local,
                follow_redirects=False,
                event_hooks={"request": [self._bare]},
            ),
        )

    async def _bare(self, request: Any) -> None:
        """Take off every header that does not carry the request."""
        for name in [name for name in request.headers if name.lower() not in KEPT]:
            del request.headers[name]
        if self._key:
            request.headers["authorization"] = f"Bearer {self._key}"


class Heard:
    """What a stream said so far, and when to stop listening."""

    def __init__(self, asked: int, limit: int, on_token: Tell | None) -> None:
        self.model = ""
        self.sent = False  # the server took the request: its tokens are paid
        self._asked, self._limit, self._on_token = asked, limit, on_token
        self._text, self._told, self._chunks = "", 0, 0
        self._counted = 0  # by the server
        self._finish: str | None = None

    @property
    def tokens(self) -> int:
        """Paid so far, in and out."""
        if self._counted:
            return self._counted
        return self._asked + max(self._chunks, tokens_of(self._text)) if self.sent else 0

    def take(self, chunk: openai.types.chat.ChatCompletionChunk) -> bool:
        """Take one piece; True when more would be beyond the budget."""
        self._chunks += 1
        if isinstance(chunk.model, str):
            self.model = chunk.model or self.model
        if chunk.usage is not None:
            self._counted = int(chunk.usage.total_tokens)
        if chunk.choices:
            choice = chunk.choices[0]
            self._finish = choice.finish_reason or self._finish
            self._text += (choice.delta.content or "") if choice.delta is not None else ""
            self._tell()
        long = len(self._text) > self._limit * LONGEST or self._chunks > self._limit + SPARE
        if long:
            self._finish = "length"
        return long

    def result(self) -> str:
        """The text, cleaned; only its whole sentences when the budget cut it.

        Raises:
            WriterFailed: there is none, or the stream ended before its end.
        """
        text = cleaned(self._text)
        if self._finish == "content_filter":
            raise WriterFailed("the server withheld the answer", code="refused")
        if self._finish is None:
            raise WriterFailed("the stream ended before the answer did", code="malformed")
        if self._finish == "length":
            text = whole(text)
            if not text:
                raise WriterFailed("not one whole sentence fits in the budget", code="budget")
        if not text:
            raise WriterFailed("the answer is empty", code="malformed")
        if declines(text):
            raise WriterFailed("the model found no answer in the passages", code="declined")
        return text

    def _tell(self) -> None:
        if self._on_token is None:
            return
        shown = visible(self._text)
        if len(shown) > self._told:
            self._on_token(shown[self._told :])
            self._told = len(shown)


def _without_refused(options: dict[str, Any], message: str) -> dict[str, Any]:
    """The options as the server wants them, by what it says of those it refused; {} otherwise."""
    if "max_tokens" in options and "max_completion_tokens" in message:
        renamed = {k: v for k, v in options.items() if k != "max_tokens"}
        return {**renamed, "max_completion_tokens": options["max_tokens"]}
    if "temperature" in options and "temperature" in message:
        return {k: v for k, v in options.items() if k != "temperature"}
    return {}


def _run(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run to the end, also where a loop is running already (a notebook)."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(coroutine)
        return
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, coroutine).result()
