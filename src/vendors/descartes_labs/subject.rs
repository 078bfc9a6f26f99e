//! Who a token is about: its payload, the user's name space, and the subjects that access lists of the catalog are asked for.

use std::borrow::Cow;

use super::jwt::{Jwt, sha1_hex};
use crate::error::{Failure, Result, Status};
use crate::jose::json::{Members, Value};

/// The vendor's own claims come with this prefix or without it.
const CLAIM_PREFIX: &str = "earthdaily__dl__";

/// The answer of `source.identity`, a JSON object. PROTOCOL for a token that names no user.
pub(super) fn subject(token: &str) -> Result<String> {
    let jwt = Jwt::read(token).ok_or_else(|| unusable("the token cannot be read"))?;
    let payload = Payload::of(&jwt);
    let user = payload.user().ok_or_else(|| unusable("the token names no user"))?;
    let mut members = Members::default();
    members.text("namespace", &user);
    members.json("payload", &payload.to_json());
    members.texts("all_acl_subjects", &payload.acl_subjects(&user));
    members.texts("all_owner_acl_subjects", &payload.owner_acl_subjects(&user));
    Ok(members.into_object())
}

fn unusable(why: &str) -> Failure {
    Failure::new(Status::Protocol, why)
}

/// The claims by the names without their prefix.
struct Payload<'t>(Vec<(Cow<'t, str>, Value<'t>)>);

impl<'t> Payload<'t> {
    /// A claim with the prefix takes the place of the one without.
    fn of(jwt: &'t Jwt) -> Payload<'t> {
        let (mut prefixed, mut plain) = (Vec::new(), Vec::new());
        for (name, value) in jwt.claims().and_then(|claims| claims.members()).into_iter().flatten() {
            match name.strip_prefix(CLAIM_PREFIX) {
                Some(bare) => prefixed.push((Cow::Owned(bare.to_owned()), value)),
                None => plain.push((name, value)),
            }
        }
        plain.retain(|(name, _)| !prefixed.iter().any(|(bare, _)| bare == name));
        plain.extend(prefixed);
        Payload(plain)
    }

    fn to_json(&self) -> String {
        let mut members = Members::default();
        for (name, value) in &self.0 {
            members.json(name, value.raw());
        }
        members.into_object()
    }

    fn get(&self, name: &str) -> Option<Value<'t>> {
        self.0.iter().find(|(claim, _)| claim == name).map(|(_, value)| *value)
    }

    /// A claim that is a text and not empty; of another type it counts as absent.
    fn text(&self, name: &str) -> Option<Cow<'t, str>> {
        self.get(name)?.as_str().filter(|text| !text.is_empty())
    }

    /// `userid`, or as it was before there was one, the SHA-1 of `sub`.
    fn user(&self) -> Option<String> {
        match self.text("userid") {
            Some(user) => Some(user.into_owned()),
            None => self.text("sub").map(|sub| sha1_hex(&sub)),
        }
    }

    fn groups(&self) -> impl Iterator<Item = Cow<'t, str>> + use<'t> {
        let items = self.get("groups").and_then(|groups| groups.items());
        items.into_iter().flatten().filter_map(|group| group.as_str())
    }

    /// Whoever the user can be in an access list.
    fn acl_subjects(&self, user: &str) -> Vec<String> {
        let org = self.text("org");
        // A group of an organisation counts only while the user is in it. What is bought is not an organisation's.
        let is_active = |group: &Cow<'_, str>| match group.split_once(':') {
            None => true,
            Some(("access-id", id)) => !id.is_empty(),
            Some((of, _)) => org.as_deref() == Some(of),
        };
        let mut subjects = vec![format!("user:{user}")];
        subjects.extend(self.text("email").map(|email| format!("email:{}", email.to_lowercase())));
        subjects.extend(org.as_ref().map(|org| format!("org:{org}")));
        subjects.extend(self.groups().filter(is_active).map(|group| format!("group:{group}")));
        subjects
    }

    /// Whoever the user can be in a list of owners.
    fn owner_acl_subjects(&self, user: &str) -> Vec<String> {
        let own = self.text("org");
        let admin_of = |suffix: &'static str| {
            self.groups()
                .filter_map(move |group| group.strip_suffix(suffix).map(str::to_owned))
                .filter(|of| !of.is_empty())
        };
        let mut subjects = vec![format!("user:{user}")];
        let orgs = admin_of(":org-admin").filter(|org| own.as_deref() == Some(org.as_str()));
        subjects.extend(orgs.map(|org| format!("org:{org}")));
        subjects.extend(admin_of(":resource-admin").map(|id| format!("access-id:{id}")));
        subjects
    }
}

