//! CloudFormation (docs.aws.amazon.com/AWSCloudFormation/latest/APIReference, read 2026-11-29):
//! `DescribeStacks`, `ListStacks`, `DescribeEvents`, `DescribeStackEvents`, `ListStackResources`,
//! `GetTemplate`, `ListChangeSets`, `DescribeChangeSet` and `DescribeStackResourceDrifts`, which
//! are also the permissions that are needed, with those of [`stack_sets`].

mod stack_sets;

use std::sync::Arc;

use nepho_core::{Error, ErrorKind, Result, secret};
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey, AwsAuthorizer, AwsCredentialProvider};
use object_store::client::{HttpRequest, HttpRequestBody};
use serde_json::{Map, Value};
use url::Url;

use crate::client::{Client, MAX_ANSWER_BYTES, TRIES, too_long};
use crate::document::{Ask, Document, Settings};
use crate::xml;

/// Version of the API.
const VERSION: &str = "2010-05-15";
/// Pages of one answer; a stack has hundreds of events.
const MAX_PAGES: usize = 10_000;

/// Gives all resources of a stack, page by page: `DescribeStackResources` ends after 100. Their
/// list names no stack.
const RESOURCES: (&str, &str) = ("ListStackResources", "StackResourceSummaries");

/// Deleted stacks that are read, the latest; the service lists them for 90 days.
const MOST_DELETED: usize = 100;
/// Change sets of a stack that are read, the latest.
const MOST_CHANGE_SETS: usize = 20;

/// A stack, as its API calls it.
#[derive(Clone)]
pub(crate) struct Stack {
    name: String,
    id: String,
    is_deleted: bool,
}

/// What a stack is asked for.
#[derive(Clone, Copy)]
pub(crate) enum Wanted {
    Events,
    Resources,
    Template,
    ChangeSets,
    Drift,
    StackSet,
}

/// The API of one region.
pub(crate) struct Api {
    region: String,
    endpoint: Url,
    credentials: AwsCredentialProvider,
}

/// What is asked for.
struct Request<'a> {
    action: &'a str,
    params: &'a [(&'a str, &'a str)],
    /// Name of the stack, for messages.
    stack: &'a str,
    tries: u32,
}

impl<'a> Request<'a> {
    fn new(action: &'a str, stack: &'a str, params: &'a [(&'a str, &'a str)]) -> Self {
        Self {
            action,
            params,
            stack,
            tries: TRIES,
        }
    }
}

/// Documents of the stacks of a region, or of one of them, deleted ones behind the others.
pub(crate) async fn find(
    client: &Client,
    settings: &Settings,
    region: &str,
    stack: Option<&str>,
) -> Result<Vec<Document>> {
    let api = Arc::new(Api::new(settings, region)?);
    let name = stack.unwrap_or_default();
    let params = [("StackName", name)];
    let request = Request::new("DescribeStacks", name, &params);
    let stacks = api.merged(client, &request).await;
    let stacks = match stack {
        None => Ok(stacks?),
        Some(_) => stacks,
    };
    let deleted = deleted(&api, client, stack).await;
    let stacks = match (stacks, &deleted) {
        (Ok(stacks), _) => stacks,
        // A stack that is known by its name alone may be gone.
        (Err(_), Ok(deleted)) if !deleted.is_empty() => Map::new(),
        (Err(error), _) => return Err(error),
    };
    let stacks = stacks.get("Stacks").and_then(Value::as_array);
    let mut documents: Vec<Document> = Vec::new();
    for held in stacks.into_iter().flatten() {
        let stack = Stack::of(held, false);
        // The feed of templates takes the name of the stack from that of the file.
        let template = format!("{}.template", stack.name);
        let mut wanted = vec![
            (Wanted::Events, "events.json"),
            (Wanted::Resources, "resources.json"),
            (Wanted::Template, &template),
            (Wanted::ChangeSets, "change-sets.json"),
        ];
        // Drift is told only where somebody looked for it and found it.
        if held["DriftInformation"]["StackDriftStatus"] == "DRIFTED" {
            wanted.push((Wanted::Drift, "drift.json"));
        }
        let of_stack = |(wanted, file)| stack.document(&api, wanted, file);
        documents.extend(wanted.into_iter().map(of_stack));
    }
    match deleted {
        Ok(deleted) => documents.extend(deleted.iter().map(|stack| {
            // Its template would tell of resources that are gone.
            stack.document(&api, Wanted::Events, "events.json")
        })),
        Err(error) => documents.push(Document {
            uri: format!("cloudformation://{region}/deleted-stacks.json"),
            modified: None,
            ask: Ask::Failed(error.kind(), error.to_string()),
        }),
    }
    if stack.is_none() {
        documents.extend(stack_sets::find(&api, client).await);
    }
    Ok(documents)
}

