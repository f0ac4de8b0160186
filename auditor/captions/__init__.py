"""Blocks and references to ranked caption candidates with evidence; credits, dates and places."""
