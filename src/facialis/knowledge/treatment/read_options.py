"""How ``circumstances.toml`` and ``options.toml`` are read."""
