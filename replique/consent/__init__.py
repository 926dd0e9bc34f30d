"""What was agreed, and what it says of a use. See docs/consent.md."""
