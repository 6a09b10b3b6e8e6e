//! What messages say is wrong is told, whether or not a change is to blame.

use nepho_core::findings::{Trouble, TroubleKind};

use super::*;

fn told(message: &str) -> Option<Trouble> {
    let failing = format!("checkout ERROR {message}");
    let story = shop().every(AWS, "2024-05-01T10:00:07Z", 4, 60, &failing);
    story.incidents().remove(0).trouble
}

#[test]
fn what_messages_say_is_told_without_a_change() {
    let check = |message: &str, kind: TroubleKind, text: &str| {
        let trouble = told(message).unwrap();
        assert_eq!((trouble.kind, trouble.text.as_str()), (kind, text));
        assert!(trouble.share > 0.99, "{}", trouble.share);
    };
    check(
        "could not connect to order-db:5432: timed out",
        TroubleKind::Connection,
        "a lost connection to order-db",
    );
    check(
        "java.lang.OutOfMemoryError: Java heap space",
        TroubleKind::Exhaustion,
        "an exhausted limit: memory (heap)",
    );
    check(
        "request timed out in queue: worker pool exhausted (32/32 busy)",
        TroubleKind::Exhaustion,
        "an exhausted limit: worker pool",
    );
    check(
        "getaddrinfo EAI_AGAIN pay.shop.example",
        TroubleKind::NameResolution,
        "failed name resolution of pay.shop.example",
    );
    let client = "POST https://pay.shop.example/charge: unexpected status 429";
    assert_eq!(told(client).unwrap().kind, TroubleKind::Throttling);
    assert_eq!(told("order 7 was lost"), None);
}

#[test]
fn errors_of_somebody_else_are_told() {
    let check = |host: &str, expected: Option<&str>| {
        let failing = format!("checkout ERROR POST https://{host}/v1: 503 Service Unavailable");
        let story =
            shop()
                .calls("checkout", host)
                .every(AWS, "2024-05-01T10:00:07Z", 4, 60, &failing);
        let trouble = story.incidents().remove(0).trouble;
        let trouble = trouble.map(|told| (told.kind, told.text));
        let expected = expected.map(|text| (TroubleKind::Upstream, text.to_owned()));
        assert_eq!(trouble, expected, "{host}");
    };
    let told = "errors that api.payments.example answers with";
    check("api.payments.example", Some(told));
    check("orders.internal", None);
}

#[test]
fn the_cause_below_a_long_trace_counts() {
    let frames = "\tat org.example.Client.call(Client.java:7)\n".repeat(12);
    let message = format!(
        "charge failed: I/O error on POST \"https://pay.shop.example/charge\"\n{frames}\
         Caused by: java.security.cert.CertificateExpiredException: NotAfter: Wed May 01 \
         10:00:00 UTC 2024\n{frames}"
    );
    let trouble = told(&message).unwrap();
    assert_eq!(trouble.subject.as_deref(), Some("pay.shop.example"));
    let expected =
        "a refused certificate of pay.shop.example, which expired at 2024-05-01 10:00:00 UTC";
    assert_eq!(trouble.text, expected);
}