#[cfg(test)]
mod tests {
    use super::super::jwt::tests::token;
    use super::*;

    const USER: &str = r#""sub":"some|user","userid":"uid1""#;

    fn lists(claims: &str) -> (Vec<String>, Vec<String>) {
        let text = subject(&token(&format!("{{{USER},{claims}}}"))).unwrap();
        let subject = Value::parse(text.as_bytes()).unwrap();
        let list = |name| subject.get(name).unwrap().items().unwrap().map(|item| item.as_str().unwrap().into_owned());
        (list("all_acl_subjects").collect(), list("all_owner_acl_subjects").collect())
    }

    #[test]
    fn subjects_of_access_lists() {
        for (claims, all, owner) in [
            (r#""a":1"#, "", ""),
            (r#""org":"MyOrg""#, "org:MyOrg", ""),
            (r#""email":"A@B.c","email_verified":false"#, "email:a@b.c", ""),
            (
                r#""org":"o","groups":["public","x:team","x",":odd","o:","public"]"#,
                "org:o group:public group:x group:o: group:public",
                "",
            ),
            (r#""org":"o","groups":["o:org-admin","x:org-admin"]"#, "org:o group:o:org-admin", "org:o"),
            (r#""org":"o","groups":[":org-admin","org-admin",":resource-admin"]"#, "org:o group:org-admin", ""),
            (r#""groups":["o:org-admin"]"#, "", ""),
            (
                r#""org":"o","groups":["access-id:a","o:access-id:a","x:access-id:a","access-id:"]"#,
                "org:o group:access-id:a group:o:access-id:a",
                "",
            ),
            (r#""groups":["b:resource-admin","o:a:resource-admin"]"#, "", "access-id:b access-id:o:a"),
            (r#""org":1,"email":[],"groups":null"#, "", ""),
            (r#""org":"","email":"","groups":"public""#, "", ""),
            (r#""groups":[1,null,["x"],"public"]"#, "group:public", ""),
            (r#""earthdaily__dl__org":"o","org":"p","earthdaily__dl__groups":["o:t","p:t"]"#, "org:o group:o:t", ""),
        ] {
            let (found_all, found_owner) = lists(claims);
            for (found, expected) in [(found_all, all), (found_owner, owner)] {
                assert_eq!(found.join(" "), format!("user:uid1 {expected}").trim_end(), "{claims}");
            }
        }
    }

    #[test]
    fn the_namespace_is_the_user_or_made_of_the_subject() {
        for (claims, namespace) in [
            (r#""userid":"u""#, Some("u")),
            (r#""userid":"","sub":"some|user""#, Some("20c90de9751087eb65e1c28674271ee417a7db03")),
            (r#""userid":7,"sub":"some|user""#, Some("20c90de9751087eb65e1c28674271ee417a7db03")),
            (r#""sub":"usér|1""#, Some("774a25db40ca2cc2c5f49babef0e30e4aef9c64c")),
            (r#""userid":"u","earthdaily__dl__userid":"v""#, Some("v")),
            (r#""sub":null"#, None),
            (r#""sub":"""#, None),
        ] {
            let subject = subject(&token(&format!("{{{claims}}}")));
            match namespace {
                Some(namespace) => {
                    assert!(subject.unwrap().contains(&format!("\"namespace\":\"{namespace}\"")), "{claims}")
                }
                None => assert_eq!(subject.unwrap_err().status(), Status::Protocol, "{claims}"),
            }
        }
    }

    #[test]
    fn the_payload_is_the_claims_without_the_prefix() {
        let claims = r#"{"earthdaily__dl__a":9007199254740993,"b":{"earthdaily__dl__c":5.0},"a":1,"earthdaily__dl__":"x","userid":"u"}"#;
        let text = subject(&token(claims)).unwrap();
        let subject = Value::parse(text.as_bytes()).unwrap();
        let payload = r#"{"b":{"earthdaily__dl__c":5.0},"userid":"u","a":9007199254740993,"":"x"}"#;
        assert_eq!(subject.get("payload").unwrap().raw(), payload);
    }
}