/// The latest deleted stacks, or those of one name.
async fn deleted(api: &Api, client: &Client, name: Option<&str>) -> Result<Vec<Stack>> {
    let filter = [("StackStatusFilter.member.1", "DELETE_COMPLETE")];
    let listed = api
        .merged(client, &Request::new("ListStacks", "", &filter))
        .await?;
    let listed = listed.get("StackSummaries").and_then(Value::as_array);
    let mut listed: Vec<&Value> = listed.into_iter().flatten().collect();
    listed.retain(|held| name.is_none_or(|name| held["StackName"] == name));
    let time = |held: &Value| held["DeletionTime"].as_str().map(str::to_owned);
    listed.sort_by_key(|held| std::cmp::Reverse(time(held)));
    let latest = listed.into_iter().take(MOST_DELETED);
    Ok(latest.map(|held| Stack::of(held, true)).collect())
}

impl Stack {
    /// The stack that an item of a list tells.
    fn of(held: &Value, is_deleted: bool) -> Self {
        let text = |key: &str| held[key].as_str().unwrap_or_default().to_owned();
        Self {
            name: text("StackName"),
            id: text("StackId"),
            is_deleted,
        }
    }

    fn document(&self, api: &Arc<Api>, wanted: Wanted, file: &str) -> Document {
        let (region, name) = (&api.region, &self.name);
        // Several deleted stacks may have had one name.
        let id = match self.is_deleted {
            true => format!("/{}", self.id.rsplit('/').next().unwrap_or_default()),
            false => String::new(),
        };
        Document {
            uri: format!("cloudformation://{region}/{name}{id}/{file}"),
            modified: None,
            ask: Ask::OfStack {
                api: Arc::clone(api),
                wanted,
                stack: self.clone(),
            },
        }
    }

    /// What requests call it: a deleted stack has its id alone.
    fn asked(&self) -> &str {
        match self.is_deleted {
            true => &self.id,
            false => &self.name,
        }
    }
}

impl Api {
    fn new(settings: &Settings, region: &str) -> Result<Self> {
        let wrong = |message: String| {
            let operation = format!("open `cloudformation://{region}`");
            Error::new(ErrorKind::InvalidConfig, operation, message)
        };
        let is_region = region.contains('-')
            && region
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !is_region {
            return Err(wrong("write a region, such as eu-west-1".to_owned()));
        }
        let domain = match region.starts_with("cn-") {
            true => "amazonaws.com.cn",
            false => "amazonaws.com",
        };
        let endpoint = settings
            .first(&["AWS_ENDPOINT_URL_CLOUDFORMATION", "AWS_ENDPOINT_URL"])
            .map_or_else(
                || format!("https://cloudformation.{region}.{domain}/"),
                str::to_owned,
            );
        let endpoint = Url::parse(&endpoint).map_err(|error| wrong(error.to_string()))?;
        // Credentials are those of the source of objects: variables, roles, the machine.
        let mut builder = AmazonS3Builder::new().with_bucket_name("none");
        for (name, value) in settings.iter() {
            let name = name.to_ascii_lowercase();
            if name.starts_with("aws_")
                && let Ok(key) = name.parse::<AmazonS3ConfigKey>()
            {
                builder = builder.with_config(key, value);
            }
        }
        let store = builder.with_region(region).build();
        let store = store.map_err(|error| wrong(nepho_objects::in_words(&error)))?;
        Ok(Self {
            region: region.to_owned(),
            endpoint,
            credentials: Arc::clone(store.credentials()),
        })
    }

