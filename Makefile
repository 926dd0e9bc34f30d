# Réplique. `make` alone lists what there is to do.
# Everything runs inside .venv, which the first target that needs it sets up.

PYTHON ?= $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11,\
	$(shell $(p) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(p))))
VENV := .venv
READY := $(VENV)/.ready
RUN := $(VENV)/bin
PYTEST ?= --numprocesses 2

.PHONY: help setup demo models test fast lint types audit docs pictures bench i18n lock clean
.DEFAULT_GOAL := help

help: ## List these targets
	@grep -hE '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9]+):.*## /  make \1\t/' | expand -t 16

setup: $(READY) ## Set up .venv from the hash-pinned lock (others do it by themselves)

demo: $(READY) ## Synthesise voices and a programme, search it, name the report
	$(RUN)/python demo/run.py

models: $(READY) ## Fetch the models that voices need into .models (35 MB; 92 MB travel)
	$(RUN)/python tools/models.py .models

test: $(READY) ## The whole test suite, on two cores
	$(RUN)/python -m pytest $(PYTEST)

fast: $(READY) ## The tests that failed last time, then the rest, stopping at the first failure
	$(RUN)/python -m pytest --failed-first --exitfirst $(PYTEST)

lint: $(READY) ## ruff, its formatter, and the direction of the arrows between packages
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/lint-imports

types: $(READY) ## mypy, strict
	$(RUN)/mypy

audit: $(READY) ## Ask for known vulnerabilities of what is pinned; says so where nobody answers
	$(RUN)/python tools/audit.py

docs: $(READY) ## Rewrite the parts of docs/ that are made from the program itself
	$(RUN)/python tools/reference.py
	$(RUN)/python tools/agreements.py
	PYTHONPATH=. $(RUN)/python tools/permissions.py

pictures: $(READY) ## Take the pictures of docs/guide anew, in a real browser
	REPLIQUE_GUIDE_PICTURES=yes $(RUN)/python -m pytest -q tests/journeys/test_desk_first_run.py

bench: $(READY) ## Measure every claim and write bench/README.md (long)
	$(RUN)/python bench/run.py

i18n: $(READY) ## Take the strings out of the source, update the catalogues, compile them
	$(RUN)/python tools/catalogues.py

lock: ## Resolve the dependencies anew into requirements.lock (needs uv)
	uv pip compile pyproject.toml --group dev --all-extras --quiet \
	  --python-version 3.11 --universal --generate-hashes --upgrade \
	  --no-emit-index-url --no-emit-find-links --no-header -o requirements.lock

clean: ## Remove .venv and everything that can be made again
	rm -rf $(VENV) build dist demo-out .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements.lock pyproject.toml
	@if [ -z "$(PYTHON)" ]; then \
	  echo "Réplique needs Python 3.11 or newer, and none was found."; \
	  echo "  Debian, Ubuntu:  sudo apt install python3 python3-venv"; \
	  echo "  macOS:           brew install python@3.12"; \
	  echo "  elsewhere:       make PYTHON=/path/to/python3.11"; exit 1; fi
	@if [ ! -x $(RUN)/python ] && ! $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null; then \
	  echo "This Python cannot make virtual environments: a part of it is missing."; \
	  echo "  Debian, Ubuntu:  sudo apt install python3-venv"; \
	  echo "Then run make again."; exit 1; fi
	@[ -x $(RUN)/python ] || { echo "Setting up $(VENV) with $(PYTHON) (once; about a minute)"; \
	  $(PYTHON) -m venv $(VENV); }
	@$(RUN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock || { \
	  echo; echo "The packages could not be installed. Is this computer online?"; \
	  echo "Nothing was lost: run make again."; exit 1; }
	@$(RUN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
