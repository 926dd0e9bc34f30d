"""The ledger's mathematics: canonical entries, signatures, a Merkle tree, proofs.

Pure: it is given bytes and gives bytes; where they lie is the store's affair. See docs/ledger.md.
"""

from __future__ import annotations
