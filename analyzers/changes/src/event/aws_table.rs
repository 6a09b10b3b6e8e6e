//! The table `data/aws.txt`: which parameter of an AWS call holds the id of which resource.

use std::collections::HashMap;
use std::sync::LazyLock;

use nepho_core::key;
use nepho_core::tables::ChangeAction;

/// The table.
pub(super) static TABLE: LazyLock<Table> =
    LazyLock::new(|| Table::parse(include_str!("../../data/aws.txt")));

/// A parameter that holds the id of a resource.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Parameter {
    /// Name in lower case.
    pub name: String,
    /// The resource as operations call it: `SecurityGroup`.
    pub noun: &'static str,
    /// Whether it counts only where the operation names the resource.
    pub is_shy: bool,
    /// Type as CloudFormation names it.
    pub kind: &'static str,
    /// ARN without `arn:PARTITION:`; `-` when the id stands for itself.
    pub arn: &'static str,
}

/// Parameters of one service.
#[derive(Debug, Default)]
pub(super) struct Service {
    /// In the order of the table.
    pub parameters: Vec<Parameter>,
    /// Lines of the parameters by name.
    pub by_name: HashMap<String, Vec<usize>>,
    /// What an operation changes, by its name.
    pub outright: HashMap<&'static str, Outright>,
    /// Parameters in lower case that tell what a resource is a part of, by what operations call it.
    pub wholes: HashMap<&'static str, Vec<String>>,
}

/// What the table says outright of an operation.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Outright {
    /// Name in lower case of the parameter with what it is on.
    pub name: String,
    /// What it does to that, where its own name does not say so.
    pub action: Option<ChangeAction>,
}

/// How a line of two words begins: it says outright what an operation is on, what it makes or ends,
/// or of what a resource is a part.
const SAYING: [char; 4] = ['@', '+', '-', '^'];

/// A short id that tells its type by how it begins.
#[derive(Debug)]
struct Short {
    prefix: &'static str,
    kind: &'static str,
    arn: &'static str,
}

/// The whole table.
#[derive(Debug, Default)]
pub(super) struct Table {
    services: HashMap<&'static str, Service>,
    short: Vec<Short>,
}

/// Where a call was made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    /// Account.
    pub account: &'a str,
    /// Region.
    pub region: &'a str,
}

impl Service {
    /// Takes a line of two words.
    fn say(&mut self, said: &'static str, names: &str) {
        let action = match said.as_bytes().first() {
            Some(b'+') => Some(ChangeAction::Create),
            Some(b'-') => Some(ChangeAction::Delete),
            _ => None,
        };
        let of = said.trim_start_matches(SAYING);
        if said.starts_with('^') {
            let names = names.split('|').map(str::to_lowercase);
            self.wholes.insert(of, names.collect());
        } else {
            let name = names.to_lowercase();
            self.outright.insert(of, Outright { name, action });
        }
    }
}

impl Table {
    /// Lines that are not understood are left out; a test of this module finds them.
    fn parse(text: &'static str) -> Self {
        let mut table = Self::default();
        let mut section = "";
        for line in text.lines().map(str::trim) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(name) = line
                .strip_prefix('[')
                .and_then(|rest| rest.strip_suffix(']'))
            {
                section = name;
                continue;
            }
            let words: Vec<&'static str> = line.split_ascii_whitespace().collect();
            match words.as_slice() {
                [prefix, kind, arn] if section == "short ids" => {
                    table.short.push(Short { prefix, kind, arn })
                }
                [said, names] if said.starts_with(SAYING) => {
                    table.services.entry(section).or_default().say(said, names);
                }
                [name, noun, kind, arn] => {
                    let service = table.services.entry(section).or_default();
                    let name = name.to_lowercase();
                    let line = service.parameters.len();
                    service.by_name.entry(name.clone()).or_default().push(line);
                    service.parameters.push(Parameter {
                        name,
                        noun: noun.trim_start_matches('!'),
                        is_shy: noun.starts_with('!'),
                        kind,
                        arn,
                    });
                }
                _ => {}
            }
        }
        // `i-` is the beginning of others.
        table
            .short
            .sort_by_key(|short| std::cmp::Reverse(short.prefix.len()));
        table
    }

    /// Parameters of a service.
    pub(super) fn service(&'static self, name: &str) -> Option<&'static Service> {
        self.services.get(name)
    }

    /// ARN and type of a short id; `None` for text that is none.
    pub(super) fn short_id(&self, text: &str, place: Place<'_>) -> Option<(String, &'static str)> {
        let (_, digits) = text.rsplit_once('-')?;
        let is_id =
            matches!(digits.len(), 8 | 17) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_id {
            return None;
        }
        let short = self.short.iter().find(|short| {
            text.strip_prefix(short.prefix)
                .is_some_and(|rest| rest.len() == digits.len())
        })?;
        Some((arn(short.arn, text, place, &|_| None)?, short.kind))
    }
}

