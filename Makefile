# The two commands: `make demo` and `make test`. Everything lands in .venv and in the user's model cache.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test bench lint lock messages clean

demo: .venv/.run
	$(BIN)/photo-consent demo

# Where nothing that is compiled may be kept, each of the hundred processes that the tests start compiles all of it anew.
test: export PYTHONDONTWRITEBYTECODE =
test: .venv/.dev
	$(BIN)/photo-consent doctor
	$(BIN)/photo-consent models fetch
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

# BENCH="--people DIR --strangers DIR --arcface FILE" measures more than the demo.
bench: .venv/.dev
	$(BIN)/photo-consent models fetch
	$(BIN)/python -m benchmarks all $(BENCH)

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/nbstripout --verify --extra-keys "metadata.papermill cell.metadata.papermill" --drop-tagged-cells=injected-parameters notebooks/*.ipynb

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.run: requirements.lock pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

.venv/.dev: requirements-dev.lock .venv/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

# Locks for every supported system and Python at once, with hashes and without the address of an index.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-header --no-annotate --extra build pyproject.toml
lock:
	$(LOCK) -o requirements.lock
	$(LOCK) --extra dev -c requirements.lock -o requirements-dev.lock

# Collect the sentences for people from code and templates, and merge them into the Dutch catalogue: in one order and
# one width, so that only what changed shows as changed.
PO := --width 118
messages: .venv/.dev
	$(BIN)/pybabel -q extract -F babel.cfg -k say -k _ -k text -k plural:1,2 -k forms:1,2 --no-location --omit-header --sort-output $(PO) -o .venv/messages.pot .
	$(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date $(PO) -i .venv/messages.pot -d reports/locale -l nl

clean:
	rm -rf .venv demo-workspace
