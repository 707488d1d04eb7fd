"""The reasons of a verdict in words, French and English; an unknown code is shown as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlops.gate.rules import Reason

PROMOTE = "ragphoto release promote"
FR = {
    "check": "{words}",
    "harm": "perte démontrée de {metric}{where} : {before} → {after} sur {questions} questions "
    "(dont {changed} changent ; p = {p_harm})",
    "not_shown_as_good": "{metric} : {before} → {after} sur {questions} questions ; une perte de "
    "plus de {margin} n'est pas exclue (borne : {bound}, perte décelable : "
    "{detectable})",
    "method_unmeasured": "la méthode a changé et rien ne la mesure (pas de questions de "
    "référence) : après essai, tapez « " + PROMOTE + " »",
    "champion_unmeasured": "le programme a changé, et les résultats de la version en service sous "
    "l'ancien programme ne sont pas connus : après essai, tapez « " + PROMOTE + " »",
    "questions_missing": "{count} questions sans mesure de {metric} : ce qui manque refuse",
    "failure_back": "{count} erreurs corrigées reviendraient (la première : {feedback})",
    "fewer_questions": "{now} questions de référence au lieu de {before} : si c'est voulu, tapez « "
    + PROMOTE + " »",
    "not_a_number": "{metric} n'est pas un nombre",
    "threshold_moved": "le seuil « {name} » est passé de {before} à {after} : le classement n'a "
    "pas changé, les réponses si",
    "slower": "réponses plus lentes : p95 {before} s → {after} s (budget : × {budget})",
    "pages_lost": "{value} des pages qui répondaient sont perdues (permis : {wanted})",
    "analyser": "les passages ne sont pas indexés par leurs mots : {value} des termes retrouvés "
    "(attendu ≥ {wanted}) ; l'analyse a changé ou est cassée",
    "vectors_of_another_model": "les vecteurs ne sont pas de ce modèle : cosinus {value} "
    "(attendu ≥ {wanted})",
    "index_shuffled": "les vecteurs sont d'autres passages (ordre mêlé) : cosinus {value} "
    "(attendu ≥ {wanted})",
    "embedder": "le modèle des vecteurs n'est pas celui des réglages",
    "gain": "gain démontré de {metric}{where} : {before} → {after} (p = {p_gain})",
    "equality_not_proved": "{metric}{where} : {before} → {after} ; égalité non prouvée, une perte "
    "de {detectable} aurait été vue quatre fois sur cinq",
    "unmeasured": "qualité non mesurée : pas de questions de référence",
    "measured_by_this_program": "version en service mesurée par le programme d'aujourd'hui",
}  # fmt: skip
EN = {
    "check": "{words}",
    "harm": "{metric}{where} shown to be worse: {before} → {after} on {questions} questions "
    "({changed} of them changed; p = {p_harm})",
    "not_shown_as_good": "{metric}: {before} → {after} on {questions} questions; a loss "
    "above {margin} is not ruled out (bound {bound}, detectable loss {detectable})",
    "method_unmeasured": "the method changed and nothing measures it (no golden questions): try "
    "it, then type: " + PROMOTE,
    "champion_unmeasured": "the program changed, and what the release in service got under the old "
    "one is not known: try it, then type: " + PROMOTE,
    "questions_missing": "{count} questions without {metric}: what is missing refuses",
    "failure_back": "{count} failures that were corrected would come back (the first: {feedback})",
    "fewer_questions": "{now} golden questions instead of {before}: if that is meant, type: "
    + PROMOTE,
    "not_a_number": "{metric} is not a number",
    "threshold_moved": "the threshold '{name}' went from {before} to {after}: the ranking did not "
    "change, the answers did",
    "slower": "answers are slower: p95 {before} s → {after} s (budget × {budget})",
    "pages_lost": "{value} of the pages that answered are lost (allowed {wanted})",
    "analyser": "passages are not indexed by their words: {value} of their terms found "
    "(wanted ≥ {wanted}); the analysis changed or is broken",
    "vectors_of_another_model": "the vectors are not of this model: cosine {value} "
    "(wanted ≥ {wanted})",
    "index_shuffled": "the vectors are of other passages (shuffled): cosine {value} "
    "(wanted ≥ {wanted})",
    "embedder": "the model of the vectors is not the one that is set",
    "gain": "gain shown in {metric}{where}: {before} → {after} (p = {p_gain})",
    "equality_not_proved": "{metric}{where}: {before} → {after}; equality not proved, a loss of "
    "{detectable} would have been seen four times in five",
    "unmeasured": "quality not measured: no golden questions",
    "measured_by_this_program": "the release in service was measured by today's program",
}  # fmt: skip
METRICS_FR = {"kept": "questions répondues", "refused": "refus justes"}
METRICS_EN = {"kept": "questions answered", "refused": "right refusals"}


def words(reason: Reason | Mapping[str, Any], language: str = "fr") -> str:
    """One reason as a sentence without its full stop.

    Args:
        reason: a reason, or one as the record keeps it (``code`` among its figures).
        language: "fr" or "en".
    """
    kept = {"code": reason.code, **reason.figures} if isinstance(reason, Reason) else dict(reason)
    english = language == "en"
    template = (EN if english else FR).get(kept["code"])
    if template is None:
        return str(kept["code"])
    metrics = METRICS_EN if english else METRICS_FR
    shown = {name: _shown(value, english) for name, value in kept.items()}
    if "metric" in kept:
        shown["metric"] = metrics.get(kept["metric"], kept["metric"])
    shown["where"] = f" ({kept['where']})" if kept.get("where") else ""
    return template.format_map(_Known(shown))


class _Known(dict[str, str]):
    """A figure that is not there is shown as such."""

    def __missing__(self, name: str) -> str:
        return "?"


def _shown(value: object, english: bool) -> str:
    if value is None:
        return "?"
    if isinstance(value, float):
        text = f"{value:.3g}"
        return text if english else text.replace(".", ",")
    return str(value)
