//! What the restrictions of a token leave to its actor: `_r`, by Datasette's rules. What Datasette cannot judge is not allowed.
//!
//! `{"a": [actions everywhere], "d": {database: [actions]}, "r": {database: {table: [actions]}}}`. An action is listed by its name
//! or its abbreviation.

use crate::error::Result;
use crate::jose::config::config_failure;
use crate::jose::json::{Kind, Value};

/// The abbreviations of Datasette's own actions.
const ABBREVIATIONS: [(&str, &str); 21] = [
    ("view-instance", "vi"),
    ("permissions-debug", "pd"),
    ("debug-menu", "dm"),
    ("view-database", "vd"),
    ("view-database-download", "vdd"),
    ("execute-sql", "es"),
    ("execute-write-sql", "ews"),
    ("create-table", "ct"),
    ("create-view", "cv"),
    ("store-query", "sq"),
    ("view-table", "vt"),
    ("insert-row", "ir"),
    ("delete-row", "dr"),
    ("update-row", "ur"),
    ("alter-table", "at"),
    ("set-column-type", "sct"),
    ("drop-table", "dt"),
    ("drop-view", "dv"),
    ("view-query", "vq"),
    ("update-query", "uq"),
    ("delete-query", "dq"),
];

/// The actions on a table or a view, whose names SQLite knows in any case.
const TABLE_ACTIONS: [&str; 8] = [
    "view-table",
    "insert-row",
    "delete-row",
    "update-row",
    "alter-table",
    "set-column-type",
    "drop-table",
    "drop-view",
];

/// Whether the actor's restrictions leave an action on a resource: none, a database, or a database and a table in it. An actor
/// without restrictions is not restricted.
pub(crate) fn allowed_action(actor: Option<Value<'_>>, action: &str, resource: &[&str]) -> bool {
    match actor.and_then(|actor| actor.get("_r")).filter(|restrictions| restrictions.kind() != Kind::Null) {
        Some(restrictions) => leaves(restrictions, action, resource).unwrap_or(false),
        None => true,
    }
}

/// `None` where Datasette would raise.
fn leaves(restrictions: Value<'_>, action: &str, resource: &[&str]) -> Option<bool> {
    drop(restrictions.members()?);
    if names(restrictions.get("a"), action)? {
        return Some(true);
    }
    // A database without a name is none, unless a table is named with it.
    let Some(database) = resource.first().filter(|_| *resource != [""]) else { return Some(false) };
    let databases = restrictions.get("d").map(|databases| members(databases, database)).unwrap_or(Some(None))?;
    if names(databases, action)? {
        return Some(true);
    }
    let Some(table) = resource.get(1) else { return Some(false) };
    let tables = restrictions.get("r").map(|databases| members(databases, database)).unwrap_or(Some(None))?;
    let Some(tables) = tables else { return Some(false) };
    for (name, actions) in tables.members()? {
        if same_table(&name, table, action) && names(Some(actions), action)? {
            return Some(true);
        }
    }
    Some(false)
}

/// The member of an object, if there is one; `None` for another type.
fn members<'a>(object: Value<'a>, name: &str) -> Option<Option<Value<'a>>> {
    object.members().map(|_| object.get(name))
}

/// Whether a list of actions has this one. `None` for another type, and for a list with a list or an object in it, wherever it stands.
fn names(actions: Option<Value<'_>>, action: &str) -> Option<bool> {
    let Some(actions) = actions.filter(|actions| actions.kind() != Kind::Null) else { return Some(false) };
    let short = ABBREVIATIONS.iter().find(|(name, _)| *name == action).map(|(_, short)| *short);
    let mut is_named = false;
    for listed in actions.items()? {
        match listed.kind() {
            Kind::Array | Kind::Object => return None,
            _ => is_named |= listed.as_str().is_some_and(|listed| listed == action || Some(&*listed) == short),
        }
    }
    Some(is_named)
}

/// A table has its name in any case of ASCII letters; the name of a query, and of whatever another action is about, is as written.
fn same_table(listed: &str, asked: &str, action: &str) -> bool {
    listed == asked || (TABLE_ACTIONS.contains(&action) && listed.eq_ignore_ascii_case(asked))
}

