"""The menu; keys, sessions and what they may do."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {  # key: (French, English)
    "nav.menu": ("Pages", "Pages"),
    "nav.ask": ("Demander", "Ask"),
    "nav.library": ("Bibliothèque", "Library"),
    "nav.learning": ("Apprentissage", "Learning"),
    "nav.versions": ("Versions", "Releases"),
    "nav.monitoring": ("Suivi", "Monitoring"),
    "nav.remarks": ("Mes remarques", "My remarks"),
    "web.leave": ("Se déconnecter", "Sign out"),
    "http.role": (
        "Votre clé (rôle « {role} ») ne permet pas cela. "
        "Demandez-en une autre à qui administre le service : ragphoto key create.",
        "Your key (role “{role}”) does not allow that. "
        "Ask whoever administers the service for another: ragphoto key create.",
    ),
    "http.too_many_keys": (
        "Trop de clés fausses d’affilée : attendez une minute.",
        "Too many wrong keys in a row: wait a minute.",
    ),
    "http.too_fast": (
        "Trop de questions en une minute pour cette clé : attendez un peu (asks_per_minute).",
        "Too many questions in a minute for this key: wait a little (asks_per_minute).",
    ),
    "help.key": (
        "Les clés du service : une par personne ou par programme, avec un rôle.\n\n"
        "Sans clé, le service ne répond qu’à cette machine. Dès qu’une clé existe, tout le monde "
        "en a besoin.",
        "The keys of the service: one a person or program, with a role.\n\n"
        "Without a key the service answers this machine only. Once there is one, everybody needs "
        "one.",
    ),
    "help.key.create": (
        "Fait une clé et la montre une seule fois.",
        "Make a key and show it once.",
    ),
    "help.key.list": (
        "Les clés : nom, rôle, dernière fois.",
        "The keys: name, role, last use.",
    ),
    "help.key.revoke": (
        "Retire une clé, tout de suite.",
        "Take a key back, at once.",
    ),
    "help.key.forget": (
        "Oublie toutes les clés : le service est de nouveau ouvert à cette machine, et à elle "
        "seule.",
        "Forget every key: the service is open to this machine again, and to no other. "
        "Example: ragphoto key forget --yes",
    ),
    "opt.key.role": (
        "reader : demander et dire son avis ; editor : changer la collection, valider ; "
        "admin : mettre en service",
        "reader: ask and give an opinion; editor: change the collection, validate; "
        "admin: put in service",
    ),
    "opt.key.name": ("le nom de la personne ou du programme", "the name of the person or program"),
    "opt.key.yes": ("sans demander", "without asking"),
    "key.made": (
        "Clé de {name} ({role}). Elle n’est montrée qu’ici ; gardez-la :",
        "Key of {name} ({role}). It is shown here only; keep it:",
    ),
    "key.first": (
        "Le service demande maintenant une clé à tous.",
        "The service now asks everybody for a key.",
    ),
    "key.none": (
        "Aucune clé : le service ne répond qu’à cette machine. Pour en faire une : "
        "ragphoto key create NOM --role reader",
        "No key: the service answers this machine only. To make one: "
        "ragphoto key create NAME --role reader",
    ),
    "key.line": (
        "{id}  {role:6}  {name:20}  faite {made}  vue {used}  {state}",
        "{id}  {role:6}  {name:20}  made {made}  seen {used}  {state}",
    ),
    "key.never": ("jamais", "never"),
    "key.revoked": ("retirée", "revoked"),
    "key.gone": (
        "Clé {name} retirée ; les sessions ouvertes avec elle sont finies.",
        "Key {name} revoked; the sessions opened with it are over.",
    ),
    "key.unknown": (
        "Aucune clé en service n’a ce nom : {name}. Voir ragphoto key list",
        "No live key has that name: {name}. See ragphoto key list",
    ),
    "key.taken": (
        "« {name} » a déjà une clé. Retirez-la d’abord : ragphoto key revoke {name}",
        "'{name}' has a key already. Revoke it first: ragphoto key revoke {name}",
    ),
    "key.bad": (
        "Nom de clé refusé : « {name} ». Des lettres, chiffres, espaces, points, 64 au plus.",
        "Key name refused: '{name}'. Letters, digits, spaces, dots, 64 at most.",
    ),
    "key.confirm": (
        "Sans clé, qui est sur cette machine peut tout faire. Relancez avec --yes.",
        "Without keys, whoever is on this machine may do everything. Say it again with --yes.",
    ),
    "key.forgotten": ("{count} clés oubliées.", "{count} keys forgotten."),
}
