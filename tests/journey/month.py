"""Thirty nights of one collection, lived through with a clock of our own.

Each night has its event: documents that come, change, vanish or are broken, a bad challenger, a
crash (a real ``kill -9`` of a real process), a machine that was off, a full disk, the night when
02:00 does not exist. Each day readers ask, and some rate. ``live`` yields one ``Morning`` a day.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from mlops import clock, releases, rounds
from mlops import store_tables as t
from mlops.alerts import listing as alerts_listing
from mlops.night import run_night
from mlops.serving import LiveEngine
from mlops.store import Store
from rag.settings import PROJECT_ROOT, Home, Settings
from tests.journey import faults

ZONE = ZoneInfo("Europe/Paris")
FIRST = date(2026, 3, 5)  # the 25th night is that of 29 March: 02:00 does not exist
NIGHTS = 30
AT = time(2, 0)
NOTES = Path(__file__).with_name("notes.jsonl")
PER_DAY = 16  # questions
OF_ANOTHER_TRADE = range(13, 20)  # days when half of the readers ask about boats


@dataclass(frozen=True, slots=True)
class Night:
    """What happens on one night."""

    what: str
    change: Callable[[Path], None] | None = None  # of the folder of documents, the evening before
    fault: Callable[[], AbstractContextManager[object]] = nullcontext
    crash: str = ""  # where the process is killed; it is started again ten minutes later
    late: timedelta = timedelta()  # the machine was off, and starts so much later
    again: bool = False  # a second scheduler fires too


@dataclass(frozen=True, slots=True)
class Morning:
    """What is found at eight o'clock."""

    night: date
    what: str
    state: str  # of the night, as recorded
    decision: str  # of its run
    reasons: tuple[str, ...]
    attempts: int
    champion: str
    answered: bool  # a question of the collection got a cited answer
    fired: tuple[str, ...]  # alerts that began since the morning before
    resolved: tuple[str, ...]
    firing: tuple[str, ...]  # still on


@dataclass
class Readers:
    """People who ask, always the same questions in the same order."""

    rows: list[dict[str, str]]
    asked: int = 0
    answers: list[str] = field(default_factory=list)

    def day(self, home: Home, settings: Settings, day: date, *, drifted: bool) -> None:
        """Ask through the day; every fourth answer gets a rating."""
        live = LiveEngine(home, settings)
        try:
            with Store(home) as store:
                for n in range(PER_DAY):
                    moment = datetime.combine(day, time(9, 0), ZONE) + timedelta(minutes=30 * n)
                    with clock.told_by(moment):
                        self._one(live, store, elsewhere=drifted and n % 2 == 0)
        finally:
            live.close()

    def _one(self, live: LiveEngine, store: Store, *, elsewhere: bool) -> None:
        answer = live.ask(self._question(elsewhere))
        store.record_query(answer)
        self.asked += 1
        if self.asked % 4 == 0:
            store.record_feedback(
                question=answer.question, answer=answer.text, rating=4 + self.asked % 2,
                answer_id=answer.answer_id, user=f"reader-{self.asked % 7}",
            )  # fmt: skip

    def _question(self, elsewhere: bool) -> str:
        notes = [row for row in self.rows if "asked" in row]
        if elsewhere:
            strangers = [row["question"] for row in self.rows if row.get("kind") == "elsewhere"]
            return strangers[self.asked % len(strangers)]
        if self.asked % 10 == 9:
            unanswerable = [r["question"] for r in self.rows if r.get("kind") == "unanswerable"]
            return unanswerable[self.asked % len(unanswerable)]
        row = notes[self.asked % len(notes)]
        return row["asked"] if self.asked % 3 else row["reworded"]


def rows() -> list[dict[str, str]]:
    """The notes and the questions."""
    return [json.loads(line) for line in NOTES.read_text("utf-8").splitlines()]


def text_of(name: str) -> str:
    return next(row["text"] for row in rows() if row.get("name") == name)


