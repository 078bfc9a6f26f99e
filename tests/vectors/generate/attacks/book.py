"""The file of attacks: like any other, but each case names the attack it is, as attack-ids.txt lists them."""

import json

from ..cases import FOLDER, File, text
from ..verify_signatures import BAD, good, split, with_signature

ABOUT = "Attacks on token libraries, and controls: each case is one attack of attack-ids.txt; `waits` says which have none, and why; `steps` where the tests of others stand, by file and name"


def attacks():
    """Id to verdict and description."""
    lines = (FOLDER / "attack-ids.txt").read_text(encoding="utf-8").splitlines()
    rows = (line.split(None, 2) for line in lines if line and not line.startswith("#"))
    return {attack: (verdict, description) for attack, verdict, description in rows}


class Book(File):
    """Cases by attack. What an attack is comes from the list; `note` says what is particular to a case."""

    def __init__(self, waits, steps):
        super().__init__("attacks", ABOUT)
        self.known, self.waits, self.steps, self.seen = attacks(), waits, steps, {}

    def case(self, attack, name, request, expect, note=""):
        verdict, description = self.known[attack]
        passes = "ok" in expect
        if verdict in ("wait", "steps") or (verdict, passes) in (("reject", True), ("accept", False)):
            raise ValueError(f"{attack} is a matter of {verdict}: {name}")
        self.seen.setdefault(attack, set()).add(passes)
        question = f'"attack":{json.dumps(attack)},\n   "request":{text(request)}'
        self._append(f"{attack}: {name}", f"{description} {note}".strip(), question, expect)

    def check(self):
        """Every attack has cases of its verdict, or tests elsewhere, or a reason to wait."""
        for attack, (verdict, _) in self.known.items():
            wanted = {"reject": {False}, "accept": {True}, "both": {True, False}, "steps": None, "wait": None}[verdict]
            told = {"steps": self.steps, "wait": self.waits}.get(verdict, self.known)
            if self.seen.get(attack) != wanted or attack not in told:
                raise ValueError(f"{attack} lacks a case, a test, or a reason to wait")

    def write(self):
        self.check()
        waits, steps = (",\n  ".join(f"{json.dumps(attack)}:{json.dumps(told)}" for attack, told in those.items())
                        for those in (self.waits, self.steps))
        head = (f'{{"about":{json.dumps(self.about)},\n "count":{len(self.cases)},\n "waits":{{\n  {waits}}},\n'
                f' "steps":{{\n  {steps}}},\n "cases":[\n')
        (FOLDER / "attacks.json").write_text(head + ",\n".join(self.cases) + "\n]}\n", encoding="utf-8")
        return len(self.cases)
