"""The file of attacks: like any other, but each case names the attack it is, as attack-ids.txt lists them."""

import json

from ..cases import FOLDER, File, text
from ..verify_signatures import BAD, good, split, with_signature

ABOUT = "Attacks on token libraries, and controls: each case is one attack of attack-ids.txt; `waits` says which have none yet, and why"


def attacks():
    """Id to verdict and description."""
    lines = (FOLDER / "attack-ids.txt").read_text(encoding="utf-8").splitlines()
    rows = (line.split(None, 2) for line in lines if line and not line.startswith("#"))
    return {attack: (verdict, description) for attack, verdict, description in rows}


class Book(File):
    """Cases by attack. What an attack is comes from the list; `note` says what is particular to a case."""

    def __init__(self, waits):
        super().__init__("attacks", ABOUT)
        self.known, self.waits, self.seen = attacks(), waits, {}

    def case(self, attack, name, request, expect, note=""):
        verdict, description = self.known[attack]
        passes = "ok" in expect
        if (verdict, passes) in (("reject", True), ("accept", False), ("wait", True), ("wait", False)):
            raise ValueError(f"{attack} is a matter of {verdict}: {name}")
        self.seen.setdefault(attack, set()).add(passes)
        question = f'"attack":{json.dumps(attack)},\n   "request":{text(request)}'
        self._append(f"{attack}: {name}", f"{description} {note}".strip(), question, expect)

    def check(self):
        """Every attack has cases of its verdict, or a reason to wait."""
        for attack, (verdict, _) in self.known.items():
            wanted = {"reject": {False}, "accept": {True}, "both": {True, False}, "wait": None}[verdict]
            if self.seen.get(attack) != wanted or (wanted is None and attack not in self.waits):
                raise ValueError(f"{attack} lacks a case, or a reason to wait")

    def write(self):
        self.check()
        waits = ",\n  ".join(f"{json.dumps(attack)}:{json.dumps(reason)}" for attack, reason in self.waits.items())
        head = f'{{"about":{json.dumps(self.about)},\n "count":{len(self.cases)},\n "waits":{{\n  {waits}}},\n "cases":[\n'
        (FOLDER / "attacks.json").write_text(head + ",\n".join(self.cases) + "\n]}\n", encoding="utf-8")
        return len(self.cases)
