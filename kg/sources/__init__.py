"""One module a public source: read its files, yield entities and associations."""
