//! CloudFormation (docs.aws.amazon.com/AWSCloudFormation/latest/APIReference, read 2026-11-28):
//! `DescribeStacks`, `DescribeStackEvents`, `ListStackResources`, `GetTemplate` and
//! `DescribeStackResourceDrifts`, which are also the permissions that are needed.

use std::sync::Arc;

use nepho_core::{Error, ErrorKind, Result, secret};
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey, AwsAuthorizer, AwsCredentialProvider};
use object_store::client::{HttpRequest, HttpRequestBody};
use serde_json::{Map, Value};
use url::Url;

use crate::client::{Client, MAX_ANSWER_BYTES, too_long};
use crate::document::{Ask, Document, Settings};
use crate::xml;

/// Version of the API.
const VERSION: &str = "2010-05-15";
/// Pages of one answer; a stack has hundreds of events.
const MAX_PAGES: usize = 10_000;

/// Gives all resources of a stack, page by page: `DescribeStackResources` ends after 100. Their
/// list names no stack.
const RESOURCES: (&str, &str) = ("ListStackResources", "StackResourceSummaries");

/// A stack, as its API calls it.
#[derive(Clone)]
pub(crate) struct Stack {
    name: String,
    id: String,
}

/// The API of one region.
pub(crate) struct Api {
    region: String,
    endpoint: Url,
    credentials: AwsCredentialProvider,
}

/// Documents of the stacks of a region, or of one of them.
pub(crate) async fn find(
    client: &Client,
    settings: &Settings,
    region: &str,
    stack: Option<&str>,
) -> Result<Vec<Document>> {
    let api = Arc::new(Api::new(settings, region)?);
    let stacks = api
        .merged(client, "DescribeStacks", stack.unwrap_or_default())
        .await?;
    let stacks = stacks.get("Stacks").and_then(Value::as_array);
    let documents = stacks.into_iter().flatten().flat_map(|held| {
        let text = |key: &str| held[key].as_str().unwrap_or_default().to_owned();
        let stack = Stack {
            name: text("StackName"),
            id: text("StackId"),
        };
        // Drift is told only where somebody looked for it and found it.
        let has_drifted = held["DriftInformation"]["StackDriftStatus"] == "DRIFTED";
        let drift = has_drifted.then_some(("DescribeStackResourceDrifts", "drift.json".to_owned()));
        // The feed of templates takes the name of the stack from that of the file.
        let documents = [
            ("DescribeStackEvents", "events.json".to_owned()),
            (RESOURCES.0, "resources.json".to_owned()),
            ("GetTemplate", format!("{}.template", stack.name)),
        ];
        let api = Arc::clone(&api);
        let documents = documents.into_iter().chain(drift);
        documents.map(move |(action, file)| Document {
            uri: format!("cloudformation://{}/{}/{file}", api.region, stack.name),
            modified: None,
            ask: Ask::Action {
                api: Arc::clone(&api),
                action,
                stack: stack.clone(),
            },
        })
    });
    Ok(documents.collect())
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

    /// The document that the command line would print for an action; of a template, itself.
    pub(crate) async fn all(
        &self,
        client: &Client,
        action: &str,
        stack: &Stack,
    ) -> Result<Vec<u8>> {
        let mut answer = self.merged(client, action, &stack.name).await?;
        let resources = answer.get_mut(RESOURCES.1).and_then(Value::as_array_mut);
        for resource in resources.into_iter().flatten() {
            if let Some(fields) = resource.as_object_mut() {
                fields.insert("StackName".to_owned(), stack.name.clone().into());
                fields.insert("StackId".to_owned(), stack.id.clone().into());
            }
        }
        match answer.get("TemplateBody") {
            Some(Value::String(template)) => Ok(template.clone().into_bytes()),
            _ => Ok(Value::Object(answer).to_string().into_bytes()),
        }
    }

    /// What an action answers, lists of all pages as one.
    async fn merged(
        &self,
        client: &Client,
        action: &str,
        stack: &str,
    ) -> Result<Map<String, Value>> {
        let mut merged = Map::new();
        let mut bytes = 0;
        let mut next: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let (page, length) = self.page(client, action, stack, next.as_deref()).await?;
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
        action: &str,
        stack: &str,
        next: Option<&str>,
    ) -> Result<(Map<String, Value>, usize)> {
        let name = self.name(stack);
        let url = self.url(action, stack, next);
        let unsigned = |message: String| Error::new(ErrorKind::PermissionDenied, &name, message);
        let credential = self.credentials.get_credential().await;
        let credential = credential.map_err(|error| {
            let words = nepho_objects::in_words(&error);
            unsigned(format!("no credentials of AWS were found: {words}"))
        })?;
        let sign = || {
            let mut request = HttpRequest::new(HttpRequestBody::empty());
            *request.uri_mut() = url
                .as_str()
                .parse()
                .map_err(|_| unsigned("the address cannot be signed".to_owned()))?;
            AwsAuthorizer::new(&credential, "cloudformation", &self.region)
                .authorize(&mut request, None);
            Ok(request.headers().clone())
        };
        let answer = client.ask(&name, url.as_str(), &sign).await?;
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
    fn url(&self, action: &str, stack: &str, next: Option<&str>) -> Url {
        let values = [
            ("StackName", stack),
            ("NextToken", next.unwrap_or_default()),
        ];
        let mut url = self.endpoint.clone();
        url.query_pairs_mut()
            .append_pair("Action", action)
            .append_pair("Version", VERSION)
            .extend_pairs(values.into_iter().filter(|(_, value)| !value.is_empty()));
        url
    }

    fn name(&self, stack: &str) -> String {
        format!("read `cloudformation://{}/{stack}`", self.region)
    }
}
