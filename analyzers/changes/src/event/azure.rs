//! Azure Activity Log: which events are writes, and of what.
//!
//! learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema (read 2026-11-21). One
//! operation is told by two to four rows (started, accepted, succeeded or failed) that share their
//! operation id; a run of a tool shares its correlation id.

use super::json::Json;
use nepho_core::key;
use nepho_core::owner::Owner;
use nepho_core::tables::ChangeAction;

use super::Subject;
use super::marks::normal;
use super::tags::Tags;

/// Beginnings of actions that show something, or only ask whether they may: who is asked whether a
/// subnet may be joined is not changed by it.
///
/// learn.microsoft.com/azure/role-based-access-control/resource-provider-operations (read
/// 2026-11-29).
const SHOWING: [&str; 23] = [
    "backendhealth",
    "begingetaccess",
    "check",
    "connectivitycheck",
    "download",
    "effective",
    "endgetaccess",
    "evaluate",
    "export",
    "get",
    "ipflowverify",
    "join",
    "list",
    "nexthop",
    "publishxml",
    "query",
    "read",
    "retrieve",
    "securitygroupview",
    "show",
    "topology",
    "validate",
    "whatif",
];

/// Whether an operation changes a resource. Of the actions (`.../listKeys/action`) those that only
/// show are left out.
pub(super) fn is_write(operation: &str) -> bool {
    let operation = operation.to_ascii_lowercase();
    if operation.ends_with("/write") || operation.ends_with("/delete") {
        return true;
    }
    let Some(rest) = operation.strip_suffix("/action") else {
        return false;
    };
    let name = rest.rsplit('/').next().unwrap_or_default();
    !SHOWING.iter().any(|verb| name.starts_with(verb))
}

/// What an operation does to its resource.
pub(super) fn subject(operation: &str, resource: Option<&str>, json: &Json<'_>) -> Subject {
    let lower = operation.to_ascii_lowercase();
    let (path, verb) = lower.rsplit_once('/').unwrap_or((&lower, ""));
    let target = resource.map(key::canonical);
    let mut attributes = Vec::new();
    // The operation may be on something within the resource: `.../securityRules/write`.
    let inner = path.rsplit('/').next().unwrap_or_default();
    if verb == "action" || ["accesspolicies", "tags"].contains(&inner) {
        attributes.push(inner.to_owned());
    } else if verb == "write" && sends_tags(json) {
        attributes.push("tags".to_owned());
    }
    Subject {
        also: swapped(&lower, target.as_deref(), json),
        target,
        resource_type: if verb == "action" {
            path.rsplit_once('/').map_or(path, |(kind, _)| kind)
        } else {
            path
        }
        .to_owned(),
        // A write is an upsert: whether the resource is new, the status of the answer tells.
        action: Some(if verb == "delete" {
            ChangeAction::Delete
        } else if verb == "write" && is_created(json) {
            ChangeAction::Create
        } else {
            ChangeAction::Update
        }),
        attributes,
        ..Subject::default()
    }
}

/// What a swap of slots changes besides: each of the two then runs what the other ran, production
/// with the settings of that.
///
/// learn.microsoft.com/azure/app-service/deploy-staging-slots, read 2026-11-29.
fn swapped(operation: &str, target: Option<&str>, json: &Json<'_>) -> Vec<String> {
    let Some(target) = target.filter(|_| operation.ends_with("/slotsswap/action")) else {
        return Vec::new();
    };
    let (site, own) = match target.split_once("/slots/") {
        Some((site, slot)) => (site, Some(slot)),
        None => (target, None),
    };
    let other = match target_slot(json).as_deref() {
        Some("production") => Some(site.to_owned()),
        Some(slot) => Some(format!("{site}/slots/{slot}")),
        // Most slots are swapped with production.
        None => own.map(|_| site.to_owned()),
    };
    other.into_iter().filter(|other| other != target).collect()
}

/// Whether a text may be the name of a slot.
fn is_name(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    !text.is_empty() && text.len() < 60 && text.bytes().all(is_letter)
}

/// The slot that a swap names as the other one.
fn target_slot(json: &Json<'_>) -> Option<String> {
    let properties = json.get("properties")?;
    let parsed = properties.as_str().map(Json::parse);
    let properties = parsed.as_ref().unwrap_or(properties);
    let names = ["requestbody", "requestBody"];
    let body = names.iter().find_map(|name| properties.get(name)?.as_str());
    let body = Json::parse(body?);
    let slot = body["targetSlot"].as_str()?.to_ascii_lowercase();
    is_name(&slot).then_some(slot)
}

