# Jeton: one Rust core, a C ABI, and bindings for C++, Go, Node and Ruby.
#
# The library is built here; each host builds and tests itself in its own folder, with a Makefile of the same six targets
# (build, driver, test, stress, lint, clean).

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

PREFIX ?= /usr/local
DESTDIR ?=
PEM ?= examples/demo-key.pem
ROUNDS ?= 5
SAMPLES ?= 1000000
ONLY ?=
FUZZ_SECONDS ?= 60

TARGET := $(or $(CARGO_TARGET_DIR),target)

HOSTS := c go node ruby
DIR_c := tests/c
DIR_go := bindings/go
DIR_node := bindings/node
DIR_ruby := bindings/ruby
DEMOS := c cpp go node ruby

# What `make test` runs, in this order. Each is a target of its own.
STEPS := deps lib header-check lint drivers test-rust test-oidc test-datasette test-real $(HOSTS:%=test-%) test-embedding test-ffi test-readme test-demo \
	$(HOSTS:%=stress-%)

.PHONY: help
help: ## List the targets
	@echo "make TARGET, where TARGET is one of:"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-15s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "PEM=path for demo, ROUNDS=n for bench, SAMPLES=n for timing, ONLY=path for mutants, FUZZ_SECONDS=n for fuzz."
	@echo "PREFIX= and DESTDIR= for install."
	@echo "One host: make test-HOST, stress-HOST, lint-HOST or demo-HOST; HOST is c, go, node, ruby (demo: also cpp)."

.PHONY: demo
demo: deps ## From all five languages: sign and verify the Vizzly identity answer with PEM=path, and keep a token fresh
	@test -r "$(PEM)" || { echo "PEM=$(PEM): no such file; it has to be a P-256 private key"; exit 1; }
	@for demo in $(DEMOS); do echo "=== $$demo"; $(MAKE) demo-$$demo; echo; done

.PHONY: test
test: ## Run everything: lint, vectors, every host's tests and stress
	@tools/test $(STEPS)

.PHONY: deps
deps: ## Install or name what the build and the tests need
	@tools/deps

# --- the library -----------------------------------------------------------------------------------------------------------

.PHONY: lib
lib: cargo-build build/lib/libjeton.a ## Build build/lib: libjeton.so.0, libjeton.a, jeton.pc

.PHONY: cargo-build
cargo-build:
	@cargo build --quiet --release

$(TARGET)/release/libjeton.a $(TARGET)/release/libjeton.so: cargo-build ;

build/lib/libjeton.a: $(TARGET)/release/libjeton.a $(TARGET)/release/libjeton.so include/jeton.h Cargo.toml \
		tools/lib tools/archive.ld tools/pkgconfig
	@tools/lib $(TARGET)/release

# Another version may print the header differently, so the version is part of the path. Not optimised: it builds faster and runs once.
CBINDGEN_VERSION := 0.29.4
CBINDGEN := build/tools/cbindgen-$(CBINDGEN_VERSION)/bin/cbindgen

$(CBINDGEN):
	@CARGO_PROFILE_DEV_DEBUG=0 cargo install --quiet --debug --locked --root build/tools/cbindgen-$(CBINDGEN_VERSION) \
		cbindgen@$(CBINDGEN_VERSION)

# cbindgen leaves empty lines where it finds a constant that is not for C, and comments that C90 does not know.
.PHONY: generated-header
generated-header: $(CBINDGEN)
	@$(CBINDGEN) --quiet --config cbindgen.toml --crate jeton | sed 's| *// __cplusplus||; s| *// extern "C"||' | cat -s >build/jeton.h

.PHONY: header
header: generated-header ## Generate include/jeton.h from src/ffi
	@cp build/jeton.h include/jeton.h

.PHONY: header-check
header-check: generated-header ## See that include/jeton.h is what src/ffi says
	@diff -u include/jeton.h build/jeton.h || { echo "include/jeton.h is not what src/ffi says: run make header"; exit 1; }

