//! What runs were and how they ended, by hand from their documents.

use std::path::Path;

use super::super::Figure;
use super::read;

/// Documents below `terraform/`, and `operation status` of each run that they tell of, in order.
#[rustfmt::skip]
const EXPECTED: [(&str, &[&str]); 31] = [
    ("generated-terraform-1.11.4/1-apply-create.jsonl", &["apply succeeded"]),
    ("generated-terraform-1.11.4/2-apply-update-replace.jsonl", &["apply succeeded"]),
    ("generated-terraform-1.11.4/2-plan.jsonl", &["plan succeeded"]),
    ("generated-terraform-1.11.4/2-plan.json", &["plan succeeded"]),
    ("generated-terraform-1.11.4/3-apply-partial-failure.jsonl", &["apply partial"]),
    ("generated-terraform-1.11.4/4-apply-moved.jsonl", &["apply succeeded"]),
    ("generated-terraform-1.11.4/5-destroy.jsonl", &["destroy succeeded"]),
    ("ui-log/opentofu-cloud/apply-json-with-error/plan.log", &["plan failed"]),
    ("ui-log/opentofu-cloud/apply-json-with-outputs/plan.log", &["plan succeeded"]),
    ("ui-log/opentofu-cloud/apply-json-with-outputs/apply.log", &["apply succeeded"]),
    ("ui-log/opentofu-cloud/apply-json-with-provisioner-error/plan.log", &["plan succeeded"]),
    ("ui-log/opentofu-cloud/apply-json-with-provisioner-error/apply.log", &["apply partial"]),
    ("ui-log/opentofu-cloud/plan-import-config-gen-validation-error/plan.log", &["plan failed"]),
    ("ui-log/opentofu-cloud/plan-import-config-gen/plan.log", &["plan succeeded"]),
    ("ui-log/opentofu-cloud/plan-json-error/plan.log", &["plan failed"]),
    ("ui-log/opentofu-cloud/plan-json-full/plan.log", &["plan succeeded"]),
    ("ui-log/opentofu-cloud/plan-json-no-changes/plan.log", &["plan succeeded"]),
    ("run-quintuple/opentofu-equivalence/simple_object_replace/apply.json", &["apply succeeded"]),
    ("run-quintuple/opentofu-equivalence/fully_populated_complex_destroy/apply.json", &["destroy succeeded"]),
    ("hcp-terraform/terraform-docs-common/notification-configurations-01.json", &["plan canceled"]),
    ("hcp-terraform/terraform-docs-common/notification-configurations-02.json", &[]),
    ("hcp-terraform/terraform-docs-common/notification-configurations-03.json", &["refresh succeeded"]),
    ("hcp-terraform/terraform-docs-common/notification-configurations-04.json", &[]),
    ("hcp-terraform/terraform-docs-common/notification-configurations-05.json", &["destroy succeeded"]),
    ("hcp-terraform/terraform-docs-common/notification-configurations-06.json", &[]),
    ("hcp-terraform/terraform-docs-common/run-01.json", &[]),
    ("hcp-terraform/terraform-docs-common/state-versions-01.json", &[]),
    ("hcp-terraform/terraform-docs-common/state-versions-03.json", &["apply unknown", "apply unknown"]),
    ("hcp-terraform/terraform-docs-common/state-versions-04.json", &["apply unknown"]),
    ("hcp-terraform/terraform-docs-common/state-versions-07.json", &["rollback unknown"]),
    ("hcp-terraform/terraform-docs-common/audit-trails-01.json", &[]),
];

/// Documents whose runs are right.
pub(super) fn figure(data: &Path) -> Figure {
    let mut figure = Figure::new("Terraform: operation and status of runs, of documents");
    for (name, expected) in EXPECTED {
        let problem = match read(&data.join("terraform").join(name)) {
            None => Some("it is not recognized".to_owned()),
            Some(Err(error)) => Some(error.to_string()),
            Some(Ok(out)) => {
                let found = out
                    .runs
                    .iter()
                    .map(|run| format!("{} {}", run.operation.as_str(), run.status.as_str()));
                let found: Vec<String> = found.collect();
                (found != expected).then(|| format!("{found:?} for {expected:?}"))
            }
        };
        figure.count(name, problem);
    }
    figure
}
