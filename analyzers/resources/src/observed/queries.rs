//! Names that were asked for, in query logs of resolvers. Whoever asks for the name of a resource
//! is about to call it.

/// Formats of such logs.
const FORMATS: [&str; 3] = ["aws.route53_resolver", "gcp.dns", "kubernetes.coredns"];

/// Whether rows of a format tell of queries.
pub(super) fn are_queries(format: Option<&str>) -> bool {
    format.is_some_and(|format| FORMATS.contains(&format))
}

/// The name that a row asks for, by its body: `A orders.example.com NOERROR`, or the line of
/// `CoreDNS`, `[INFO] 10.0.0.5:4242 - 1 "A IN orders.example.com. udp 40 false 512" NOERROR ...`.
pub(super) fn question(body: &str) -> Option<&str> {
    let name = match body.split_once('"') {
        Some((_, query)) => query.split(' ').nth(2)?,
        None => body.split(' ').nth(1)?,
    };
    let name = name.trim_end_matches('.');
    name.contains('.').then_some(name)
}

#[cfg(test)]
mod tests {
    use super::question;

    #[test]
    fn names_stand_in_the_body() {
        let check = |body: &str, expected: Option<&str>| assert_eq!(question(body), expected);
        check("A db.shop.example NOERROR", Some("db.shop.example"));
        check(
            "[INFO] 10.0.0.5:4242 - 1 \"A IN web.shop.svc.cluster.local. udp 40 false 512\" NOERROR qr 98 0.0001s",
            Some("web.shop.svc.cluster.local"),
        );
        check("NS . SERVFAIL", None);
        check("", None);
    }
}
