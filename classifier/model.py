"""A model on disk and in memory: `weights.npz` (plain arrays), `manifest.json` (what they mean), `README.md` (the card).

Loading runs no code of the file's: arrays are read with `allow_pickle=False`, the manifest is JSON, and the SHA-256 of the
weights must be the manifest's. A pickled scikit-learn model would run code and would break with every other release.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.resources import files
from operator import is_
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from .compiled import compiled
from .errors import ModelError
from .ngrams import BITS
from .tables import Room

FORMAT = 3  # the number of the arrays' names, shapes and meaning; a model of another number is refused
SHIPPED = "copydesk-1"
MAX_BYTES = 64 * 1024 * 1024
T = TypeVar("T")
_FIELDS = ("format", "name", "heads", "thresholds", "numbers", "sha256", "arrays")


@dataclass(frozen=True, slots=True)
class Model:
    """Weights by name, and the manifest that says what they are; `card` is the model card, Markdown, or ""."""

    name: str
    manifest: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any]] = field(repr=False)
    card: str = field(default="", repr=False)
    _made: dict[str, tuple[tuple[NDArray[Any], ...], Any]] = field(default_factory=dict, repr=False, compare=False)

    def array(self, name: str) -> NDArray[Any]:
        """The array of that name. Raises ModelError if the model has none."""
        try:
            return self.arrays[name]
        except KeyError:
            raise ModelError(f"model {self.name}: the array {name!r} is missing") from None

    def made(self, name: str, make: Callable[..., T], *arrays: str) -> T:
        """What `make` returns for the arrays of these names, in another order or form for speed: made once, and anew for others.

        Training changes a model's arrays while it grows; a loaded model never changes.
        """
        found = self._made.get(name)
        if found is None or not all(map(is_, found[0], map(self.arrays.get, arrays))):
            given = tuple(map(self.array, arrays))
            found = self._made[name] = given, make(*given)
        result: T = found[1]
        return result

    def number(self, name: str) -> float:
        """The number of that name under "numbers". Raises ModelError if the model has none."""
        try:
            return float(self.manifest["numbers"][name])
        except (KeyError, TypeError, ValueError):
            raise ModelError(f"model {self.name}: manifest.json has no number {name!r}") from None

    def languages(self, signal: str) -> tuple[str, ...]:
        """ISO 639-1 codes of the languages that the signal is judged in: those in which it was measured and found good enough."""
        head = self.manifest["heads"].get(signal, {}) if isinstance(self.manifest.get("heads"), dict) else {}
        return tuple(head.get("languages", ("en",)))

    def threshold(self, signal: str) -> float:
        """The score from which the signal is flagged unless the policy says otherwise."""
        try:
            return float(self.manifest["thresholds"][signal]["score"])
        except (KeyError, TypeError, ValueError):
            raise ModelError(f"model {self.name}: manifest.json has no threshold for {signal!r}") from None

    @property
    def heads(self) -> tuple[str, ...]:
        """The signals that the model has weights for."""
        return tuple(self.manifest["heads"])


def calibrate(value: float, knots: NDArray[Any]) -> float:
    """A raw score as a probability: linear between knots, level beyond them. knots: (2, k), raw scores above probabilities."""
    xs, ys = knots.astype(np.float64, copy=False)
    return _between(value, xs, ys)


@compiled
def _between(value: float, xs: NDArray[np.float64], ys: NDArray[np.float64]) -> float:
    """The value of a line through points whose `xs` rise, level before the first and behind the last; `ys` are as many."""
    return float(np.interp(value, xs, ys))


def load(path: str | Path | None = None) -> Model:
    """Read a model folder; None is the shipped one.

    Raises ModelError, in one sentence, if the folder or a file is missing, truncated, altered, or of another format.
    """
    folder = Path(path) if path is not None else Path(str(files("copydesk.models") / SHIPPED))
    if not folder.is_dir():
        raise ModelError(f"model {folder}: no such folder, expected one with manifest.json and weights.npz")
    manifest = _manifest(folder / "manifest.json")
    name = str(manifest["name"])
    arrays = _arrays(folder / "weights.npz", manifest)
    card = folder / "README.md"
    return Model(name, manifest, arrays, card.read_text(encoding="utf-8") if card.is_file() else "")


def _manifest(path: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError):
        raise ModelError(f"{path}: is not JSON, or is cut off") from None
    if not isinstance(manifest, dict):
        raise ModelError(f"{path}: expected a JSON object")
    if manifest.get("format") != FORMAT:
        raise ModelError(f"{path}: format {manifest.get('format')!r}, this version of copydesk reads format {FORMAT}")
    for name in _FIELDS:
        if name not in manifest:
            raise ModelError(f"{path}: the field {name!r} is missing")
    for name in ("heads", "thresholds", "numbers", "arrays"):
        if not isinstance(manifest[name], dict):
            raise ModelError(f"{path}: the field {name!r} is not an object")
    return manifest


def _arrays(path: Path, manifest: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ModelError(f"{path}: {path.stat().st_size} bytes, at most {MAX_BYTES} are read")
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror})") from None
    if hashlib.sha256(data).hexdigest() != manifest["sha256"]:
        raise ModelError(
            f"{path}: the SHA-256 is not the manifest's: the file is damaged, cut off, or of another model"
        )
    try:
        arrays = _unpacked(data)
    except (ValueError, OSError, EOFError, zlib.error, MemoryError, zipfile.BadZipFile) as error:
        raise ModelError(f"{path}: is not an archive of plain arrays ({type(error).__name__})") from None
    for name, shape in manifest["arrays"].items():
        if name not in arrays:
            raise ModelError(f"{path}: the array {name!r} is missing")
        if list(arrays[name].shape) != shape:
            raise ModelError(f"{path}: the array {name!r} has the shape {list(arrays[name].shape)}, expected {shape}")
        if name.endswith(".ngrams") and not (0 < shape[0] <= 1 << BITS and shape[0].bit_count() == 1):
            raise ModelError(
                f"{path}: the array {name!r} has {shape[0]} rows, expected a power of two up to {1 << BITS}"
            )
    return arrays


def _unpacked(data: bytes) -> dict[str, NDArray[Any]]:
    """The arrays of an .npz. Two threads share the unpacking, a third of the time of starting: zlib lets go of Python meanwhile.

    They do nothing else: numpy has Python parse an array's header, which in two threads at once ends in a SystemError (3.11).
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        largest_first = sorted(archive.infolist(), key=lambda entry: -entry.file_size)
    raw: dict[str, bytes] = {}

    def inflate(entries: Iterable[zipfile.ZipInfo]) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in entries:
                raw[entry.filename] = archive.read(entry)

    def beside() -> None:
        with suppress(Exception):  # it is raised below, where somebody catches it
            inflate(largest_first[1::2])

    thread = Thread(target=beside)
    thread.start()
    try:
        inflate(largest_first[::2])
    finally:
        thread.join()
    inflate([entry for entry in largest_first if entry.filename not in raw])
    room = Room(2 * sum(map(len, raw.values())), len(raw))  # what is stored in half precision takes twice as much
    return {
        name.removesuffix(".npy"): widened(
            np.lib.format.read_array(io.BytesIO(raw.pop(name)), allow_pickle=False), room
        )
        for name in sorted(raw)
    }


