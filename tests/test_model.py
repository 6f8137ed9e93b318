"""Model folders: what is saved is loaded, and what is wrong with one is said in a sentence that names the file."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from copydesk import SIGNALS, Model, ModelError, Scorer
from copydesk.model import FORMAT, calibrate, load, save, write_atomically

ARRAYS = {
    "b.weights": np.linspace(-1, 1, 12, dtype=np.float16).reshape(4, 3),
    "a.bias": np.array([0.5, 1.5], dtype=np.float32),
}
MANIFEST = {
    "name": "tiny",
    "heads": {name: {} for name in SIGNALS},
    "thresholds": {name: {"score": 0.25, "statement": "invented"} for name in SIGNALS},
    "numbers": {"lines.from": 0.5},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small model on disk."""
    save(tmp_path / "tiny", MANIFEST, ARRAYS)
    return tmp_path / "tiny"


def change_manifest(folder: Path, **fields: object) -> None:
    """Set fields of the manifest; None takes one out."""
    path = folder / "manifest.json"
    manifest = {**json.loads(path.read_text()), **fields}
    path.write_text(json.dumps({k: v for k, v in manifest.items() if v is not None}))


def put_weights(folder: Path, data: bytes) -> None:
    """Replace the weights, with their right SHA-256 in the manifest."""
    (folder / "weights.npz").write_bytes(data)
    change_manifest(folder, sha256=hashlib.sha256(data).hexdigest())


