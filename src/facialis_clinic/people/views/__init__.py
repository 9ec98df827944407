"""The pages of people, by who comes to them."""
