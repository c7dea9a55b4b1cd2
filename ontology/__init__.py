"""Identifiers, vocabulary, term hierarchies and the error tree: what every other layer speaks."""
