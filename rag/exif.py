"""What a photo says about itself: the camera's and the author's notes, as French text."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import Any


def photo_metadata(path: Path) -> str:
    """What the camera and the author wrote, as French lines; "" when they wrote nothing.

    Places (GPS) are left out: nobody asks a photographic library where a family lives.
    Source: EXIF 2.32 (CIPA DC-008), IPTC-IIM 4.2 records 2:5, 2:25, 2:80, 2:116, 2:120.
    """
    from rag.render import open_image

    with open_image(path, max_megapixels=10**6) as image:
        exif = image.getexif()
        shot = exif.get_ifd(0x8769)
        iptc = _iptc(image)
    camera = " ".join(dict.fromkeys(_clean(exif.get(tag)) for tag in (0x010F, 0x0110))).strip()
    lines = {
        "Titre": iptc.get((2, 5), "") or _utf16(exif.get(0x9C9B)),
        "Légende": iptc.get((2, 120), "") or _clean(exif.get(0x010E)),
        "Commentaire": _comment(shot.get(0x9286)) or _utf16(exif.get(0x9C9C)),
        "Mots-clés": iptc.get((2, 25), "") or _utf16(exif.get(0x9C9E)),
        "Auteur": iptc.get((2, 80), "") or _clean(exif.get(0x013B)),
        "Droits": iptc.get((2, 116), "") or _clean(exif.get(0x8298)),
        "Appareil": camera,
        "Objectif": _clean(shot.get(0xA434)),
        "Ouverture": _number(shot.get(0x829D), "f/{}"),
        "Vitesse": _speed(shot.get(0x829A)),
        "Sensibilité": _number(shot.get(0x8827), "ISO {}"),
        "Focale": _number(shot.get(0x920A), "{} mm"),
        "Focale équivalente 24 × 36": _number(shot.get(0xA405), "{} mm"),
        "Flash": _flash(shot.get(0x9209)),
        "Date": _date(shot.get(0x9003) or exif.get(0x0132)),
    }
    return "\n".join(f"{name} : {value}" for name, value in lines.items() if value)


def taken_by_camera(image: Any) -> bool:
    """True when EXIF names a camera and how or when it exposed (a scanner does not say)."""
    exif = image.getexif()
    shot = exif.get_ifd(0x8769)
    named = bool(_clean(exif.get(0x010F)) or _clean(exif.get(0x0110)))
    return named and any(shot.get(tag) for tag in (0x829A, 0x829D, 0x8827, 0x920A, 0x9003))


def _clean(value: Any) -> str:
    """One line of printable text; some cameras pad with NULs, some write UTF-8 as Latin-1."""
    if isinstance(value, bytes):
        value = value.decode("utf-8" if _is_utf8(value) else "cp1252", "replace")
    text = str(value or "").split("\0")[0]
    with contextlib.suppress(UnicodeError):
        text = text.encode("latin-1").decode("utf-8")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:2000]


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _utf16(value: Any) -> str:
    """Windows' XP fields."""
    return _clean(bytes(value).decode("utf-16-le", "replace")) if value else ""


def _comment(value: Any) -> str:
    """EXIF UserComment: eight bytes of encoding, then the text."""
    if not isinstance(value, bytes):
        return _clean(value)
    head, body = value[:8], value[8:]
    if head.startswith(b"UNICODE"):
        return _clean(body.decode("utf-16", "replace"))
    return _clean(body)


def _number(value: Any, form: str) -> str:
    """A decimal comma, at most one decimal: 2.8 → « f/2,8 », 50.0 → « 50 mm »."""
    if isinstance(value, (tuple, list)):
        value = value[0] if value else None
    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError):
        return ""
    if not 0 < number < 1e7:
        return ""
    return form.format(f"{number:.1f}".removesuffix(".0").replace(".", ","))


def _speed(value: Any) -> str:
    try:
        seconds = float(value)
    except (TypeError, ValueError, ZeroDivisionError):
        return ""
    if not 0 < seconds < 1e6:
        return ""
    return _number(seconds, "{} s") if seconds >= 0.3 else f"1/{round(1 / seconds)} s"


def _flash(value: Any) -> str:
    if not isinstance(value, int):
        return ""
    return "déclenché" if value & 1 else "non déclenché"


def _date(value: Any) -> str:
    """EXIF's ``2021:07:14 18:30:00`` as French people write it."""
    found = re.match(r"(\d{4}):(\d\d):(\d\d)(?: (\d\d):(\d\d))?", _clean(value))
    if not found or found[1] == "0000":
        return ""
    day = f"{found[3]}/{found[2]}/{found[1]}"
    return f"{day} {found[4]} h {found[5]}" if found[4] else day


def _iptc(image: Any) -> dict[tuple[int, int], str]:
    from PIL import IptcImagePlugin

    try:
        fields: dict[Any, Any] = IptcImagePlugin.getiptcinfo(image) or {}
    except (OSError, SyntaxError, ValueError, KeyError, IndexError):
        return {}
    return {
        key: ", ".join(_clean(v) for v in (value if isinstance(value, list) else [value]))
        for key, value in fields.items()
    }
