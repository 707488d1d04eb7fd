"""Progress on standard error: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from app import messages
from app.console import language, say, tr
from app.messages import text_or

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

    from rag.progress import Progress

LINE_EVERY_S = 10.0


def watch() -> Progress:
    """The face that suits standard error."""
    return Bars() if sys.stderr.isatty() else Lines()


def stage_name(stage: str) -> str:
    """The stage in the reader's language."""
    return text_or(f"stage.{stage}", "stage.other", language(), stage=stage)


def clock(seconds: float) -> str:
    """Minutes and seconds, as people read them: 75 → 1:15."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


class Pace:
    """How fast a stage goes, and how long it still takes."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0
        self.began = time.monotonic()

    @property
    def rate(self) -> float:
        """Units per second since the stage began."""
        spent = time.monotonic() - self.began
        return self.done / spent if spent > 0 else 0.0

    @property
    def left_s(self) -> float | None:
        """Seconds until the end at this pace; None while there is no pace."""
        return (self.total - self.done) / self.rate if self.rate > 0 else None

    def words(self) -> str:
        """Both, in the reader's language."""
        parts = [tr("progress.rate", rate=messages.number(self.rate, language(), 1))]
        if self.left_s is not None and self.done < self.total:
            parts.append(tr("progress.left", time=clock(self.left_s)))
        return ", ".join(parts)


class Lines:
    """One plain line when a stage begins, every ten seconds, and when it ends."""

    def __init__(self) -> None:
        self._pace: Pace | None = None
        self._name = ""
        self._last = 0.0

    def start(self, stage: str, total: int) -> None:
        """A stage begins."""
        self._name, self._pace, self._last = stage_name(stage), Pace(total), time.monotonic()

    def advance(self, n: int = 1) -> None:
        """So many more units are done."""
        if self._pace is None:
            return
        self._pace.done += n
        if time.monotonic() - self._last >= LINE_EVERY_S:
            self._tell()

    def finish(self) -> None:
        """The stage is over."""
        if self._pace is not None and self._pace.total:
            self._tell()
        self._pace = None

    def _tell(self) -> None:
        assert self._pace is not None
        self._last = time.monotonic()
        say(f"{self._name} {self._pace.done}/{self._pace.total} ({self._pace.words()})")


class Bars:
    """A bar with units per second and time left, through rich."""

    def __init__(self) -> None:
        self._rich: RichProgress | None = None
        self._task: TaskID | None = None
        self._pace: Pace | None = None

    def start(self, stage: str, total: int) -> None:
        """A stage begins."""
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        self.finish()
        self._pace = Pace(total)
        self._rich = Progress(
            TextColumn("{task.description:<20}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[pace]}"),
            console=Console(stderr=True),
        )
        self._rich.start()
        self._task = self._rich.add_task(stage_name(stage), total=total or None, pace="")

    def advance(self, n: int = 1) -> None:
        """So many more units are done."""
        if self._rich is None or self._task is None or self._pace is None:
            return
        self._pace.done += n
        self._rich.update(self._task, advance=n, pace=self._pace.words())

    def finish(self) -> None:
        """The stage is over."""
        if self._rich is not None:
            self._rich.stop()
        self._rich = self._task = self._pace = None
