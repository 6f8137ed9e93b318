"""The models of the app, where Django looks for them."""

from .verdicts import Verdict
from .workflow import CopydeskTask

__all__ = ["CopydeskTask", "Verdict"]