def widened(array: NDArray[Any], room: Room | None = None) -> NDArray[Any]:
    """Half precision on disk, single in memory: half would be widened again at every look-up. In a place of that room, if any."""
    kind = np.dtype(np.float32) if array.dtype == np.float16 else array.dtype
    wide: NDArray[Any] = array.astype(kind, copy=False) if room is None else room.empty(array.shape, kind)
    if room is not None:
        wide[...] = array
    wide.flags.writeable = False
    return wide


def save(folder: str | Path, manifest: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write `weights.npz` and `manifest.json`, each whole or not at all; the same arrays give the same bytes."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    data = _packed(arrays)
    complete = {
        "format": FORMAT,
        **manifest,
        "arrays": {k: list(arrays[k].shape) for k in sorted(arrays)},
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    write_atomically(target / "weights.npz", data)
    write_atomically(target / "manifest.json", (json.dumps(complete, indent=1, ensure_ascii=False) + "\n").encode())


def _packed(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """The arrays as an .npz without times or pickles in it. Raises ValueError for an array of objects."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(arrays):
            entry = io.BytesIO()
            np.lib.format.write_array(entry, np.ascontiguousarray(arrays[name]), allow_pickle=False)
            info = zipfile.ZipInfo(f"{name}.npy")  # dated 1980
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, entry.getvalue())
    return buffer.getvalue()


def write_atomically(path: Path, data: bytes) -> None:
    """Put a file in place whole: written beside, flushed to disk, renamed."""
    import tempfile  # as long to import as all of this module, and scoring writes nothing

    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
