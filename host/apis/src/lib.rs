//! What CloudFormation, Pulumi Cloud and HCP Terraform know of runs and states, as a source,
//! read-only.
//!
//! | address | read |
//! |---|---|
//! | `cloudformation://REGION` | all of each stack but its outputs; events of deleted ones |
//! | `cloudformation://REGION/STACK` | those of one stack |
//! | `pulumi://HOST/ORG/PROJECT/STACK` | updates with their events, and state of one stack |
//! | `terraform://HOST/ORG` | runs with plans and logs, and states of all workspaces |
//! | `terraform://HOST/ORG/WORKSPACE` | those of one workspace |
//!
//! Every answer is a document of its own, which the feeds of the tool read. Credentials come from
//! the variables that the tools use themselves: those of AWS (or the identity of the machine),
//! `PULUMI_ACCESS_TOKEN`, and `TF_TOKEN_app_terraform_io` or `TFE_TOKEN`, each for its host alone.
//! Only `GET` is ever sent.

mod client;
mod cloudformation;
mod document;
mod hcp;
mod pulumi;
mod xml;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use nepho_core::source::{Chunk, Partition, PartitionId, Position, Reader, Source};
use nepho_core::{Error, ErrorKind, Result, secret};
use tokio::runtime::Runtime;

use client::Client;
use document::{Document, Settings, host_named};

/// Schemes of addresses that this source reads.
const SCHEMES: [&str; 3] = ["cloudformation", "pulumi", "terraform"];

/// An answer in XML as JSON, for the fuzz target of the reader.
///
/// # Errors
/// What is wrong, if it is no XML.
#[cfg(feature = "fuzzing")]
pub fn xml_to_json(xml: &[u8]) -> std::result::Result<serde_json::Value, String> {
    xml::to_json(xml)
}

/// Whether a path is the address of an API rather than of a file.
pub fn is_address(path: &str) -> bool {
    path.split_once("://")
        .is_some_and(|(scheme, _)| SCHEMES.contains(&scheme))
}

/// The documents that some addresses lead to. Each is asked for when it is opened.
pub struct ApiSource {
    runtime: Arc<Runtime>,
    client: Arc<Client>,
    documents: BTreeMap<String, Document>,
    partitions: Vec<Partition>,
    skipped: Vec<(String, String)>,
}

impl fmt::Debug for ApiSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiSource").finish_non_exhaustive()
    }
}

impl ApiSource {
    /// Finds the documents behind `addresses`, in the order in which the APIs list them.
    ///
    /// `settings` are names and values as in the environment. An address that cannot be listed is
    /// in [`ApiSource::skipped`] with the reason.
    ///
    /// # Errors
    /// [`ErrorKind::Internal`] if no thread can be started.
    pub fn new(addresses: &[String], settings: &[(String, String)]) -> Result<Self> {
        let settings = Settings::new(settings);
        let mut source = Self {
            runtime: nepho_objects::runtime("nepho-apis")?,
            client: Arc::new(Client::new()?),
            documents: BTreeMap::new(),
            partitions: Vec::new(),
            skipped: Vec::new(),
        };
        for address in addresses {
            match source.find(address, &settings) {
                Ok(found) if found.is_empty() => {
                    source.skip(address, "there is nothing behind this address");
                }
                Ok(found) => found.into_iter().for_each(|found| source.add(found)),
                Err(error) => source.skip(address, &error.to_string()),
            }
        }
        Ok(source)
    }

    /// Addresses that gave no document, with the reason.
    pub fn skipped(&self) -> &[(String, String)] {
        &self.skipped
    }

    /// The documents, in the order in which they are read.
    pub fn partitions(&self) -> &[Partition] {
        &self.partitions
    }

    fn skip(&mut self, address: &str, reason: &str) {
        self.skipped.push((address.to_owned(), reason.to_owned()));
    }

