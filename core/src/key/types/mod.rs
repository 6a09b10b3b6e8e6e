//! Types of resources in the words of the tools, and how the ids of each are made.
//!
//! The tables stand in `../data`; its README tells where they come from. `cargo xtask data` writes
//! them anew. A type may be given as Terraform (`aws_sns_topic`), CloudFormation
//! (`AWS::SNS::Topic`) or Pulumi (`aws:sns/topic:Topic`) calls it.

pub mod aws;
pub mod azure;
pub mod google;

mod index;

#[cfg(test)]
mod tests;

/// A type without the habits of its tool: `snstopic` for `aws_sns_topic`, `AWS::SNS::Topic` and
/// `aws:sns/topic:Topic`. Two types of different tools may be the same when one word ends in the
/// other.
pub fn word(resource_type: &str) -> String {
    let bare = ["aws_", "azurerm_", "google_", "kubernetes_", "AWS::"]
        .iter()
        .find_map(|prefix| resource_type.strip_prefix(prefix));
    let mut word: String = match (bare, resource_type.rsplit_once('/')) {
        (Some(bare), _) => plain(bare),
        (None, Some((_, last))) => plain(last.rsplit(':').next().unwrap_or(last)),
        (None, None) => plain(resource_type),
    };
    if word.ends_with('s') {
        word.pop();
    }
    word
}

fn plain(text: &str) -> String {
    let mut plain: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    plain.make_ascii_lowercase();
    plain
}