def write(*names: str) -> Callable[[Path], None]:
    """These notes come."""

    def change(data: Path) -> None:
        for name in names:
            (data / f"{name}.md").write_text(text_of(name), "utf-8")

    return change


def edit(name: str, more: str) -> Callable[[Path], None]:
    """A sentence is added to a note."""

    def change(data: Path) -> None:
        path = data / f"{name}.md"
        path.write_text(path.read_text("utf-8") + f" {more}", "utf-8")

    return change


def remove(name: str) -> Callable[[Path], None]:
    """A note is taken away."""
    return lambda data: (data / f"{name}.md").unlink()


def broken(data: Path) -> None:
    """A PDF that a copy left half-way."""
    whole = PROJECT_ROOT / "sample" / "data" / "fichiers-abimes" / "copie-interrompue.pdf"
    (data / "abime.pdf").write_bytes(whole.read_bytes())


def make_home(root: Path) -> Home:
    """Eighteen notes and their golden questions."""
    home = Home(root)
    home.data.mkdir(parents=True)
    known = [row for row in rows() if "asked" in row]
    write(*(row["name"] for row in known))(home.data)
    golden = []
    for row in known:
        gold = [{"document": f"{row['name']}.md", "page": 1}]
        for kind in ("asked", "reworded"):
            golden.append(
                {"id": f"{row['name']}-{kind}", "question": row[kind], "kind": kind, "gold": gold}
            )
    for n, row in enumerate(row for row in rows() if row.get("kind") == "unanswerable"):
        golden.append({"id": f"no-{n}", "question": row["question"], "kind": "no", "gold": []})
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in golden)
    (root / "golden.jsonl").write_text(lines, "utf-8")
    return home


SETTINGS = """workers = 1
embedder = "{embedder}"
timezone = "Europe/Paris"
keep_releases = 3
keep_release_days = 2
mlflow = "off"
"""


def set_up(home: Home, embedder: str) -> None:
    """Write the settings, as a person does."""
    (home.root / "ragphoto.toml").write_text(SETTINGS.format(embedder=embedder), "utf-8")


PLAN: dict[int, Night] = {
    1: Night("first night: 18 notes"),
    3: Night("two notes come", write("macro", "panorama")),
    4: Night("killed while pages are recorded", write("cyanotype", "stereo"), crash="reading"),
    5: Night("a note changes", edit("fixage", "Un bain neuf se filtre sur du coton.")),
    6: Night("a broken PDF comes", broken),
    7: Night(
        "killed while the release is written",
        edit("portrait", "Un fond gris se fait oublier."),
        crash="building",
    ),
    8: Night("a note is removed", remove("retouche")),
    9: Night(
        "bad challenger: a threshold refuses everything",
        edit("flash", "Un éclair indirect adoucit les ombres."),
        fault=faults.nothing_is_sure_enough,
    ),
    10: Night("the bug is mended"),
    12: Night(
        "killed in the middle of the promotion",
        edit("nuit", "La mise au point se fait sur une étoile brillante."),
        crash="promoting",
    ),
    14: Night("the machine was off: caught up at nine", late=timedelta(hours=7)),
    16: Night(
        "killed while an old release is removed",
        edit("balance", "Le ciel couvert monte à 6500 kelvins."),
        crash="retention",
    ),
    17: Night("good challenger: vectors (e5) beside the words"),
    18: Night("killed while the backup is written", crash="backup"),
    19: Night(
        "bad challenger: each passage has the vector of another",
        edit("filtres", "Un filtre vert éclaircit les feuillages."),
        fault=faults.vectors_shuffled,
    ),
    20: Night("the bug is mended"),
    21: Night("killed while alerts are sent", crash="alerts"),
    22: Night(
        "the disk is full",
        edit("virage", "Le bain d'or se garde à l'abri du jour."),
        fault=faults.disk_full,
    ),
    23: Night("there is room again"),
    24: Night("a second scheduler fires too", again=True),
    25: Night("02:00 does not exist (summer time begins)"),
    28: Night("the removed note comes back", write("retouche")),
}


