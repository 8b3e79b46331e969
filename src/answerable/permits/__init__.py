"""Permits: what two people confirm by code before a number rings, made by a signer that the database cannot reach."""
