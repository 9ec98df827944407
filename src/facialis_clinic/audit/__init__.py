"""The log of who read and wrote what: a chain of hashes for each patient."""
