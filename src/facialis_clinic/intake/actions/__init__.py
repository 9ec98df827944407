"""What can be done: one function a verb, the moment passed in, the answer a value."""
