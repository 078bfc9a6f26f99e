"""A vector file: cases in the words of the conformance protocol, and the writer of their JSON."""

import json
from pathlib import Path

FOLDER = Path(__file__).parent.parent


class Raw(str):
    """JSON text that goes into a request as it stands: numbers, duplicates and escapes included."""


def text(value):
    """Compact JSON of `value`, with every Raw spliced in."""
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(json.dumps(name) + ":" + text(member) for name, member in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(text, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def fail(status, claim=None):
    """The expectation of a failure."""
    return {"error": {"status": status, "claim": claim}}


def ok(**members):
    """The expectation of exactly these members."""
    return {"ok": members}


class File:
    """One vector file. A name is used once in it."""

    def __init__(self, name, about):
        self.name, self.about, self.cases, self.names = name, about, [], set()

    def add(self, name, why, request, expect):
        self._append(name, why, '"request":' + text(request), expect)

    def add_line(self, name, why, line, expect):
        """A case whose whole line, id included, is given as a text."""
        self._append(name, why, '"line":' + json.dumps(line), expect)

    def _append(self, name, why, question, expect):
        if name in self.names:
            raise ValueError(f"{self.name}: the name {name!r} is used twice")
        self.names.add(name)
        parts = [
            '"name":' + json.dumps(name, ensure_ascii=False), '"why":' + json.dumps(why, ensure_ascii=False), question
        ]
        self.cases.append("  {" + ",\n   ".join([*parts, '"expect":' + text(expect)]) + "}")

    def write(self):
        head = f'{{"about":{json.dumps(self.about)},\n "count":{len(self.cases)},\n "cases":[\n'
        (FOLDER / (self.name + ".json")).write_text(head + ",\n".join(self.cases) + "\n]}\n", encoding="utf-8")
        return len(self.cases)