    fn add(&mut self, document: Document) {
        let (uri, modified) = (document.uri.clone(), document.modified);
        if self.documents.insert(uri.clone(), document).is_none() {
            self.partitions.push(Partition {
                id: PartitionId(uri),
                size: None,
                modified,
            });
        }
    }

    fn find(&self, address: &str, settings: &Settings) -> Result<Vec<Document>> {
        let (scheme, rest) = address.split_once("://").unwrap_or_default();
        let parts: Vec<&str> = rest.split('/').filter(|part| !part.is_empty()).collect();
        // The host as it is compared with those that tokens are for.
        let host = parts.first().copied().and_then(host_named);
        let host = host.as_deref().unwrap_or_default();
        let client = &self.client;
        self.runtime.block_on(async {
            match (scheme, parts.as_slice()) {
                (_, [first, ..]) if host.is_empty() => Err(Error::new(
                    ErrorKind::InvalidConfig,
                    format!("open `{}`", secret::mask(address)),
                    format!("`{}` is no host and no region", secret::mask(first)),
                )),
                ("cloudformation", [region]) => {
                    cloudformation::find(client, settings, region, None).await
                }
                ("cloudformation", [region, stack]) => {
                    cloudformation::find(client, settings, region, Some(stack)).await
                }
                ("pulumi", [_, organization, project, stack]) => {
                    pulumi::find(client, settings, host, &[organization, project, stack]).await
                }
                ("terraform", [_, organization]) => {
                    hcp::find(client, settings, host, organization, None).await
                }
                ("terraform", [_, organization, workspace]) => {
                    hcp::find(client, settings, host, organization, Some(workspace)).await
                }
                _ => Err(Error::new(
                    ErrorKind::InvalidConfig,
                    format!("open `{address}`"),
                    "write cloudformation://REGION[/STACK], pulumi://HOST/ORG/PROJECT/STACK or \
                     terraform://HOST/ORG[/WORKSPACE]",
                )),
            }
        })
    }
}

#[async_trait]
impl Source for ApiSource {
    async fn discover(&self) -> Result<Vec<Partition>> {
        Ok(self.partitions.clone())
    }

    async fn open(&self, partition: &PartitionId, _from: Position) -> Result<Box<dyn Reader>> {
        let document = self.documents.get(&partition.0).cloned().ok_or_else(|| {
            let operation = format!("open `{}`", partition.0);
            Error::new(ErrorKind::NotFound, operation, "there is no such document")
        })?;
        let client = Arc::clone(&self.client);
        // The caller has no runtime of its own.
        let asked = self
            .runtime
            .spawn(async move { document.fetch(&client).await });
        let bytes = asked.await.map_err(|error| {
            let operation = format!("read `{}`", partition.0);
            Error::new(ErrorKind::Internal, operation, error.to_string())
        })??;
        Ok(Box::new(Answer(Some(bytes))))
    }
}

/// A document that came whole.
struct Answer(Option<Vec<u8>>);

#[async_trait]
impl Reader for Answer {
    async fn next(&mut self) -> Result<Option<Chunk>> {
        Ok(self.0.take().map(|bytes| Chunk {
            bytes,
            position: Position(0),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_files_and_objects() {
        for address in [
            "cloudformation://eu-west-1",
            "pulumi://api.pulumi.com/a/b/c",
        ] {
            assert!(is_address(address), "{address}");
        }
        for file in ["logs/app.log", "-", "s3://bucket/a", "terraform.tfstate"] {
            assert!(!is_address(file), "{file}");
        }
    }

    #[test]
    fn a_wrong_address_is_told() {
        let addresses = ["pulumi://api.pulumi.com".to_owned()];
        let source = ApiSource::new(&addresses, &[]).expect("a source");
        assert_eq!(source.partitions().len(), 0);
        let (address, reason) = &source.skipped()[0];
        assert_eq!(address, "pulumi://api.pulumi.com");
        assert!(
            reason.contains("pulumi://HOST/ORG/PROJECT/STACK"),
            "{reason}"
        );
    }
}
