"""What each command's help shows at its end: lines that can be typed as they are."""

from __future__ import annotations


def _same(*lines: str) -> tuple[str, str]:
    """Commands that read the same in both languages."""
    return "\n".join(lines), "\n".join(lines)


EXAMPLES: dict[str, tuple[str, str]] = {  # "command" or "command subcommand": (French, English)
    "ingest": _same("ragphoto ingest", "ragphoto ingest --home ~/photos --json"),
    "ask": (
        'ragphoto ask "Qu’est-ce que le collodion ?"\n'
        'ragphoto ask "Et à contre-jour ?" --after 3f2a9c\n'
        'ragphoto ask "Quel révélateur ?" --year 1870-1899 --json',
        'ragphoto ask "What is collodion?"\n'
        'ragphoto ask "And against the light?" --after 3f2a9c\n'
        'ragphoto ask "Which developer?" --year 1870-1899 --json',
    ),
    "search": (
        'ragphoto search "bain de fixage" --k 5\n'
        "ragphoto search --batch questions.jsonl > pages.jsonl",
        'ragphoto search "fixing bath" --k 5\n'
        "ragphoto search --batch questions.jsonl > pages.jsonl",
    ),
    "chat": (
        "ragphoto chat\n"
        'echo "Qu’est-ce que le collodion ?" | ragphoto chat\n'
        "ragphoto chat --json < questions.txt",
        "ragphoto chat\n"
        'echo "What is collodion?" | ragphoto chat --lang en\n'
        "ragphoto chat --json < questions.txt",
    ),
    "serve": _same(
        "ragphoto serve", "ragphoto serve --port 8080", "ragphoto serve --host 192.168.1.10"
    ),
    "mcp": _same(
        "ragphoto mcp",
        "ragphoto mcp --http --port 8765",
        "ragphoto mcp --pages-at http://127.0.0.1:8000",
    ),
    "demo": (
        "ragphoto demo\nragphoto demo --yes --keep essai\nragphoto demo --json",
        "ragphoto demo\nragphoto demo --yes --keep trial\nragphoto demo --json",
    ),
    "key": _same(
        "ragphoto key create Ada --role editor", "ragphoto key list", "ragphoto key revoke Ada"
    ),
    "key create": _same("ragphoto key create Ada --role editor"),
    "key list": _same("ragphoto key list --json"),
    "key revoke": _same("ragphoto key revoke Ada"),
    "key forget": _same("ragphoto key forget --yes"),
    "feedback": (
        "ragphoto feedback --answer 3f2a9c --rating 1 --page livre.pdf:12\n"
        "ragphoto feedback list --state not_corrected\n"
        "ragphoto feedback review 5c91 --validate",
        "ragphoto feedback --answer 3f2a9c --rating 1 --page book.pdf:12\n"
        "ragphoto feedback list --state not_corrected\n"
        "ragphoto feedback review 5c91 --validate",
    ),
    "feedback list": _same("ragphoto feedback list --rating-max 2 --since 2026-01-01"),
    "feedback show": _same("ragphoto feedback show 5c91"),
    "feedback import": _same("ragphoto feedback import feedback.jsonl"),
    "feedback export": _same("ragphoto feedback export --out feedback.jsonl"),
    "feedback withdraw": _same("ragphoto feedback withdraw 5c91"),
    "feedback word": (
        'ragphoto feedback word livre.pdf:2 3-4 "hyposulfite"',
        'ragphoto feedback word book.pdf:2 3-4 "hyposulphite"',
    ),
    "feedback review": (
        "ragphoto feedback review\n"
        'ragphoto feedback review 5c91 --refuse --note "la page ne le dit pas"',
        "ragphoto feedback review\n"
        'ragphoto feedback review 5c91 --refuse --note "the page does not say it"',
    ),
    "feedback person": _same(
        "ragphoto feedback person user:Ada", "ragphoto feedback person user:Ada --erase"
    ),
    "diagnose": _same("ragphoto diagnose", "ragphoto diagnose 5c91 --json"),
    "retrain": _same("ragphoto retrain --dry-run", "ragphoto retrain"),
    "explain": _same("ragphoto explain 3f2a9c", "ragphoto explain 3f2a9c --json"),
    "ocr": (
        "ragphoto ocr livre.pdf --pages 17,34,57-60\nragphoto ocr page.jpg --out textes",
        "ragphoto ocr book.pdf --pages 17,34,57-60\nragphoto ocr page.jpg --out texts",
    ),
    "golden": _same("ragphoto golden list", "ragphoto golden check"),
    "golden add": (
        'ragphoto golden add "Quel bain de fixage ?" --page livre.pdf:12\n'
        'ragphoto golden add "Prix d’un Leica ?" --unanswerable',
        'ragphoto golden add "Which fixing bath?" --page book.pdf:12\n'
        'ragphoto golden add "Price of a Leica?" --unanswerable',
    ),
    "golden list": _same("ragphoto golden list --unanswerable"),
    "golden check": _same("ragphoto golden check golden.jsonl"),
    "golden remove": _same("ragphoto golden remove s12"),
    "eval": _same("ragphoto eval run", "ragphoto eval ocr truth read"),
    "eval run": _same(
        "ragphoto eval run --out report", "ragphoto eval run --against previous --json"
    ),
    "eval ocr": _same("ragphoto eval ocr truth read --json"),
    "eval retrieval": _same("ragphoto eval retrieval golden.jsonl hits.jsonl"),
    "eval answers": _same("ragphoto eval answers golden.jsonl --json"),
    "stats": _same("ragphoto stats --days 30", "ragphoto stats --json"),
    "health": _same("ragphoto health", "ragphoto health --deep --json"),
    "release": _same("ragphoto release list", "ragphoto release rollback"),
    "release list": _same("ragphoto release list --json"),
    "release show": _same("ragphoto release show", "ragphoto release show previous"),
    "release diff": _same("ragphoto release diff previous"),
    "release promote": (
        'ragphoto release promote 4be1 --why "essayée sur deux livres"',
        'ragphoto release promote 4be1 --why "tried on two books"',
    ),
    "release rollback": (
        'ragphoto release rollback --why "réponses plus lentes"',
        'ragphoto release rollback --why "slower answers"',
    ),
    "release clean": _same("ragphoto release clean"),
    "trial": _same("ragphoto trial start 4be1 --share 0.1", "ragphoto trial status"),
    "trial start": _same("ragphoto trial start 4be1 --kind shadow --hours 24"),
    "trial status": _same("ragphoto trial status --json"),
    "trial decide": _same("ragphoto trial decide"),
    "trial stop": (
        'ragphoto trial stop --why "trop peu de lecteurs"',
        'ragphoto trial stop --why "too few readers"',
    ),
    "night": _same("ragphoto night", "ragphoto night --status"),
    "watch": _same("ragphoto watch", "ragphoto watch --once"),
    "schedule": _same("ragphoto schedule cron --install", "ragphoto schedule status"),
    "schedule status": _same("ragphoto schedule status --json"),
    **{
        f"schedule {place}": _same(
            f"ragphoto schedule {place}", f"ragphoto schedule {place} --install --at 02:30"
        )
        for place in ("cron", "systemd", "launchd", "windows", "prefect")
    },
    "drift": _same("ragphoto drift", "ragphoto drift --days 14 --reference 60 --json"),
    "alerts": _same("ragphoto alerts list", "ragphoto alerts ack 3"),
    "alerts list": _same("ragphoto alerts list --all"),
    "alerts check": _same("ragphoto alerts check"),
    "alerts ack": _same("ragphoto alerts ack 3"),
    "alerts test": _same("ragphoto alerts test"),
    "alerts rules": _same("ragphoto alerts rules --json"),
    "backup": _same("ragphoto backup", "ragphoto backup /media/disk", "ragphoto backup --list"),
    "restore": _same("ragphoto restore storage/backups/ragphoto-20260301.zip --yes"),
    "delete": (
        "ragphoto delete livre.pdf\nragphoto delete --undo livre.pdf",
        "ragphoto delete book.pdf\nragphoto delete --undo book.pdf",
    ),
    "verify": _same("ragphoto verify", "ragphoto verify --json"),
    "doctor": _same("ragphoto doctor", "ragphoto doctor --json"),
}
