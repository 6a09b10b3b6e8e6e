//! Web ACL logs of AWS WAF: what became of each request, and by which rule.

use nepho_codec::json::fields::{elements, pick, text_of};
use nepho_codec::json::unescape;
use nepho_codec::table::{
    Event, JsonFormats, Need, Table, To, keep, outcome_of, part, put_text, resource,
    source_address, status, text, time, url,
};
use nepho_core::tables::{Column, Outcome, Row};

use crate::rules::{account_of, printed, printed_last, region_of};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.waf",
    summary: "WAF web ACL logs",
    permissions: &["s3:GetObject", "s3:ListBucket"],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

/// What becomes of a request; one without a valid token is answered with a puzzle instead.
const OUTCOMES: &[(&str, Outcome)] = &[
    ("ALLOW", Outcome::Success),
    ("COUNT", Outcome::Success),
    ("BLOCK", Outcome::Failure),
    ("CAPTCHA", Outcome::Failure),
    ("CHALLENGE", Outcome::Failure),
];

const HEADERS: usize = 0;
const SOURCE: usize = 1;
const SOURCE_ID: usize = 2;
const ACL: usize = 3;
const REQUEST: usize = 4;

static TABLES: [&Table; 3] = [&TABLE, &CUT, &SAMPLED];

static TABLE: Table = Table {
    needs: &[
        Need::Has("httpRequest"),
        Need::HasAny(&["webaclId", "terminatingRuleId"]),
        Need::HasAny(&["action", "terminatingRuleId"]),
        Need::HasAny(&["terminatingRuleId", "httpSourceName", "formatVersion"]),
    ],
    ..BASE
};

/// Cut down, the web ACL alone is left of what it is about. Programs that look after one tell of it
/// in messages.
static CUT: Table = Table {
    needs: &[
        Need::Lacks("httpRequest"),
        Need::Lacks("msg"),
        Need::Lacks("level"),
        Need::Has("webaclId"),
        Need::HasAny(&["timestamp", "TimeGenerated"]),
        Need::HasAny(&["action", "terminatingRuleId"]),
        Need::HasAny(&["terminatingRuleId", "httpSourceName", "formatVersion"]),
    ],
    ..BASE
};

/// Requests of `aws wafv2 get-sampled-requests`.
///
/// Source: docs.aws.amazon.com/waf/latest/APIReference/API_SampledHTTPRequest.html, as of
/// 2026-12-01.
static SAMPLED: Table = Table {
    name: "aws.waf",
    needs: &[
        Need::Has("Request.ClientIP"),
        Need::Has("Request.URI"),
        Need::Has("Weight"),
        Need::Has("Timestamp"),
        Need::Has("Action"),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["Timestamp"]),
        text(&["Action"], Column::Action),
        outcome_of(&["Action"], OUTCOMES),
        source_address(&["Request.ClientIP"]),
        text(&["Request.Method"], Column::Method),
        url(&["Request.URI"]),
        status(&["ResponseCodeSent"]),
        keep(&["Request.Headers"], HEADERS),
    ],
    extras: &[
        ("RuleNameWithinRuleGroup", "rule"),
        ("Request.Country", "country"),
        ("Request.HTTPVersion", "protocol"),
        ("Labels[0].Name", "label"),
        ("Weight", "weight"),
    ],
    finish: Some(put_agent),
};

