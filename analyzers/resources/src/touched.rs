//! Resources that only writes in audit logs tell of: what somebody made by hand, and no document
//! and no other row names.
//!
//! Kept are at most 20,000 of them.

use std::collections::{BTreeMap, HashMap, HashSet};

use nepho_core::Timestamp;
use nepho_core::findings::WriteClass;
use nepho_core::key;
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome, Resource};

use crate::describe;
use crate::identity::{is_full_id, is_short_id};
use crate::seen::Seen;

/// Resources that are kept.
const MAX_RESOURCES: usize = 20_000;

/// What writes were made to.
#[derive(Default)]
pub(crate) struct Touched {
    /// By canonical id.
    rows: BTreeMap<Box<str>, Resource>,
    /// When the first write was made to each.
    first: HashMap<Box<str>, Timestamp>,
    overlooked: u64,
}

impl Touched {
    /// Resources that were not kept because there are too many.
    pub(crate) fn overlooked(&self) -> u64 {
        self.overlooked
    }

    /// Takes note of what a change was made to. Writes that failed may name what does not exist,
    /// and what tools of infrastructure code change their documents tell.
    pub(crate) fn read(&mut self, change: &Change) {
        let is_seen = change.class.is_some_and(|class| class != WriteClass::Iac)
            && change.outcome == ChangeOutcome::Applied
            && change.action != ChangeAction::Drift;
        let id = change.resource.as_deref().filter(|_| is_seen);
        let Some(id) = id.and_then(describe::kept_id) else {
            return;
        };
        let id = key::canonical(id);
        // A name with its account and type is that of one resource, too.
        let is_named = key::NameKey::parse(&id).is_some();
        if !is_full_id(&id) && !is_short_id(&id) && !is_named {
            return;
        }
        if let Some(time) = change.time
            && (self.rows.contains_key(&*id) || self.rows.len() < MAX_RESOURCES)
        {
            let first = self.first.entry(id.as_str().into()).or_insert(time);
            *first = time.min(*first);
        }
        if let Some(held) = self.rows.get_mut(&*id) {
            if held.parent.is_none() {
                held.parent.clone_from(&change.parent);
            }
        } else if self.rows.len() < MAX_RESOURCES {
            self.rows.insert(id.as_str().into(), row(&id, change));
        } else {
            self.overlooked += 1;
        }
    }

    /// Tells when each was first written to.
    pub(crate) fn tell_seen(&self, seen: &mut Seen) {
        for (id, first) in &self.first {
            seen.note(id, *first);
        }
    }

    /// Rows of table `resources`.
    pub(crate) fn resources(&self) -> impl Iterator<Item = Resource> {
        self.rows.values().cloned()
    }

    /// Whether a write was made to the resource of a row.
    pub(crate) fn has(&self, row: &Resource) -> bool {
        let mut words = row.aliases.iter().chain([&row.key]);
        words.any(|word| self.rows.contains_key(word.as_str()))
    }
}

/// Whether a row is no more than an id and its owner, as the tags of a call tell it.
pub(crate) fn is_tagged(row: &Resource) -> bool {
    let owner = [&row.service, &row.team, &row.environment];
    let is_bare = row.resource_type.is_empty() && row.tool.is_none() && row.aliases.is_empty();
    is_bare && owner.into_iter().any(Option::is_some)
}

/// Rows of resources that calls gave tags to: those that have an id, or that `rows` tell of.
pub(crate) fn tagged(tagged: Vec<Resource>, rows: &[Resource]) -> Vec<Resource> {
    let known: HashSet<String> = match tagged.is_empty() {
        true => HashSet::new(),
        false => rows.iter().map(|row| key::canonical(&row.key)).collect(),
    };
    let described = |row: Resource| {
        let id = describe::kept_id(&row.key)?;
        let is_id = is_full_id(id) || is_short_id(id);
        if !is_id && !known.contains(id) {
            return None;
        }
        let described = describe::describe(id);
        Some(Resource {
            account: described.account.or(row.account),
            service: row.service,
            team: row.team,
            environment: row.environment,
            uri: row.uri,
            line: row.line,
            ..described
        })
    };
    tagged.into_iter().filter_map(described).collect()
}