    /// The document that the command line would print of a stack; of a template, itself.
    pub(crate) async fn all(
        &self,
        client: &Client,
        wanted: Wanted,
        stack: &Stack,
    ) -> Result<Vec<u8>> {
        let of_stack = async |action: &str| {
            let name = [("StackName", stack.asked())];
            let request = Request::new(action, &stack.name, &name);
            self.merged(client, &request).await
        };
        let answer = match wanted {
            Wanted::Events => return self.events(client, stack).await,
            Wanted::ChangeSets => return self.change_sets(client, stack).await,
            Wanted::StackSet => return stack_sets::read(self, client, stack).await,
            Wanted::Resources => {
                let mut answer = of_stack(RESOURCES.0).await?;
                let resources = answer.get_mut(RESOURCES.1).and_then(Value::as_array_mut);
                for resource in resources.into_iter().flatten() {
                    if let Some(fields) = resource.as_object_mut() {
                        fields.insert("StackName".to_owned(), stack.name.clone().into());
                        fields.insert("StackId".to_owned(), stack.id.clone().into());
                    }
                }
                answer
            }
            Wanted::Template => of_stack("GetTemplate").await?,
            Wanted::Drift => of_stack("DescribeStackResourceDrifts").await?,
        };
        match answer.get("TemplateBody") {
            Some(Value::String(template)) => Ok(template.clone().into_bytes()),
            _ => Ok(Value::Object(answer).to_string().into_bytes()),
        }
    }

    /// Events of a stack by operation, and where the service, the credentials or the stack know
    /// none of these, as they were always told.
    async fn events(&self, client: &Client, stack: &Stack) -> Result<Vec<u8>> {
        let name = [("StackName", stack.asked())];
        // What stands in for the service may know no such call, and never will.
        let request = Request {
            tries: 1,
            ..Request::new("DescribeEvents", &stack.name, &name)
        };
        let by_operation = self.merged(client, &request).await.unwrap_or_default();
        let events = by_operation
            .get("OperationEvents")
            .and_then(Value::as_array);
        let answer = match events {
            Some(events) if !events.is_empty() => by_operation,
            _ => {
                let request = Request::new("DescribeStackEvents", &stack.name, &name);
                self.merged(client, &request).await?
            }
        };
        Ok(Value::Object(answer).to_string().into_bytes())
    }