/// Whether the row has the HTTP status 201, which ARM gives for what was not there before:
/// `"statusCode": "Created"`, `"resultSignature": "Succeeded.Created"`.
fn is_created(json: &Json<'_>) -> bool {
    let is_created = |text: &str| {
        let last = text.rsplit('.').next().unwrap_or(text);
        last.eq_ignore_ascii_case("Created")
    };
    let status = json["properties"]["statusCode"].as_str();
    let signature = json["resultSignature"].as_str();
    let sub = json["subStatus"]["value"].as_str();
    status
        .into_iter()
        .chain(signature)
        .chain(sub)
        .any(is_created)
}

/// Correlation id in lower case without dashes, as newer clients write it. Tools set one for a
/// whole run.
pub(super) fn correlation(json: &Json<'_>) -> Option<String> {
    field(json, ["correlationId", "correlation_id", "CorrelationId"])
}

/// Id that the rows of one operation share; of exports that have none, the correlation id.
pub(super) fn id(json: &Json<'_>) -> Option<String> {
    field(json, ["operationId", "operation_id", "OperationId"]).or_else(|| correlation(json))
}

fn field(json: &Json<'_>, names: [&str; 3]) -> Option<String> {
    let found = names.iter().find_map(|name| json.get(name)?.as_str());
    found.filter(|id| !id.is_empty()).map(normal)
}

/// What the operation is on, where the row has it as scope of the authorization only.
pub(super) fn scope<'e>(json: &'e Json<'_>) -> Option<&'e str> {
    let authorization = json
        .get("authorization")
        .or_else(|| json["identity"].get("authorization"))?;
    authorization
        .get("scope")?
        .as_str()
        .filter(|scope| !scope.is_empty())
}

/// What a reader finds in what was sent, or else in the answer. Both are texts, and so are the
/// properties around them in some exports.
pub(super) fn with_body<T>(json: &Json<'_>, read: impl FnOnce(&Json<'_>) -> T) -> Option<T> {
    let properties = json.get("properties")?;
    let parsed = properties.as_str().map(Json::parse);
    let properties = parsed.as_ref().unwrap_or(properties);
    let names = ["requestbody", "requestBody", "responseBody"];
    let mut bodies = names
        .iter()
        .filter_map(|name| properties.get(name)?.as_str());
    Some(read(&Json::parse(bodies.next()?)))
}

/// Whether tags are all that was sent: of a whole resource there is more.
fn sends_tags(json: &Json<'_>) -> bool {
    let only = |body: &Json<'_>| body.keys().count() == 1 && body.get("tags").is_some();
    with_body(json, only).unwrap_or_default()
}

/// Whose a resource is, as tags tell in the body that it is put with, which is a text. So are the
/// properties around it in some exports.
pub(super) fn owner(operation: &str, json: &Json<'_>) -> Option<Box<Owner>> {
    let is_put = operation.to_ascii_lowercase().ends_with("/write");
    let properties = json.get("properties").filter(|_| is_put)?;
    let parsed = properties.as_str().map(Json::parse);
    let properties = parsed.as_ref().unwrap_or(properties);
    let names = ["requestbody", "requestBody"];
    let body = names.iter().find_map(|name| properties.get(name)?.as_str());
    let body = Json::parse(body?);
    // Tags may be taken away by a write of `Microsoft.Resources/tags`.
    if body["operation"] == "Delete" {
        return None;
    }
    Tags::of("write", &body).owner()
}

