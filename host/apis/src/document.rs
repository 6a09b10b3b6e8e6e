//! A document that an API is asked for, and the settings that tell how.

use std::sync::Arc;

use nepho_core::Result;

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

    /// Host, with its port, of the server whose address the variable `name` tells; `usual` where it
    /// tells none of HTTP.
    pub(crate) fn host_of<'a>(&'a self, name: &str, usual: &'a str) -> &'a str {
        let address = self.first(&[name]).and_then(|held| held.split_once("://"));
        let host = match address {
            Some(("http" | "https", place)) => place.split('/').next(),
            _ => None,
        };
        host.filter(|host| !host.is_empty()).unwrap_or(usual)
    }

    /// Address of the server on `host`: that of the variable `name` where it is of this host, with
    /// its scheme and path.
    pub(crate) fn server(&self, name: &str, host: &str) -> String {
        match self.host_of(name, "") == host {
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

/// A document, by its name in messages.
#[derive(Clone)]
pub(crate) struct Document {
    pub(crate) uri: String,
    pub(crate) ask: Ask,
}

/// How a document is asked for.
#[derive(Clone)]
pub(crate) enum Ask {
    /// An action of CloudFormation, all pages of it.
    Action {
        api: Arc<cloudformation::Api>,
        action: &'static str,
        stack: cloudformation::Stack,
    },
    /// One address.
    Get { url: String, access: Access },
    /// A list whose pages tell the address of the next.
    Linked { url: String, access: Access },
    /// A list of updates whose pages have numbers.
    Updates { url: String, access: Access },
    /// The state that the first item of a list of versions of states tells the address of.
    LatestState { url: String, access: Access },
}

impl Document {
    /// The document.
    pub(crate) async fn fetch(&self, client: &Client) -> Result<Vec<u8>> {
        let name = format!("read `{}`", self.uri);
        match &self.ask {
            Ask::Action { api, action, stack } => api.all(client, action, stack).await,
            Ask::Get { url, access } => client.get(&name, url, access).await,
            Ask::Linked { url, access } => client.linked(&name, url, access).await,
            Ask::Updates { url, access } => client.numbered(&name, url, access, "updates").await,
            Ask::LatestState { url, access } => hcp::latest(client, &name, url, access).await,
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
}
