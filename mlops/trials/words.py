"""What a trial found, in words."""

from __future__ import annotations

from typing import Any

from mlops.trials.rules import Said

WORDS = {  # code → French, English
    "in_service": ("la version à l'essai est déjà en service", "the release already answers"),
    "champion_changed": (
        "la version en service a changé pendant l'essai",
        "the release in service changed during the trial",
    ),
    "folder_gone": ("le dossier de la version a disparu", "the folder of the release is gone"),
    "stopped": ("essai arrêté {reason}", "trial stopped {reason}"),
    "cannot_open": (
        "la version à l'essai ne s'ouvre pas : {reason}",
        "the release on trial does not open: {reason}",
    ),
    "ratings_lower": (
        "les notes baissent de {loss} étoile ({n} notes, p = {p})",
        "ratings are {loss} star lower ({n} ratings, p = {p})",
    ),
    "abstains_more": (
        "les abstentions montent de {more} ({n} questions, p = {p})",
        "abstentions rise by {more} ({n} questions, p = {p})",
    ),
    "fails_more": (
        "les échecs montent de {more} ({n} questions)",
        "failures rise by {more} ({n} questions)",
    ),
    "slower": (
        "95 % des réponses en {after} s au lieu de {before} s",
        "95 % of answers within {after} s instead of {before} s",
    ),
    "no_harm_shown": (
        "aucune baisse des notes montrée ({n} notes par bras, {wanted} suffisent pour voir "
        "{harm} étoile)",
        "no fall of ratings shown ({n} ratings per arm; {wanted} are enough to see {harm} star)",
    ),
    "too_few_ratings": (
        "rien contre elle, sur peu : {n} notes par bras, il en faut environ {wanted} pour voir une "
        "baisse de {harm} étoile ; le contrôle avant service fait foi",
        "nothing against it, on little: {n} ratings per arm, about {wanted} are needed to see a "
        "fall of {harm} star; the gate's word holds",
    ),
    "differences": (
        "{questions} questions en silence : même issue {same_outcome}, même première page "
        "{same_first}, recouvrement des pages {overlap}",
        "{questions} questions in silence: same outcome {same_outcome}, same first page "
        "{same_first}, overlap of pages {overlap}",
    ),
    "too_few_questions": (
        "rien contre elle, sur peu : {questions} questions en silence ; le contrôle avant service "
        "fait foi",
        "nothing against it, on little: {questions} questions in silence; the gate's word holds",
    ),
    "ratings_fell": (
        "les notes ont baissé de {loss} étoile depuis la mise en service ({n} notes, p = {p})",
        "ratings fell by {loss} star since the promotion ({n} ratings, p = {p})",
    ),
}
SHARES = frozenset({"more", "same_outcome", "same_first", "overlap"})


def words(said: Said, language: str = "fr") -> str:
    """One finding as a sentence of that language."""
    text = WORDS[said.code][1 if language == "en" else 0]
    shown = {name: _shown(name, value, language) for name, value in said.figures.items()}
    return text.format_map({"reason": "", **shown}).strip()


def _shown(name: str, value: Any, language: str) -> str:
    if value is None:
        return "–"
    if name in SHARES:
        text = f"{100 * value:.0f} %" if language == "fr" else f"{100 * value:.0f}%"
    elif name == "p":
        text = "< 0.001" if value < 0.001 else f"{value:.3f}"
    else:
        text = f"{value:.2f}" if isinstance(value, float) else str(value)
    return text.replace(".", ",") if language == "fr" and isinstance(value, float) else text