def live(home: Home, nights: int = NIGHTS) -> Iterator[Morning]:
    """Live the month, one morning at a time."""
    readers, before = Readers(rows()), datetime.combine(FIRST, AT, ZONE)
    set_up(home, "none")
    for number in range(1, nights + 1):
        plan = PLAN.get(number, Night("nothing changes"))
        day = FIRST + timedelta(days=number - 1)
        if number == 17:
            set_up(home, "e5")
        if plan.change:
            plan.change(home.data)
        attempts_at(home, plan, day)
        eight = datetime.combine(day, time(9, 30) if plan.late else time(8, 0), ZONE)
        with clock.told_by(eight):
            rounds.make(home, Settings.load(home))
            yield morning(home, plan, day, since=before)
        readers.day(home, Settings.load(home), day, drifted=number in OF_ANOTHER_TRADE)
        before = eight


def attempts_at(home: Home, plan: Night, day: date) -> None:
    """One night: the attempts that the schedulers make."""
    due = datetime.combine(day, AT, ZONE).astimezone(UTC) + plan.late
    if plan.crash:
        crash(home, due, plan.crash)
        due += timedelta(minutes=10)
    for moment in (due, due + timedelta(seconds=30)) if plan.again else (due,):
        with clock.told_by(Ticking(moment)), plan.fault():
            run_night(home, Settings.load(home), source="catch-up" if plan.late else "schedule")


class Ticking:
    """A clock set to a moment, which then goes on as real time does."""

    def __init__(self, moment: datetime) -> None:
        self._moment, self._begun = moment, monotonic()

    def __call__(self) -> datetime:
        return self._moment + timedelta(seconds=monotonic() - self._begun)


def crash(home: Home, moment: datetime, where: str) -> None:
    """Run the night in a process of its own, which is killed at that place."""
    command = [sys.executable, "-m", "tests.journey.night_process"]
    done = subprocess.run(
        [*command, str(home.root), moment.isoformat(), where],
        cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip
    if done.returncode != -9:
        raise AssertionError(f"not killed at {where}: {done.returncode}\n{done.stderr[-3000:]}")


def morning(home: Home, plan: Night, day: date, *, since: datetime) -> Morning:
    """What is there at eight o'clock."""
    with Store(home) as store:
        row = night_row(store, day)
        run = run_row(store, row["run_id"]) if row else None
        alerts = alerts_listing(store)
        champion = releases.champion_id(store) or ""
    moment = clock.stamp(since)
    return Morning(
        night=day,
        what=plan.what,
        state=row["state"] if row else "missing",
        decision=(run["decision"] or run["state"]) if run else "",
        reasons=tuple((run["report"] or {}).get("reasons", ())) if run else (),
        attempts=row["attempts"] if row else 0,
        champion=champion,
        answered=answers(home),
        fired=tuple(sorted(a.rule for a in alerts if a.first_at > moment)),
        resolved=tuple(sorted(a.rule for a in alerts if (a.resolved_at or "") > moment)),
        firing=tuple(sorted(a.rule for a in alerts if a.state == "firing")),
    )


def answers(home: Home) -> bool:
    """Whether a question whose note never changes gets an answer with a citation of that note."""
    live_engine = LiveEngine(home, Settings.load(home))
    try:
        answer = live_engine.ask("Quel trou percer pour un sténopé ?")
        return bool(answer.sentences) and all(s.citations for s in answer.sentences)
    finally:
        live_engine.close()


def night_row(store: Store, day: date) -> sa.RowMapping | None:
    query = sa.select(t.nights).where(t.nights.c.night == day.isoformat())
    with store.read() as connection:
        return connection.execute(query).mappings().first()


def run_row(store: Store, run_id: str | None) -> sa.RowMapping | None:
    query = sa.select(t.runs).where(t.runs.c.run_id == run_id)
    with store.read() as connection:
        return connection.execute(query).mappings().first()
