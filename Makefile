# Each target installs what it needs on Debian with Swift present, then does its job.
#
#   make run      a demo school on a database of its own, in .run; Ctrl-C stops it
#   make test     everything there is to test, on a real PostgreSQL
#   make build    a debug build of everything
#   make proof    every proof in its long form, for hours; ARGS="…" selects
#   make bench    a release build, measured; ARGS="…" selects
#   make deb      the Debian package, in .build/deb
#   make systemd-test  that package in a booted Debian, scenario by scenario; ARGS="…" selects, --long, --list
#   make install  only the packages

SHELL := /bin/bash
RUN_COMMAND := .build/debug/bursard --demo --state-directory .run
RELEASE := swift build --configuration release --static-swift-stdlib

.PHONY: run test build proof bench deb systemd-test install
.NOTPARALLEL:

run: install
	swift build --product bursard
	swift build --product bursarctl
	@scripts/run-in-foreground $(RUN_COMMAND)

test: install
	@scripts/run-tests $(ARGS)

build: install
	swift build

proof: install
	@scripts/proof $(ARGS)

bench: install
	$(RELEASE) --product bursard
	$(RELEASE) --product bursarctl
	$(RELEASE) --product bursar-bench
	.build/release/bursar-bench $(ARGS)

deb:
	@scripts/install-packages deb
	@scripts/make-deb

systemd-test:
	@scripts/systemd-test $(ARGS)

install:
	@scripts/install-packages
