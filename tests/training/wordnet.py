"""A WordNet of a dozen invented lines, in the files of the real one."""

from __future__ import annotations

from pathlib import Path

_SYNSETS = {
    "noun": (
        ("wall", "bulwark"),
        ("school", "academy"),
        ("child", "nipper"),
        ("harbour", "haven", "port_of_call"),
        ("town", "burgh"),
    ),
    "verb": (("mend", "repair"), ("tell", "apprise"), ("close", "shut"), ("make", "fabricate"), ("carry", "convey")),
    "adj": (("large", "big", "great(p)"), ("closed", "shut")),
    "adv": (("quickly", "apace"),),
}
_IRREGULAR = {
    "noun": "children child\n",
    "verb": "told tell\nmade make\nmaking make\nshut shut\n",
    "adj": "",
    "adv": "",
}
_LICENCE = "  1 An invented file, with two spaces in front of every line that is no entry.\n"


def write(folder: Path) -> Path:
    """Write the files into the folder, and give the folder back."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, synsets in _SYNSETS.items():
        data, senses = [_LICENCE], {}
        for number, words in enumerate(synsets, 1):
            offset = f"{number:08d}"
            data.append(f"{offset} 04 {kind[0]} {len(words):02x} {' '.join(f'{w} 0' for w in words)} 000 | invented\n")
            for word in words:
                senses.setdefault(word.partition("(")[0], []).append(offset)
        index = [f"{w} {kind[0]} {len(o)} 0 {len(o)} 0 {' '.join(o)}\n" for w, o in sorted(senses.items())]
        (folder / f"data.{kind}").write_text("".join(data))
        (folder / f"index.{kind}").write_text(_LICENCE + "".join(index))
        (folder / f"{kind}.exc").write_text(_IRREGULAR[kind])
    return folder