/// Refuses restrictions that are not of the form above. An empty object is refused too: the plugin takes it for no restriction.
pub(crate) fn check(restrictions: Value<'_>, path: &str) -> Result<()> {
    let unsound = |at: &str, what: &str| Err(config_failure(&format!("{path}{at}"), what));
    let is_actions = |list: Value<'_>| list.items().is_some_and(|mut list| list.all(|one| one.kind() == Kind::String));
    let is_tables = |tables: Value<'_>| tables.members().is_some_and(|mut all| all.all(|(_, list)| is_actions(list)));
    let Some(mut members) = restrictions.members() else { return unsound("", "expected an object") };
    if restrictions.members().is_some_and(|mut members| members.next().is_none()) {
        return unsound("", "expected at least one of a, d and r");
    }
    members.try_for_each(|(name, value)| match &*name {
        "a" if !is_actions(value) => unsound(".a", "expected a list of actions"),
        "d" if !is_tables(value) => unsound(".d", "expected databases with lists of actions"),
        "r" if !value.members().is_some_and(|mut all| all.all(|(_, tables)| is_tables(tables))) => {
            unsound(".r", "expected databases with tables with lists of actions")
        }
        "a" | "d" | "r" => Ok(()),
        _ => unsound("", "a member other than a, d and r"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Value<'_> {
        Value::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn restrictions_leave_what_they_list() {
        let actor = r#"{"id":"a","_r":{"a":["vi","debug-menu"],"d":{"db":["vq","execute-sql"]},"r":{"db":{"Table":["ir"],"q":["view-query"]}}}}"#;
        let table: [(&str, &[&str], bool); 17] = [
            ("view-instance", &[], true),
            ("view-instance", &["db", "t"], true),
            ("vi", &[], true),
            ("debug-menu", &[], true),
            ("dm", &[], false),
            ("permissions-debug", &[], false),
            ("view-query", &["db"], true),
            ("view-query", &[], false),
            ("view-query", &["other"], false),
            ("execute-sql", &["db", "any"], true),
            ("execute-sql", &["db"], true),
            ("insert-row", &["db", "Table"], true),
            ("insert-row", &["db", "TABLE"], true),
            ("ir", &["db", "TABLE"], false),
            ("insert-row", &["db"], false),
            ("insert-row", &["other", "Table"], false),
            ("delete-row", &["db", "Table"], false),
        ];
        for (action, resource, expected) in table {
            assert_eq!(allowed_action(Some(value(actor)), action, resource), expected, "{action} {resource:?}");
        }
    }

    #[test]
    fn who_is_not_restricted_may_and_odd_restrictions_leave_nothing() {
        for free in ["{}", r#"{"id":"a"}"#, r#"{"id":"a","_r":null}"#] {
            assert!(allowed_action(Some(value(free)), "view-table", &["d", "t"]), "{free}");
        }
        assert!(allowed_action(None, "view-table", &["d", "t"]));
        for odd in
            ["{}", "[]", "1", "\"a\"", r#"{"a":null}"#, r#"{"d":[]}"#, r#"{"d":{"d":"vt"}}"#, r#"{"r":{"d":[]}}"#]
        {
            let actor = format!(r#"{{"_r":{odd}}}"#);
            assert!(!allowed_action(Some(value(&actor)), "view-table", &["d", "t"]), "{odd}");
        }
    }

    #[test]
    fn restrictions_are_checked() {
        for good in [r#"{"a":["vi"]}"#, r#"{"a":[],"d":{},"r":{"d":{"t":["ir"]}}}"#] {
            assert!(check(value(good), "restrictions").is_ok(), "{good}");
        }
        for bad in [
            "{}",
            "[]",
            "null",
            r#"{"a":"vi"}"#,
            r#"{"a":[1]}"#,
            r#"{"b":[]}"#,
            r#"{"d":{"d":{}}}"#,
            r#"{"r":{"d":[]}}"#,
        ] {
            assert!(check(value(bad), "restrictions").is_err(), "{bad}");
        }
    }
}
