"""The pages of the library: what anybody reads, and what staff see to."""