/// Code of the error, of an operation that failed.
pub(super) fn error(json: &Json<'_>) -> Option<String> {
    let status = ["subStatus", "sub_status", "resultSignature"]
        .iter()
        .find_map(|name| json.get(name))?;
    let text = status.get("value").unwrap_or(status).as_str()?;
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::json::json;

    #[test]
    fn a_swap_changes_the_slot_and_the_site() {
        let site = "/subscriptions/s/resourcegroups/g/providers/microsoft.web/sites/shop";
        let staging = format!("{site}/slots/staging");
        let check = |operation: &str, target: &str, body: &str, expected: &[&str]| {
            let told = json!({"properties": {"requestbody": body}});
            assert_eq!(subject(operation, Some(target), &told).also, expected);
        };
        let (of_slot, of_site) = (
            "Microsoft.Web/sites/slots/slotsswap/action",
            "Microsoft.Web/sites/slotsswap/action",
        );
        check(of_slot, &staging, "", &[site]);
        check(of_slot, &staging, r#"{"targetSlot":"production"}"#, &[site]);
        let other = format!("{site}/slots/beta");
        check(of_slot, &staging, r#"{"targetSlot":"beta"}"#, &[&other]);
        check(of_site, site, r#"{"targetSlot":"staging"}"#, &[&staging]);
        check(of_site, site, "", &[]);
        check("Microsoft.Web/sites/restart/action", site, "", &[]);
    }

    #[test]
    fn the_body_of_a_put_tells_whose_it_is() {
        let check = |operation: &str, body: &str, expected: Option<&str>| {
            let told = json!({"properties": {"requestbody": body}});
            let service = owner(operation, &told).and_then(|owner| owner.service);
            assert_eq!(service.as_deref(), expected, "{operation} {body}");
        };
        let put = "Microsoft.Storage/storageAccounts/write";
        let body = r#"{"location":"westeurope","tags":{"service":"pay","key":"canary"}}"#;
        check(put, body, Some("pay"));
        check("MICROSOFT.STORAGE/STORAGEACCOUNTS/WRITE", body, Some("pay"));
        check("Microsoft.Storage/storageAccounts/delete", body, None);
        check(put, r#"{"tags":{"cost":"1"}}"#, None);
        check(put, "{", None);
        let tags = "Microsoft.Resources/tags/write";
        let of = |what: &str| {
            format!(r#"{{"operation":"{what}","properties":{{"tags":{{"service":"pay"}}}}}}"#)
        };
        check(tags, &of("Merge"), Some("pay"));
        check(tags, &of("Delete"), None);
    }

    #[test]
    fn writes_and_deletes_are_changes_and_listing_keys_is_not() {
        assert!(is_write(
            "Microsoft.Network/networkSecurityGroups/securityRules/write"
        ));
        assert!(is_write("MICROSOFT.COMPUTE/VIRTUALMACHINES/RESTART/ACTION"));
        assert!(!is_write(
            "Microsoft.Storage/storageAccounts/listKeys/action"
        ));
        assert!(!is_write("Microsoft.Sql/servers/read"));
        for read in [
            "Microsoft.Web/sites/publishxml/action",
            "Microsoft.Network/networkInterfaces/effectiveRouteTable/action",
            "Microsoft.Network/networkWatchers/ipFlowVerify/action",
            "Microsoft.Network/virtualNetworks/subnets/join/action",
            "Microsoft.Compute/virtualMachines/retrieveBootDiagnosticsData/action",
        ] {
            assert!(!is_write(read), "{read}");
        }
        let deleted = subject(
            "Microsoft.Web/sites/delete",
            Some("/SUBSCRIPTIONS/S/resourceGroups/R/providers/Microsoft.Web/sites/A"),
            &Json::Null,
        );
        assert_eq!(deleted.action, Some(ChangeAction::Delete));
        assert_eq!(deleted.resource_type, "microsoft.web/sites");
        assert_eq!(
            deleted.target.as_deref(),
            Some("/subscriptions/s/resourcegroups/r/providers/microsoft.web/sites/a")
        );
        for (row, expected) in [
            (
                serde_json::json!({"resultSignature": "Succeeded.Created"}),
                ChangeAction::Create,
            ),
            (
                serde_json::json!({"properties": {"statusCode": "Created"}}),
                ChangeAction::Create,
            ),
            (
                serde_json::json!({"properties": {"statusCode": "OK"}}),
                ChangeAction::Update,
            ),
            (serde_json::Value::Null, ChangeAction::Update),
        ] {
            let json = Json::from(row);
            let written = subject("Microsoft.Web/sites/write", None, &json);
            assert_eq!(written.action, Some(expected));
        }
    }

    #[test]
    fn a_write_that_sends_tags_alone_sets_nothing_else() {
        let check = |body: &str, expected: &[&str]| {
            let event = json!({"properties": {"requestbody": body}});
            let operation = "Microsoft.Storage/storageAccounts/write";
            let found = subject(operation, None, &event);
            assert_eq!(found.attributes, expected, "{body}");
        };
        check(r#"{"tags": {"team": "shop"}}"#, &["tags"]);
        check(
            r#"{"tags": {}, "properties": {"publicNetworkAccess": "Disabled"}}"#,
            &[],
        );
        check("", &[]);
    }
}
