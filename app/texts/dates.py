"""How dates and hours are written."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {  # key: (French, English)
    "dates.months": (
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "January February March April May June July August September October November December",
    ),
    "dates.months_short": (
        "janv. févr. mars avr. mai juin juill. août sept. oct. nov. déc.",
        "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    ),
    "dates.first": ("1er", "1"),  # day of the month
    "dates.date": ("{day} {month} {year}", "{day} {month} {year}"),
    "dates.short": ("{day} {month}", "{day} {month}"),
    "dates.moment": ("{date} à {hour}", "{date} at {hour}"),
    "dates.moment_short": ("{date}, {hour}", "{date}, {hour}"),
    "dates.hour": ("{hour} h {minute}", "{hour:>02}:{minute}"),
}
