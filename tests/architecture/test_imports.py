"""Who may import whom, that importing does nothing, and that no name hides another."""

from __future__ import annotations

import ast
import graphlib
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("rag", "mlops", "app")
BELOW = {"rag": {"rag"}, "mlops": {"rag", "mlops"}, "app": {"rag", "mlops", "app"}}
LEAVES = ("ocr", "correct", "embed", "index", "question", "answer", "retrieve", "measure")
# What every leaf may know: the nouns, the errors, the language; and how to write a record down.
LEAF_MAY_IMPORT = ("rag.records", "rag.errors", "rag.french", "rag.codec", "rag.progress")
HEAVY = {
    "prefect",
    "fastapi",
    "sqlalchemy",
    "alembic",
    "onnxruntime",
    "rapidocr",
    "cv2",
    "kreuzberg",
}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {
    module_name(path): path
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
    if "versions" not in path.parts
}


def imported(node: ast.AST, name: str) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
        for alias in node.names:
            inner = f"{node.module}.{alias.name}"
            yield inner if inner in MODULES else node.module
    elif isinstance(node, ast.ImportFrom) and node.level:
        raise AssertionError(f"{name}: relative import; want the full name")


def imports(name: str) -> set[str]:
    """Modules that ``name`` imports, those under TYPE_CHECKING left out."""
    tree = ast.parse(MODULES[name].read_text("utf-8"))
    skipped = {
        id(child)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for child in ast.walk(node)
    }
    return {found for n in ast.walk(tree) if id(n) not in skipped for found in imported(n, name)}


@pytest.mark.parametrize("name", MODULES)
def test_packages_depend_downwards_only(name: str) -> None:
    ours = {found.split(".")[0] for found in imports(name)} & set(PACKAGES)
    assert ours <= BELOW[name.split(".")[0]]


@pytest.mark.parametrize(
    "name", [n for n in MODULES if n.split(".")[1:2] and n.split(".")[1] in LEAVES]
)
def test_leaves_know_only_nouns_errors_and_french(name: str) -> None:
    own = ".".join(name.split(".")[:2])
    for found in imports(name):
        if found.startswith("rag"):
            assert found.startswith((own, *LEAF_MAY_IMPORT)), f"{name} imports {found}"


def test_no_import_cycle() -> None:
    graph = {name: {i for i in imports(name) if i in MODULES and i != name} for name in MODULES}
    graphlib.TopologicalSorter(graph).prepare()  # raises CycleError, which names the cycle


def test_no_name_hides_a_standard_or_installed_module() -> None:
    """`python mlops/pipeline.py` puts mlops/ first on the path: a module there would win."""
    taken = set(sys.stdlib_module_names) | {
        top for top, owners in packages_distributions().items() if "rag-photographie" not in owners
    }
    names = set(PACKAGES) | {p.stem for p in (ROOT / "mlops").glob("*.py")}
    names |= {p.name for p in (ROOT / "mlops").iterdir() if p.is_dir()} - {"__pycache__"}
    assert not {name for name in names - {"__init__"} if name in taken}


@pytest.mark.parametrize("entry", ["rag.engine", "rag.ocr.engine", "rag.embed.embedder", "app.cli"])
def test_heavy_libraries_are_loaded_only_where_they_are_used(entry: str) -> None:
    """A cold `ragphoto ask` pays for what it uses: no OCR, no web framework, no orchestrator."""
    code = f"import sys, {entry}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {name.split(".")[0] for name in done.stdout.split()} & HEAVY


IMPORT_ALL = """
import importlib, logging, os, sys, threading
from pathlib import Path
before = set(Path.cwd().rglob("*")), dict(os.environ), list(sys.path), threading.active_count()
for name in sys.argv[1:]:
    importlib.import_module(name)
after = set(Path.cwd().rglob("*")), dict(os.environ), list(sys.path), threading.active_count()
assert before[0] == after[0], f"files made: {after[0] - before[0]}"
assert before[2] == after[2], "sys.path changed"
assert before[3] == after[3], "a thread was started"
ours = {k: v for k, v in after[1].items() if before[1].get(k) != v}
threads = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")  # rag/cores.py
mine = (*threads, "PREFECT", "DO_NOT_TRACK", "ORT_", "KMP", "OMP", "LD_LIBRARY_PATH")  # cv2's
assert all(k.startswith(mine) for k in ours), ours
assert not any(isinstance(h, logging.FileHandler) for h in logging.getLogger().handlers)
"""


@pytest.mark.slow
def test_importing_everything_has_no_effect(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, *MODULES],
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "HOME": str(tmp_path / "none"),
            "RAG_HOME": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_files_are_short_enough_to_read() -> None:
    long = {n: len(p.read_text("utf-8").splitlines()) for n, p in MODULES.items()}
    assert not {n: count for n, count in long.items() if count > 400}


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = project["dependency-groups"]
    wanted = {
        "requirements.lock": project["project"]["dependencies"] + groups["build"],
        "requirements-dev.lock": groups["dev"],
        "requirements-full.lock": groups["full"],
    }
    for lock, requirements in wanted.items():
        locked = set(re.findall(r"^([\w.-]+)==", (ROOT / lock).read_text("utf-8"), re.M))
        for requirement in requirements:
            name = re.match(r"[\w.-]+", requirement)
            assert name and name[0].lower() in locked, f"{requirement} is not in {lock}: make lock"