.PHONY: install
install: lib ## Install the libraries, headers and jeton.pc below DESTDIR and PREFIX
	@install -d $(DESTDIR)$(PREFIX)/lib/pkgconfig $(DESTDIR)$(PREFIX)/include/jeton
	@install -m 644 include/jeton.h include/jeton.hpp $(DESTDIR)$(PREFIX)/include/
	@install -m 644 include/jeton/*.hpp $(DESTDIR)$(PREFIX)/include/jeton/
	@install -m 644 build/lib/libjeton.a $(DESTDIR)$(PREFIX)/lib/
	@install -m 755 build/lib/libjeton.so.0 $(DESTDIR)$(PREFIX)/lib/
	@ln -sf libjeton.so.0 $(DESTDIR)$(PREFIX)/lib/libjeton.so
	@tools/pkgconfig $(PREFIX) '$${prefix}/lib' '$${prefix}/include' >$(DESTDIR)$(PREFIX)/lib/pkgconfig/jeton.pc
	@echo "installed below $(DESTDIR)$(PREFIX); run ldconfig, or set LD_LIBRARY_PATH=$(PREFIX)/lib, before the first program"

# --- one host --------------------------------------------------------------------------------------------------------------

.PHONY: drivers
drivers: $(HOSTS:%=driver-%) ## Build the conformance drivers of all hosts

.PHONY: lint
lint: lint-rust $(HOSTS:%=lint-%) ## Formatters, linters and type checkers of all languages

.PHONY: $(HOSTS:%=build-%) $(HOSTS:%=driver-%) $(HOSTS:%=test-%) $(HOSTS:%=stress-%) $(HOSTS:%=lint-%)
$(HOSTS:%=build-%): build-%: lib
	@$(MAKE) -s -C $(DIR_$*) build

$(HOSTS:%=driver-%): driver-%: lib
	@$(MAKE) -C $(DIR_$*) driver

$(HOSTS:%=test-%): test-%: lib
	@$(MAKE) -C $(DIR_$*) test

$(HOSTS:%=stress-%): stress-%: lib
	@$(MAKE) -C $(DIR_$*) stress

$(HOSTS:%=lint-%): lint-%: lib
	@$(MAKE) -C $(DIR_$*) lint

# --- everything else that is tested ----------------------------------------------------------------------------------------

.PHONY: lint-rust
lint-rust:
	@cargo fmt --check
	@cargo clippy --quiet --all-targets -- -D warnings
	@cargo clippy --quiet --no-default-features -- -D warnings
	@RUSTDOCFLAGS="-D warnings" cargo doc --quiet --no-deps

.PHONY: test-rust
test-rust: drivers ## The core's own tests, and the vectors and scenarios through the drivers of all hosts
	@cargo test
	@cargo test --test conformance --test scenarios --test processes --test client_certificates --test canary

.PHONY: test-oidc
test-oidc: drivers ## Sources and remote verifiers against an OpenID Connect server from npm
	@npm --prefix tests/oidc ci --silent
	@cargo test --test oidc

.PHONY: test-datasette
test-datasette: drivers build/datasette/ready ## A real Datasette and its plugin beside the library, on the same tables
	@cargo test --test datasette

# The vendor's own client, where it can be installed.
.PHONY: test-real
test-real: drivers ## Descartes Labs' own client beside the library, on the same files, where it can be installed
	@tests/real/descarteslabs

# A real Datasette with its plugin, in an environment that is thrown away with the build.
build/datasette/ready: tests/real/datasette/requirements.txt
	@rm -rf build/datasette && python3 -m venv build/datasette
	@build/datasette/bin/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

.PHONY: test-embedding
test-embedding: lib ## Link the library in every way that is promised, beside other Rust, and unload it
	@$(MAKE) install PREFIX=$(CURDIR)/build/stage DESTDIR=
	@tests/embedding/run $(CURDIR)/build/stage

.PHONY: test-ffi
test-ffi: lib ## The C ABI from C: what could go wrong at the border (docs/FFI.md)
	@$(MAKE) -C tests/ffi lint test

.PHONY: test-readme
test-readme: $(HOSTS:%=build-%) ## Run the programs of README.md
	@tools/readme_test README.md

.PHONY: test-demo
test-demo: lib ## See that the demonstrations do what they say
	@tools/demo_test $(DEMOS)

# What `make test` does a hundred times, a thousand times: forks in C and in Ruby; and all places where the saver of a token file can be
# killed, and 200 kills each of those who write, revoke and make a token store.
.PHONY: soak
soak: lib build-ruby ## Fork, kill and write far more often than `make test` does
	@JETON_FORKS=1000 cargo test --quiet --test forks
	@$(MAKE) -s -C $(DIR_c) ../../build/c/test_static && cd $(DIR_c) && JETON_FORKS=1000 ../../build/c/test_static fork_during_fetches
	@cd $(DIR_ruby) && JETON_FORKS=1000 ruby -w -Ilib -Itest test/fork_test.rb
	@cd $(DIR_ruby) && JETON_FORKS=1000 ruby -w -Ilib -Itest test/rack_test.rb -n /s14/
	@JETON_KILL_POINTS=all cargo test --quiet --test kill
	@JETON_KILL_POINTS=all cargo test --quiet --test tokens_store a_killed

# --- the demonstration -----------------------------------------------------------------------------------------------------

RENEW := node examples/token_server.mjs

.PHONY: $(DEMOS:%=demo-%)
demo-c demo-cpp: demo-%: lib
	@$(MAKE) -s -C $(DIR_c) ../../build/c/identity_$*
	@build/c/identity_$* $(PEM)
	@$(MAKE) -s -C $(DIR_c) ../../build/c/renew_$*
	@$(RENEW) build/c/renew_$*

demo-go: build-go
	@go -C examples/go run . $(abspath $(PEM))
	@go -C examples/go build -o ../../build/renew_go ./renew
	@$(RENEW) build/renew_go

demo-node: build-node
	@node examples/node/identity.mjs $(PEM)
	@$(RENEW) node examples/node/renew.mjs

demo-ruby: build-ruby
	@ruby -I $(DIR_ruby)/lib examples/ruby/identity.rb $(PEM)
	@$(RENEW) ruby -I $(DIR_ruby)/lib examples/ruby/renew.rb

# --- the rest --------------------------------------------------------------------------------------------------------------

.PHONY: bench
bench: deps lib ## Compare ring, the core, the bindings and their peers; ROUNDS=n
	@bench/run $(ROUNDS)

# It measures; it judges nothing, for what else runs on the machine has a say.
.PHONY: timing
timing: ## See whether the time of a forged token says how much of it is right; SAMPLES=n
	@cargo bench --quiet --bench timing -- $(SAMPLES)

.PHONY: coverage
coverage: deps ## Measure which lines of src/ the tests run; fail below 95 percent
	@tools/coverage 95

MUTANTS_VERSION := 27.1.0
MUTANTS := build/tools/cargo-mutants-$(MUTANTS_VERSION)/bin/cargo-mutants

$(MUTANTS):
	@cargo install --quiet --debug --locked --root build/tools/cargo-mutants-$(MUTANTS_VERSION) \
		cargo-mutants@$(MUTANTS_VERSION)

.PHONY: mutants
mutants: $(MUTANTS) ## Break the way to a verdict in every small way, and see that tests notice; ONLY=part of a path
	@mkdir -p build
	@$(MUTANTS) mutants --gitignore true --output build $(if $(ONLY),-F '$(ONLY)')

FUZZ_VERSION := 0.13.2
FUZZ := build/tools/cargo-fuzz-$(FUZZ_VERSION)/bin/cargo-fuzz

$(FUZZ):
	@cargo install --quiet --debug --locked --root build/tools/cargo-fuzz-$(FUZZ_VERSION) cargo-fuzz@$(FUZZ_VERSION)

.PHONY: fuzz
fuzz: $(FUZZ) ## Feed each fuzz target for FUZZ_SECONDS=n
	@CARGO_FUZZ=$(abspath $(FUZZ)) fuzz/run $(FUZZ_SECONDS)

.PHONY: clean
clean: ## Remove what was built
	@for dir in $(foreach host,$(HOSTS),$(DIR_$(host))); do $(MAKE) -C $$dir clean; done
	@cargo clean --quiet
	@rm -rf build bench/node/node_modules
