# What stays stable for those who script Evidenca. Needs Python 3.11 or newer (PYTHON=…) and nothing else.
#   make run                  the site on http://127.0.0.1:8000 (PORT=…, DATABASE_URL=…, DATA_DIR=…)
#   make test                 the whole test suite (ARGS="-k words" for a part, DATABASE_URL=postgres://… on PostgreSQL)
#   make bench                the benchmarks, one line per figure: name, value, unit, separated by tabs
#   make matrix               who gets what from every address, asked anew (read the difference before keeping it)
#   make mutate               every permission check taken away once: what of the matrix notices
#   make catalogues          new texts into the catalogues of translations (then translate what is empty)
#   make lint                 every static check        make format    what the formatters would do

PYTHON ?= python3
PORT ?= 8000
UV ?= uv
ARGS ?=
BIN := .venv/bin
LOCK := UV_CUSTOM_COMPILE_COMMAND="make lock" $(UV) pip compile pyproject.toml --quiet --universal \
	--python-version 3.11 --generate-hashes --no-emit-index-url
export PYTHON PORT

.PHONY: install run test bench matrix mutate catalogues lint format lock clean

install:
	@scripts/install requirements.txt requirements-dev.txt

run:
	@scripts/run

test:
	@scripts/test $(ARGS)

bench: install
	@$(BIN)/python -m tests.benchmarks $(ARGS)

matrix: install
	@$(BIN)/python -m tests.access

mutate: install
	@$(BIN)/python -m tests.access mutate

catalogues: install
	@$(BIN)/python -m project.catalogues update

lint: install
	@scripts/lint

format: install
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .
	@git ls-files -co --exclude-standard '*templates/*.html' | xargs -r $(BIN)/djade --target-version 5.2

# For whoever changes the dependencies in pyproject.toml: both locks anew, with hashes and no registry's address.
lock:
	$(LOCK) --output-file requirements.txt >/dev/null
	$(LOCK) --group dev --constraint requirements.txt --no-annotate --output-file requirements-dev.txt >/dev/null

# The environment and what is built from the code; the data in var/ stay.
clean:
	rm -rf .venv static .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
