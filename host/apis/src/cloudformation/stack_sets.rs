//! Stack sets of the account, as their administrator sees them: `ListStackSets`,
//! `ListStackSetOperations`, `DescribeStackSetOperation`, `ListStackSetOperationResults` and
//! `ListStackInstances`.

use std::sync::Arc;

use nepho_core::{ErrorKind, Result};
use serde_json::Value;

use super::{Api, Request, Stack, Wanted};
use crate::client::{Client, MAX_ANSWER_BYTES, too_long};
use crate::document::{Ask, Document};

/// Operations of a set that are read, the latest.
const MOST_OPERATIONS: usize = 20;

/// Documents of the stack sets of a region.
pub(super) async fn find(api: &Arc<Api>, client: &Client) -> Vec<Document> {
    let active = [("Status", "ACTIVE")];
    let request = Request {
        tries: 1,
        ..Request::new("ListStackSets", "", &active)
    };
    let region = &api.region;
    let listed = match api.merged(client, &request).await {
        Ok(listed) => listed,
        // What stands in for the service may know no such call.
        Err(error) if error.kind() == ErrorKind::NotFound => return Vec::new(),
        Err(error) => {
            return vec![Document {
                uri: format!("cloudformation://{region}/stack-sets.json"),
                modified: None,
                ask: Ask::Failed(error.kind(), error.to_string()),
            }];
        }
    };
    let sets = listed.get("Summaries").and_then(Value::as_array);
    let document = |set: &Value| {
        let text = |key: &str| set[key].as_str().unwrap_or_default().to_owned();
        let stack = Stack {
            name: text("StackSetName"),
            id: text("StackSetId"),
            is_deleted: false,
        };
        Document {
            uri: format!("cloudformation://{region}/{}/stack-set.json", stack.name),
            modified: None,
            ask: Ask::OfStack {
                api: Arc::clone(api),
                wanted: Wanted::StackSet,
                stack,
            },
        }
    };
    sets.into_iter().flatten().map(document).collect()
}

/// The latest operations of a set, each with its results behind it, and the stacks of the set: as
/// the command line prints them, one behind the other.
pub(super) async fn read(api: &Api, client: &Client, set: &Stack) -> Result<Vec<u8>> {
    let name = set.name.as_str();
    let of_set = [("StackSetName", name)];
    let request = Request::new("ListStackSetOperations", name, &of_set);
    let listed = api.merged(client, &request).await?;
    let operations = listed.get("Summaries").and_then(Value::as_array);
    let mut document = Vec::new();
    for operation in operations.into_iter().flatten().take(MOST_OPERATIONS) {
        let id = operation["OperationId"].as_str().unwrap_or_default();
        let params = [("StackSetName", name), ("OperationId", id)];
        for action in ["DescribeStackSetOperation", "ListStackSetOperationResults"] {
            let answer = api
                .merged(client, &Request::new(action, name, &params))
                .await?;
            add(api, set, Value::Object(answer), &mut document)?;
        }
    }
    let request = Request::new("ListStackInstances", name, &of_set);
    let instances = api.merged(client, &request).await?;
    add(api, set, Value::Object(instances), &mut document)?;
    Ok(document)
}

fn add(api: &Api, set: &Stack, mut answer: Value, document: &mut Vec<u8>) -> Result<()> {
    typed(&mut answer);
    document.extend(answer.to_string().into_bytes());
    document.push(b'\n');
    match document.len() > MAX_ANSWER_BYTES {
        true => Err(too_long(&api.name(&set.name))),
        false => Ok(()),
    }
}

/// Makes a flag and a number of what is one: in XML all is text.
fn typed(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let text = value.as_str().unwrap_or_default();
                let told = match name.as_str() {
                    "RetainStacks" => text.parse().ok().map(Value::Bool),
                    "FailedStackInstancesCount" => text.parse().ok().map(|n: u64| n.into()),
                    _ => None,
                };
                match told {
                    Some(told) => *value = told,
                    None => typed(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(typed),
        _ => {}
    }
}
