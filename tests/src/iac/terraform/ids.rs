//! Ids of states against `results.golden.json` of driftctl.

use std::path::Path;

use nepho_core::feed::{Document, FeedOutput};
use nepho_iac_terraform::state::declared;
use serde_json::Value;

use super::super::{Figure, files};
use super::{short, text};

/// States whose managed resources have the types and ids that driftctl expects.
pub(super) fn figure(data: &Path) -> Figure {
    let mut figure = Figure::new("Terraform: ids as driftctl expects them, of states");
    for path in files(&data.join("terraform/state-v4/snyk-driftctl")) {
        if !path.ends_with("results.golden.json") {
            continue;
        }
        let Ok(Value::Array(golden)) = serde_json::from_str::<Value>(&text(&path)) else {
            figure.count(
                &short(data, &path),
                Some("the expectation is no list".to_owned()),
            );
            continue;
        };
        let field = |item: &Value, name: &str| {
            let value = item.get(name).and_then(Value::as_str);
            value.unwrap_or("").to_owned()
        };
        let expected = golden
            .iter()
            .map(|item| (field(item, "Type"), field(item, "Id")));
        let mut expected: Vec<(String, String)> = expected.collect();
        let state = path.with_file_name("terraform.tfstate");
        let (text, uri) = (text(&state), state.to_string_lossy());
        let document = Document {
            uri: &uri,
            text: &text,
            modified: None,
        };
        let mut found = Vec::new();
        let read = declared(&document, &mut FeedOutput::default(), &mut |object| {
            if !object.is_data {
                found.push((object.resource_type, object.id.unwrap_or_default()));
            }
        });
        expected.sort();
        found.sort();
        let problem = match read {
            Err(error) => Some(error.to_string()),
            Ok(()) => (found != expected).then(|| format!("{found:?} for {expected:?}")),
        };
        figure.count(&short(data, &path), problem);
    }
    figure
}
