"""The site's commands, found by entry point beside those of the medicine."""
