"""The filters of a request body."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, field_validator

from app.refining import make_filters, read_years
from rag.records import Filters


class FiltersIn(BaseModel):
    """Which part of the collection may answer; what is left out asks nothing."""

    model_config = ConfigDict(extra="forbid")
    documents: list[str] = Field(
        default_factory=list, max_length=50, description="names shown, or parts of them"
    )
    kinds: list[str] = Field(default_factory=list, max_length=20, description="pdf, photo, csv…")
    years: str = Field(
        default="", max_length=20, description="of publication: 1874, 1870-1899, 1870-, -1899"
    )
    languages: list[str] = Field(default_factory=list, max_length=20, description="fr, en…")
    min_confidence: float = Field(default=0.0, ge=0.0, le=1.0, description="of the reading")

    @field_validator("years")
    @classmethod
    def _years(cls, value: str) -> str:
        read_years(value)
        return value

    def made(self) -> Filters | None:
        """The filters; None when nothing is asked."""
        return make_filters(
            documents=self.documents,
            kinds=self.kinds,
            years=self.years,
            languages=self.languages,
            min_confidence=self.min_confidence,
        )
