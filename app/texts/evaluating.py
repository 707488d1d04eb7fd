"""What ``ragphoto eval run`` says."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {  # key: (French, English)
    "help.eval.run": (
        "Poser des questions de référence à une version, et tout mesurer avec ses intervalles.",
        "Ask golden questions of a release, and measure everything with its intervals.",
    ),
    "opt.eval.files": (
        "Fichiers de questions (par défaut, celles de la collection).",
        "Files of questions (by default, the collection’s).",
    ),
    "opt.eval.release": (
        "Version à mesurer (par défaut, celle en service).",
        "Release to measure (by default, the one in service).",
    ),
    "opt.eval.against": (
        "Autre version, comparée question par question.",
        "Another release, compared question by question.",
    ),
    "opt.eval.where": (
        "Seulement ces questions, « champ=valeur » (kind, lang, collection) ; à répéter.",
        "Only these questions, “field=value” (kind, lang, collection); may be repeated.",
    ),
    "opt.eval.out": (
        "Dossier où écrire report.md, summary.json et questions.jsonl.",
        "Folder for report.md, summary.json and questions.jsonl.",
    ),
    "opt.eval.markdown": ("Tableaux en Markdown.", "Tables in Markdown."),
    "opt.eval.judge": (
        "Ajouter l’avis du modèle configuré, à part : il ne décide de rien.",
        "Add the opinion of the configured model, apart: it decides nothing.",
    ),
    "stage.evaluation": ("Évaluation", "Evaluation"),
    "eval.no_golden": (
        "Cette collection n’a pas de questions de référence. En écrire : {command}",
        "This collection has no golden questions. Write some: {command}",
    ),
    "eval.no_question": (
        "Aucune question à poser : {left_out} laissées de côté (document absent ou filtre).",
        "No question to ask: {left_out} left out (document not there, or filter).",
    ),
    "eval.left_out": (
        "{left_out} questions laissées de côté : document absent de la version, ou filtre.",
        "{left_out} questions left out: document not in the release, or filter.",
    ),
    "eval.bad_where": (
        "« {given} » n’est pas « champ=valeur » avec un champ parmi kind, lang, collection.",
        "“{given}” is not “field=value” with a field among kind, lang, collection.",
    ),
    "eval.twice": (
        "Deux questions ont l’identifiant {id} : les renommer, ou mesurer les fichiers à part.",
        "Two questions have the id {id}: rename them, or measure the files apart.",
    ),
    "eval.no_release": (
        "Pas de version « {given} ». Voir : ragphoto release list",
        "No release “{given}”. See: ragphoto release list",
    ),
    "error.no_writer": (
        "Aucun modèle n’est réglé pour juger : mettre writer_url et writer_model dans "
        "ragphoto.toml.",
        "No model is set to judge: put writer_url and writer_model in ragphoto.toml.",
    ),
    "eval.took": (
        "{count} questions, {p50} ms (p50), {p95} ms (p95) chacune.",
        "{count} questions, {p50} ms (p50), {p95} ms (p95) each.",
    ),
    "eval.written": ("Écrit dans {path}.", "Written to {path}."),
    "eval.title": (
        "Version {release} : {questions} questions "
        "({answerable} avec réponse, {unanswerable} sans)",
        "Release {release}: {questions} questions ({answerable} answerable, {unanswerable} not)",
    ),
    "eval.group.retrieval": ("Recherche", "Retrieval"),
    "eval.group.abstention": ("Refus", "Abstention"),
    "eval.group.answers": ("Réponses", "Answers"),
    "eval.group.citations": ("Citations", "Citations"),
    "eval.col.measure": ("mesure", "measure"),
    "eval.col.mean": ("moyenne", "mean"),
    "eval.col.interval": ("intervalle 95 %", "95 % interval"),
    "eval.col.n": ("n", "n"),
    "eval.col.part": ("part", "part"),
    "eval.col.coverage": ("répondues", "answered"),
    "eval.col.risk": ("fausses", "wrong"),
    "eval.col.score": ("seuil", "threshold"),
    "eval.col.before": ("avant", "before"),
    "eval.col.after": ("après", "after"),
    "eval.col.gain": ("gain", "gain"),
    "eval.col.detectable": ("décelable", "detectable"),
    "eval.curve": (
        "Risque et couverture : en répondant d’abord aux plus sûres",
        "Risk and coverage: answering the surest first",
    ),
    "eval.slice.kind": ("Par genre", "By kind"),
    "eval.slice.language": ("Par langue de la question", "By language of the question"),
    "eval.slice.source": ("Par source de la page", "By source of the page"),
    "eval.slice.century": ("Par siècle du document", "By century of the document"),
    "eval.slice.confidence": ("Par confiance de lecture", "By reading confidence"),
    "eval.compared": (
        "Comparaison : {after} contre {before}, question par question",
        "Comparison: {after} against {before}, question by question",
    ),
    "eval.detectable": (
        "« décelable » : le plus petit gain que ces questions montreraient quatre fois sur cinq ; "
        "* : l’intervalle exclut zéro.",
        "“detectable”: the least gain these questions would show four times in five; "
        "*: the interval leaves zero out.",
    ),
    "eval.legend": (
        "± : demi-intervalle à 95 % ; - : non mesuré.",
        "±: half of the 95 % interval; -: not measured.",
    ),
}
