//! What a tool must tell for its snapshots to be compared.

use std::borrow::Cow;

use nepho_core::feed::Member;

/// Knowledge of one tool.
pub trait Rules {
    /// Words in column `tool` of snapshots and changes that these rules are for.
    fn tools(&self) -> &[&str];

    /// Whether the two, which have the same address, are one object of the cloud, changed or not.
    fn is_same_object(&self, before: &Member, after: &Member) -> bool;

    /// What tells an object from all others of one snapshot, whatever its address; `None` where
    /// nothing does.
    fn identity(&self, member: &Member) -> Option<String>;

    /// What tells an object from all others of all clouds; `None` where nothing does.
    fn global_identity(&self, member: &Member) -> Option<String>;

    /// Whether the cloud or the provider sets this attribute, and nobody declares it.
    fn is_computed(&self, resource_type: &str, attribute: &str) -> bool;

    /// Address of the resource that this one is a remainder of: an object that was replaced and
    /// not deleted yet.
    fn remainder_of<'a>(&self, _address: &'a str) -> Option<&'a str> {
        None
    }

    /// Run that wrote the version in a file, where its name tells it and another document tells the
    /// run.
    fn run<'a>(&self, _uri: &'a str) -> Option<&'a str> {
        None
    }

    /// Place in which versions of one history follow each other, of the file that one stands in.
    fn place<'a>(&self, uri: &'a str) -> Cow<'a, str> {
        Cow::Borrowed(uri)
    }
}
