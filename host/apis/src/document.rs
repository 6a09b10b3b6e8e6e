//! A document that an API is asked for, and the settings that tell how.

use std::sync::Arc;

use nepho_core::{Error, ErrorKind, Result, Timestamp};

use crate::client::{Access, Client};
use crate::{cloudformation, hcp};

/// Names and values as in the environment.
pub(crate) struct Settings(Vec<(String, String)>);

impl Settings {
    pub(crate) fn new(settings: &[(String, String)]) -> Self {
        Self(settings.to_vec())
    }

    /// Value of the first of these names that has one.
    pub(crate) fn first(&self, names: &[&str]) -> Option<&str> {
        let value = |name: &&str| {
            let found = self.0.iter().find(|(held, _)| held == name);
            found.map(|(_, value)| value.as_str())
        };
        let mut values = names.iter().filter_map(value);
        values.find(|value| !value.is_empty())
    }

    /// Host, with its port, of the server whose address the variable `name` tells: `usual` where it
    /// is not set, and nothing where it is no address of HTTP.
    pub(crate) fn host_of(&self, name: &str, usual: &str) -> Option<String> {
        match self.first(&[name]) {
            Some(address) => host_in(address),
            None => Some(usual.to_owned()),
        }
    }

    /// Address of the server on `host`: that of the variable `name` where it is of this host, with
    /// its scheme and path.
    pub(crate) fn server(&self, name: &str, host: &str) -> String {
        match self.host_of(name, "").as_deref() == Some(host) {
            true => {
                let address = self.first(&[name]).unwrap_or_default();
                address.trim_end_matches('/').to_owned()
            }
            false => format!("https://{host}"),
        }
    }

    /// All of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// Host of an address of HTTP in lower case, with its port where it is not the usual one.
fn host_in(address: &str) -> Option<String> {
    let url = url::Url::parse(address).ok()?;
    let is_http = matches!(url.scheme(), "http" | "https");
    let host = url.host_str().filter(|host| is_http && !host.is_empty())?;
    Some(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}

/// A host with or without a port, as [`Settings::host_of`] gives it; nothing for other text, in
/// which a user could hide the host that is meant.
pub(crate) fn host_named(text: &str) -> Option<String> {
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    match text.bytes().all(is_host) {
        true => host_in(&format!("https://{text}")),
        false => None,
    }
}

/// Whether it is an id that may become a part of addresses and of names of documents.
pub(crate) fn is_id(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    !text.is_empty() && text.bytes().all(is_part)
}

/// A time to the second, as names of documents have it: such names are in the order of time.
pub(crate) fn second(time: Option<Timestamp>) -> String {
    let text = time.map(|time| time.to_string()).unwrap_or_default();
    let second = text.split(['.', 'Z']).next().unwrap_or_default();
    format!("{}Z", second.replace(':', ""))
}

/// A document, by its name in messages.
#[derive(Clone)]
pub(crate) struct Document {
    pub(crate) uri: String,
    /// When what it tells of was made, where that is known.
    pub(crate) modified: Option<Timestamp>,
    pub(crate) ask: Ask,
}

/// How a document is asked for.
#[derive(Clone)]
pub(crate) enum Ask {
    /// What CloudFormation knows of a stack.
    OfStack {
        api: Arc<cloudformation::Api>,
        wanted: cloudformation::Wanted,
        stack: cloudformation::Stack,
    },
    /// What could not be found out, and why.
    Failed(ErrorKind, String),
    /// One address.
    Get { url: String, access: Access },
    /// A list whose pages tell the address of the next.
    Linked { url: String, access: Access },
    /// A list of updates whose pages have numbers.
    Updates { url: String, access: Access },
    /// A list of events whose pages tell how to go on.
    Events { url: String, access: Access },
    /// An address that gives access by itself, or leads to one that does.
    Stored { url: String, access: Access },
    /// A plan of HCP Terraform.
    Plan { url: String, access: Access },
    /// The log of an apply of HCP Terraform.
    ApplyLog { url: String, access: Access },
}

impl Document {
    /// The document.
    pub(crate) async fn fetch(&self, client: &Client) -> Result<Vec<u8>> {
        let name = format!("read `{}`", self.uri);
        match &self.ask {
            Ask::OfStack { api, wanted, stack } => api.all(client, *wanted, stack).await,
            Ask::Failed(kind, reason) => Err(Error::new(*kind, name, reason)),
            Ask::Get { url, access } => client.get(&name, url, access).await,
            Ask::Linked { url, access } => client.linked(&name, url, access).await,
            Ask::Updates { url, access } => client.numbered(&name, url, access, "updates").await,
            Ask::Events { url, access } => client.continued(&name, url, access, "events").await,
            Ask::Stored { url, access } => client.stored(&name, url, access).await,
            Ask::Plan { url, access } => hcp::plan(client, &name, url, access).await,
            Ask::ApplyLog { url, access } => hcp::apply_log(client, &name, url, access).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_has_the_host_of_the_address() {
        let settings = [("TFE_ADDRESS", "http://tfe.example.com:8443/api/")];
        let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let settings = Settings::new(&settings);
        let check = |name: &str, host: &str, expected: &str| {
            assert_eq!(settings.server(name, host), expected);
        };
        let own = "http://tfe.example.com:8443/api";
        check("TFE_ADDRESS", "tfe.example.com:8443", own);
        check("TFE_ADDRESS", "tfe.example.com", "https://tfe.example.com");
        check("NONE", "app.example.com", "https://app.example.com");
    }

    #[test]
    fn hosts_are_compared_as_they_are_reached() {
        let check = |address: &str, expected: Option<&str>| {
            assert_eq!(host_in(address).as_deref(), expected, "{address}");
        };
        check("https://TFE.example.com:443/x", Some("tfe.example.com"));
        check("https://user:word@tfe.example.com", Some("tfe.example.com"));
        check("tfe.example.com", None);
        check("file:///tmp/state", None);
        assert_eq!(
            host_named("App.Example.com:8443").as_deref(),
            Some("app.example.com:8443")
        );
        assert_eq!(host_named("app.terraform.io:443@evil.example"), None);
        // A server that cannot be told has no token for the usual one.
        let settings = [("TFE_ADDRESS".to_owned(), "tfe.example.com".to_owned())];
        assert_eq!(
            Settings::new(&settings).host_of("TFE_ADDRESS", "app.example.com"),
            None
        );
    }
}
