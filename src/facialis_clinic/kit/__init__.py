"""The kit: the few components that every page is made of."""
