"""Writes the WordPress plugin's zip, for *Plugins > Add New > Upload*: the same files give the same bytes.

python plugin/wordpress/build_zip.py [dist/copydesk-wordpress.zip]
"""

from __future__ import annotations

import os
import sys
import zipfile
from pathlib import Path

SOURCE = Path(__file__).resolve().parent / "copydesk"
_DATE = (2020, 1, 1, 0, 0, 0)  # the oldest that every unpacker takes is 1980
_MODE = 0o100644
_SUFFIXES = {".php", ".js", ".css", ".pot", ".po", ".mo", ".txt"}


def build(target: Path) -> list[str]:
    """Write the zip, whole or not at all, and tell the names in it."""
    files = sorted(path for path in SOURCE.rglob("*") if path.is_file() and path.suffix in _SUFFIXES)
    names = [f"copydesk/{path.relative_to(SOURCE).as_posix()}" for path in files]
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".new")
    with partial.open("wb") as file:
        with zipfile.ZipFile(file, "w") as archive:
            for path, name in zip(files, names, strict=True):
                entry = zipfile.ZipInfo(name, _DATE)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.create_system = 3  # Unix, so that the mode counts
                entry.external_attr = _MODE << 16
                archive.writestr(entry, path.read_bytes(), compresslevel=9)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(target)
    return names


if __name__ == "__main__":
    output = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("dist/copydesk-wordpress.zip")
    print(f"{output}: {len(build(output))} files")
