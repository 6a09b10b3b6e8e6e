//! Requests as gateways hand them to functions: REST, HTTP and WebSocket APIs of API Gateway,
//! function URLs, and application load balancers. Functions write them into their logs.
//!
//! How the request ended is not known yet.

use nepho_codec::json::JsonFields;
use nepho_codec::json::unescape;
use nepho_codec::table::{
    Event, JsonFormats, Need, Table, To, keep, part, put_text, resource, source_address, text,
    time, url,
};
use nepho_core::tables::{Column, Row};

use crate::rules::{account_of, region_of, trace_root};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Requests that API Gateway, function URLs and load balancers hand to Lambda",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

const NAME: &str = "aws.lambda_request";

const API: usize = 0;
const DOMAIN: usize = 1;
const STAGE: usize = 2;
const HTTP_PART: usize = 3;
const CONNECTION: usize = 4;

static TABLES: [&Table; 4] = [&HTTP, &REST, &BALANCED, &SOCKET];

const BASE: Table = Table {
    name: NAME,
    needs: &[],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&[
            "requestContext.timeEpoch",
            "requestContext.requestTimeEpoch",
            "requestContext.time",
            "requestContext.requestTime",
        ]),
        part(&["requestContext.accountId"], Column::Account, account),
        part(
            &["requestContext.elb.targetGroupArn"],
            Column::Account,
            account_of,
        ),
        part(
            &["requestContext.elb.targetGroupArn"],
            Column::Region,
            region_of,
        ),
        text(
            &[
                "requestContext.routeKey",
                "requestContext.eventType",
                "resource",
            ],
            Column::Action,
        ),
        text(
            &[
                "requestContext.identity.userArn",
                "requestContext.identity.user",
                "requestContext.identity.caller",
                "requestContext.authorizer.iam.userArn",
                "requestContext.authorizer.principalId",
                "requestContext.authorizer.claims.sub",
                "requestContext.authorizer.jwt.claims.sub",
            ],
            Column::Actor,
        ),
        source_address(&[
            "requestContext.http.sourceIp",
            "requestContext.identity.sourceIp",
            "headers.x-forwarded-for",
            "multiValueHeaders.x-forwarded-for[0]",
        ]),
        text(
            &[
                "requestContext.http.userAgent",
                "requestContext.identity.userAgent",
                "headers.user-agent",
                "multiValueHeaders.user-agent[0]",
            ],
            Column::UserAgent,
        ),
        text(
            &["requestContext.http.method", "httpMethod"],
            Column::Method,
        ),
        url(&["requestContext.http.path", "rawPath", "path"]),
        text(
            &[
                "requestContext.requestId",
                "requestContext.extendedRequestId",
            ],
            Column::RequestId,
        ),
        part(
            &[
                "headers.x-amzn-trace-id",
                "multiValueHeaders.x-amzn-trace-id[0]",
            ],
            Column::TraceId,
            trace_root,
        ),
        resource(&["requestContext.elb.targetGroupArn"]),
        keep(&["requestContext.apiId"], API),
        keep(&["requestContext.domainName"], DOMAIN),
        keep(&["requestContext.stage"], STAGE),
        keep(&["requestContext.http"], HTTP_PART),
        keep(&["requestContext.connectionId"], CONNECTION),
    ],
    extras: &[
        ("requestContext.domainName", "domain"),
        ("requestContext.stage", "stage"),
        ("requestContext.protocol", "protocol"),
        ("requestContext.http.protocol", "protocol"),
        ("requestContext.connectionId", "connection"),
        ("requestContext.resourcePath", "route"),
    ],
    finish: Some(finish),
};

/// HTTP APIs and function URLs, payload version 2.0.
static HTTP: Table = Table {
    needs: &[
        Need::Has("requestContext.http.method"),
        Need::Has("requestContext.apiId"),
        Need::Has("rawPath"),
    ],
    ..BASE
};

/// REST APIs, and HTTP APIs with payload version 1.0.
static REST: Table = Table {
    needs: &[
        Need::Has("httpMethod"),
        Need::Has("path"),
        Need::Has("requestContext.apiId"),
        Need::HasAny(&["requestContext.requestId", "requestContext.resourcePath"]),
    ],
    ..BASE
};

