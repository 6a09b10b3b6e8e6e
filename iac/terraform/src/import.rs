//! What plans and logs tell of an import: the id that somebody asked to have imported.
//!
//! developer.hashicorp.com/terraform/internals/json-format and
//! developer.hashicorp.com/terraform/internals/machine-readable-ui, `importing` (read 2026-11-29).

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::identity::keys;

/// Object `importing`; newer versions tell an identity in place of the id, and that it is not known
/// yet.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Importing<'a> {
    #[serde(borrow)]
    id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    identity: Option<Identity<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Identity<'a> {
    #[serde(borrow)]
    arn: Option<Cow<'a, str>>,
    #[serde(borrow)]
    id: Option<Cow<'a, str>>,
}

/// The id to import, where one is told. What other ids call `CLUSTER:NAME` an import may call
/// `CLUSTER/NAME`: whatever else tells the id of the resource goes before it.
pub(crate) fn id(importing: Option<&RawValue>) -> Option<String> {
    let importing: Importing<'_> = serde_json::from_str(importing?.get()).ok()?;
    let identity = importing.identity.unwrap_or_default();
    let told = [identity.arn, importing.id, identity.id];
    let mut told = told.into_iter().flatten().map(Cow::into_owned);
    told.find(|id| !id.trim().is_empty())
}

/// Key of what is imported by an id: as good as the id alone tells.
pub(crate) fn key(resource_type: &str, id: &str) -> Option<String> {
    let key = keys::from_id(resource_type, id)?;
    let full = || keys::arn_without_place(resource_type, id, "");
    Some(match keys::is_global(&key) {
        true => key,
        false => full().unwrap_or(key),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_tells_an_id_or_an_identity() {
        let check = |text: &str, expected: Option<&str>| {
            let raw = RawValue::from_string(text.to_owned()).unwrap();
            assert_eq!(id(Some(&raw)).as_deref(), expected, "{text}");
        };
        check(r#"{"id":"shop-media"}"#, Some("shop-media"));
        let topic = "arn:aws:sns:eu-west-1:111122223333:orders";
        let identity = format!(r#"{{"identity":{{"arn":"{topic}","account_id":"111122223333"}}}}"#);
        check(&identity, Some(topic));
        check(r#"{"unknown":true}"#, None);
        check(r#"{"id":""}"#, None);
        check("1", None);
        assert_eq!(id(None), None);
    }

    #[test]
    fn the_id_alone_tells_some_arns() {
        let bucket = key("aws_s3_bucket", "shop-media");
        assert_eq!(bucket.as_deref(), Some("arn:aws:s3:::shop-media"));
        assert_eq!(key("aws_lb", "web").as_deref(), Some("web"));
    }
}
