# What a person does: demo test check bench soak engines fmt clean
.PHONY: demo test check bench soak engines fmt clean

PYTHON ?= python3
VENV := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
# two workers by default; JOBS=1 for a quiet machine
JOBS ?= 2

demo: $(VENV)/.base
	@$(BIN)/python -m personagen_npc demo

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n $(JOBS) $(ARGS)

soak: $(VENV)/.dev
	PERSONAGEN_TEST_SCALE=full $(BIN)/python -m pytest -n $(JOBS) $(ARGS)

# real engines for the tests that want one; without them those tests skip
engines:
	tools/get-engine llama
	tools/get-engine godot
	tools/get-engine mono

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

fmt: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.dev
	@for f in wire turn journal start memory_peers voice; do $(BIN)/python -m bench.$$f $(ARGS) || exit 1; done

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.base: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) --editable '.[dev]'
	@touch $@ $(VENV)/.base

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
