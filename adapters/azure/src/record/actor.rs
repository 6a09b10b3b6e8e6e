//! Who did it, where only few records tell.

use std::borrow::Cow;

use nepho_codec::json::fields::elements;
use nepho_codec::json::{JsonFields, unescape};
use nepho_codec::table::Event;
use nepho_core::tables::{Column, Row};

use super::{common, parts};

/// Who did it, where only the identity tells, and whose it is, where only the tenant tells.
pub(super) fn name(event: &Event<'_>, row: &mut Row<'_>) {
    if !row.has(Column::Actor)
        && let Some(name) = event.kept(common::IDENTITY)
    {
        row.text(Column::Actor, parts::plain(&name));
        // Databricks and others write the identity as the text of an object.
        let named = JsonFields::parse(&name).ok().and_then(|identity| {
            let mut names = common::IDENTITY_NAMES.iter();
            names.find_map(|path| identity.text(path).filter(|name| !name.is_empty()))
        });
        if let Some(named) = named {
            row.text(Column::Actor, &unescape(named));
        }
    }
    name_caller(event, row);
    if !row.has(Column::Account) {
        let resource = event.kept(common::RESOURCE).unwrap_or_default();
        row.text(Column::Account, parts::tenant(&resource));
    }
    if !row.has(Column::Account)
        && let Some(tenant) = event.kept(common::TENANT)
    {
        row.text(Column::Account, &tenant);
    }
    // In rows of Log Analytics this is the workspace.
    if !row.has(Column::Account)
        && event.kept_value(common::ROW_TIME).is_none()
        && let Some(tenant) = event.kept(common::BESIDE_TENANT)
    {
        row.text(Column::Account, &tenant);
    }
}

/// The caller as Privileged Identity Management writes it into events of the Activity Log: the text
/// of a list, `[{"CallerIdentityType":"UPN","CallerIdentityValue":"alice@example.com"},...]`.
fn name_caller(event: &Event<'_>, row: &mut Row<'_>) {
    let Some(list) = event.kept(common::CALLER) else {
        return;
    };
    if row.has(Column::Actor) {
        return;
    }
    let callers = || elements(&list).into_iter().filter_map(caller);
    let named = ["UPN", "Name", "ObjectID"]
        .iter()
        .find_map(|wanted| callers().find(|(kind, _)| kind == wanted));
    if let Some((_, name)) = named {
        row.text(Column::Actor, &name);
    }
}

/// Kind and value of one name of a caller.
fn caller(element: &str) -> Option<(Cow<'_, str>, Cow<'_, str>)> {
    let fields = JsonFields::parse(element).ok()?;
    let value = unescape(fields.text("CallerIdentityValue")?);
    let kind = unescape(fields.text("CallerIdentityType")?);
    (!value.is_empty()).then_some((kind, value))
}
