"""What is done to a film of unknown origin, in a process apart that may compute and nothing else. No Django here."""
