"""What is done: orders, the choice of treatment, plans and sessions, the course, letters."""