/// Application load balancers.
static BALANCED: Table = Table {
    needs: &[
        Need::Has("httpMethod"),
        Need::Has("path"),
        Need::Has("requestContext.elb.targetGroupArn"),
    ],
    ..BASE
};

/// WebSocket APIs.
static SOCKET: Table = Table {
    needs: &[
        Need::Has("requestContext.connectionId"),
        Need::Has("requestContext.eventType"),
        Need::Has("requestContext.apiId"),
    ],
    ..BASE
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let domain = event.kept(DOMAIN).unwrap_or_default();
    let place = place(&domain);
    if let Some((_, region)) = place {
        row.text(Column::Region, region);
    }
    let api = event.kept(API).unwrap_or_default();
    // The function that wrote it down is known by its log.
    let told = row.record().envelope.get(Column::Service);
    if told.is_none_or(str::is_empty) {
        row.text(Column::Service, &api);
    }
    // A function URL has the id of an API and is none.
    if let Some((Kind::Api, region)) = place
        && !api.is_empty()
    {
        let is_second = event.kept_value(HTTP_PART).is_some() || event.kept(CONNECTION).is_some();
        let kind = if is_second { "apis" } else { "restapis" };
        let stage = event.kept(STAGE);
        let stage = stage.map_or(String::new(), |stage| format!("/stages/{stage}"));
        row.resource(&format!(
            "arn:aws:apigateway:{region}::/{kind}/{api}{stage}"
        ));
    }
}

/// Bytes that may stand before a request in a message.
const MAX_LABEL: usize = 40;

/// Puts what a message tells that is a request, with a word before it or none: functions write
/// `EVENT {...}`. The rest of the row is of the invocation.
pub(super) fn describe(message: &str, row: &mut Row<'_>) {
    let message = message.trim_end();
    if !message.ends_with('}') {
        return;
    }
    let head = message.as_bytes().get(..MAX_LABEL);
    let start = memchr::memchr(b'{', head.unwrap_or(message.as_bytes()));
    let Some(object) = start.and_then(|start| message.get(start..)) else {
        return;
    };
    if memchr::memmem::find(object.as_bytes(), b"\"requestContext\"").is_none() {
        return;
    }
    let Ok(fields) = JsonFields::parse(object) else {
        return;
    };
    for (paths, to) in MESSAGE_FIELDS {
        let value = paths.iter().find_map(|path| fields.text(path));
        if let Some(value) = value {
            put_text(&unescape(value), to, row);
        }
    }
}

/// What is read of a request that a function wrote into a message.
const MESSAGE_FIELDS: [(&[&str], To); 4] = [
    (
        &["requestContext.http.method", "httpMethod"],
        To::Text(Column::Method),
    ),
    (&["requestContext.http.path", "rawPath", "path"], To::Url),
    (
        &[
            "requestContext.http.sourceIp",
            "requestContext.identity.sourceIp",
            "headers.x-forwarded-for",
        ],
        To::SourceAddress,
    ),
    (
        &[
            "requestContext.http.userAgent",
            "requestContext.identity.userAgent",
            "headers.user-agent",
        ],
        To::Text(Column::UserAgent),
    ),
];

/// Number of an account; callers of function URLs that nobody knows have the word `anonymous`.
fn account(text: &str) -> &str {
    match text.bytes().all(|byte| byte.is_ascii_digit()) {
        true => text,
        false => "",
    }
}

/// What a domain of AWS is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Api,
    Function,
}

/// What the domain that AWS gives is of, and the region: `a1.execute-api.eu-west-1.amazonaws.com`,
/// `a1.lambda-url.eu-west-1.on.aws`.
fn place(domain: &str) -> Option<(Kind, &str)> {
    let (kind, rest) = match domain.split_once(".execute-api.") {
        Some((_, rest)) => (Kind::Api, rest),
        None => (Kind::Function, domain.split_once(".lambda-url.")?.1),
    };
    let region = rest.split('.').next().filter(|region| !region.is_empty())?;
    Some((kind, region))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_of_aws_have_regions() {
        let api = "a1.execute-api.eu-west-1.amazonaws.com";
        assert_eq!(place(api), Some((Kind::Api, "eu-west-1")));
        let function = "a1.lambda-url.us-east-1.on.aws";
        assert_eq!(place(function), Some((Kind::Function, "us-east-1")));
        assert_eq!(place("api.example.com"), None);
    }
}
