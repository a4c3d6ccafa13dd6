# Everything a person does here, `make help` first. Needs Python 3.11 or newer and nothing else:
# what the targets use is installed into .venv from the hash-pinned lock.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3.14 python3; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo "$$python" && break; done)

BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

# What is installed is named after the content it was installed from: a changed lock is installed
# again, an untouched one never, whatever the file dates say.
RUN_ID := $(shell cat requirements.lock pyproject.toml 2>/dev/null | cksum | cut -d' ' -f1)
DEV_ID := $(shell cat requirements-dev.lock pyproject.toml 2>/dev/null | cksum | cut -d' ' -f1)
RUN := .venv/installed-$(RUN_ID)
DEV := .venv/installed-dev-$(DEV_ID)

BUILD := setuptools>=77
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" $(UPGRADE)

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: up
up: $(RUN) ## Start Rayne on this machine, with every server it needs
	@exec $(BIN)/rayne up

.PHONY: demo
demo: $(RUN) ## Send an alert to the running Rayne and watch its analysis
	@exec $(BIN)/rayne demo

.PHONY: doctor
doctor: $(RUN) ## Say which dependency answers, and what to do about the others
	@exec $(BIN)/rayne doctor

.PHONY: check
check: lint ## What every commit must pass: format, lint, types, imports, quick tests
	$(BIN)/pytest $(QUICK)

.PHONY: test
test: lint ## Everything: what `make check` does, with real servers, from end to end
	@$(MAKE) --no-print-directory --jobs=3 --output-sync=line \
		test-computing test-end-to-end test-rest

# Side by side: one part computes, the others mostly wait for servers. What the first two do not run
# the third does, so that no new folder of tests can be forgotten.
QUICK := tests/unit tests/contract tests/replay
COMPUTING := $(QUICK) tests/evaluation tests/injections tests/redaction

.PHONY: test-computing
test-computing: $(DEV)
	$(BIN)/pytest $(COMPUTING)

.PHONY: test-end-to-end
test-end-to-end: $(DEV)
	$(BIN)/pytest tests/e2e

.PHONY: test-rest
test-rest: $(DEV)
	$(BIN)/pytest $(addprefix --ignore=,$(COMPUTING) tests/e2e)

# Too heavy for every commit: they download, or load both processors for minutes.
.PHONY: image-check
image-check: $(DEV) ## Build the image without an engine and run every part in it (root, Debian)
	$(BIN)/python -m tests.containers image

.PHONY: compose-check
compose-check: $(DEV) ## Start the parts as the Compose file says and kill one of each in a storm
	$(BIN)/python -m tests.containers storm

SEEDS ?= 1 2 3
.PHONY: chaos
chaos: $(DEV) ## Send storms of 10,000 deliveries while everything is killed (SEEDS=1: one of them)
	@for seed in $(SEEDS); do $(BIN)/python -m tests.chaos --seed $$seed --turns 4 || exit 1; done

PLOT ?= .cache/bench.svg
.PHONY: bench
bench: $(DEV) ## Measure what Rayne costs: tables, and a plot in PLOT
	@mkdir -p $(dir $(PLOT))
	$(BIN)/python -m tests.bench --plot $(PLOT)

.PHONY: lint
lint: $(DEV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/shellcheck .ci/run $$(find scripts k8s -name '*.sh' 2> /dev/null)

.PHONY: fmt
fmt: $(DEV) ## Format the code, and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: lock
lock: | .venv/bin/python ## Pin the dependencies of pyproject.toml (UPGRADE=--upgrade takes newer ones)
	@test -x $(BIN)/uv || $(PIP) install uv
	echo '$(BUILD)' | $(COMPILE) pyproject.toml - --output-file requirements.lock
	echo '$(BUILD)' | $(COMPILE) pyproject.toml - --extra dev \
		--constraint requirements.lock --output-file requirements-dev.lock

.PHONY: clean
clean: ## Remove what was built and installed; the data in .rayne stay
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache \
		.hypothesis .cache/image-check
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN): LOCK := requirements.lock
$(DEV): LOCK := requirements-dev.lock
$(DEV): ALSO := $(RUN)
$(RUN) $(DEV): | .venv/bin/python
	@echo "Installing $(LOCK) into .venv ..."
	@$(PIP) install --require-hashes --requirement $(LOCK)
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ $(ALSO)

# Ran at each start, because a moved folder or a removed Python leaves a .venv that cannot run.
.PHONY: .venv/bin/python
.venv/bin/python:
	@$@ -c '' 2>/dev/null || $(MAKE) --no-print-directory venv

.PHONY: venv
venv:
	@test -n "$(PYTHON)" || { echo "Rayne needs Python 3.11 or newer: install it," \
		"or name it as in: make PYTHON=/path/to/python3.11 up" >&2; exit 1; }
	@echo "Creating .venv with $(PYTHON) ..."
	@$(PYTHON) -m venv --clear .venv
