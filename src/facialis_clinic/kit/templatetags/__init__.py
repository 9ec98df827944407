"""The tags of the kit."""
