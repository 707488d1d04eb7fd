"""The loop of learning, shown on the sample with nothing prepared but the choice of a question.

Each step does what the product does every day and then checks what it claims: a step that did not
do what it says raises ``NotShown``, and the demonstration stops there.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from app import messages
from app.console import language, result, tr

if TYPE_CHECKING:
    from mlops.learning.entries import Proposal
    from mlops.store import Store
    from rag.engine import Engine
    from rag.records import Answer
    from rag.settings import Home, Settings

READER, SECOND = "user:Camille", "user:Dominique"  # two invented persons


@dataclass(frozen=True, slots=True)
class Case:
    """A question that the sample answers on one page, and what a reader says is right."""

    question: str
    document: str
    page: int  # from 1
    right: str
    english: str = ""  # the question, for whoever has no French


# Questions that got a wrong answer when this was written; none is in the golden set. The first
# that still does is shown: « exposition » is of a sensor or of prints, habits are not « robes ».
CASES = (
    Case(
        "Quelle lumière pour accrocher mes photos dans une exposition ?",
        "dossier-tirage.pdf",
        7,
        "Un tirage argentique s’expose sous 50 lux au plus, trois mois par an.",
        "What light should my photos hang in, at an exhibition?",
    ),
    Case(
        "Pourquoi les habits rouges sortent-ils noirs sur les vieilles photos ?",
        "lecons-de-photographie-1893.pdf",
        5,
        "Les plaques ordinaires sont aveugles au rouge.",
        "Why do red clothes come out black in old photographs?",
    ),
    Case(
        "Quel éclairage choisir pour une salle d'exposition ?",
        "dossier-tirage.pdf",
        7,
        "Un tirage argentique s’expose sous 50 lux au plus, trois mois par an.",
        "Which lighting for an exhibition room?",
    ),
)


class NotShown(Exception):
    """A step did not do what it says; the message is in the reader's language."""


@dataclass
class Shown:
    """What the demonstration knows as it goes."""

    home: Home
    settings: Settings
    case: Case = CASES[0]
    first: Answer | None = None  # the wrong answer
    release: str = ""  # that gave it
    better: Answer | None = None
    feedback_id: str = ""
    proposal: Proposal | None = None
    steps: list[dict[str, Any]] = field(default_factory=list)

    def run(self, name: str, step: Callable[[Shown], None]) -> None:
        """Do one step and note how long it took."""
        begun = time.monotonic()
        done = False
        try:
            step(self)
            done = True
        finally:
            seconds = round(time.monotonic() - begun, 1)
            self.steps.append({"step": name, "ok": done, "seconds": seconds})
        result(tr("demo.took", seconds=messages.number(seconds, language(), 1)))


def step_read(shown: Shown) -> None:
    """Read the sample, from scans to the release in service."""
    from app.commands.ingest import tell
    from app.progress import watch
    from mlops import steps
    from rag.settings import find_home

    known = borrow(find_home(None), shown.home)
    result(tr("demo.borrowed", count=known) if known else tr("demo.reading"))
    report = steps.ingest(shown.home, shown.settings, progress=watch())
    tell(report)
    if report.decision not in ("promoted", "unchanged"):
        raise NotShown(tr("demo.no_release"))


def borrow(known: Home, here: Home) -> int:
    """Copy what OCR already read of the sample's files, if the usual home read them.

    Only files whose bytes are the sample's are copied; the usual home is read, never written.
    """
    from rag.cache import StageCache

    mine, theirs = StageCache(here.cache), StageCache(known.cache)
    count = 0
    for path in here.documents.rglob("*"):
        if not path.is_file() or known.root == here.root:
            continue
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        for stage in ("read-page", "read-document"):
            for key in list(theirs.keys(f"{stage}/{digest}-")):
                if (data := theirs.get(key)) is not None:
                    mine.put(key, data)
                    count += stage == "read-page"
    return count


def step_ask(shown: Shown) -> None:
    """Ask, and find the answer wrong; a question that is well answered today is not shown."""
    engine = opened(shown)
    for case in CASES:
        answer = engine.ask(case.question)
        if not right(answer, case):
            break
        result(tr("demo.right_already", question=case.question))
    else:
        raise NotShown(tr("demo.no_failure"))
    shown.case, shown.first, shown.release = case, answer, engine.release.id
    record(shown, answer)
    tell(shown, engine, answer)


