"""Copydesk in a Django project: the settings, the way to the scorer, and a gate for plain models. No Wagtail is imported here."""