def packed(allow_pickle: bool = False, **arrays: object) -> bytes:
    """An npz file's bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, array in arrays.items():
            entry = io.BytesIO()
            np.lib.format.write_array(entry, np.asanyarray(array), allow_pickle=allow_pickle)
            archive.writestr(name.replace("__", ".") + ".npy", entry.getvalue())
    return buffer.getvalue()


def why(folder: Path) -> str:
    """The one sentence of the error."""
    with pytest.raises(ModelError) as raised:
        load(folder)
    message = str(raised.value)
    assert "\n" not in message
    assert str(folder) in message
    return message.removeprefix(str(folder)).removeprefix("/")


def test_what_is_saved_is_loaded(folder):
    """Names, numbers, thresholds and arrays come back; half precision comes back as single."""
    model = load(folder)
    assert model.name == "tiny"
    assert model.heads == SIGNALS
    assert model.number("lines.from") == 0.5
    assert model.threshold("rewrite") == 0.25
    assert model.array("a.bias").tolist() == [0.5, 1.5]
    assert model.array("b.weights").dtype == np.float32
    assert model.array("b.weights").tolist() == ARRAYS["b.weights"].astype(np.float32).tolist()


def test_loaded_arrays_cannot_be_changed(folder):
    """A loaded model is shared between threads, so nobody writes into it."""
    with pytest.raises(ValueError, match="read-only"):
        load(folder).array("a.bias")[0] = 1


def test_the_card_is_loaded_where_there_is_one(folder):
    """The model card comes along as Markdown; a model without one is whole, too."""
    assert load(folder).card == ""
    (folder / "README.md").write_text("# Model card: tiny\n", encoding="utf-8")
    assert load(folder).card == "# Model card: tiny\n"


def test_the_same_arrays_give_the_same_bytes(folder, tmp_path):
    """Neither the order of arrays nor the time of day is in the files."""
    save(tmp_path / "again", MANIFEST, dict(reversed(ARRAYS.items())))
    for name in ("weights.npz", "manifest.json"):
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes()


def test_the_weights_hold_the_given_arrays_and_nothing_else(folder):
    """Whatever release of numpy writes them."""
    with np.load(folder / "weights.npz", allow_pickle=False) as stored:
        assert sorted(stored.files) == sorted(ARRAYS)


def test_saving_over_a_model_replaces_it(folder):
    """A second model under the same name is loaded as the second."""
    save(folder, {**MANIFEST, "name": "second"}, {"a.bias": np.zeros(3, dtype=np.float32)})
    assert load(folder).name == "second"
    assert load(folder).array("a.bias").tolist() == [0, 0, 0]
    assert sorted(p.name for p in folder.iterdir()) == ["manifest.json", "weights.npz"]


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_failed_write_leaves_the_old_file_and_no_part(folder, monkeypatch, failing):
    """When the disk is full, the file is what it was and nothing half-written lies beside it."""
    before = (folder / "weights.npz").read_bytes()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(*((os, "fsync") if failing == "fsync" else (Path, "replace")), fail)
    with pytest.raises(OSError, match="No space"):
        write_atomically(folder / "weights.npz", b"other")
    assert (folder / "weights.npz").read_bytes() == before
    assert sorted(p.name for p in folder.iterdir()) == ["manifest.json", "weights.npz"]


def test_a_save_that_fails_between_the_files_is_noticed(folder, monkeypatch):
    """New weights with the old manifest are refused, not used."""
    replace = Path.replace

    def fail_for_manifest(self: Path, target: Path) -> Path:
        if target.name == "manifest.json":
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fail_for_manifest)
    with pytest.raises(OSError, match="No space"):
        save(folder, MANIFEST, {"a.bias": np.zeros(3, dtype=np.float32)})
    assert "weights.npz: the SHA-256 is not the manifest's" in why(folder)
    assert sorted(p.name for p in folder.iterdir()) == ["manifest.json", "weights.npz"]


def test_objects_are_never_saved(tmp_path):
    """An array of objects would be pickled, so it is refused and nothing is written."""
    with pytest.raises(ValueError, match="pickle"):
        save(tmp_path / "m", MANIFEST, {"a": np.array([{}, None], dtype=object)})
    assert not list((tmp_path / "m").iterdir())


# --- one sentence for everything that may be wrong


def test_a_missing_folder_is_named(tmp_path):
    """Where there is no folder, the message says what belongs there."""
    folder = tmp_path / "none"
    assert why(folder) == f"model {folder}: no such folder, expected one with manifest.json and weights.npz"


@pytest.mark.parametrize("name", ["manifest.json", "weights.npz"])
def test_a_missing_file_is_named(folder, name):
    """Each of the two files is needed."""
    (folder / name).unlink()
    assert why(folder) == f"{name}: cannot be read (No such file or directory)"


@pytest.mark.parametrize("size", [0, 1, 40, -3])
def test_a_truncated_manifest_is_named(folder, size):
    """A manifest that is cut off anywhere is not JSON any more."""
    path = folder / "manifest.json"
    path.write_bytes(path.read_bytes()[:size])
    assert why(folder) == "manifest.json: is not JSON, or is cut off"


@pytest.mark.parametrize("content", [b"\xff\xfe{}", b"[" * 100_000, b"no"])
def test_a_manifest_that_is_no_json_is_named(folder, content):
    """Other bytes, other encodings and nesting without end are not JSON either."""
    (folder / "manifest.json").write_bytes(content)
    assert why(folder) == "manifest.json: is not JSON, or is cut off"


@pytest.mark.parametrize("content", ["[]", "3", "null", '"manifest"'])
def test_a_manifest_is_an_object(folder, content):
    """JSON that is no object is not a manifest."""
    (folder / "manifest.json").write_text(content)
    assert why(folder) == "manifest.json: expected a JSON object"


@pytest.mark.parametrize("number", [FORMAT + 1, 0, "1", [1]])
def test_another_format_is_refused(folder, number):
    """A model of another format is refused with both numbers."""
    change_manifest(folder, format=number)
    assert why(folder) == f"manifest.json: format {number!r}, this version of copydesk reads format {FORMAT}"


@pytest.mark.parametrize("name", ["name", "heads", "thresholds", "numbers", "sha256", "arrays"])
def test_a_missing_field_is_named(folder, name):
    """The manifest's fields are all needed."""
    change_manifest(folder, **{name: None})
    assert why(folder) == f"manifest.json: the field {name!r} is missing"


@pytest.mark.parametrize("name", ["heads", "thresholds", "numbers", "arrays"])
@pytest.mark.parametrize("value", [3, "x", []])
def test_a_field_of_another_kind_is_named(folder, name, value):
    """The fields that map names to something are objects."""
    change_manifest(folder, **{name: value})
    assert why(folder).startswith("manifest.json: ")


