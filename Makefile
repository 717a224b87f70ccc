# What is missing on a fresh machine is installed by .ci/bootstrap; it does nothing where all is there.
CONFIGURATION ?= release
DURATION ?= 7200
PYTHON := .venv/bin/python
# Whether accesses to one variable overlap is checked in debug, so in every test; checked in release too it costs a
# cached page a fifth of its instructions, most of them in the libraries.
RELEASE := --static-swift-stdlib $(if $(filter release,$(CONFIGURATION)),-Xswiftc -enforce-exclusivity=unchecked)
SWIFT_FILES := Package.swift Sources Tests Benchmarks/Micro

.PHONY: run build test lint format bench bench-offload bench-micro bench-request bench-scale micro fuzz consistency mutants soak tsan asan clean

# The release build, although a debug build is there in two thirds of the time: it is what gets installed and
# measured. The demo itself needs no Python, but one of the lines that it prints is for boto3.
run: build
	-.ci/bootstrap python
	.build/$(CONFIGURATION)/syncgate serve --demo

# Without the toolchain's shared libraries, so that the program runs where no Swift is.
build:
	.ci/bootstrap
	swift build -c $(CONFIGURATION) --product syncgate $(RELEASE)

test:
	.ci/bootstrap python
	.ci/test

lint:
	.ci/bootstrap python
	$(PYTHON) .ci/lint.py
	$(PYTHON) Tests/consistency/mutants.py --check

format:
	swift format -i -r --parallel $(SWIFT_FILES)

# BENCH="hits herd": only these parts, --first on a busy machine; SYNCGATE=path: another binary; AWS_SIGV4_PROXY=path:
# measured too.
bench: $(if $(SYNCGATE),,build)
	Benchmarks/install
	SYNCGATE=$(or $(SYNCGATE),.build/$(CONFIGURATION)/syncgate) python3 Benchmarks/run.py $(BENCH)

# What is kept off the service; SYNCGATE=path: another binary.
bench-offload: $(if $(SYNCGATE),,build)
	Benchmarks/install
	SYNCGATE=$(or $(SYNCGATE),.build/$(CONFIGURATION)/syncgate) python3 Benchmarks/offload.py --write

# The program of the single steps; the usual build does not contain it.
micro:
	SYNCGATE_MICRO=1 swift build -c release --product Micro $(RELEASE)

# Allocations and instructions of each step, beside what it may cost; BENCH=--update: write what it may.
bench-micro: $(if $(SYNCGATE),,build) micro
	Benchmarks/install
	SYNCGATE=$(or $(SYNCGATE),.build/$(CONFIGURATION)/syncgate) python3 Benchmarks/micro.py $(BENCH)

# Allocations and instructions of a hit and of a forward, end to end; BENCH=--trace: where they are made.
bench-request: $(if $(SYNCGATE),,build)
	Benchmarks/install
	SYNCGATE=$(or $(SYNCGATE),.build/$(CONFIGURATION)/syncgate) python3 Benchmarks/request.py $(BENCH)

# What many cores, connections, identities and keys cost; BENCH="keys start": only these parts, --first as above.
bench-scale: $(if $(SYNCGATE),,build) micro
	Benchmarks/install
	SYNCGATE=$(or $(SYNCGATE),.build/$(CONFIGURATION)/syncgate) python3 Benchmarks/scale.py $(BENCH)

fuzz: build
	.ci/bootstrap python
	.ci/fuzz-hot 60
	SYNCGATE=.build/$(CONFIGURATION)/syncgate $(PYTHON) Tests/clients/fuzz.py --seconds $(DURATION)

# The consistency checker against all the trouble there is; with each plan and each of the service's unknowns in turn.
consistency: build
	.ci/bootstrap python
	SYNCGATE=.build/$(CONFIGURATION)/syncgate $(PYTHON) Tests/consistency/runs.py --seconds $(DURATION)

# Each safeguard of the cache taken out of a copy of the sources, debug: the tests must find it. Half an hour.
mutants:
	.ci/bootstrap python
	$(PYTHON) Tests/consistency/mutants.py

soak: build
	.ci/bootstrap python
	SYNCGATE=.build/$(CONFIGURATION)/syncgate $(PYTHON) Tests/consistency/runs.py --seconds $(DURATION) --plan troubled

tsan asan: export TSAN_OPTIONS = suppressions=$(CURDIR)/.ci/tsan-suppressions
tsan asan: SANITIZER = $(if $(filter tsan,$@),thread,address)
tsan asan:
	.ci/bootstrap
	swift test --no-parallel --sanitize=$(SANITIZER) --scratch-path .build/$@

clean:
	rm -rf .build .venv
