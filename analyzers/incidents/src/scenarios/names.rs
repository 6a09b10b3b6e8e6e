//! Names that are not found in several places at once.

use super::*;

#[test]
fn names_of_one_zone_that_nobody_resolves_are_one_incident() {
    let quiet = "2024-05-01T09:00:00Z";
    let start = "2024-05-01T10:00:0";
    let dns = "coredns ERROR plugin/errors: 2 ledger.shop.example. A: read udp \
               10.2.0.10:41233->192.0.2.16:53: i/o timeout";
    let pay = "pay ERROR Post \"https://ledger.shop.example/v1\": dial tcp: lookup \
               ledger.shop.example on 10.2.0.10:53: server misbehaving";
    let ship = "ship ERROR label failed: getaddrinfo EAI_AGAIN labels.shop.example";
    let story = Story::default()
        .every(AZURE, quiet, 5, 720, "coredns INFO NOERROR")
        .every(AZURE, quiet, 5, 720, "pay INFO paid")
        .every(GCP, quiet, 5, 720, "ship INFO shipped")
        .every(AZURE, &format!("{start}3Z"), 4, 60, dns)
        .every(AZURE, &format!("{start}5Z"), 4, 60, pay)
        .every(GCP, &format!("{start}8Z"), 20, 12, ship);
    assert_eq!(story.verdicts(), ["coredns < pay,ship | none"]);
    let found = story.incidents().remove(0);
    let text = "failed name resolution of 2 names in shop.example (labels.shop.example and \
                ledger.shop.example)";
    assert_eq!(found.trouble.unwrap().text, text);
    let ship = &found.secondary[1];
    assert_eq!(ship.via.as_deref(), Some("shop.example"));
    let why = "it could not resolve names in shop.example as coredns could not";
    assert!(ship.reason.starts_with(why), "{}", ship.reason);
}