def step_wrong(shown: Shown) -> None:
    """Show the page that says it."""
    proof = pointed(shown, opened(shown))
    case = shown.case
    result(tr("demo.page_says", document=case.document, page=case.page))
    result(f"    {tr('ask.quote', text=proof)}")


def step_correct(shown: Shown) -> None:
    """A reader gives one star, the answer and its page."""
    from mlops import feedback

    assert shown.first is not None
    case, first = shown.case, shown.first
    said = first.text or messages.text(f"outcome.{first.outcome.value}", language())
    with store_of(shown) as store:
        shown.feedback_id = feedback.save(
            store,
            feedback.Given(
                question=case.question, answer=said, rating=1, corrected_answer=case.right,
                answer_id=first.answer_id, author=READER,
                marks=(feedback.Mark(document_of(shown), case.page - 1, right=True),),
            ),
        )  # fmt: skip
    result(tr("demo.corrected", text=case.right, document=case.document, page=case.page))


def step_diagnose(shown: Shown) -> None:
    """Which stage lost the answer, and what mends it."""
    from mlops import diagnosis

    with store_of(shown) as store:
        found = diagnosis.run(shown.home, shown.settings, store)
    mine = next((one for one in found if one.feedback_id == shown.feedback_id), None)
    if mine is None:
        raise NotShown(tr("demo.no_diagnosis"))
    result(tr("demo.cause", cause=tr(f"cause.{mine.cause}")))
    result(tr("demo.remedy", remedy=tr(f"remedy.{mine.remedy}")))


def step_validate(shown: Shown) -> None:
    """The correction is checked against the page; its author cannot agree with herself."""
    from mlops.learning import entries
    from mlops.learning.proposing import from_feedback

    with store_of(shown) as store:
        rows = [r for r in store.feedback() if r["feedback_id"] == shown.feedback_id]
        made = from_feedback(store, opened(shown), list(rows)).get(shown.feedback_id)
        if made is None or made.state != "proposed":
            raise NotShown(tr("demo.not_proposed", reason=made.reason if made else "–"))
        try:
            entries.review(store, made.entry_id, by=READER, verdict="validate")
        except entries.Refused:
            result(tr("demo.own"))
        else:
            raise NotShown(tr("demo.own_accepted"))
        shown.proposal = entries.review(store, made.entry_id, by=SECOND, verdict="validate")
    if shown.proposal.state != "validated":
        raise NotShown(tr("demo.not_validated", state=shown.proposal.state))
    result(tr("demo.validated", id=made.entry_id[:8]))


def step_retrain(shown: Shown) -> None:
    """Derive a release and let the gate judge it on the golden questions."""
    from app.commands.retrain import tell as tell_retraining
    from mlops.learning.retraining import retrain

    found = retrain(shown.home, shown.settings)
    tell_retraining(found)
    if found.decision != "promoted" or found.champion == shown.release:
        raise NotShown(tr("demo.refused"))
    for line in gate_words(shown, str(found.challenger)):
        result(f"  {line}")


def gate_words(shown: Shown, challenger: str) -> list[str]:
    """The verdict that the gate kept, in words."""
    import sqlalchemy as sa

    from mlops import gate
    from mlops import store_tables as t
    from mlops.gate.words import METRICS_EN, METRICS_FR

    query = sa.select(t.verdicts).where(t.verdicts.c.challenger == challenger)
    with store_of(shown) as store, store.read() as connection:
        row = connection.execute(query.order_by(t.verdicts.c.at.desc())).mappings().first()
    if row is None:
        raise NotShown(tr("demo.no_verdict"))
    report, tongue = row["report"], language()
    metrics = METRICS_EN if tongue == "en" else METRICS_FR
    lines = [tr("demo.gate", questions=report.get("questions", 0))]
    for one in report.get("comparisons", ()):
        if not one["where"]:
            before, after = (
                "–" if one[n] is None else messages.number(one[n], tongue, 3)
                for n in ("before", "after")
            )
            metric = metrics.get(one["metric"], one["metric"])
            values = {"metric": metric, "before": before, "after": after}
            lines.append(tr("demo.compared", changed=one["changed"], **values))
    said = [gate.words(reason, tongue) for reason in (*row["reasons"], *report.get("notes", ()))]
    return [*lines, *dict.fromkeys(said)]


