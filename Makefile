# Everything a person or CI runs. `make` alone prints the list.
#
# It needs `make` and Python 3.11 or newer. uv comes from PyPI if it is not installed; the Pulumi engine and the servers of
# Kubernetes come from the machine, the official sites or source.

SHELL := /bin/sh
.DEFAULT_GOAL := help
ifndef TOGETHER
.NOTPARALLEL:
endif

STACK ?= dev
ARGS ?=
# As it was typed: a URN has dollar signs (quote it for the shell: ARGS="--target 'urn:…'").
GIVEN := $(value ARGS)
PYTHON ?= python3
RUN := .venv/bin/python
MYSTIRA := $(RUN) -m mystira
WORKERS := 2
# A test of the engine waits as often as it computes, so there are more of these than cores.
E2E_WORKERS := 4
# Set where tests of the engine run beside: what only computes takes the time that those leave.
YIELDING :=
PYTEST := -m pytest --dist loadfile --no-loadscope-reorder --durations 15
# The tracer doubles the time of every test: CI measures (COVERAGE=1), and fails below the gates.
COVERAGE ?=
MEASURED := $(if $(COVERAGE),-m coverage run)
unit e2e: export COVERAGE_FILE = $(CURDIR)/.measured/$@/.coverage
# Compiling the SDK again in every process takes longer than everything else together, so bytecode is kept.
export PYTHONDONTWRITEBYTECODE :=
export UV_PYTHON ?= $(PYTHON)
export UV_PYTHON_DOWNLOADS ?= never

.PHONY: help setup environment engine up preview refresh recover destroy drift render secrets reset bootstrap test quick life check unit e2e
.PHONY: verify-email accept mutants phases reuse bench format clean integration coverage

help: ## print this list
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name text; do \
		printf '  make %-12s %s\n' "$$name" "$$text"; done
	@echo "  STACK=shared|dev|staging|prod chooses the stack, dev by default"
	@echo "  ARGS=\"...\" goes on to Pulumi (up, preview, refresh, destroy) or to pytest (unit, e2e)"
	@echo "  .venv/bin/mystira --help lists every command"

environment:
	@uv=$$(command -v uv || $(PYTHON) -m tools.install_uv) && "$$uv" sync --frozen --quiet --group dev

engine: environment
	@$(MYSTIRA) offline setup

setup: engine ## install everything: Python packages, the Pulumi engine, Kubernetes' servers, the SDK's schema

up: engine ## bring `shared` and the stack up on the offline cloud
	@$(MYSTIRA) offline up $(STACK) $(GIVEN)

preview: engine ## show what `make up` would change
	@$(MYSTIRA) offline preview $(STACK) $(GIVEN)

refresh: engine ## bring the state up to date with the offline cloud
	@$(MYSTIRA) offline refresh $(STACK) $(GIVEN)

drift: engine ## report what changed in the offline cloud behind Pulumi's back
	@$(MYSTIRA) offline drift $(STACK)

recover: engine ## clean up after a run that was killed or cut off, so that `make up` finishes
	@$(MYSTIRA) offline recover $(STACK)

render: environment ## print the objects of the stack in its cluster as YAML
	@$(MYSTIRA) render $(STACK)

secrets: engine ## report age, expiry and owner of every secret; fails when one needs renewing
	@$(MYSTIRA) offline secrets $(STACK)

verify-email: engine ## have the offline cloud verify the domain that mail comes from
	@$(MYSTIRA) offline verify-email $(GIVEN)

destroy: engine ## delete everything of the stack
	@$(MYSTIRA) offline destroy $(STACK) $(GIVEN)

reset: ## delete the offline world: cloud, state and copied settings; the engine stays
	@test ! -x $(RUN) || $(MYSTIRA) offline reset

bootstrap: environment ## bring `shared` up at Azure and move its state into the account that it makes
	@$(MYSTIRA) bootstrap $(GIVEN)

test: engine ## run every test; COVERAGE=1 measures coverage and fails below the gates, as CI does
	@$(MAKE) --no-print-directory --jobs=3 --output-sync=target TOGETHER=1 YIELDING="nice -n 19" e2e unit check
	@$(if $(COVERAGE),$(MAKE) --no-print-directory coverage)

quick: check engine ## check, unit tests, and one stack's life on the engine: before a commit
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target TOGETHER=1 YIELDING="nice -n 19" life unit

life: engine
	@$(RUN) -m pytest tests/engine/test_life_dev.py

check: environment ## check format, lint, types, imports, workflows, settings, generated pages
	@$(YIELDING) $(RUN) -m tools.check

ifdef ARGS
unit: environment
	@$(RUN) -m pytest -m "not engine" $(GIVEN)

e2e: engine
	@$(RUN) -m pytest tests/engine $(GIVEN)
else
unit: environment ## run every test that needs no engine; ARGS="-k redis" picks some
	@$(if $(COVERAGE),$(RUN) -m coverage erase)
	@$(YIELDING) $(RUN) $(MEASURED) $(PYTEST) --numprocesses $(WORKERS) -m "not engine"
ifneq ($(COVERAGE),)
	@$(RUN) -m coverage combine --quiet
	@$(RUN) -m coverage report --skip-covered --fail-under=95 --include='components/*,stacks/*,policies/*,mystira/*'
endif

e2e: engine ## run the tests on Pulumi's real engine and the offline cloud
	@$(if $(COVERAGE),$(RUN) -m coverage erase)
	@$(RUN) $(MEASURED) $(PYTEST) --numprocesses $(E2E_WORKERS) tests/engine
	@$(if $(COVERAGE),$(RUN) -m coverage combine --quiet)
endif

integration: environment ## run the tests against real services; those that no variable names are skipped
	@$(RUN) -m pytest tests/integration $(GIVEN)

coverage: environment ## put together what unit and e2e measured (.measured/*/.coverage); fail below the gate
	@$(RUN) -m coverage combine --quiet .measured/*/.coverage
	@$(RUN) -m coverage report --skip-covered --fail-under=90 --include='offline/*'

accept: environment ## write golden files, generated pages and the settings schema, and print what changed
	@$(MYSTIRA) accept $(GIVEN)

mutants: environment ## change one registered fact per requirement: its test must fail (not part of `make test`)
	@$(RUN) -m tools.mutants $(GIVEN)

phases: engine ## take dev, staging and prod over in every run of the report (not part of `make test`); ARGS="-k dev" picks one
	@MYSTIRA_PHASES=1 $(RUN) -m pytest tests/engine/test_whole_phases.py tests/engine/test_way_back.py $(GIVEN)

reuse: engine ## every test in a copy with other ids, a size, a queue and a service more (not part of `make test`)
	@$(RUN) -m tests.harness.reuse .offline/reuse
	@$(MAKE) --no-print-directory -C .offline/reuse accept test

bench: engine ## measure the critical path of every stack, and the program against a bare one
	@$(RUN) -m tools.bench

format: environment ## format the code
	@$(RUN) -m ruff check --fix --quiet . ; $(RUN) -m ruff format --quiet .

clean: ## remove everything that was installed or made in this checkout; the user's cache (~/.cache/mystira) stays
	@rm -rf .offline .venv .coverage .measured .pytest_cache .ruff_cache .hypothesis
