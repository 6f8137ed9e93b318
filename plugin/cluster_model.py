"""The model on the workers of a cluster: sent once to each, also to those that join later, and known by its SHA-256.

It goes as the bytes of its two files and is loaded by `Scorer.load`, which runs no code of theirs.
"""

from __future__ import annotations

import hashlib
import tempfile
import threading
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from distributed import WorkerPlugin

from copydesk import Policy, Scorer

from .cluster_plan import ClusterError

_FILES = ("manifest.json", "weights.npz")
_lock = threading.Lock()  # a worker has several threads
_loaded: dict[str, Scorer] = {}
_scorers: dict[tuple[str, str], Scorer] = {}


@dataclass(frozen=True, slots=True)
class Shipped:
    """The files of a model, and the SHA-256 over both."""

    sha256: str
    data: tuple[bytes, ...]


class ModelPlugin(WorkerPlugin):
    """Loads the model in every worker process, once, before it works."""

    def __init__(self, shipped: Shipped) -> None:
        """What is sent."""
        self.shipped = shipped

    def setup(self, worker: Any) -> None:
        """Called by Dask in each worker that there is, and in each that comes. Raises ModelError."""
        with _lock:
            if self.shipped.sha256 in _loaded:
                return
            with tempfile.TemporaryDirectory(prefix="copydesk-") as folder:
                for name, data in zip(_FILES, self.shipped.data, strict=True):
                    (Path(folder) / name).write_bytes(data)
                _loaded[self.shipped.sha256] = Scorer.load(folder)


def pack(scorer: Scorer, folder: Path | None) -> Shipped:
    """The files of the model that `scorer` was loaded with; `folder` None is the shipped model's."""
    home = folder or Path(str(files("copydesk.models") / scorer.model.name))
    data = tuple((home / name).read_bytes() for name in _FILES)
    return Shipped(hashlib.sha256(b"".join(hashlib.sha256(each).digest() for each in data)).hexdigest(), data)


def scorer_of(sha256: str, policy: Policy) -> Scorer:
    """The scorer of this worker with that model. Raises ClusterError where the model has not come."""
    key = (sha256, repr(policy))
    with _lock:
        if key not in _scorers:
            if sha256 not in _loaded:
                raise ClusterError(f"the model {sha256[:12]} did not reach this worker")
            _scorers.clear()  # one batch at a time: nobody comes back to an older policy
            _scorers[key] = Scorer(_loaded[sha256].model, policy)
        return _scorers[key]
