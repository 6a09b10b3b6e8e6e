//! Events with which services call a Lambda function and that are of no other format: a push to a
//! repository, a request at an edge of `CloudFront`, a step of a sign-up, a custom resource of a
//! stack, a contact, a request for an object or to a service of a network, a token, a field, a
//! mail.

use nepho_codec::table::{
    JsonFormats, Need, Table, http_status, part, resource, source_address, text, time, url,
};
use nepho_core::tables::Column;

use crate::rules::{account_of, region_of};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.lambda_trigger",
    summary: "Events with which services call Lambda functions, and that are of no other format",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

const NAME: &str = "aws.lambda_trigger";

static TABLES: [&Table; 10] = [
    &PUSH,
    &EDGE,
    &USER_POOL,
    &CUSTOM_RESOURCE,
    &CONTACT,
    &OBJECT,
    &SERVICE,
    &AUTHORIZER,
    &RESOLVER,
    &MAIL,
];

static PUSH: Table = Table {
    name: NAME,
    needs: &[
        Need::Is("eventSource", "aws:codecommit"),
        Need::Has("eventSourceARN"),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "codecommit.amazonaws.com"),
    ],
    fields: &[
        time(&["eventTime"]),
        part(&["eventSourceARN"], Column::Account, account_of),
        text(&["awsRegion"], Column::Region),
        text(&["eventName"], Column::Action),
        text(&["userIdentityARN"], Column::Actor),
        text(&["eventId"], Column::RequestId),
        resource(&["eventSourceARN"]),
    ],
    extras: &[
        ("codecommit.references[0].ref", "reference"),
        ("codecommit.references[0].commit", "commit"),
    ],
    finish: None,
};

static EDGE: Table = Table {
    name: NAME,
    needs: &[
        Need::Has("cf.config.distributionId"),
        Need::Has("cf.request"),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "cloudfront.amazonaws.com"),
    ],
    fields: &[
        text(&["cf.config.eventType"], Column::Action),
        text(&["cf.config.requestId"], Column::RequestId),
        source_address(&["cf.request.clientIp"]),
        text(&["cf.request.method"], Column::Method),
        url(&["cf.request.uri"]),
        text(
            &["cf.request.headers.user-agent[0].value"],
            Column::UserAgent,
        ),
        http_status(&["cf.response.status"]),
        resource(&["cf.config.distributionId"]),
    ],
    extras: &[("cf.config.distributionDomainName", "domain")],
    finish: None,
};

static USER_POOL: Table = Table {
    name: NAME,
    needs: &[
        Need::Has("triggerSource"),
        Need::Has("userPoolId"),
        Need::Has("request"),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "cognito-idp.amazonaws.com"),
    ],
    fields: &[
        text(&["region"], Column::Region),
        text(&["triggerSource"], Column::Action),
        text(&["userName"], Column::Actor),
        resource(&["userPoolId"]),
    ],
    extras: &[("callerContext.clientId", "client")],
    finish: None,
};

static CUSTOM_RESOURCE: Table = Table {
    name: NAME,
    needs: &[
        Need::IsAny("RequestType", &["Create", "Update", "Delete"]),
        Need::Has("StackId"),
        Need::Has("LogicalResourceId"),
        Need::Has("ResponseURL"),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "cloudformation.amazonaws.com"),
    ],
    fields: &[
        part(&["StackId"], Column::Account, account_of),
        part(&["StackId"], Column::Region, region_of),
        text(&["RequestType"], Column::Action),
        text(&["RequestId"], Column::RequestId),
        resource(&["StackId"]),
        resource(&["PhysicalResourceId"]),
    ],
    extras: &[
        ("ResourceType", "resource_type"),
        ("LogicalResourceId", "logical_id"),
    ],
    finish: None,
};

static CONTACT: Table = Table {
    name: NAME,
    needs: &[
        Need::Has("Details.ContactData.ContactId"),
        Need::Has("Details.ContactData.InstanceARN"),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "connect.amazonaws.com"),
    ],
    fields: &[
        part(
            &["Details.ContactData.InstanceARN"],
            Column::Account,
            account_of,
        ),
        part(
            &["Details.ContactData.InstanceARN"],
            Column::Region,
            region_of,
        ),
        text(&["Name"], Column::Action),
        text(&["Details.ContactData.ContactId"], Column::RequestId),
        resource(&["Details.ContactData.InstanceARN"]),
    ],
    extras: &[("Details.ContactData.Channel", "channel")],
    finish: None,
};

