"""What is known of a document beside its text: when, in which language, how it was photographed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """How one photo was taken, as its camera noted; None or "" where it did not."""

    camera: str = ""
    lens: str = ""
    aperture: float | None = None  # f-number
    shutter_s: float | None = None
    iso: float | None = None
    focal_mm: float | None = None
    focal_35mm: float | None = None  # equivalent for 24 × 36 mm
    taken: str = ""  # "2022-08-13" or "2022-08-13T23:10", the camera's local time

    @property
    def day(self) -> int | None:
        """The day as a number that sorts: 20220813."""
        return int(self.taken[:10].replace("-", "")) if self.taken else None


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What filters may ask of a document; None or "" when it is not known."""

    kind: str  # of Source
    year: int | None = None  # of publication
    language: str = ""  # "fr", "en", …
    photo: PhotoFacts | None = None
    text: str = ""  # of a photo: its own words (title, caption, keywords), folded
    index: int = 0  # of a photo: the section that says all this
