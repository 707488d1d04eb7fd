"""A conversation in the terminal: questions that follow one another, numbered proofs, commands."""

from __future__ import annotations

import re
import threading
import webbrowser
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app import messages
from app.console import Usage, exit_code, language, result, result_json, say, tr
from app.draft import Draft
from app.local_service import LocalService
from app.remarking import why_not
from app.terminal_look import bold, coloured, dim, link

if TYPE_CHECKING:
    from app.schemas import AnswerOut
    from app.service import Service
    from mlops.feedback import Mark
    from rag.records import Answer, Filters

AUTHOR = "editor"  # whoever holds the terminal, as ``ragphoto feedback`` has it
BAD = 2  # the rating of a correction that comes without one
PLACE = re.compile(r"(?P<place>\S.*?\.\w+:\d+)\s+(?P<text>.+)", re.DOTALL)  # livre.pdf:12 Le texte


@dataclass(frozen=True, slots=True)
class Proof:
    """A numbered page: what is shown of it, and where the service shows it."""

    label: str
    path: str  # begins with /view/
    excerpt: str = ""  # of a page that is only near


@dataclass
class Remark:
    """What was said of the last answer; said again whole when more is said."""

    rating: int | None = None
    text: str | None = None
    correction: str | None = None
    marks: list[Mark] = field(default_factory=list)