static OBJECT: Table = Table {
    name: NAME,
    needs: &[
        Need::Has("xAmzRequestId"),
        Need::Has("userRequest"),
        Need::Has("configuration.accessPointArn"),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "s3-object-lambda.amazonaws.com"),
    ],
    fields: &[
        part(
            &["configuration.accessPointArn"],
            Column::Account,
            account_of,
        ),
        part(&["configuration.accessPointArn"], Column::Region, region_of),
        text(
            &["userIdentity.arn", "userIdentity.principalId"],
            Column::Actor,
        ),
        text(&["xAmzRequestId"], Column::RequestId),
        resource(&["configuration.accessPointArn"]),
        url(&["userRequest.url"]),
    ],
    extras: &[],
    finish: None,
};

/// A request to a service of a VPC Lattice network.
static SERVICE: Table = Table {
    name: NAME,
    needs: &[
        Need::Has("requestContext.serviceNetworkArn"),
        Need::Has("requestContext.serviceArn"),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["requestContext.timeEpoch"]),
        part(&["requestContext.serviceArn"], Column::Account, account_of),
        part(&["requestContext.serviceArn"], Column::Region, region_of),
        text(&["requestContext.identity.principal"], Column::Actor),
        source_address(&["headers.x-forwarded-for[0]"]),
        text(&["method"], Column::Method),
        url(&["path"]),
        text(&["headers.user-agent[0]"], Column::UserAgent),
        resource(&["requestContext.serviceArn"]),
        resource(&["requestContext.targetGroupArn"]),
        resource(&["requestContext.serviceNetworkArn"]),
    ],
    extras: &[("requestContext.identity.type", "identity_type")],
    finish: None,
};

/// A token that API Gateway asks about; requests that it asks about are as those to a function.
static AUTHORIZER: Table = Table {
    name: NAME,
    needs: &[
        Need::Is("type", "TOKEN"),
        Need::Has("methodArn"),
        Need::Has("authorizationToken"),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "execute-api.amazonaws.com"),
    ],
    fields: &[
        part(&["methodArn"], Column::Account, account_of),
        part(&["methodArn"], Column::Region, region_of),
        text(&["type"], Column::Action),
        resource(&["methodArn"]),
    ],
    extras: &[],
    finish: None,
};

/// A field that `AppSync` has resolved.
static RESOLVER: Table = Table {
    name: NAME,
    needs: &[
        Need::Has("info.fieldName"),
        Need::Has("info.parentTypeName"),
        Need::Has("request.headers"),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "appsync.amazonaws.com"),
    ],
    fields: &[
        text(&["info.fieldName"], Column::Action),
        text(
            &["identity.username", "identity.userArn", "identity.sub"],
            Column::Actor,
        ),
        source_address(&["identity.sourceIp[0]"]),
        text(&["request.headers.user-agent"], Column::UserAgent),
        text(&["request.headers.x-amzn-requestid"], Column::RequestId),
    ],
    extras: &[("info.parentTypeName", "parent_type")],
    finish: None,
};

/// A mail that SES has received.
static MAIL: Table = Table {
    name: NAME,
    needs: &[
        Need::Is("eventSource", "aws:ses"),
        Need::Has("ses.mail.messageId"),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "ses.amazonaws.com"),
    ],
    fields: &[
        time(&["ses.receipt.timestamp", "ses.mail.timestamp"]),
        part(
            &["ses.receipt.action.functionArn"],
            Column::Account,
            account_of,
        ),
        part(
            &["ses.receipt.action.functionArn"],
            Column::Region,
            region_of,
        ),
        text(&["ses.mail.source"], Column::Actor),
        text(&["ses.mail.messageId"], Column::RequestId),
    ],
    extras: &[
        ("ses.receipt.spamVerdict.status", "spam"),
        ("ses.receipt.virusVerdict.status", "virus"),
    ],
    finish: None,
};
