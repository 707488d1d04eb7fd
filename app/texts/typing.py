"""What Typer says of itself, in French: headings of its help, and what is wrong with a command.

Typer writes these in English, with no place for another language. Each pattern is its words; the
column of options keeps its width, so that the descriptions stay aligned.
"""

from __future__ import annotations

HELP: tuple[tuple[str, str], ...] = (  # (pattern of a help page, French)
    (r"^Usage: ", "Usage : "),
    (r"COMMAND \[ARGS\]\.\.\.", "COMMANDE [ARGUMENTS]…"),
    (r"^Options:$", "Options :"),
    (r"^Commands:$", "Commandes :"),
    (r"^Arguments:$", "Arguments :"),
    (r"\[required\]", "[obligatoire]"),
    (r"\[default: ", "[par défaut : "),
    (r"Show\s+this\s+message\s+and\s+exit\.", "Afficher cette aide."),
    (
        r"Install\s+completion\s+for\s+the\s+current\s+shell\.",
        "Installer la complétion dans ce terminal.",
    ),
    (
        r"Show\s+completion\s+for\s+the\s+current\s+shell,\s+to\s+copy\s+it\s+or\s+"
        r"customize\s+the\s+installation\.",
        "Afficher la complétion, pour l’adapter.",
    ),
    (r"<str>", "<mot>"),
    (r"<int>", "<nb> "),
    (r"<float>", "<nb>   "),
    (r"<int range>", "<nb>       "),
    (r"<float range>", "<nb>         "),
    (r"<list\[str\]>", "<mot>…     "),
)
ERRORS: tuple[tuple[str, str], ...] = (  # (pattern of what is wrong, French)
    (r"^No such command '(.+?)'\.", "commande inconnue : « {0} »."),
    (r" ?Did you mean (.+)\?$", " Vouliez-vous dire {0} ?"),
    (r"^No such option: (\S+)", "option inconnue : {0}"),
    (r"\(Possible options: (.+)\)$", "(options possibles : {0})"),
    (r"^Missing argument '(.+?)'\.", "il manque « {0} »."),
    (r"^Missing option '(.+?)'\.", "il manque l’option {0}."),
    (r"^Missing command\.", "il manque une commande."),
    (r"^Option '(.+?)' requires an argument\.", "l’option {0} attend une valeur."),
    (r"^Got unexpected extra arguments? \((.+)\)", "en trop : {0}"),
    (r"^Invalid value for '(.+?)': ", "valeur impossible pour {0} : "),
    (r"'(.*?)' is not a valid (?:int|integer|float|float range|integer range|int range)\.",
     "« {0} » n’est pas un nombre."),
    (r"Value error, ", ""),
    (r"Input should be a valid integer.*", "il faut un nombre entier."),
    (r"Input should be a valid number.*", "il faut un nombre."),
    (r"Input should be greater than or equal to (\S+)", "au moins {0}."),
    (r"Input should be greater than (\S+)", "plus de {0}."),
    (r"Input should be less than or equal to (\S+)", "au plus {0}."),
    (r"Input should be less than (\S+)", "moins de {0}."),
    (r"(\S+) is not in the range (.+)\.", "{0} n’est pas dans l’intervalle {1}."),
    (r"'(.*?)' is not one of (.+)\.", "« {0} » n’est pas l’un de {1}."),
    (r"(?:File|Path|Directory) '(.+?)' does not exist\.", "« {0} » n’existe pas."),
)  # fmt: skip
TEXTS: dict[str, tuple[str, str]] = {  # key: (French, English)
    "typing.error": ("Erreur : {message}", "Error: {message}"),
    "typing.help": ("Aide : {command} {option}", "Help: {command} {option}"),
}
