# What is missing on a fresh machine is installed by .ci/bootstrap; it does nothing where all is there.
CONFIGURATION ?= release
DURATION ?= 7200
PYTHON := .venv/bin/python
BINARY := .build/$(CONFIGURATION)/syncgate
# The benchmarks measure another program with SYNCGATE=path, and build nothing then.
MEASURED = SYNCGATE=$(or $(SYNCGATE),$(BINARY)) python3
# Overlapping accesses to one variable are checked in debug, so in every test. The check would cost a hit a fifth of
# its instructions in release, most of them in the libraries.
RELEASE := --static-swift-stdlib $(if $(filter release,$(CONFIGURATION)),-Xswiftc -enforce-exclusivity=unchecked)
SWIFT_FILES := Package.swift Sources Tests Benchmarks/Micro

.DEFAULT_GOAL := help
.PHONY: help run build resolve image test test-all test-unit test-clients lint format bench bench-aims bench-offload bench-micro \
    bench-request bench-stretch handover bench-scale bench-worst micro fuzz consistency mutants soak soak-keys tsan asan sbom clean

help: ## prints these lines
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# The release build takes longer than a debug build, but it is what gets installed and measured. Python is for the boto3
# line that the demo prints; the demo runs without.
run: build ## builds, and serves on 127.0.0.1:8080 in front of the embedded emulator
	-.ci/bootstrap python
	$(BINARY) serve --demo

# Without the toolchain's shared libraries: the program runs where no Swift is.
build: ## builds the program; CONFIGURATION=debug
	.ci/bootstrap
	.ci/revision --stamp
	swift build -c $(CONFIGURATION) --product syncgate $(RELEASE)

resolve: ## gets the dependencies without building them
	.ci/bootstrap
	swift package resolve

image: ## builds the image `syncgate` with Docker
	docker build -f deploy/Dockerfile --build-arg REVISION="$$(.ci/revision)" -t syncgate .

test: ## runs every test whose programs are on this machine, and names the others
	.ci/bootstrap python
	.ci/test

test-all: ## installs every program that a test needs, runs all tests, and fails if one is skipped
	.ci/bootstrap all
	.ci/test all

test-unit: ## runs the suites without sockets, in seconds
	.ci/bootstrap
	.ci/test unit

test-clients: ## installs the SDKs of each language and a browser, and runs their suites; TESTS=test_caching
	.ci/bootstrap clients
	.ci/test clients $(TESTS)

handover: build ## hands over from process to process twenty times under load
	.ci/bootstrap python
	cd Tests/clients && SYNCGATE=$(abspath $(BINARY)) SYNCGATE_HANDOVERS=20 $(abspath $(PYTHON)) -m unittest -v test_handover.HandOver

lint: ## checks format, imports, names, prose, the Dockerfile, and versions of dependencies
	.ci/bootstrap lint
	$(PYTHON) .ci/lint.py
	$(PYTHON) Tests/consistency/mutants.py --check

format: ## formats the Swift sources
	swift format -i -r --parallel $(SWIFT_FILES)

bench: $(if $(SYNCGATE),,build) ## measures beside nginx, HAProxy, Varnish and Envoy; BENCH="hits herd"
	Benchmarks/install
	$(MEASURED) Benchmarks/run.py $(BENCH)

bench-aims: ## prints each aim beside the last figures of bench and bench-scale; BENCH=--write
	python3 Benchmarks/aims.py $(BENCH)

bench-offload: $(if $(SYNCGATE),,build) ## counts the upstream requests that the cache saves
	Benchmarks/install
	$(MEASURED) Benchmarks/offload.py --write

# The program of the single steps; the usual build does not contain it.
micro:
	SYNCGATE_MICRO=1 swift build -c release --product Micro $(RELEASE)

bench-micro: $(if $(SYNCGATE),,build) micro ## holds the cost of each step to its threshold; BENCH=--update
	Benchmarks/install
	$(MEASURED) Benchmarks/micro.py $(BENCH)

bench-request: $(if $(SYNCGATE),,build) ## counts what a hit, a forward and a write cost; BENCH=--trace
	Benchmarks/install
	$(MEASURED) Benchmarks/request.py $(BENCH)

bench-stretch: $(if $(SYNCGATE),,build) ## bounds the instructions for which one request holds an event loop
	Benchmarks/install
	$(MEASURED) Benchmarks/stretch.py $(BENCH)

bench-scale: $(if $(SYNCGATE),,build) micro ## measures many cores, connections and keys; BENCH="keys start"
	Benchmarks/install
	$(MEASURED) Benchmarks/scale.py $(BENCH)

bench-worst: $(if $(SYNCGATE),,build) ## measures good callers beside two worst bodies a second; BENCH="escapes"
	Benchmarks/install
	$(MEASURED) Benchmarks/worst.py --write $(BENCH)

fuzz: build ## fuzzes each parser, then the whole gateway, each for DURATION seconds; FUZZ="json head"
	.ci/bootstrap python
	.ci/fuzz $(FUZZ) --seconds $(DURATION)
	SYNCGATE=$(BINARY) $(PYTHON) Tests/clients/fuzz.py --seconds $(DURATION)

consistency: build ## checks consistency under all faults, each plan in turn, for DURATION seconds
	.ci/bootstrap python
	SYNCGATE=$(BINARY) $(PYTHON) Tests/consistency/runs.py --seconds $(DURATION)

mutants: ## takes each safeguard of the cache out of a copy; the tests must find it; half an hour
	.ci/bootstrap python
	$(PYTHON) Tests/consistency/mutants.py

soak: build ## checks consistency under constant trouble for DURATION seconds; PLAN=hostile: among hostile callers
	.ci/bootstrap python
	SYNCGATE=$(BINARY) $(PYTHON) Tests/consistency/runs.py --seconds $(DURATION) --plan $(or $(PLAN),troubled)

soak-keys: build ## serves with keys of a minute from each service that gives roles for DURATION seconds, with outages
	.ci/bootstrap python
	SYNCGATE=$(BINARY) SYNCGATE_SOAK=$(DURATION) $(PYTHON) Tests/clients/run.py test_metadata.UnderLoad test_roles.UnderLoad

tsan: ## runs the Swift tests under the thread sanitizer
asan: ## runs the Swift tests under the address sanitizer
tsan asan: export TSAN_OPTIONS = suppressions=$(CURDIR)/.ci/tsan-suppressions
tsan asan: export LSAN_OPTIONS = suppressions=$(CURDIR)/.ci/lsan-suppressions:print_suppressions=0
tsan asan: SANITIZER = $(if $(filter tsan,$@),thread,address)
tsan asan:
	.ci/bootstrap
	swift test --no-parallel --sanitize=$(SANITIZER) --scratch-path .build/$@

sbom: ## writes .build/sbom.cdx.json, the software bill of materials
	.ci/bootstrap python
	$(PYTHON) .ci/sbom.py

clean: ## removes all that was built
	rm -rf .build .venv
