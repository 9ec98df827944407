"""A decision aid: two or three treatments held side by side, for 1,000 people over the same years."""
