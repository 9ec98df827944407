"""What can be done: the options, the choice between them, the injection, the way round an operation."""
