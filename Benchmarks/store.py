"""The figures of the last runs, part by part, in `.build/bench`: a run of some parts replaces those alone."""

import hashlib
import json

import machine

FOLDER = machine.PROJECT / ".build/bench"


def read(name):
    """Returns part -> {"date", "load", "binary", "rows"} of `run` or `scale`."""
    file = FOLDER / f"{name}.json"
    return json.loads(file.read_text()) if file.exists() else {}


def digest(binary):
    """Returns a text that differs for another binary."""
    with open(binary, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def write(name, part, rows, load, binary):
    """Stores what a part has measured of a binary; `load`: the load average before it."""
    found = read(name)
    found[part] = {"date": f"{machine.now():%Y-%m-%d %H:%M}", "load": load, "binary": digest(binary), "rows": rows}
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.json").write_text(json.dumps(found))
