# Everything a person or CI runs. `make` alone prints this list.
#
# `make` and Python 3.11 or newer are all that is assumed: uv comes from PyPI where the machine has none, the Pulumi
# engine from the machine, the official installer, or source.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:

STACK ?= dev
PYTHON ?= python3
UV := $(shell command -v uv 2>/dev/null || echo .offline/tools/uv)
RUN := .venv/bin/python
# Compiling the SDK anew in every process takes longer than everything else together: bytecode is kept.
export PYTHONDONTWRITEBYTECODE :=
export UV_PYTHON ?= $(PYTHON)
export UV_PYTHON_DOWNLOADS ?= never

.PHONY: help setup environment engine up preview refresh recover destroy drift secrets reset test check unit e2e bench format clean

help: ## this list
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name text; do \
		printf '  make %-10s %s\n' "$$name" "$$text"; done
	@echo "  STACK=shared|dev|staging|prod chooses the stack; dev is the default"

.offline/tools/uv:
	@echo "installing uv ..."
	@$(PYTHON) tools/bootstrap.py $@

environment: $(filter .offline/tools/uv,$(UV))
	@$(UV) sync --frozen --quiet

engine: environment
	@$(RUN) -m offline.verbs setup

setup: engine ## install everything: Python packages, the Pulumi engine, the SDK's schema

up: engine ## bring `shared` and the stack up on the offline cloud
	@$(RUN) -m offline.verbs up $(STACK)

preview: engine ## show what `make up` would change
	@$(RUN) -m offline.verbs preview $(STACK)

refresh: engine ## bring the state up to date with the offline cloud
	@$(RUN) -m offline.verbs refresh $(STACK)

drift: engine ## report what changed in the offline cloud behind Pulumi's back
	@$(RUN) -m offline.verbs drift $(STACK)

recover: engine ## clean up after a run that was killed or cut off, so that `make up` finishes
	@$(RUN) -m offline.verbs recover $(STACK)

secrets: engine ## report age, end and owner of every secret; fails when one needs renewing
	@$(RUN) -m offline.verbs secrets $(STACK)

destroy: engine ## delete everything of the stack
	@$(RUN) -m offline.verbs destroy $(STACK)

reset: ## forget the offline world: cloud, state and settings copies; the engine stays
	@test ! -x $(RUN) || $(RUN) -m offline reset

test: check unit e2e ## everything CI runs
	@$(RUN) -m coverage report --skip-covered --fail-under=90 --include='offline/*'

check: environment ## format, lint, types, import arrows, workflows, settings
	@$(RUN) -m tools.check

unit: environment ## plan, component and whole-stack tests under mocks, offline parts; the coverage gate
	@$(RUN) -m coverage erase
	@$(RUN) -m coverage run -m pytest -m "not engine" --numprocesses 2 --dist loadfile
	@$(RUN) -m coverage combine --append --quiet
	@$(RUN) -m coverage report --skip-covered --fail-under=95 --include='components/*,stacks/*'

e2e: engine ## all four stacks on the real engine and the offline cloud
	@$(RUN) -m coverage run -m pytest -m engine --numprocesses 2 --dist loadfile --no-loadscope-reorder
	@$(RUN) -m coverage combine --append --quiet

bench: engine ## critical path of every stack, and the speed of the program against a bare one
	@$(RUN) -m tools.bench

format: environment ## format the code
	@$(RUN) -m ruff check --fix --quiet . ; $(RUN) -m ruff format --quiet .

clean: ## remove everything that was installed or made here
	@rm -rf .offline .venv .coverage .pytest_cache .ruff_cache .hypothesis
