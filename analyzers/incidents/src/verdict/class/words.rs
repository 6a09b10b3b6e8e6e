//! Tables of words, and how types and the names of attributes are cut into words.

use std::collections::HashMap;

/// What stands in names of Google Cloud beside the name of the API.
const HOST: [&str; 2] = ["googleapis", "com"];

/// Letters of the shortest word that is looked for within others.
const WITHIN: usize = 5;

/// A type or name in words of lower case and singular, one behind the other.
#[derive(Debug)]
pub(super) struct Words {
    text: String,
    /// Where each word begins, and the end of the last.
    bounds: Vec<usize>,
}

impl Words {
    /// Words of a type in any spelling: `aws_security_group`, `AWS::EC2::SecurityGroup`,
    /// `compute.firewalls`.
    ///
    /// The resource manager of Azure tells its types in any case, so that each part of one is a
    /// word: `microsoft`, `network`, `virtualnetwork`.
    pub(super) fn of(name: &str) -> Self {
        let mut words = Self {
            text: String::with_capacity(name.len()),
            bounds: vec![0],
        };
        let is_of_azure = is_of_resource_manager(name);
        let bytes = name.as_bytes();
        let mut start = 0;
        for (at, byte) in bytes.iter().enumerate() {
            if !byte.is_ascii_alphanumeric() {
                words.push(name.get(start..at));
                start = at + 1;
                continue;
            }
            let before = at.checked_sub(1).and_then(|before| bytes.get(before));
            let after = bytes.get(at + 1);
            // `DBInstance` is two words, as `securityGroup` is.
            let begins = byte.is_ascii_uppercase()
                && (before.is_some_and(|one| one.is_ascii_lowercase() || one.is_ascii_digit())
                    || after.is_some_and(u8::is_ascii_lowercase));
            if begins && !is_of_azure {
                words.push(name.get(start..at));
                start = at;
            }
        }
        words.push(name.get(start..));
        words
    }

    fn push(&mut self, word: Option<&str>) {
        let word = word.unwrap_or_default().to_ascii_lowercase();
        if !word.is_empty() && !HOST.contains(&&*word) {
            self.text.push_str(&singular(word));
            self.bounds.push(self.text.len());
        }
    }

    /// All words without what is between them.
    pub(super) fn whole(&self) -> &str {
        &self.text
    }

    /// Whether some words that follow each other are these, which are written together.
    pub(super) fn have(&self, run: &str) -> bool {
        let starts = self.bounds.iter();
        starts.clone().any(|start| {
            let mut ends = self.bounds.iter().filter(|end| *end > start);
            ends.any(|end| self.text.get(*start..*end) == Some(run))
        })
    }
}

/// Whether a type is one of the resource manager: `Microsoft.Network/virtualNetworks`.
fn is_of_resource_manager(name: &str) -> bool {
    name.split_once('/').is_some_and(|(provider, _)| {
        provider.contains('.') && !name.contains(':') && !provider.ends_with(".googleapis.com")
    })
}

fn singular(mut word: String) -> String {
    let is_plural = word.len() > 3
        && word.ends_with('s')
        && !["ss", "is", "us"].iter().any(|end| word.ends_with(end));
    if let Some(stem) = word.strip_suffix("ies").filter(|_| is_plural) {
        return format!("{stem}y");
    }
    if is_plural {
        let cut = if word.ends_with("sses") { 2 } else { 1 };
        word.truncate(word.len() - cut);
    }
    word
}

/// Labels by runs of words.
#[derive(Debug)]
pub(super) struct Table<L>(HashMap<String, Vec<L>>);

impl<L: Copy> Table<L> {
    /// Reads lines `LABEL: words words ...`; `None` of `label` is for words that mean nothing.
    pub(super) fn read(text: &str, label: impl Fn(&str) -> Option<L>) -> Self {
        let mut table: HashMap<String, Vec<L>> = HashMap::new();
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        for (word, entries) in lines.filter_map(|line| line.split_once(':')) {
            for entry in entries.split_whitespace() {
                let held = table.entry(Words::of(entry).text).or_default();
                held.extend(label(word));
            }
        }
        Self(table)
    }

    /// Labels of a type or name: from left to right those of the longest runs of words.
    pub(super) fn labels(&self, name: &str) -> Vec<L> {
        let words = Words::of(name);
        let mut found = Vec::new();
        let mut bounds = words.bounds.as_slice();
        while let [start, ends @ ..] = bounds {
            let held = |end: &usize| self.0.get(words.text.get(*start..*end)?);
            let longest = ends.iter().enumerate().rev();
            let longest = longest
                .filter_map(|(at, end)| Some((at, held(end)?)))
                .next();
            let (at, labels) = longest.map_or((0, &[][..]), |(at, labels)| (at, labels));
            found.extend_from_slice(labels);
            bounds = ends.get(at..).unwrap_or_default();
        }
        found
    }

    /// Labels of a name whose words may be written together: of the longest words of five letters
    /// and more that stand anywhere in it.
    pub(super) fn labels_within(&self, name: &str) -> Vec<L> {
        let words = Words::of(name);
        let keys = self.0.keys().filter(|key| key.len() >= WITHIN);
        let held: Vec<&String> = keys.filter(|key| words.whole().contains(&***key)).collect();
        let is_longest = |key: &&&String| {
            let mut others = held.iter().filter(|other| other.len() > key.len());
            !others.any(|other| other.contains(&***key))
        };
        let longest = held.iter().filter(is_longest);
        let mut found = self.labels(name);
        found.extend(longest.filter_map(|key| self.0.get(*key)).flatten());
        found
    }

    /// Whether the table has a type as a whole.
    pub(super) fn has_whole(&self, name: &str) -> bool {
        self.0.contains_key(Words::of(name).whole())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_cut_into_words_of_one_number() {
        let check = |name: &str, expected: &[&str]| {
            let words = Words::of(name);
            let parts = words
                .bounds
                .windows(2)
                .map(|ends| &words.text[ends[0]..ends[1]]);
            assert_eq!(parts.collect::<Vec<_>>(), expected, "{name}");
        };
        check("aws_security_groups", &["aws", "security", "group"]);
        check("AWS::RDS::DBInstance", &["aws", "rds", "db", "instance"]);
        check("compute.googleapis.com/Policies", &["compute", "policy"]);
        check("vpcSecurityGroupIds", &["vpc", "security", "group", "ids"]);
        let sites = ["microsoft", "web", "site", "hostnamebinding"];
        check("Microsoft.Web/sites/hostNameBindings", &sites);
        check("microsoft.web/sites/hostnamebindings", &sites);
        check("publicIPAddresses", &["public", "ip", "address"]);
        check("s3Key", &["s3", "key"]);
        check("redis", &["redis"]);
        check("::", &[]);
    }

    #[test]
    fn the_longest_run_of_words_counts_alone() {
        let label = |word: &str| word.chars().next().filter(|one| *one != 'n');
        let table = Table::read(
            "# c: d\na: table\nb: route\nn: route_table\nc: route_map",
            label,
        );
        assert_eq!(table.labels("aws_route_table_route"), ['b']);
        assert_eq!(table.labels("RouteMapTables"), ['c', 'a']);
        assert_eq!(table.labels("constable"), []);
        assert!(table.has_whole("ROUTE-TABLES") && !table.has_whole("aws_route"));
        assert!(Words::of("aws_kms_key").have("kmskey"));
        assert!(!Words::of("aws_kms_keyring").have("kmskey"));
    }
}
