"""How it goes on: the course, what changed, what needs attention."""
