//! Where what comes out of the real account differs from what the specification says of it, and why
//! that cannot be settled.
//!
//! The specification counts the whole data set, of which a part lies beside the repository.

use std::collections::BTreeSet;

use nepho::core::tables::{Change, ChangeAction, ChangeOutcome};
use serde_json::Value;

use super::{Account, is_agent, is_failed, is_terraform, operation, run};

/// One disagreement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsettled {
    /// What is counted or told.
    pub what: &'static str,
    /// What the specification says of the whole data set.
    pub specified: &'static str,
    /// What comes out here.
    pub here: String,
    /// Why it cannot be settled.
    pub why: &'static str,
}

/// All of them, as the account shows them.
pub(super) fn of(account: &Account) -> Vec<Unsettled> {
    vec![
        runs(account),
        failures(account),
        outside(account),
        orphans(account),
        association(account),
    ]
}

fn runs(account: &Account) -> Unsettled {
    let all: BTreeSet<&str> = account.records.iter().filter_map(run).collect();
    let of_writes: BTreeSet<&str> = account.writes().filter_map(run).collect();
    Unsettled {
        what: "runs visible in user agents",
        specified: "83",
        here: format!("{}, {} of them of writes", all.len(), of_writes.len()),
        why: "a part of the files of the data set is here",
    }
}

fn failures(account: &Account) -> Unsettled {
    let failed = account
        .writes()
        .filter(|record| is_terraform(record) && is_failed(record))
        .count();
    let real = account
        .all()
        .filter(|change| change.outcome == ChangeOutcome::Failed);
    Unsettled {
        what: "failed writes of Terraform",
        specified: "83: 71 retries, 5 of missing things, 7 real",
        here: format!("{failed}, {} of them told as failures", real.count()),
        why: "the runs that destroy are not in these files",
    }
}

fn outside(account: &Account) -> Unsettled {
    let made = account
        .writes()
        .filter(|record| is_terraform(record) && !is_failed(record));
    let made = made.flat_map(|record| account.of(record));
    let made = made.filter(|change| change.action == ChangeAction::Create);
    let managed: BTreeSet<&str> = made
        .filter_map(|change| change.resource.as_deref())
        .collect();
    let is_managed = |change: &Change| {
        let touched = [&change.resource, &change.parent];
        let mut touched = touched.into_iter().flatten();
        touched.any(|one| managed.contains(one.as_str()))
    };
    let outside: Vec<&Value> = account
        .writes()
        .filter(|record| !is_terraform(record) && !is_failed(record))
        .filter(|record| account.of(record).any(is_managed))
        .collect();
    let agents = outside.iter().filter(|record| is_agent(record)).count();
    Unsettled {
        what: "writes outside of Terraform on managed resources",
        specified: "47, 18 by ssm-agent",
        here: format!("{}, {agents} by ssm-agent", outside.len()),
        why: "as above; a resource counts as managed when Terraform made it in these files",
    }
}

fn orphans(account: &Account) -> Unsettled {
    let ends = |record: &&Value| {
        is_terraform(record)
            && ["Delete", "Terminate"]
                .iter()
                .any(|word| operation(record).starts_with(word))
    };
    Unsettled {
        what: "orphans of a failed destroy",
        specified: "4",
        here: format!(
            "none, of {} calls that delete",
            account.writes().filter(ends).count()
        ),
        why: "the run that destroys is not in these files",
    }
}

fn association(account: &Account) -> Unsettled {
    let name = "UpdateInstanceAssociationStatus";
    let of_operation = account.writes().filter(|record| operation(record) == name);
    let changes = of_operation.flat_map(|record| account.of(record));
    let targets: Vec<&str> = changes
        .filter_map(|change| change.resource.as_deref())
        .collect();
    let instances = targets.iter().filter(|target| target.contains("instance/"));
    Unsettled {
        what: "target of UpdateInstanceAssociationStatus",
        specified: "not told",
        here: format!(
            "the instance, of {} of {}",
            instances.count(),
            targets.len()
        ),
        why: "the API lists both the association and the instance as what it acts on",
    }
}
