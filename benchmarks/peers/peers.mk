# The environments of the programs that Facialis is held against. They cannot share ours: each brings an OpenCV of its own.

.PHONY: peers parity lock-peers

peers: .venv-peers/.ready ## Make the environment of the programs that the benchmarks compare with

parity: .venv-parity/.ready ## Make tests/facialis/face/parity_landmarks.json anew, with MediaPipe 0.10.21
	@.venv-parity/bin/python benchmarks/peers/make_parity.py

lock-peers: $(READY)
	@cd requirements && for set in peers parity; do ../$(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
		--generate-hashes --custom-compile-command "make lock-peers" --override peers-overrides.txt -U -o $$set.txt $$set.in \
		|| exit 1; done

# The lock leaves out what the overrides leave out, so nothing may be resolved anew.
.venv-%/.ready: requirements/%.txt $(READY)
	@$(BIN)/python -m venv --clear $(@D)
	@$(BIN)/uv pip sync --quiet --python $(@D)/bin/python --require-hashes $< \
		|| $(@D)/bin/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@