@pytest.mark.parametrize(
    "damage", [lambda d: d[: len(d) // 2], lambda d: d[:-1] + b"x", lambda d: b"", lambda d: d + b"x"]
)
def test_damaged_weights_are_refused(folder, damage: Callable[[bytes], bytes]):
    """Weights with another SHA-256 than the manifest's are never read, cut off or altered."""
    path = folder / "weights.npz"
    path.write_bytes(damage(path.read_bytes()))
    assert why(folder) == (
        "weights.npz: the SHA-256 is not the manifest's: the file is damaged, cut off, or of another model"
    )


def test_a_wrong_checksum_is_refused(folder):
    """The same sentence where the manifest is the one that was altered."""
    change_manifest(folder, sha256="0" * 64)
    assert why(folder).startswith("weights.npz: the SHA-256 is not the manifest's")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04 no archive",
        packed(a=1)[:-30],
        b"\x93NUMPY\x01\x00",
        packed(allow_pickle=True, a=np.array([{}, None], dtype=object)),
    ],
    ids=["empty", "no-archive", "cut-off", "bare-header", "pickled-object"],
)
def test_weights_that_are_no_plain_arrays_are_refused(folder, data):
    """Even under their own right checksum: no archive, a truncated one, or one that would run code."""
    put_weights(folder, data)
    assert why(folder).startswith("weights.npz: is not an archive of plain arrays")


def test_a_single_array_is_no_model(folder):
    """A bare array file in place of the archive is refused."""
    buffer = io.BytesIO()
    np.save(buffer, np.zeros(3))
    put_weights(folder, buffer.getvalue())
    assert why(folder).startswith("weights.npz: is not an archive of plain arrays")


def test_a_pickled_object_does_not_run(folder, tmp_path):
    """Loading a model never runs code that somebody put into it."""

    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str, str]]:
            return open, (str(tmp_path / "sprung"), "w")

    put_weights(folder, packed(allow_pickle=True, a=np.array([Trap()], dtype=object)))
    why(folder)
    assert not (tmp_path / "sprung").exists()


def test_a_missing_array_is_named(folder):
    """An array that the manifest promises is there."""
    put_weights(folder, packed(a__bias=ARRAYS["a.bias"]))
    assert why(folder) == "weights.npz: the array 'b.weights' is missing"


def test_a_wrong_shape_is_named(folder):
    """An array has the shape that the manifest promises."""
    put_weights(folder, packed(a__bias=ARRAYS["a.bias"], b__weights=np.zeros((3, 4))))
    assert why(folder) == "weights.npz: the array 'b.weights' has the shape [3, 4], expected [4, 3]"


def test_weights_that_are_too_large_are_not_read(folder, monkeypatch):
    """A file over the limit is refused by its size."""
    monkeypatch.setattr("copydesk.model.MAX_BYTES", 10)
    assert why(folder).endswith("bytes, at most 10 are read")


@pytest.mark.parametrize("missing", SIGNALS)
def test_a_missing_head_is_named(folder, missing):
    """A model without weights for a detector is refused before anything is scored."""
    change_manifest(folder, heads={name: {} for name in SIGNALS if name != missing})
    with pytest.raises(ModelError) as raised:
        Scorer.load(folder)
    assert str(raised.value) == f"model tiny: the head {missing!r} is missing"


def test_a_missing_threshold_is_named(folder):
    """Every head has a threshold."""
    change_manifest(folder, thresholds={})
    with pytest.raises(ModelError) as raised:
        Scorer.load(folder)
    assert str(raised.value) == "model tiny: manifest.json has no threshold for 'rewrite'"


def test_what_a_detector_asks_for_and_is_not_there_is_named():
    """An array, a number or a threshold that the model lacks is a ModelError with its name."""
    model = Model("m", {"numbers": {"x": "many"}, "thresholds": {}}, {})
    for ask, message in (
        (lambda: model.array("a"), "model m: the array 'a' is missing"),
        (lambda: model.number("x"), "model m: manifest.json has no number 'x'"),
        (lambda: model.number("y"), "model m: manifest.json has no number 'y'"),
        (lambda: model.threshold("rewrite"), "model m: manifest.json has no threshold for 'rewrite'"),
    ):
        with pytest.raises(ModelError) as raised:
            ask()
        assert str(raised.value) == message


@pytest.mark.parametrize(("value", "expected"), [(-5, 0.1), (0, 0.1), (1, 0.5), (2, 0.9), (9, 0.9), (0.5, 0.3)])
def test_calibration_is_level_beyond_its_knots(value, expected):
    """Between knots a straight line, beyond them the last value."""
    assert calibrate(value, np.array([[0, 1, 2], [0.1, 0.5, 0.9]])) == pytest.approx(expected)
