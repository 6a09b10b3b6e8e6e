//! Firewall rules of Google.
//!
//! cloud.google.com/firewall/docs/firewalls, read 2026-11-29: sources of a rule are tags, service
//! accounts or ranges, any of which is enough; a rule without targets is for all of its network;
//! the rule with the lowest number counts. Of rules that deny only those that deny everything are
//! looked at.

use super::range::Range;

/// A rule without a number has this one.
pub const USUAL_PRIORITY: u32 = 1_000;

/// A rule.
#[derive(Clone, Debug, Default)]
pub struct Rule<'a> {
    /// The lowest number decides.
    pub priority: u32,
    /// Whether it is for what leaves.
    pub is_egress: bool,
    /// The network, as a key.
    pub network: Option<String>,
    /// Tags and service accounts that it is for.
    pub targets: [Vec<&'a str>; 2],
    /// Tags and service accounts that it lets in.
    pub sources: [Vec<&'a str>; 2],
    /// Ranges of the other side.
    pub ranges: Vec<&'a str>,
}

impl Rule<'_> {
    /// Whether this rule, which denies everything, goes before one that allows something, for all
    /// that this one is for: of the same number the one that denies counts.
    pub fn denies(&self, allow: &Rule<'_>) -> bool {
        if self.priority > allow.priority
            || self.is_egress != allow.is_egress
            || self.network != allow.network
        {
            return false;
        }
        let names = |of: &[Vec<&str>; 2]| of.iter().any(|names| !names.is_empty());
        if names(&self.targets)
            && !(names(&allow.targets) && has_all(&self.targets, &allow.targets))
        {
            return false;
        }
        let own: Vec<Range> = self
            .ranges
            .iter()
            .filter_map(|text| Range::parse(text))
            .collect();
        let from_all = self.ranges.contains(&"0.0.0.0/0");
        let mut others = allow.ranges.iter().map(|text| Range::parse(text));
        from_all
            || (self.ranges.is_empty() && !names(&self.sources))
            || (has_all(&self.sources, &allow.sources)
                && others.all(|other| {
                    other.is_some_and(|other| own.iter().any(|range| range.contains(other)))
                }))
    }
}

fn has_all(own: &[Vec<&str>; 2], others: &[Vec<&str>; 2]) -> bool {
    let mut pairs = own.iter().zip(others);
    pairs.all(|(own, others)| others.iter().all(|name| own.contains(name)))
}
