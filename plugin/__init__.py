"""Everything that touches the outside: the command line, the batch, HTTP, settings and files."""
