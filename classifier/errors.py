"""The one tree of errors: whoever calls Copydesk catches `CopydeskError` and nothing else.

Every message names the thing that is wrong (a file, a field, an array) and what was expected in its place.
"""


class CopydeskError(Exception):
    """The root: anything that Copydesk raises on purpose."""


class DocumentError(CopydeskError):
    """An input that cannot be read as an article: empty, binary, too large, or of an unknown kind."""


class DocumentTooLarge(DocumentError):
    """An input over the size that is read; the message gives both sizes."""


class ModelError(CopydeskError):
    """A model folder that cannot be used: missing, damaged, or of a format that this version does not read."""


class PolicyError(CopydeskError):
    """A policy with an unknown signal, or with a value out of its range."""


class ConfigError(CopydeskError):
    """A setting that is unknown, out of its range, or missing where it is required."""


class CorpusError(CopydeskError):
    """A training corpus in which a file, a row or a field is not as its README says."""
