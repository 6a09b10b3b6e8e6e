//! When a run began, from where its events lie.

use nepho_core::Timestamp;

/// Beginning of the update that a document of the API is of,
/// `pulumi://HOST/ORG/PROJECT/STACK/2026-05-12T140000Z.7.events.json`: the history of the stack
/// calls the run by it, and the first event comes a little later.
pub(super) fn started(uri: &str) -> Option<Timestamp> {
    let file = uri.strip_prefix("pulumi://")?.rsplit('/').next()?;
    let time = file.strip_suffix(".events.json")?.split('.').next()?;
    let (date, clock) = time.split_once('T')?;
    let [hour, minute, second] = [clock.get(..2)?, clock.get(2..4)?, clock.get(4..)?];
    Timestamp::parse_rfc3339(&format!("{date}T{hour}:{minute}:{second}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_of_the_api_tells_when_its_update_began() {
        let uri = "pulumi://api.pulumi.com/acme/shop/prod/2026-05-12T140000Z.7.events.json";
        let time = started(uri).map(|time| time.to_string());
        assert_eq!(time.as_deref(), Some("2026-05-12T14:00:00Z"));
        for other in [
            "pulumi://api.pulumi.com/acme/shop/prod/Z.7.events.json",
            "pulumi://api.pulumi.com/acme/shop/prod/2026-05-12T1.7.events.json",
            "2026-05-12T140000Z.7.events.json",
        ] {
            assert_eq!(started(other), None, "{other}");
        }
    }
}
