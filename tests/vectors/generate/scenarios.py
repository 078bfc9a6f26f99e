"""A file of scenarios: servers that answer by a script, files, and steps through a driver. Its form is told in tests/vectors/README.md."""

import json

from .cases import FOLDER


def step(request, expect=None, **more):
    """One line for the driver and what it answers. `more`: `save`, `within_ms`."""
    return {"request": request, "expect": expect or {"ok": {}}, **more}


def after(requests):
    """Waits until the servers have got this many requests."""
    return {"requests": requests}


class Scenarios:
    """One file of scenarios. A name is used once in it."""

    def __init__(self, name, about):
        self.name, self.about, self.cases, self.names = name, about, [], set()

    def add(self, name, why, original, steps, **more):
        """`original`: `same` as the system it stands for, `better: why`, or `ours` where there is none."""
        if name in self.names:
            raise ValueError(f"{self.name}: the name {name!r} is used twice")
        self.names.add(name)
        self.cases.append({"name": name, "why": why, "original": original, **more, "steps": steps})

    def write(self):
        lines = ",\n".join("  " + json.dumps(case, ensure_ascii=False) for case in self.cases)
        head = f'{{"about":{json.dumps(self.about)},\n "count":{len(self.cases)},\n "cases":[\n'
        (FOLDER / "scenarios" / (self.name + ".json")).write_text(head + lines + "\n]}\n", encoding="utf-8")
        return len(self.cases)
