"""What programs may ask of the desk: JSON under /api/v1, with tokens that have scopes."""
