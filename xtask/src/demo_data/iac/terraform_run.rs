//! Logs of two `terraform apply -json` runs: the guilty one and the repair.
//!
//! Source: developer.hashicorp.com/terraform/internals/machine-readable-ui (read 2026-11-21).

use super::terraform_aws::{NARROW_RULE_ID, WIDE_RULE_ID};
use crate::demo_data::clock::{MILLI, Micros, SECOND, iso_micros};
use crate::demo_data::formats::File;
use crate::demo_data::json::{Json, object};
use crate::demo_data::story::{
    ACCOUNT, APPLY, REPAIR_APPLY, RULE_NARROWED, RULE_REVOKED, RULE_WIDENED,
};

/// Both logs.
pub(crate) fn files() -> Vec<File> {
    let path = |run: &str| format!("iac/terraform/apply-{run}.jsonl");
    vec![
        File::document(path("2026-05-12T143054Z"), narrowing().text()),
        File::document(path("2026-05-12T151921Z"), repair().text()),
    ]
}

struct Run(Vec<Json>);

const RULE: (&str, &str) = ("aws_security_group_rule", "orders_from_checkout");
const BUCKET: (&str, &str) = ("aws_s3_bucket", "exports");

fn narrowing() -> Run {
    let bucket = format!("shop-exports-{ACCOUNT}");
    let mut run = Run::begin(APPLY);
    run.refresh(APPLY + 2 * SECOND, RULE, WIDE_RULE_ID);
    run.refresh(APPLY + 3 * SECOND, BUCKET, &bucket);
    let planned = APPLY + 6 * SECOND;
    run.plan(planned, BUCKET, "update", None);
    run.plan(planned + 40, RULE, "replace", Some("cannot_update"));
    run.summary(planned + 90, "plan", (1, 1, 1));
    let tagged = RULE_REVOKED - 300 * MILLI;
    run.start(tagged, RULE, "delete", Some(WIDE_RULE_ID));
    run.start(tagged + 190, BUCKET, "update", Some(&bucket));
    run.complete(RULE_REVOKED + 500 * MILLI, RULE, "delete", (None, 1));
    run.start(RULE_REVOKED + 520 * MILLI, RULE, "create", None);
    run.complete(
        RULE_REVOKED + 900 * MILLI,
        BUCKET,
        "update",
        (Some(&bucket), 1),
    );
    run.complete(RULE_NARROWED, RULE, "create", (Some(NARROW_RULE_ID), 2));
    run.summary(RULE_NARROWED + 300 * MILLI, "apply", (1, 1, 1));
    run
}

fn repair() -> Run {
    let mut run = Run::begin(REPAIR_APPLY);
    run.refresh(REPAIR_APPLY + 2 * SECOND, RULE, NARROW_RULE_ID);
    let planned = REPAIR_APPLY + 6 * SECOND;
    run.plan(planned, RULE, "replace", Some("cannot_update"));
    run.summary(planned + 60, "plan", (1, 0, 1));
    let begun = RULE_WIDENED - 4 * SECOND;
    run.start(begun, RULE, "delete", Some(NARROW_RULE_ID));
    run.complete(begun + 1_400 * MILLI, RULE, "delete", (None, 1));
    run.start(begun + 1_410 * MILLI, RULE, "create", None);
    run.complete(RULE_WIDENED, RULE, "create", (Some(WIDE_RULE_ID), 3));
    run.summary(RULE_WIDENED + 280 * MILLI, "apply", (1, 0, 1));
    run
}

impl Run {
    fn begin(time: Micros) -> Self {
        let line = head("Terraform 1.11.4".to_owned(), time)
            .with("terraform", "1.11.4")
            .with("type", "version")
            .with("ui", "1.2");
        Self(vec![line])
    }

    fn text(&self) -> String {
        self.0.iter().map(|line| format!("{line}\n")).collect()
    }

    fn push(&mut self, line: Json) {
        self.0.push(line);
    }

    fn refresh(&mut self, time: Micros, resource: (&str, &str), id: &str) {
        let address = format!("{}.{}", resource.0, resource.1);
        for (later, doing, kind) in [
            (
                0,
                format!("{address}: Refreshing state... [id={id}]"),
                "refresh_start",
            ),
            (
                310 * MILLI,
                format!("{address}: Refresh complete [id={id}]"),
                "refresh_complete",
            ),
        ] {
            let hook =
                object! { "resource" => named(resource), "id_key" => "id", "id_value" => id };
            self.push(
                head(doing, time + later)
                    .with("hook", hook)
                    .with("type", kind),
            );
        }
    }

    fn plan(&mut self, time: Micros, resource: (&str, &str), action: &str, reason: Option<&str>) {
        let message = format!("{}.{}: Plan to {action}", resource.0, resource.1);
        let mut change = object! { "resource" => named(resource), "action" => action };
        if let Some(reason) = reason {
            change = change.with("reason", reason);
        }
        self.push(
            head(message, time)
                .with("change", change)
                .with("type", "planned_change"),
        );
    }

    fn summary(&mut self, time: Micros, operation: &str, (add, change, remove): (u8, u8, u8)) {
        let message = if operation == "plan" {
            format!("Plan: {add} to add, {change} to change, {remove} to destroy.")
        } else {
            format!("Apply complete! Resources: {add} added, {change} changed, {remove} destroyed.")
        };
        let changes = object! {
            "add" => add, "change" => change, "import" => 0, "remove" => remove,
            "operation" => operation,
        };
        self.push(
            head(message, time)
                .with("changes", changes)
                .with("type", "change_summary"),
        );
    }

    fn start(&mut self, time: Micros, resource: (&str, &str), action: &str, id: Option<&str>) {
        let doing = match action {
            "delete" => "Destroying...",
            "create" => "Creating...",
            _ => "Modifying...",
        };
        let shown = id.map(|id| format!(" [id={id}]")).unwrap_or_default();
        let message = format!("{}.{}: {doing}{shown}", resource.0, resource.1);
        let mut hook = object! { "resource" => named(resource), "action" => action };
        if let Some(id) = id {
            hook = hook.with("id_key", "id").with("id_value", id);
        }
        self.push(
            head(message, time)
                .with("hook", hook)
                .with("type", "apply_start"),
        );
    }

    fn complete(
        &mut self,
        time: Micros,
        resource: (&str, &str),
        action: &str,
        (id, elapsed): (Option<&str>, u8),
    ) {
        let done = match action {
            "delete" => "Destruction",
            "create" => "Creation",
            _ => "Modifications",
        };
        let shown = id.map(|id| format!(" [id={id}]")).unwrap_or_default();
        let message = format!(
            "{}.{}: {done} complete after {elapsed}s{shown}",
            resource.0, resource.1
        );
        let mut hook = object! { "resource" => named(resource), "action" => action };
        if let Some(id) = id {
            hook = hook.with("id_key", "id").with("id_value", id);
        }
        let hook = hook.with("elapsed_seconds", elapsed);
        self.push(
            head(message, time)
                .with("hook", hook)
                .with("type", "apply_complete"),
        );
    }
}

fn head(message: String, time: Micros) -> Json {
    object! {
        "@level" => "info",
        "@message" => message,
        "@module" => "terraform.ui",
        "@timestamp" => iso_micros(time),
    }
}

fn named((kind, name): (&str, &str)) -> Json {
    object! {
        "addr" => format!("{kind}.{name}"),
        "module" => "",
        "resource" => format!("{kind}.{name}"),
        "implied_provider" => "aws",
        "resource_type" => kind,
        "resource_name" => name,
        "resource_key" => Json::Null,
    }
}