class Conversation:
    """One reader and one collection.

    Args:
        service: the open collection; closed with the conversation.
        filters: which part of it may answer.
        live: a person is at the terminal: pages are opened, drafts shown.
        as_json: one line of JSON an answer, and nothing else on standard output.
    """

    def __init__(
        self, service: Service, *, filters: Filters | None, live: bool, as_json: bool
    ) -> None:
        self._service = service
        self._pages = LocalService(service)
        self._filters = filters
        self._live, self._json = live, as_json
        self._tell = say if as_json else result
        self._last: AnswerOut | None = None
        self._proofs: list[Proof] = []
        self._remark = Remark()

    def close(self) -> None:
        """Stop the pages and close the collection."""
        self._pages.close()

    # --- what is typed -----------------------------------------------------------------------

    def take(self, line: str) -> bool:
        """Do what a line asks; False when it says to leave.

        Raises:
            RagError: nobody could answer.
            Usage: a command cannot be done.
        """
        line = line.strip()
        if not line:
            return True
        if not line.startswith("/"):
            self.ask(line)
            return True
        name, _, rest = line[1:].partition(" ")
        if name in ("quit", "q", "exit"):
            return False
        if name.isdecimal():
            name, rest = "open", name
        do = {
            "open": self.open, "sources": self.sources, "why": self.why, "rate": self.rate,
            "correct": self.correct, "new": self.new, "help": self.help,
        }.get(name)  # fmt: skip
        if do is None:
            raise Usage(tr("talk.unknown", name=name))
        do(rest.strip())
        return True

    # --- asking ------------------------------------------------------------------------------

    def ask(self, question: str) -> None:
        """Answer, with what was asked before in mind; Ctrl-C gives it up."""
        answer = self._answered(question)
        if answer is None:
            say(tr("talk.cancelled"))
            return
        shown = self._shown(answer)
        self._last, self._remark = shown, Remark()
        self._proofs = proofs(shown)
        if self._json:
            result_json(shown.model_dump(), indent=None)
        else:
            self._write(shown)

    def _answered(self, question: str) -> Answer | None:
        """The answer, worked out beside so that Ctrl-C is heard; None when it was given up."""
        from rag.answering import Watch

        draft = Draft(shown=self._live and coloured() and not self._json)
        given_up, over = threading.Event(), threading.Event()
        watch = Watch(token=draft.write, cancelled=given_up.is_set)
        done: list[Answer] = []
        failed: list[Exception] = []

        def work() -> None:
            try:
                after = self._last.answer_id if self._last else None
                done.append(
                    self._service.ask(question, after=after, filters=self._filters, watch=watch)
                )
            except Exception as error:  # noqa: BLE001 - raised again where it is told
                failed.append(error)
            finally:
                over.set()

        threading.Thread(target=work, daemon=True).start()
        try:
            while not over.wait(
                0.05
            ):  # an event: a join that is interrupted takes a thread for dead
                pass
        except KeyboardInterrupt:
            given_up.set()
            over.wait()
            return None
        finally:
            draft.clear()
        if failed:
            raise failed[0]
        return done[0]

    def _shown(self, answer: Answer) -> AnswerOut:
        from app.schemas import answer_out

        service = self._service
        return answer_out(
            answer, service.size,
            language=language(), sample=service.home.uses_sample, kind_of=service.kind,
        )  # fmt: skip

    def _write(self, shown: AnswerOut) -> None:
        """The sentences with their numbers, then the numbers with their pages."""
        numbers = {proof.path: n for n, proof in enumerate(self._proofs, 1)}
        for note in (*shown.notes, shown.message if not shown.sentences or shown.message else ""):
            if note:
                result(note)
        for sentence in shown.sentences:
            marks = "".join(
                f"[{n}]" for n in dict.fromkeys(numbers[c.view_url] for c in sentence.citations)
            )
            weak = f" [{tr('writing.unsupported')}]" if sentence.support == "unsupported" else ""
            result(f"{sentence.text} {bold(marks)}".rstrip() + weak)
        if not shown.sentences and self._proofs:
            result(tr("ask.nearest"))
        self.sources("")
        result("")

    # --- commands ----------------------------------------------------------------------------

    def sources(self, _: str) -> None:
        """The numbered pages of the last answer."""
        for number, proof in enumerate(self._proofs, 1):
            url = self._pages.address + proof.path if self._live and coloured() else ""
            self._tell(f"  {bold(f'[{number}]')} {link(proof.label, url)}")
            if proof.excerpt:
                self._tell(dim(f"      {tr('ask.quote', text=proof.excerpt)}"))

    def open(self, rest: str) -> None:
        """Show a numbered page in the browser; its address when there is none."""
        if not rest.isdecimal() or not 1 <= int(rest) <= len(self._proofs):
            raise Usage(tr("talk.no_such", number=rest or "?", count=len(self._proofs)))
        path = self._proofs[int(rest) - 1].path
        if not self._live:  # the service would be gone before anybody looked
            self._tell(path)
            return
        url = self._pages.address + path
        try:
            seen = webbrowser.open(url)
        except webbrowser.Error:
            seen = False
        self._tell(tr("talk.opened" if seen else "talk.no_browser", url=url))

    def why(self, _: str) -> None:
        """From the last answer back to its question, scores and files."""
        from app.commands.explain import tell

        if self._json:
            raise Usage(tr("talk.not_in_json"))
        tell(self._service.explain(self._answer().answer_id))

    def rate(self, rest: str) -> None:
        """``4 and a few words``."""
        mark, _, text = rest.partition(" ")
        if mark not in ("1", "2", "3", "4", "5"):
            raise Usage(tr("talk.rate_form"))
        self._answer()
        self._remark.rating, self._remark.text = int(mark), text.strip() or self._remark.text
        self._save()

    def correct(self, rest: str) -> None:
        """The answer that was wanted, after ``DOCUMENT:PAGE`` when its page is known."""
        from app.commands.named import page_named
        from mlops.feedback import Mark

        if not rest:
            raise Usage(tr("talk.correct_form"))
        self._answer()
        if (found := PLACE.fullmatch(rest)) is not None:
            place = page_named(self._service.store, found["place"])
            self._remark.marks, rest = [Mark(*place, right=True)], found["text"]
        self._remark.correction = rest
        self._save()

    def new(self, _: str) -> None:
        """Forget what was asked before."""
        self._last, self._proofs, self._remark = None, [], Remark()
        self._tell(tr("talk.new"))

    def help(self, _: str) -> None:
        """What can be typed."""
        self._tell(tr("talk.help"))

    def _answer(self) -> AnswerOut:
        if self._last is None:
            raise Usage(tr("talk.nothing_yet"))
        return self._last

    def _save(self) -> None:
        """Keep the remark about the last answer: one a person and answer, said whole each time."""
        from mlops import feedback

        about, said = self._answer(), self._remark
        rating = said.rating or BAD
        try:
            feedback.save(
                self._service.store,
                feedback.Given(
                    question=about.question, answer=about.answer or about.message, rating=rating,
                    text=said.text, corrected_answer=said.correction, author=AUTHOR,
                    answer_id=about.answer_id, marks=tuple(said.marks),
                ),
            )  # fmt: skip
        except ValueError as error:
            raise Usage(why_not(error, language())) from error
        self._tell(tr("talk.saved", rating=rating))


def proofs(shown: AnswerOut) -> list[Proof]:
    """The pages to number: those cited, once each; else the nearest."""
    from app.commands.ask import NEAREST, shorten

    found: dict[str, str] = {}
    for sentence in shown.sentences:
        for one in sentence.citations:
            place = tr("ask.place", document=one.document, page=one.page)
            read = tr("ask.read_at", percent=messages.percent(one.confidence))
            how = read if one.boxes else tr("ask.text_file")
            found.setdefault(one.view_url, f"{place} · {how}")
    if shown.sentences:
        return [Proof(label, path) for path, label in found.items()]
    return [
        Proof(
            tr("ask.place", document=page.document, page=page.page),
            page.view_url,
            shorten(page.excerpt),
        )
        for page in shown.pages[:NEAREST]
    ]


def told(error: Exception, home: object) -> int:
    """Say in words what could not be done; returns its exit code."""
    if isinstance(error, Usage):
        say(str(error))
        return 2
    say(messages.explain(error, language(), home=home))
    return exit_code(error)
