"""The library: public pages and articles that are reviewed and fall due."""