const BASE: Table = Table {
    name: "aws.waf",
    needs: &[],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["timestamp", "TimeGenerated"]),
        part(&["webaclId"], Column::Account, account_of),
        part(&["webaclId"], Column::Region, region_of),
        text(&["action"], Column::Action),
        outcome_of(&["action"], OUTCOMES),
        source_address(&["httpRequest.clientIp"]),
        text(&["httpRequest.httpMethod"], Column::Method),
        url(&["httpRequest.uri"]),
        text(&["httpRequest.requestId"], Column::RequestId),
        status(&["responseCodeSent"]),
        resource(&["webaclId"]),
        keep(&["httpRequest.headers"], HEADERS),
        keep(&["httpSourceName"], SOURCE),
        keep(&["httpSourceId"], SOURCE_ID),
        keep(&["webaclId"], ACL),
        keep(&["httpRequest"], REQUEST),
    ],
    extras: &[
        ("terminatingRuleId", "rule"),
        ("terminatingRuleType", "rule_type"),
        ("terminatingRuleMatchDetails[0].conditionType", "condition"),
        ("httpSourceName", "source_type"),
        ("httpRequest.country", "country"),
        ("httpRequest.httpVersion", "protocol"),
        ("httpRequest.host", "domain"),
        ("labels[0].name", "label"),
        ("requestBodySize", "bytes_received"),
        ("ja3Fingerprint", "ja3"),
        ("ja4Fingerprint", "ja4"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let source = event.kept(SOURCE).unwrap_or_default();
    if let Some(id) = event.kept(SOURCE_ID).filter(|id| id != "-") {
        let acl = event.kept(ACL).unwrap_or_default();
        let (service, id) = protected(&source, &id, &acl);
        row.text(Column::Service, service).resource(&id);
    }
    if event.kept_container(REQUEST).is_none()
        && let Some(request) = event.kept(REQUEST)
    {
        put_request(&request, row);
    }
    put_agent(event, row);
}

/// Of the headers only this one: others carry tokens and cookies.
fn put_agent(event: &Event<'_>, row: &mut Row<'_>) {
    let headers = event.kept_container(HEADERS).unwrap_or_default();
    for header in elements(headers) {
        // The API writes the names with capitals.
        let keys = ["name", "value", "Name", "Value"];
        let Some([name, value, other_name, other_value]) = pick(header, keys) else {
            continue;
        };
        if let (Some(name), Some(value)) = (name.or(other_name), value.or(other_value))
            && text_of(name).is_some_and(|name| name.eq_ignore_ascii_case("user-agent"))
        {
            row.text(
                Column::UserAgent,
                &unescape(text_of(value).unwrap_or_default()),
            );
        }
    }
}

/// Puts what stands in a request that a table holds as text: JSON, or as Athena prints a struct,
/// with its names in lower case.
fn put_request(request: &str, row: &mut Row<'_>) {
    let keys = ["clientIp", "httpMethod", "uri", "requestId"];
    let values = match pick(request, keys).filter(|_| request.starts_with("{\"")) {
        Some(values) => values.map(|value| value.and_then(text_of).map(unescape)),
        // The address stands before the headers, all else behind them.
        None => [
            Some(printed(request, "clientip").into()),
            Some(printed_last(request, "httpmethod").into()),
            Some(printed_last(request, "uri").into()),
            Some(printed_last(request, "requestid").into()),
        ],
    };
    let columns = [
        To::SourceAddress,
        To::Text(Column::Method),
        To::Url,
        To::Text(Column::RequestId),
    ];
    for (to, value) in columns.into_iter().zip(values) {
        put_text(&value.unwrap_or_default(), to, row);
    }
}

/// Name and ARN of what the web ACL protects, from the id that the log has of it. Web ACLs of WAF
/// Classic name no region, without which there is no ARN.
fn protected<'a>(source: &str, id: &'a str, acl: &str) -> (&'a str, String) {
    let region = region_of(acl);
    let (name, arn) = match source {
        // `111122223333-app/web/0123456789abcdef`
        "ALB" => {
            let (account, balancer) = id.split_once('-').unwrap_or(("", id));
            let name = balancer.split('/').nth(1).unwrap_or(balancer);
            let arn =
                format!("arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/{balancer}");
            (name, arn)
        }
        // `111122223333:abcdef1234:production`
        "APIGW" => {
            let mut parts = id.split(':').skip(1);
            let (api, stage) = (parts.next().unwrap_or(id), parts.next().unwrap_or_default());
            let arn = format!("arn:aws:apigateway:{region}::/restapis/{api}/stages/{stage}");
            (api, arn)
        }
        "CF" => {
            let account = account_of(acl);
            (
                id,
                format!("arn:aws:cloudfront::{account}:distribution/{id}"),
            )
        }
        _ => (id, id.to_owned()),
    };
    match region.is_empty() {
        true => (name, id.to_owned()),
        false => (name, arn),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_protected_has_a_name() {
        let acl = "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/edge/a1";
        let check = |source: &str, id: &str, name: &str, arn: &str| {
            assert_eq!(protected(source, id, acl), (name, arn.to_owned()));
        };
        check(
            "ALB",
            "111122223333-app/web/0123456789abcdef",
            "web",
            "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/0123456789abcdef",
        );
        check(
            "APIGW",
            "111122223333:abcdef1234:live",
            "abcdef1234",
            "arn:aws:apigateway:eu-west-1::/restapis/abcdef1234/stages/live",
        );
        check("COGNITO", "pool", "pool", "pool");
        assert_eq!(protected("CF", "E1", "0a1b"), ("E1", "E1".to_owned()));
    }
}