    /// The latest change sets of a stack, one behind the other; where there are none, the list of
    /// them.
    async fn change_sets(&self, client: &Client, stack: &Stack) -> Result<Vec<u8>> {
        let name = [("StackName", stack.asked())];
        let request = Request::new("ListChangeSets", &stack.name, &name);
        let listed = self.merged(client, &request).await?;
        let sets = listed.get("Summaries").and_then(Value::as_array);
        let mut sets: Vec<&Value> = sets.into_iter().flatten().collect();
        let time = |set: &Value| set["CreationTime"].as_str().map(str::to_owned);
        sets.sort_by_key(|set| std::cmp::Reverse(time(set)));
        let mut document = Vec::new();
        for set in sets.into_iter().take(MOST_CHANGE_SETS) {
            let id = set["ChangeSetId"].as_str().unwrap_or_default();
            let params = [("ChangeSetName", id)];
            let request = Request::new("DescribeChangeSet", &stack.name, &params);
            let answer = match self.merged(client, &request).await {
                Ok(answer) => answer,
                // It was deleted meanwhile.
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            document.extend(Value::Object(answer).to_string().into_bytes());
            document.push(b'\n');
            if document.len() > MAX_ANSWER_BYTES {
                return Err(too_long(&self.name(&stack.name)));
            }
        }
        match document.is_empty() {
            true => Ok(br#"{"Summaries":[]}"#.to_vec()),
            false => Ok(document),
        }
    }

    /// What an action answers, lists of all pages as one.
    async fn merged(&self, client: &Client, request: &Request<'_>) -> Result<Map<String, Value>> {
        let Request { action, stack, .. } = *request;
        let mut merged = Map::new();
        let mut bytes = 0;
        let mut next: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let (page, length) = self.page(client, request, next.as_deref()).await?;
            bytes += length;
            if bytes > MAX_ANSWER_BYTES {
                return Err(too_long(&self.name(stack)));
            }
            let last = next.take();
            for (key, value) in page {
                match (key.as_str(), value) {
                    ("NextToken", Value::String(token)) => next = Some(token),
                    (_, Value::Array(items)) => match merged.get_mut(&key) {
                        Some(Value::Array(held)) => held.extend(items),
                        _ => {
                            merged.insert(key, Value::Array(items));
                        }
                    },
                    (_, value) => {
                        merged.entry(key).or_insert(value);
                    }
                }
            }
            if next.is_none() {
                return Ok(merged);
            }
            if next == last {
                let message = format!("{action} repeats a page");
                return Err(Error::new(
                    ErrorKind::InvalidData,
                    self.name(stack),
                    message,
                ));
            }
        }
        let message = format!("{action} has more than {MAX_PAGES} pages");
        Err(Error::new(
            ErrorKind::LimitExceeded,
            self.name(stack),
            message,
        ))
    }

    /// A page of what an action answers, and its length in bytes.
    async fn page(
        &self,
        client: &Client,
        request: &Request<'_>,
        next: Option<&str>,
    ) -> Result<(Map<String, Value>, usize)> {
        let action = request.action;
        let name = self.name(request.stack);
        let url = self.url(action, request.params, next);
        let unsigned = |message: String| Error::new(ErrorKind::PermissionDenied, &name, message);
        let credential = self.credentials.get_credential().await;
        let credential = credential.map_err(|error| {
            let words = nepho_objects::in_words(&error);
            unsigned(format!("no credentials of AWS were found: {words}"))
        })?;
        let sign = || {
            let mut request = HttpRequest::new(HttpRequestBody::empty());
            *request.uri_mut() = url.as_str().parse().map_err(|error| {
                let message = "the address cannot be signed";
                unsigned(format!(
                    "{message}: {error}; look at the name of the region"
                ))
            })?;
            AwsAuthorizer::new(&credential, "cloudformation", &self.region)
                .authorize(&mut request, None);
            Ok(request.headers().clone())
        };
        let answer = client
            .ask(&name, url.as_str(), request.tries, &sign)
            .await?;
        let wrong = |message: &str| {
            let message = format!("the answer to {action} {message}");
            Error::new(ErrorKind::InvalidData, &name, message)
        };
        let response = xml::to_json(&answer)
            .map_err(|message| wrong(&format!("is no XML: {}", secret::mask(&message))))?;
        let Value::Object(mut response) = response else {
            return Err(wrong("has no result"));
        };
        match response.remove(&format!("{action}Result")) {
            Some(Value::Object(result)) => Ok((result, answer.len())),
            Some(Value::Null) => Ok((Map::new(), answer.len())),
            _ => Err(wrong("has no result")),
        }
    }

    /// Address of a page of what an action answers.
    fn url(&self, action: &str, params: &[(&str, &str)], next: Option<&str>) -> Url {
        let next = ("NextToken", next.unwrap_or_default());
        let values = params.iter().copied().chain([next]);
        let mut url = self.endpoint.clone();
        url.query_pairs_mut()
            .append_pair("Action", action)
            .append_pair("Version", VERSION)
            .extend_pairs(values.filter(|(_, value)| !value.is_empty()));
        url
    }

    fn name(&self, stack: &str) -> String {
        format!("read `cloudformation://{}/{stack}`", self.region)
    }
}
