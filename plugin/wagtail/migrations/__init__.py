"""The tables of Copydesk in a Wagtail project."""