fn row(id: &str, change: &Change) -> Resource {
    let mut row = describe::describe(id);
    let account = Some(&change.scope).filter(|account| !account.is_empty());
    row.account = row.account.or_else(|| account.cloned());
    row.parent.clone_from(&change.parent);
    row.uri.clone_from(&change.uri);
    row.line = change.line;
    row
}

#[cfg(test)]
mod tests {
    use nepho_core::analyzer::{Analyzer, Output};
    use nepho_core::tables::Table;

    use super::*;
    use crate::Resources;

    const VPC: &str = "arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-0a1b2c3d4e5f60718";

    fn write(action: ChangeAction, resource: &str, time: i64) -> Change {
        Change {
            id: format!("audit:{resource}-{time}"),
            time: Some(Timestamp(time)),
            action,
            outcome: ChangeOutcome::Applied,
            resource: Some(resource.to_owned()),
            scope: "111122223333".to_owned(),
            class: Some(WriteClass::Console),
            uri: "trail.json".to_owned(),
            line: 3,
            ..Change::default()
        }
    }

    fn run(changes: &[Change], declared: &[Resource]) -> Vec<Resource> {
        let mut analyzer = Resources::default();
        let batch = Change::to_batch(changes).unwrap();
        analyzer.update(Table::Changes, &batch).unwrap();
        let batch = Resource::to_batch(declared).unwrap();
        analyzer.update(Table::Resources, &batch).unwrap();
        let mut out = Output::default();
        analyzer.advance(Timestamp::MAX, &mut out).unwrap();
        out.resources
    }

    #[test]
    fn what_was_made_by_hand_is_a_resource_with_its_life() {
        let subnet = "subnet-0a1b2c3d4e5f60718";
        let changes = [
            write(ChangeAction::Create, VPC, 10),
            write(ChangeAction::Delete, VPC, 20),
            write(ChangeAction::Update, subnet, 15),
        ];
        let rows = run(&changes, &[]);
        let told: Vec<_> = rows
            .iter()
            .map(|row| {
                (
                    &*row.key,
                    row.resource_type.as_str(),
                    row.valid_from,
                    row.valid_to,
                )
            })
            .collect();
        let at = |time| Some(Timestamp(time));
        assert_eq!(
            told,
            [
                (VPC, "ec2/vpc", at(10), at(20)),
                (subnet, "ec2/subnet", None, None)
            ]
        );
        let accounts = rows.iter().map(|row| row.account.as_deref());
        assert!(accounts.into_iter().all(|one| one == Some("111122223333")));
        assert!(
            rows.iter()
                .all(|row| row.uri == "trail.json" && row.line == 3)
        );
    }

    #[test]
    fn a_name_of_another_account_is_a_resource_of_its_own() {
        let group = "arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:u:autoScalingGroupName/web";
        let declared = Resource {
            key: group.to_owned(),
            aliases: vec!["web".to_owned()],
            resource_type: "aws_autoscaling_group".to_owned(),
            provider: Some("aws".to_owned()),
            account: Some("111122223333".to_owned()),
            region: Some("eu-west-1".to_owned()),
            tool: Some("terraform".to_owned()),
            ..Resource::default()
        };
        let kind = "AWS::AutoScaling::AutoScalingGroup";
        let other = format!("name://aws/444455556666/eu-west-1/{kind}/web");
        let rows = run(&[write(ChangeAction::Delete, &other, 10)], &[declared]);
        let told: Vec<_> = rows
            .iter()
            .map(|row| {
                (
                    &*row.key,
                    row.name.as_deref(),
                    row.account.as_deref(),
                    row.valid_to,
                )
            })
            .collect();
        let gone = Some(Timestamp(10));
        assert_eq!(
            told,
            [
                (group, None, Some("111122223333"), None),
                (&*other, Some("web"), Some("444455556666"), gone)
            ]
        );
    }

