"""The demo: synthetic voices, a short programme, and the search for what is used again."""
