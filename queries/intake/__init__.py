"""From user input to patient cases, one module a format."""
