"""allowed and allowed_action, beside what Datasette was recorded to decide."""

import json
from pathlib import Path

from .cases import Raw, fail, ok, text

RECORDED = json.loads((Path(__file__).parent / "datasette_recorded.json").read_text())
ALICE = {"id": "alice"}
RESTRICTED = {
    "id": "alice", "token": "dstok", "_r": {
        "a": ["vi", "debug-menu"], "d": {"db": ["vq", "execute-sql"]}, "r":
        {"db": {"Table": ["ir"], "report": ["view-query"]}}
    }
}


def add(file):
    recorded(file)
    numbers(file)
    restricted(file)
    unrestricted(file)
    mistakes(file)


def allowed(actor, allow):
    return {"op": "allowed", "actor": actor, "allow": allow}


def recorded(file):
    for number, pair in enumerate(RECORDED["allow"], 1):
        raises = "raises" in pair
        why = "Where the original raises, nobody is let in" if raises else "Datasette decides so"
        file.add(f"pair {number}: {text(pair['actor'])} and {text(pair['allow'])}", why,
                 allowed(pair["actor"], pair["allow"]), ok(allowed=not raises and pair["result"]))


def numbers(file):
    why = "Numbers are compared by value, as the texts stand"
    for own, wanted, same in (("9007199254740993", "9007199254740993", True), ("9007199254740993", "9007199254740992",
                                                                               False), ("5", "5.0", True),
                              ("5", "50e-1", True), ("-0", "0", True), ("-0.0", "false", True), ("0.1", "1e-1", True),
                              ("18446744073709551616", "18446744073709551616", True), ("1.5", "1", False)):
        file.add(f"{own} and {wanted} are {'one number' if same else 'two numbers'}", why,
                 allowed(Raw('{"id":%s}' % own), Raw('{"id":%s}' % wanted)), ok(allowed=same))


def action(action, resource, actor=RESTRICTED):
    return {"op": "allowed_action", "actor": actor, "action": action, "resource": resource}


def restricted(file):
    why = "Restrictions leave the actions that they list, by name or abbreviation, everywhere, in a database or in a table"
    for name, resource, left in (("view-instance", [], True), ("view-instance", ["db",
                                                                                 "t"], True), ("debug-menu", [], True),
                                 ("permissions-debug", [], False), ("view-query", ["db"], True),
                                 ("view-query", [], False), ("view-query", ["other"], False),
                                 ("execute-sql", ["db"], True), ("execute-sql", ["db", "any"], True),
                                 ("insert-row", ["db", "Table"], True), ("insert-row", ["db", "TABLE"],
                                                                         True), ("insert-row", ["db", "other"], False),
                                 ("insert-row", ["db"], False), ("insert-row", [], False), ("insert-row",
                                                                                            ["other", "Table"], False),
                                 ("delete-row", ["db", "Table"], False), ("no-such-action", ["db", "Table"], False)):
        file.add(f"restricted: {name} on {text(resource)} is {'left' if left else 'not left'}", why,
                 action(name, resource), ok(allowed=left))
    why = "The name of a query counts the case of its letters"
    only = {"id": "alice", "_r": {"r": {"db": {"report": ["vq"]}}}}
    for name, left in (("report", True), ("Report", False)):
        file.add(f"restricted: the query {name}", why, action("view-query", ["db", name], only), ok(allowed=left))
    why = "Only tables and views have their names in any case of letters"
    for name, left in (("drop-view", True), ("set-column-type", True), ("execute-sql", False), ("create-table", False),
                       ("view-instance", False), ("no-such-action", False)):
        listed = {"id": "alice", "_r": {"r": {"db": {"Report": [name]}}}}
        file.add(f"restricted: {name} on a name in other letters", why, action(name, ["db", "REPORT"], listed),
                 ok(allowed=left))
        file.add(f"restricted: {name} on a name as written", why, action(name, ["db", "Report"], listed),
                 ok(allowed=True))
    why = "What Datasette cannot judge is not allowed"
    for odd in ([], "a", 1, True, {"a": "vi"}, {"a": {"vi": 1}}, {"d": []}, {"d": {"d": "vi"}}, {"r": {"d": []}}, {}):
        file.add(f"restricted by {text(odd)}: nothing is left", why,
                 action("view-instance", ["d", "t"], {"id": "alice", "_r": odd}), ok(allowed=False))
    for odd in ({"a": ["vi", {}]}, {"a": [{}, "vi"]}, {"a": ["vi", []]}, {"d": {"d": ["vi", {}]}}, {"r": {"d": {"t": [[],
                                                                                                             "vi"]}}}):
        file.add(f"restricted by {text(odd)}: nothing is left", why,
                 action("view-instance", ["d", "t"], {"id": "alice", "_r": odd}), ok(allowed=False))
    for fit in ({"a": ["vi"], "d": {"d": [{}]}}, {"a": ["vi", None, 1, True, 1.5]}, {"d": {"d": ["vi"]}, "r": {"d": {"t": [{}]}}}):
        file.add(f"restricted by {text(fit)}: what is listed is left", "Datasette looks no further than it has to",
                 action("view-instance", ["d", "t"], {"id": "alice", "_r": fit}), ok(allowed=True))
    why = "Datasette takes a database without a name for none"
    for resource, left in (([""], False), (["", "t"], True)):
        file.add(f"restricted to a database without a name, on {text(resource)}", why,
                 action("drop-table", resource, {"id": "alice", "_r": {"d": {"": ["dt"]}}}), ok(allowed=left))


def unrestricted(file):
    why = "An actor without restrictions is not restricted"
    for actor in (None, {}, ALICE, ALICE | {"_r": None}):
        file.add(f"{text(actor)} is not restricted", why, action("drop-table", ["d", "t"], actor), ok(allowed=True))


def mistakes(file):
    why = "An actor is an object or null"
    for actor in ("alice", 1, [], True):
        file.add(f"allowed: {text(actor)} is no actor", why, allowed(actor, True), fail("CONFIG"))
        file.add(f"allowed_action: {text(actor)} is no actor", why, action("view-instance", [], actor), fail("CONFIG"))
    why = "A resource is a list of 0 to 2 texts"
    for resource in (["a", "b", "c"], [1], [None]):
        file.add(f"{text(resource)} is no resource", why, action("view-instance", resource), fail("CONFIG"))
    whole = {"op": "allowed_action", "actor": RESTRICTED, "action": "view-instance"}
    file.add("without a resource, the instance is meant", why, whole, ok(allowed=True))
