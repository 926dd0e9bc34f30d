"""Agreements in the words of others, out and in: ODRL, DPV, TDMRep, CAWG, aipref.

Dictionaries and texts only: no files, no network, no RDF library. docs/exchange.md says
what maps to what, and what is lost where.
"""