def step_better(shown: Shown) -> None:
    """The same question of the release now in service."""
    engine = opened(shown)
    answer = engine.ask(shown.case.question)
    record(shown, answer)
    tell(shown, engine, answer)
    if not right(answer, shown.case):
        raise NotShown(tr("demo.still_wrong"))
    shown.better = answer
    result(tr("demo.right_now", document=shown.case.document, page=shown.case.page))


def step_watch(shown: Shown) -> None:
    """A second remark, then the figures that the service keeps of itself."""
    from app.commands.stats import summary
    from app.plain_json import plain
    from mlops import feedback
    from mlops.monitoring import statistics

    assert shown.better is not None
    with store_of(shown) as store:
        feedback.save(
            store,
            feedback.Given(
                question=shown.case.question, answer=shown.better.text, rating=5,
                answer_id=shown.better.answer_id, author=READER,
            ),
        )  # fmt: skip
    figures = plain(statistics(shown.home, days=1))
    for line in summary(figures):
        result(line)
    if figures["rag_queries"] < 2 or figures["rag"]["ratings"] < 2:
        raise NotShown(tr("demo.no_figures"))


def step_back(shown: Shown) -> None:
    """Put the release before back in service; it answers as it did."""
    from mlops import releases

    with store_of(shown) as store:
        back = releases.rollback(
            store, by="demo", reason="ragphoto demo", usable=releases.in_folder(shown.home)
        )
    answer = opened(shown).ask(shown.case.question)
    assert shown.first is not None
    if back != shown.release or answer.text != shown.first.text:
        raise NotShown(tr("demo.not_back"))
    result(tr("release.in_service", release=back))
    result(tr("demo.back"))
    result(f"    {tr('ask.quote', text=answer.text)}")


STEPS: tuple[tuple[str, Callable[[Shown], None]], ...] = (
    ("read", step_read),
    ("ask", step_ask),
    ("wrong", step_wrong),
    ("correct", step_correct),
    ("diagnose", step_diagnose),
    ("validate", step_validate),
    ("retrain", step_retrain),
    ("better", step_better),
    ("watch", step_watch),
    ("back", step_back),
)


def opened(shown: Shown) -> Engine:
    """The engine of the release in service."""
    from mlops.serving import open_engine

    return open_engine(shown.home, shown.settings)


def store_of(shown: Shown) -> Store:
    """The record of the demonstration."""
    from mlops.store import Store

    return Store(shown.home)


def record(shown: Shown, answer: Answer) -> None:
    """Count the question, as the service does."""
    with store_of(shown) as store:
        store.record_query(answer)


def document_of(shown: Shown) -> str:
    """The identifier of the document that holds the answer."""
    from app.commands.named import page_named

    with store_of(shown) as store:
        return page_named(store, f"{shown.case.document}:{shown.case.page}")[0]


def pointed(shown: Shown, engine: Engine) -> str:
    """The printed words of the right page that say the answer."""
    from rag.pointing import point

    case = shown.case
    proof = point(
        engine.release, document_of(shown), case.page - 1,
        question=case.question, answer=case.right,
    )  # fmt: skip
    if proof.reason:
        raise NotShown(tr("demo.page_silent", document=case.document, page=case.page))
    return proof.quotation


def right(answer: Answer, case: Case) -> bool:
    """Whether the answer comes first from the page that says it."""
    first = next((c for s in answer.sentences for c in s.citations), None)
    if first is None:
        return False
    return first.document == case.document and any(
        anchor.index == case.page - 1 for anchor in first.anchors
    )


def tell(shown: Shown, engine: Engine, answer: Answer) -> None:
    """The question, and its answer as ``ragphoto ask`` shows it."""
    from app.commands.ask import tell as tell_answer
    from app.schemas import answer_out

    def size(document_id: str, index: int) -> tuple[int, int] | None:
        page = engine.release.page(document_id, index)
        return (page.page.width_px, page.page.height_px) if page else None

    gloss = f" ({shown.case.english})" if language() == "en" and shown.case.english else ""
    result(tr("ask.quote", text=shown.case.question) + gloss + "\n")
    tell_answer(answer_out(answer, size, language=language(), sample=True))