    #[test]
    fn what_failed_or_has_no_id_is_no_resource() {
        let refused = Change {
            outcome: ChangeOutcome::Failed,
            ..write(ChangeAction::Create, VPC, 10)
        };
        let of_code = Change {
            class: Some(WriteClass::Iac),
            ..write(ChangeAction::Create, VPC, 10)
        };
        let named = write(ChangeAction::Update, "orders", 10);
        assert!(run(&[refused, of_code, named], &[]).is_empty());
    }

    #[test]
    fn a_document_that_knows_the_short_id_is_of_the_same() {
        let declared = Resource {
            key: "vpc-0a1b2c3d4e5f60718".to_owned(),
            resource_type: "aws_vpc".to_owned(),
            provider: Some("aws".to_owned()),
            tool: Some("terraform".to_owned()),
            scope: Some("net".to_owned()),
            address: Some("aws_vpc.main".to_owned()),
            ..Resource::default()
        };
        let rows = run(&[write(ChangeAction::Update, VPC, 10)], &[declared]);
        let told: Vec<_> = rows
            .iter()
            .map(|row| (&*row.key, row.address.as_deref()))
            .collect();
        assert_eq!(told, [(VPC, Some("aws_vpc.main"))]);
    }

    #[test]
    fn tags_of_calls_tell_whose_a_resource_is() {
        let tagged = |key: &str, service: &str| Resource {
            key: key.to_owned(),
            service: Some(service.to_owned()),
            ..Resource::default()
        };
        let declared = Resource {
            key: "subnet-0a1b2c3d4e5f60718".to_owned(),
            resource_type: "aws_subnet".to_owned(),
            tool: Some("terraform".to_owned()),
            team: Some("net".to_owned()),
            ..Resource::default()
        };
        let subnet = tagged("subnet-0a1b2c3d4e5f60718", "pay");
        let rows = run(
            &[],
            &[declared, tagged(VPC, "net"), subnet, tagged("x", "y")],
        );
        let told: Vec<_> = rows
            .iter()
            .map(|row| {
                let kind = row.resource_type.as_str();
                (&*row.key, kind, row.service.as_deref(), row.team.as_deref())
            })
            .collect();
        let subnet = "subnet-0a1b2c3d4e5f60718";
        assert_eq!(
            told,
            [
                (VPC, "ec2/vpc", Some("net"), None),
                (subnet, "aws_subnet", Some("pay"), Some("net"))
            ]
        );
    }

    #[test]
    fn a_call_names_no_path_of_a_role() {
        let of = |resource: &str| format!("arn:aws:iam::111122223333:{resource}");
        let declared = Resource {
            key: of("role/service/orders"),
            aliases: vec!["orders".to_owned()],
            resource_type: "aws_iam_role".to_owned(),
            provider: Some("aws".to_owned()),
            tool: Some("terraform".to_owned()),
            address: Some("aws_iam_role.orders".to_owned()),
            ..Resource::default()
        };
        let attached = write(ChangeAction::Update, &of("role/orders"), 10);
        let rows = run(&[attached], &[declared]);
        let keys: Vec<&str> = rows.iter().map(|row| &*row.key).collect();
        assert_eq!(keys, [of("role/service/orders")]);
    }

    #[test]
    fn a_stack_that_is_deleted_by_its_name_is_the_one_that_was_created() {
        let named = "arn:aws:cloudformation:eu-west-1:111122223333:stack/shop";
        let full = format!("{named}/0ac1b2d3-0000-1111-2222-333344445555");
        let calls = [
            write(ChangeAction::Create, &full, 10),
            write(ChangeAction::Delete, named, 20),
        ];
        let rows = run(&calls, &[]);
        let keys: Vec<&str> = rows.iter().map(|row| &*row.key).collect();
        assert_eq!(keys, [full]);
        assert!(rows.iter().all(|row| row.valid_to.is_some()), "{rows:?}");
    }
}
