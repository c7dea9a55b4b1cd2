"""Public files from their publishers into a data folder: fetched politely, whole or not at all, kept fresh, verified."""
