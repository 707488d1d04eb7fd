"""What is said of alerts and health."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {  # key: (French, English)
    "opt.health.deep": (
        "relire chaque octet de la version et de la base",
        "read every byte of the release and of the record",
    ),
    "help.alerts": (
        "Alertes : les voir, essayer les canaux, dire que l’on s’en occupe.",
        "Alerts: see them, try the channels, say that you take care of one.",
    ),
    "help.alerts.list": (
        "Les alertes en cours (--all : toutes, résolues comprises).",
        "The alerts that are on (--all: resolved ones too).",
    ),
    "help.alerts.test": (
        "Envoyer un essai à chaque canal de alert_channels (ragphoto.toml).",
        "Send a test to every channel of alert_channels (ragphoto.toml).",
    ),
    "help.alerts.ack": (
        "Dire que l’on s’en occupe : plus de rappel pour cette alerte.",
        "Say that you take care of it: no more reminders of that alert.",
    ),
    "help.alerts.check": (
        "Évaluer les règles maintenant et envoyer ce qui attend.",
        "Evaluate the rules now and send what waits.",
    ),
    "help.alerts.rules": ("Les règles en vigueur.", "The rules in force."),
    "opt.alerts.all": ("aussi les alertes résolues", "resolved ones too"),
    "opt.alerts.id": ("le numéro de l’alerte", "the number of the alert"),
    "alerts.none": ("Aucune alerte en cours.", "No alert is on."),
    "alerts.line": ("{id}  {since}  {severity}  {what}", "{id}  {since}  {severity}  {what}"),
    "alerts.acked": ("    prise en charge par {who}", "    taken care of by {who}"),
    "alerts.resolved": ("    résolue le {at}", "    resolved on {at}"),
    "alerts.severity.warning": ("attention", "warning "),
    "alerts.severity.critical": ("critique ", "critical"),
    "alerts.ack.done": ("Alerte {id} prise en charge.", "Alert {id} is taken care of."),
    "alerts.ack.unknown": (
        "Aucune alerte en cours n’a le numéro {id}. Tapez : ragphoto alerts list",
        "No alert that is on has the number {id}. Run: ragphoto alerts list",
    ),
    "alerts.no_channel": (
        "Aucun canal n’est réglé. Écrivez dans ragphoto.toml, par exemple : "
        'alert_channels = ["mailto://moi:motdepasse@exemple.fr"] '
        "(adresses d’Apprise : mail, Slack, Discord, Telegram, webhook…)",
        "No channel is set. Write in ragphoto.toml, for instance: "
        'alert_channels = ["mailto://me:password@example.org"] '
        "(Apprise addresses: mail, Slack, Discord, Telegram, webhook…)",
    ),
    "alerts.channel.good": ("✓ {channel}", "✓ {channel}"),
    "alerts.channel.bad": ("✗ {channel} : {error}", "✗ {channel}: {error}"),
    "alerts.checked": (
        "{events} changements ; {sent} avis envoyés, {waiting} en attente.",
        "{events} changes; {sent} notices sent, {waiting} waiting.",
    ),
    "doctor.extra": (
        "absent, et facultatif : pip install 'rag-photographie[{extra}]'",
        "missing, and optional: pip install 'rag-photographie[{extra}]'",
    ),
    "doctor.timezone": (
        '{zone} n’est pas un fuseau connu ; mettez par exemple timezone = "Europe/Paris"',
        '{zone} is no known zone; set for instance timezone = "Europe/Paris"',
    ),
    "doctor.schedule": (
        "aucune nuit n’est planifiée : ragphoto schedule --help",
        "no night is scheduled: ragphoto schedule --help",
    ),
    "doctor.channels": (
        "{count} canaux : ragphoto alerts test",
        "{count} channels: ragphoto alerts test",
    ),
    "doctor.no_channel": (
        "aucun canal : les alertes ne se voient que par ragphoto alerts list",
        "no channel: alerts are only seen by ragphoto alerts list",
    ),
    "doctor.sqlite": (
        "SQLite {version} ; il faut au moins 3.35 : prenez un Python plus récent",
        "SQLite {version}; want 3.35 at least: take a newer Python",
    ),
    "doctor.prefect": (
        "PREFECT_API_URL = {url} ne répond pas : prefect server start, ou unset PREFECT_API_URL",
        "PREFECT_API_URL = {url} does not answer: prefect server start, or unset PREFECT_API_URL",
    ),
    "doctor.clock": (
        "l’horloge dit {now}, avant que ce programme existe : réglez-la (timedatectl set-ntp true)",
        "the clock says {now}, before this program was made: set it (timedatectl set-ntp true)",
    ),
    "doctor.terminal": (
        "le terminal parle {encoding}, les accents s’y perdent : export PYTHONUTF8=1",
        "the terminal speaks {encoding}, accents are lost: export PYTHONUTF8=1",
    ),
    "doctor.memory": ("{free} Mo disponibles", "{free} MB available"),
    "doctor.memory_low": (
        "{free} Mo disponibles ; réduisez workers dans ragphoto.toml, par exemple workers = 1",
        "{free} MB available; lower workers in ragphoto.toml, for instance workers = 1",
    ),
    "doctor.local_disk": ("disque local", "local disk"),
    "doctor.network_disk": (
        "la collection est sur un disque réseau ({kind}) où SQLite peut s’abîmer ; "
        "mettez-la sur un disque local : --home DOSSIER",
        "the collection is on a network disk ({kind}), where SQLite may be damaged; "
        "put it on a local disk: --home FOLDER",
    ),
    "doctor.disk": ("{free} Mo libres", "{free} MB free"),
    "alerts.rule": (
        "{name:<20} {sign} {threshold:<8} {severity}",
        "{name:<20} {sign} {threshold:<8} {severity}",
    ),
}
