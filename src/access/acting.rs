//! One actor acting as another (RFC 8693 section 4.1): the actor who is acted for, with `act` naming who acts, and within it who acted
//! before.

use super::restrictions;
use crate::error::{Failure, Result, Status};
use crate::jose::json::{Kind, Members, Value};

/// How many may act for each other in a row.
const MAX_CHAIN: usize = 8;

/// The id of an actor as text: a string that is not empty, or a number as it is written.
pub(crate) fn id_of(actor: Value<'_>) -> Option<String> {
    let id = actor.get("id")?;
    match id.kind() {
        Kind::String => id.as_str().map(String::from).filter(|id| !id.is_empty()),
        Kind::Number => Some(id.raw().to_owned()),
        _ => None,
    }
}

/// `target` with `act`: who acts for it. Restrictions of the one who acts stay: nobody gets more than they came with. If they, or who acted
/// before, cannot be read, nobody acts: what was to narrow must not get lost.
pub(crate) fn acting_as(by: Value<'_>, target: Value<'_>) -> Result<Members> {
    let sub = id_of(by).ok_or_else(|| denied("an actor without an id cannot act as another"))?;
    let restrictions = by.get("_r");
    if restrictions.is_some_and(|restrictions| restrictions::check(restrictions, "_r").is_err()) {
        return Err(denied("by._r: these are no restrictions"));
    }
    let before = by.get("act");
    if chain_len(before) >= MAX_CHAIN {
        return Err(denied("too many actors act for each other"));
    }
    if before.is_some_and(|before| !is_chain(before)) {
        return Err(denied("by.act: this is no chain of actors"));
    }
    let mut actor = Members::default();
    for (name, value) in target.members().into_iter().flatten() {
        actor.json(&name, value.raw());
    }
    if let Some(restrictions) = restrictions {
        actor.json("_r", restrictions.raw());
    }
    let mut act = Members::default();
    act.text("sub", &sub);
    if let Some(before) = before {
        act.json("act", before.raw());
    }
    actor.json("act", &act.into_object());
    Ok(actor)
}

/// Whether a claim or member `act` is a chain of actors.
pub(crate) fn is_chain(act: Value<'_>) -> bool {
    let named =
        |link: Value<'_>| link.kind() == Kind::Object && link.get("sub").is_some_and(|sub| sub.kind() == Kind::String);
    (1..=MAX_CHAIN).contains(&chain_len(Some(act))) && links(Some(act)).all(named)
}

fn chain_len(act: Option<Value<'_>>) -> usize {
    links(act).count()
}

fn links<'a>(act: Option<Value<'a>>) -> impl Iterator<Item = Value<'a>> {
    std::iter::successors(act, |act| act.get("act"))
}

fn denied(message: &str) -> Failure {
    Failure::new(Status::Denied, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Value<'_> {
        Value::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn who_acts_is_named_and_who_acted_before_stays() {
        let root = value(r#"{"id":"root","_r":{"a":["vi"]}}"#);
        let once = acting_as(root, value(r#"{"id":"alice"}"#)).unwrap().into_object();
        assert_eq!(once, r#"{"id":"alice","_r":{"a":["vi"]},"act":{"sub":"root"}}"#);
        let twice = acting_as(value(&once), value(r#"{"id":"bob"}"#)).unwrap().into_object();
        assert_eq!(twice, r#"{"id":"bob","_r":{"a":["vi"]},"act":{"sub":"alice","act":{"sub":"root"}}}"#);
        assert!(is_chain(value(&twice).get("act").unwrap()));
    }

    #[test]
    fn a_chain_ends() {
        let mut actor = r#"{"id":"a"}"#.to_owned();
        for _ in 0..MAX_CHAIN {
            actor = acting_as(value(&actor), value(r#"{"id":"a"}"#)).unwrap().into_object();
        }
        assert_eq!(acting_as(value(&actor), value("{}")).err().unwrap().status(), Status::Denied);
        for odd in ["null", "{}", r#"{"sub":1}"#, r#"{"sub":"a","act":null}"#, r#"{"sub":"a","act":1}"#, "[]", "\"a\""]
        {
            assert!(!is_chain(value(odd)), "{odd}");
        }
    }
}