/// `arn:PARTITION:` and `pattern` with its places filled in. `None` where something is not known.
pub(super) fn arn(
    pattern: &str,
    id: &str,
    place: Place<'_>,
    parameter: &dyn Fn(&str) -> Option<String>,
) -> Option<String> {
    let partition = match place.region {
        region if region.starts_with("cn-") => "aws-cn",
        region if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    };
    let mut text = format!("arn:{partition}:");
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        text.push_str(before);
        match name {
            "r" => text.push_str(place.region),
            "a" if place.account.is_empty() => return None,
            "a" => text.push_str(place.account),
            "id" => text.push_str(id),
            other => text.push_str(&of_parameters(other, parameter)?),
        }
        rest = after;
    }
    text.push_str(rest);
    Some(text)
}

/// What stands for a name in braces that is that of a parameter: `cluster`, `clusterName|name`,
/// `cluster=default`, `eventBusName?default`.
fn of_parameters(names: &str, parameter: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let told = |name: &str| Some(key::short_name(&parameter(name)?).to_owned());
    if let Some((name, default)) = names.split_once('=') {
        return Some(told(name).unwrap_or_else(|| default.to_owned()));
    }
    if let Some((name, default)) = names.split_once('?') {
        let other = told(name).filter(|name| name != default);
        return Some(other.map_or_else(String::new, |name| format!("{name}/")));
    }
    names.split('|').find_map(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place<'_> = Place {
        account: "111122223333",
        region: "eu-west-1",
    };

    #[test]
    fn every_line_of_the_table_is_understood() {
        let text = include_str!("../../data/aws.txt");
        let lines = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#') && !line.starts_with('['));
        let read = TABLE.short.len()
            + TABLE
                .services
                .values()
                .map(|service| {
                    let said = service.outright.len() + service.wholes.len();
                    service.parameters.len() + said
                })
                .sum::<usize>();
        assert_eq!(read, lines.count());
        assert!(TABLE.services.len() > 60, "{}", TABLE.services.len());
        for (name, service) in &TABLE.services {
            for parameter in &service.parameters {
                assert!(parameter.kind.starts_with("AWS::"), "{name} {parameter:?}");
                let is_pattern = parameter.arn.contains(':');
                assert!(is_pattern || parameter.arn == "-", "{name} {parameter:?}");
            }
            for said in service.outright.values() {
                assert!(service.by_name.contains_key(&said.name), "{name} {said:?}");
            }
            for (noun, names) in &service.wholes {
                let mut nouns = service.parameters.iter().map(|parameter| parameter.noun);
                assert!(nouns.any(|known| known == *noun), "{name} {noun}");
                let mut names = names.iter();
                assert!(names.any(|one| service.by_name.contains_key(one)));
            }
        }
    }

    #[test]
    fn short_ids_tell_their_type() {
        let check = |text: &str, expected: Option<&str>| {
            let found = TABLE.short_id(text, PLACE);
            assert_eq!(found.map(|(arn, _)| arn).as_deref(), expected, "{text}");
        };
        check(
            "i-0123456789abcdef0",
            Some("arn:aws:ec2:eu-west-1:111122223333:instance/i-0123456789abcdef0"),
        );
        check(
            "eigw-0123abcd",
            Some("arn:aws:ec2:eu-west-1:111122223333:egress-only-internet-gateway/eigw-0123abcd"),
        );
        check("web-0123abcd", None);
        check("i-12", None);
    }

    #[test]
    fn the_region_tells_the_partition() {
        let china = Place {
            account: "1",
            region: "cn-north-1",
        };
        assert_eq!(
            arn("s3:::{id}", "b", china, &|_| None).as_deref(),
            Some("arn:aws-cn:s3:::b")
        );
        assert_eq!(arn("x:{r}:{a}:{other}", "b", china, &|_| None), None);
    }
}
