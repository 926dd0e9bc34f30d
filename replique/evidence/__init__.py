"""Custody: the ledger, its proofs and stamps. See docs/ledger.md."""
