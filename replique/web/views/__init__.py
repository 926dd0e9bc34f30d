"""What the desk shows: one module a place."""
