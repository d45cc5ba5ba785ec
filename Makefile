# carte: `make up` runs everything here, `make test` proves it. `make help` lists the rest.
# Each target installs what it needs and no more: files named `.ready` say what is there.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
UV := .venv/bin/uv
# Node 20.19 or newer, and npm.
HAS_NODE := node -e '[a, b] = process.versions.node.split(".").map(Number); process.exit(+(a < 20 || (a === 20 && b < 19)))' && npm --version >/dev/null
UV_VERSION := 0.13.8
# Groups of tests as they are collected, what takes long first: pytest-xdist would take the most numerous first.
IN_ORDER := --no-loadscope-reorder
# Workers of tests. Those marked `alone` compare times of real processes and run after the others.
CORES ?= 2
# A fifth of the time of unit tests is waiting: for timeouts, processes, sockets. One more worker works meanwhile.
UNIT_WORKERS ?= $(shell echo $$(($(CORES) + 1)))
# Each test run starts some hundred processes of Python: without compiled modules on disk, which container
# images tend to switch off, every one of them compiles boto3, aws_cdk and our own sources again.
unexport PYTHONDONTWRITEBYTECODE
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 20
export JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION := 1

SITE_SOURCES := $(shell find web -type f -not -path '*/node_modules/*' -not -path 'web/dist/*' -not -path '*/generated/*' 2>/dev/null) \
	graphql_schema/schema.graphql $(wildcard graphql_schema/operations/*.graphql) dataload/chain/catalog.json

# What `make unit` installs of pyproject.toml; requirements/dev.lock has all of it.
UNIT_EXTRAS := client local ops payments test

COMPILED := graphql_schema/compiled/generated.py
PLACE_NAMES := services/storage/place_names.json

.PHONY: audit help secrets setup up down test unit property infra integration browser side-by-side one-by-one \
	site-test coverage check \
	bench fuzz gate pictures format hooks synth package lock chromium clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/.ready $(COMPILED) $(PLACE_NAMES) .venv-emulator/.ready .venv-payments/.ready web/dist/.ready ## only what a fresh machine needs; leaves .venv/bin/carte

up: setup ## three regions, data, edge and site at http://localhost:8080, until Ctrl-C (ARGS="--port 9080" ...)
	@.venv/bin/carte up $(ARGS)

down: ## stop what `make up` left running
	@test ! -x .venv/bin/carte || .venv/bin/carte down $(ARGS)

test: unit property fuzz infra site-test side-by-side one-by-one ## set-up, then every test but the longest (THOROUGH=1: those too; ARGS="-k menu" ...)

# THOROUGH=1 adds the tests that are marked `thorough`: each repeats at length what others show in part.
# ARGS goes to pytest in each of these: ARGS="tests/unit/domain -x". CONTRIBUTING.md says more.
unit: .venv/.unit $(COMPILED) $(PLACE_NAMES) ## fast tests of single packages, on both cores; Python only
	@.venv/bin/python -m graphql_schema.export --check
	$(call pytest,tests/unit,-n $(UNIT_WORKERS))

property: .venv/.unit $(COMPILED) $(PLACE_NAMES) ## random tests, simulations and the search over the whole chain: what must hold for all inputs; Python only
	$(call pytest,tests/property,-n $(CORES))

fuzz: .venv/.unit $(COMPILED) $(PLACE_NAMES) ## what strangers send, at random: all faces for a minute (ARGS="--seconds 7200 --face http")
	@.venv/bin/python -m tests.fuzz $(if $(filter fuzz,$(MAKECMDGOALS)),$(ARGS),--seconds 20)

infra: setup infra_cdk/cli/node_modules/.ready .venv-audit/.ready ## templates, package, gate, and deployments into an emulated account
	$(call pytest,tests/infra,-n $(CORES) $(IN_ORDER))

integration: side-by-side ## real processes: local clouds, replicator, edge, faults
	$(call pytest,tests/integration,--alone only)

side-by-side: setup .venv-aws/.ready
	$(call pytest,tests/integration,-n $(CORES) $(IN_ORDER) --alone without)

# As parts of `integration` and `browser` they would start a cloud each.
one-by-one: setup chromium
	$(call pytest,tests/integration tests/browser,--alone only)

browser: setup chromium ## the site in Chromium
	$(call pytest,tests/browser)

site-test: web/node_modules/.ready ## types, lint and unit tests of the site; Node only
	cd web && npm run --silent check && npm run --silent test

coverage: .venv/.unit $(COMPILED) $(PLACE_NAMES) ## lines that unit and property tests reach, and those they do not
	.venv/bin/python -m pytest tests/unit tests/property -n $(CORES) --cov --cov-report=term:skip-covered $(ARGS)

check: .venv/.ready web/node_modules/.ready ## format, lint, types
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	cd web && npm run --silent check

bench: setup .venv-peers/.ready loadtests/bench/node/node_modules/.ready ## what a menu costs, beside other servers (ARGS="--quick", "--write-docs" ...)
	@.venv/bin/carte bench $(ARGS)

gate: .venv/.ready ## everything that can be wrong with a deployment, found offline
	@.venv/bin/python -m infra_cdk.gate $(ARGS)

pictures: .venv/.ready ## docs/pictures anew, from the templates (needs graphviz)
	@command -v dot >/dev/null || { echo "installing graphviz"; $(call apt,graphviz); }
	.venv/bin/python -m cli.pictures

audit: secrets ## known vulnerabilities of what the lock files name (needs registries with advisories), and secrets in what git has
	@.venv-audit/bin/python infra_cdk/audit.py

secrets: .venv-audit/.ready ## secrets in what git has that .secrets.baseline does not name
# Of a copy, because the hook rewrites the lines in it; its exit code is 3 where it did that alone.
	@mkdir -p build && cp .secrets.baseline build/secrets.baseline
	@git ls-files -z -- . ':!requirements/*.lock' ':!*package-lock.json' ':!graphql_schema/persisted.json' ':!.secrets.baseline' \
		| xargs -0 sh -c '.venv-audit/bin/detect-secrets-hook --baseline build/secrets.baseline "$$@" || test $$? -eq 3' sh

format: .venv/.ready ## format and mend what can be mended
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

hooks: .venv/.ready web/node_modules/.ready ## have git check format and lint before each commit
	.venv/bin/pre-commit install

synth: .venv/.ready package ## the CloudFormation templates, into cdk.out
	.venv/bin/python -m infra_cdk.app

package: .venv/.ready ## the Lambda package for AWS (arm64), into build/
	.venv/bin/python -m infra_cdk.packaging --target lambda

lock: .venv/.ready ## write the lock files anew from pyproject.toml
	$(UV) pip compile -q --universal --generate-hashes pyproject.toml -o requirements/runtime.lock
	$(UV) pip compile -q --universal --generate-hashes --all-extras -c requirements/runtime.lock pyproject.toml -o requirements/dev.lock
	$(UV) pip compile -q --universal --generate-hashes --extra payments -c requirements/dev.lock pyproject.toml -o requirements/payments.lock
	$(UV) pip compile -q --universal --generate-hashes $(UNIT_EXTRAS:%=--extra %) -c requirements/dev.lock pyproject.toml -o requirements/unit.lock
	$(UV) pip compile -q --universal --generate-hashes requirements/emulator.in -o requirements/emulator.lock
	$(UV) pip compile -q --universal --generate-hashes requirements/local-payments.in -o requirements/local-payments.lock
	$(UV) pip compile -q --universal --generate-hashes requirements/audit.in -o requirements/audit.lock
	$(UV) pip compile -q --universal --generate-hashes requirements/bench-peers.in -o requirements/bench-peers.lock
	$(UV) pip compile -q --universal --generate-hashes requirements/aws-cli.in -o requirements/aws-cli.lock

clean: down ## remove everything that was built; the lock files bring it back
	rm -rf .venv .venv-audit .venv-aws .venv-emulator .venv-payments .venv-peers loadtests/bench/node/node_modules infra_cdk/cli/node_modules .carte build cdk.out web/node_modules web/dist web/src/generated

.venv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
		|| { echo "carte needs Python 3.11, 3.12 or 3.13, this is $$($(PYTHON) -V 2>&1); set PYTHON=/path/to/python3.13"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "python's venv module is missing: installing it"; $(call apt,python3-venv); }
	@echo "making a virtual environment in .venv, with uv"
	@$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install -q --disable-pip-version-check uv==$(UV_VERSION)

# Adds to what is there, so that it takes nothing from `.ready`.
.venv/.unit: requirements/unit.lock pyproject.toml | .venv/bin/uv
	@echo "installing $$(grep -c '^[a-z]' requirements/unit.lock) Python packages into .venv"
	$(UV) pip install -q --python .venv/bin/python --require-hashes -r requirements/unit.lock
	$(UV) pip install -q --python .venv/bin/python --no-deps --editable .
	@touch $@

.venv/.ready: requirements/dev.lock .venv/.unit | .venv/bin/uv
	@echo "installing $$(grep -c '^[a-z]' requirements/dev.lock) Python packages into .venv"
	$(UV) pip sync -q --python .venv/bin/python --require-hashes requirements/dev.lock
	$(UV) pip install -q --python .venv/bin/python --no-deps --editable .
	@touch $@

# The persisted operations as Python functions; without them every menu goes through graphql-core.
$(COMPILED): .venv/.unit $(shell find graphql_schema -name '*.py' -not -name generated.py) graphql_schema/persisted.json
	@echo "compiling the persisted operations"
	@.venv/bin/python -m graphql_schema.compile

# Names of cities, states and countries in all languages; without them search reads addresses only.
$(PLACE_NAMES): .venv/.unit $(wildcard dataload/place_names/*) services/domain/markets.py $(wildcard services/domain/search/*.py)
	@echo "reading the names of places in all languages"
	@.venv/bin/python -m dataload.place_names
	@touch $@

.venv-audit/.ready: requirements/audit.lock | .venv/bin/uv
	@echo "installing pip-audit and detect-secrets into .venv-audit"
	$(UV) venv -q --clear --python .venv/bin/python .venv-audit
	$(UV) pip sync -q --python .venv-audit/bin/python --require-hashes requirements/audit.lock
	@touch $@

# A virtual environment of its own: the emulator's pins clash with the project's.
.venv-emulator/.ready: requirements/emulator.lock | .venv/bin/uv
	@echo "installing the emulator of AWS into .venv-emulator"
	$(UV) venv -q --clear --python .venv/bin/python .venv-emulator
	$(UV) pip sync -q --python .venv-emulator/bin/python --require-hashes requirements/emulator.lock
	@touch $@

# The local payment provider, as a program of its own.
.venv-payments/.ready: requirements/local-payments.lock | .venv/bin/uv
	@echo "installing the local payment provider into .venv-payments"
	$(UV) venv -q --clear --python .venv/bin/python .venv-payments
	$(UV) pip sync -q --python .venv-payments/bin/python --require-hashes requirements/local-payments.lock
	@touch $@

# The AWS CLI has a copy of botocore's models, 150 MB, that only the tests of runbooks need.
.venv-aws/.ready: requirements/aws-cli.lock | .venv/bin/uv
	@echo "installing the AWS CLI into .venv-aws"
	$(UV) venv -q --clear --python .venv/bin/python .venv-aws
	$(UV) pip sync -q --python .venv-aws/bin/python --require-hashes requirements/aws-cli.lock
	@touch $@

# And one for the bench's peers, whose pins clash as well.
.venv-peers/.ready: requirements/bench-peers.lock | .venv/bin/uv
	$(UV) venv -q --clear --python .venv/bin/python .venv-peers
	$(UV) pip sync -q --python .venv-peers/bin/python --require-hashes requirements/bench-peers.lock
	@touch $@

loadtests/bench/node/node_modules/.ready: loadtests/bench/node/package-lock.json
	@$(HAS_NODE) \
		|| { echo "the bench needs Node 20.19 or newer, with npm"; exit 1; }
	cd loadtests/bench/node && npm ci --silent --no-audit --no-fund
	@touch $@

# The CDK's command line, for `carte deploy`; later majors cannot read what this library writes.
infra_cdk/cli/node_modules/.ready: infra_cdk/cli/package-lock.json
	@$(HAS_NODE) \
		|| { echo "the CDK needs Node 20.19 or newer, with npm"; exit 1; }
	@echo "installing the CDK's command line into infra_cdk/cli/node_modules"
	cd infra_cdk/cli && npm ci --silent --no-audit --no-fund
	@touch $@

web/node_modules/.ready: web/package-lock.json
	@$(HAS_NODE) \
		|| { echo "carte needs Node 20.19 or newer, with npm"; exit 1; }
	@echo "installing the site's packages into web/node_modules"
	cd web && npm ci --silent --no-audit --no-fund
	@touch $@

web/dist/.ready: web/node_modules/.ready $(SITE_SOURCES)
	@echo "building the site into web/dist"
	@cd web && npm run --silent build
	@touch $@

chromium: ## Chromium for the browser tests, from Debian's packages
	@command -v chromium >/dev/null || { echo "installing chromium"; $(call apt,chromium fonts-noto-cjk); }

# $(call pytest,FOLDERS,OPTIONS): the tests of folders, or those of them that ARGS names: paths of other
# folders are left to their targets. That no test ran (pytest's exit code 5) is a failure unless ARGS chose.
pytest = $(if $(filter-out $(below),$(chosen)),$(if $(filter $(below),$(chosen)),$(run-pytest),@echo "$(1): ARGS names others"),$(run-pytest))
below = $(addsuffix %,$(1))
run-pytest = .venv/bin/python -m pytest --durations 20 --durations-min 4 $(if $(THOROUGH),--thorough) $(or $(filter $(below),$(chosen)),$(1)) $(2) $(filter-out tests/%,$(ARGS)) $(if $(ARGS),|| test $$? = 5)
chosen = $(filter tests/%,$(ARGS))
$(foreach word,$(chosen),$(if $(wildcard $(firstword $(subst ::, ,$(word)))),,$(error ARGS names $(word), which does not exist)))

define apt
command -v apt-get >/dev/null || { echo "no apt-get here: install $(1), or what your system calls it"; exit 1; }; \
SUDO=$$([ "$$(id -u)" = 0 ] || echo sudo); \
$$SUDO apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$SUDO apt-get install -qq -y $(1) >/dev/null
endef
