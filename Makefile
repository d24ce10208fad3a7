# Everything one does with Recoup. `make` alone lists it.
.DEFAULT_GOAL := help
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
FLASK := $(BIN)/flask --app wsgi
CASES ?= 20000
export PYTHONDONTWRITEBYTECODE = 1

.PHONY: help setup demo demo-reset run work migrate test check lint types contracts bench translations wheelhouse clean

help: ## List the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(VENV)/.ready ## Make the virtual environment with pinned dependencies

$(VENV)/.ready: requirements.txt
	@sh .ci/system python
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || python3 -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check $(PIP_OPTIONS) -r requirements.txt
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check $(PIP_OPTIONS) -r requirements-dev.txt
	@touch $@

demo: setup ## Build the demo world, run the main job once, and serve http://127.0.0.1:8000
	@$(FLASK) demo --cases $(CASES)

demo-reset: setup ## Throw the demo's data away and start over
	@$(FLASK) forget-everything --yes
	@$(MAKE) --no-print-directory demo

run: setup ## Serve in production mode (set RECOUP_PRODUCTION=1 and the settings in docs/operations.md)
	@$(FLASK) serve

work: setup ## Run background jobs until stopped
	@$(FLASK) work

migrate: setup ## Bring the database to the newest revision
	@$(FLASK) migrate

test: $(VENV)/.ready-dev ## Install what tests need, then run all of them
	@sh .ci/system browser
	@# A thread of linear algebra for each of as many workers as there are cores: more only wait.
	OMP_NUM_THREADS=1 $(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

lint: $(VENV)/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.ready-dev
	$(BIN)/mypy

contracts: $(VENV)/.ready-dev
	$(BIN)/lint-imports --no-cache

check: lint types contracts test ## Lint, types, import contracts, tests: what CI runs

bench: $(VENV)/.ready-dev ## Print every benchmark: ratios against a peer in the same run, and memory
	@for file in benchmarks/[a-z]*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

translations: $(VENV)/.ready-dev ## Collect sentences and compile the catalogues
	@$(BIN)/python -m marketplace.translations

wheelhouse: setup ## Download every wheel for an installation without a network
	$(BIN)/pip download --quiet --dest wheelhouse -r requirements.txt

clean: ## Remove caches (never data)
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +
