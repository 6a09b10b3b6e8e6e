//! What category and resource of a record tell; those of one stream are of few.

use std::borrow::Cow;
use std::ops::Range;

use nepho_core::key;

use super::kind::{Head, Kind, kind};
use super::{decoder, parts, workload};

/// What was found out about the categories and resources of the last records.
#[derive(Default)]
pub(super) struct Origins(Vec<Origin>);

/// Pairs of category and resource that are remembered.
const ORIGINS: usize = 64;

/// Bytes of what is remembered of one; what is longer takes the place of what was as long before.
const MAX_BYTES: usize = 512;

/// What is known of the records of one category and resource.
#[derive(Default)]
pub(super) struct Origin {
    category: String,
    table: String,
    resource: String,
    signs: u8,
    /// `None` where nothing is known yet.
    kind: Option<Kind>,
    /// Whether an application, or its platform on its behalf, writes them.
    pub(super) is_application: bool,
    /// Whether a component of a managed service writes them.
    pub(super) is_component: bool,
    /// Whether the resource is of a whole tenant.
    pub(super) is_of_tenant: bool,
    /// Where the provider namespace stands in the id of the resource; nowhere if it has none.
    namespace: Range<usize>,
    /// The same of the name of the application that writes them, and that name where it is written
    /// another way.
    application: Range<usize>,
    renamed: String,
}

impl Origins {
    /// What is known of the records with this head.
    pub(super) fn of(&mut self, head: &Head<'_>) -> &Origin {
        self.0.resize_with(ORIGINS, Origin::default);
        // The slice is never empty, so that there is a last place.
        let place = place(head).min(self.0.len() - 1);
        let held = &mut self.0[place];
        if !held.is_of(head) {
            held.learn(head);
        }
        held
    }
}

/// Where an origin is held: resources of one stream differ in the end of their ids.
fn place(head: &Head<'_>) -> usize {
    let Head {
        category, resource, ..
    } = head;
    if category.len() + resource.len() + head.table.len() > MAX_BYTES {
        return 0;
    }
    let end = resource.as_bytes().last_chunk();
    let end = end.map_or(0, |end| u64::from_le_bytes(*end));
    let mixed = end ^ (resource.len() as u64) << 8 ^ category.len() as u64;
    // Fibonacci hashing: the upper bits of a product depend on all bits.
    (mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58) as usize
}

/// What of a head tells the kind besides its texts.
fn signs(head: &Head<'_>) -> u8 {
    let is_path = head.resource.starts_with('/');
    let signs = [
        head.has_activity_fields,
        head.has_metric,
        head.has_event_fields,
        head.has_shape,
        head.has_line,
        head.is_early_sign_in,
        head.operation.is_empty(),
        // Nobody asks where there is a resource.
        !is_path && head.operation.contains('/'),
    ];
    let bits = signs.iter().zip(0..);
    bits.fold(0, |all, (sign, bit)| all | u8::from(*sign) << bit)
}

impl Origin {
    fn is_of(&self, head: &Head<'_>) -> bool {
        self.kind.is_some()
            && self.signs == signs(head)
            && self.category == head.category
            && self.table == head.table
            && self.resource == head.resource
    }

    /// Finds out about the records with this head; memory is used again.
    fn learn(&mut self, head: &Head<'_>) {
        head.category.clone_into(&mut self.category);
        head.table.clone_into(&mut self.table);
        head.resource.clone_into(&mut self.resource);
        self.signs = signs(head);
        self.kind = Some(kind(head));
        self.is_application = workload::is_application(head.category);
        self.is_component = decoder::is_component_log(head.category);
        self.is_of_tenant = !parts::tenant(head.resource).is_empty();
        let namespace = key::azure_outer_namespace(head.resource).unwrap_or_default();
        self.namespace = range_in(head.resource, namespace);
        self.renamed.clear();
        let application = match self.is_application {
            true => workload::of_resource(head.resource),
            false => None,
        };
        self.application = match application {
            Some(Cow::Borrowed(name)) => range_in(head.resource, name),
            Some(Cow::Owned(name)) => {
                self.renamed.push_str(&name);
                0..0
            }
            None => 0..0,
        };
    }

    /// Kind of the records.
    pub(super) fn kind(&self) -> Kind {
        self.kind.unwrap_or(Kind::Other)
    }

    /// Provider namespace in the id of the resource, which is `resource`.
    pub(super) fn namespace<'a>(&self, resource: &'a str) -> Option<&'a str> {
        let namespace = resource.get(self.namespace.clone());
        namespace.filter(|namespace| !namespace.is_empty())
    }

    /// Name of the application that writes them, as the resource, which is `resource`, tells.
    pub(super) fn application<'a>(&'a self, resource: &'a str) -> Option<&'a str> {
        let written = resource.get(self.application.clone()).unwrap_or_default();
        let names = [written, &self.renamed];
        names.into_iter().find(|name| !name.is_empty())
    }
}

/// Where a part of a text stands in it.
fn range_in(text: &str, part: &str) -> Range<usize> {
    let start = part.as_ptr().addr().wrapping_sub(text.as_ptr().addr());
    match start.checked_add(part.len()) {
        Some(end) if end <= text.len() => start..end,
        _ => 0..0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_what_would_be_found_out() {
        let group = "/subscriptions/s/resourceGroups/g/providers";
        let resources = [
            "",
            "x",
            "/tenants/t/providers/Microsoft.aadiam",
            &format!("{group}/Microsoft.Web/sites/cart"),
            &format!("{group}/Microsoft.Web/sites/part"),
            &format!("{group}/Microsoft.Sql/servers/cart"),
            &format!("{group}/Microsoft.Web/sites/{}", "long".repeat(200)),
            &format!("{group}/Microsoft.Web/sites/SHOP/slots/blue").to_uppercase(),
        ];
        let categories = ["", "Administrative", "AppServiceHTTPLogs", "guard", "Odd"];
        let mut origins = Origins::default();
        // Each is asked about again after others, of which some take its place.
        for round in 0..3 {
            for (resource, category) in resources
                .iter()
                .flat_map(|resource| categories.map(|category| (*resource, category)))
            {
                for (operation, table) in [("", ""), ("a/b", ""), ("x", "AppTraces")] {
                    let head = Head {
                        category,
                        resource,
                        operation,
                        table,
                        has_event_fields: round != 1,
                        ..Head::default()
                    };
                    let origin = origins.of(&head);
                    assert_eq!(origin.kind(), kind(&head), "{head:?}");
                    assert_eq!(
                        origin.namespace(resource),
                        key::azure_outer_namespace(resource)
                    );
                    let application = workload::of_resource(resource)
                        .filter(|_| workload::is_application(category));
                    assert_eq!(origin.application(resource), application.as_deref());
                    let is_of_tenant = !parts::tenant(resource).is_empty();
                    assert_eq!(origin.is_of_tenant, is_of_tenant);
                    assert_eq!(origin.is_application, workload::is_application(category));
                }
            }
        }
    }
}
