//! What an incident finding tells: who broke first, who followed, and which change did it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Evidence;
use crate::Timestamp;
use crate::word_enum;

/// One incident: a primary failure, what only followed, and the change held responsible.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IncidentDetails {
    /// The service that broke first.
    pub primary: ServiceFailure,
    /// Services that followed, in the order in which the failure reached them.
    pub secondary: Vec<ServiceFailure>,
    /// Id of the change held responsible; `None`: no change explains this. It is also in
    /// `considered`.
    pub cause: Option<String>,
    /// Every change near the incident that was weighed, the most likely first.
    pub considered: Vec<ConsideredChange>,
    /// What was checked to come to the verdict on the change, in sentences.
    pub checked: Vec<String>,
    /// What the failing rows of the primary service say is wrong; `None` where they do not say.
    #[serde(default)]
    pub trouble: Option<Trouble>,
    /// Times after the first at which the same service failed with the same messages.
    #[serde(default)]
    pub recurrences: Vec<Recurrence>,
    /// Change shortly before the last failure that may have ended it.
    #[serde(default)]
    pub ended_by: Option<Ending>,
}

/// What failing rows say is wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Trouble {
    /// Kind of trouble.
    pub kind: TroubleKind,
    /// What it is about, as the messages name it: a host, a call, a limit, an exception.
    pub subject: Option<String>,
    /// Share of the quoted failing rows that tell of it, from 0 to 1.
    pub share: f64,
    /// Both in words: `a refused certificate of pay.example, which expired at 02:30:00`.
    pub text: String,
}

word_enum! {
    /// Kind of trouble that messages tell of.
    pub enum TroubleKind {
        /// The other end is not reached or does not answer in time.
        Connection = "connection",
        /// The caller may not do it.
        Access = "access",
        /// Too much is asked for.
        Throttling = "throttling",
        /// A name is not found.
        NameResolution = "name_resolution",
        /// Memory, disk or another limit is used up.
        Exhaustion = "exhaustion",
        /// A certificate or handshake is refused.
        Certificate = "certificate",
        /// A thing that should be there is not.
        Missing = "missing",
        /// The program itself breaks.
        Code = "code",
        /// A host of somebody else was reached and answers with errors of its own.
        Upstream = "upstream",
    }
}

/// A time at which the failure of an incident came again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Recurrence {
    /// First failure of the primary service.
    pub start: Timestamp,
    /// Its last failure.
    pub end: Timestamp,
    /// Its failures.
    pub errors: u64,
    /// Its rows in the same time, failures among them.
    pub rows: u64,
}

/// A change shortly before the last failure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ending {
    /// Id of the change.
    pub change: String,
    /// When it took effect, corrected for the clock of its source.
    pub time: Timestamp,
    /// In words: `49 s after DeleteFunctionConcurrency resize (dora)`.
    pub text: String,
}

/// The failure of one service within an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ServiceFailure {
    /// Name of the service; of somebody whose calls of a cloud failed, what a person calls them.
    pub service: String,
    /// Id of whoever called, where an audit log tells of calls of a cloud that failed, and not a
    /// service of its work.
    #[serde(default)]
    pub principal: Option<String>,
    /// Cloud it runs on.
    pub provider: Option<String>,
    /// First failure, corrected for the clock of its source.
    pub onset: Timestamp,
    /// Whether it was failing already when its rows begin, so that `onset` is only the first
    /// failure that is seen.
    #[serde(default)]
    pub was_failing: bool,
    /// Last failure.
    pub last: Timestamp,
    /// Failures in the incident.
    pub errors: u64,
    /// Rows of the service in the same time, failures among them.
    pub rows: u64,
    /// Why it is primary, or whom it followed, in a sentence.
    pub reason: String,
    /// Service (or resource) from which the failure came: for a secondary one the service it
    /// depends on, for the primary one the dependency that it lost, if it names one.
    pub via: Option<String>,
    /// From 0 to 1.
    pub confidence: f64,
    /// Rows and failures over time, at most 240 points.
    pub series: Vec<SeriesPoint>,
    /// The first failures.
    pub evidence: Vec<Evidence>,
}

/// Rows and failures of a service in one interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SeriesPoint {
    /// Start of the interval.
    pub time: Timestamp,
    /// Rows, failures among them.
    pub rows: u64,
    /// Failures.
    pub errors: u64,
}

word_enum! {
    /// Verdict on a change near an incident.
    pub enum ChangeVerdict {
        /// It is held responsible.
        Cause = "cause",
        /// It could have done it, but another one explains it better, or the evidence is too thin.
        Possible = "possible",
        /// It did not do it.
        Cleared = "cleared",
    }
}

/// A change that was weighed against an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConsideredChange {
    /// Id of the change (a row of table `changes`, or `audit:...` for one seen only in an audit
    /// log).
    pub id: String,
    /// `terraform`, `cloudformation`, `pulumi`, `console`, ...
    pub tool: String,
    /// Address in the tool, or the operation and resource for one seen only in an audit log.
    pub address: String,
    /// `create`, `update`, `delete`, ...
    pub action: String,
    /// Canonical resource id.
    pub resource: Option<String>,
    /// Who did it.
    pub actor: Option<String>,
    /// When it took effect, corrected for the clock of its source.
    pub time: Option<Timestamp>,
    /// What it changed, in words; names of attributes, never values.
    pub what: String,
    /// Workspace, stack or state.
    pub scope: String,
    /// Verdict.
    pub verdict: ChangeVerdict,
    /// Why, in a sentence.
    pub why: String,
    /// From 0 to 1.
    pub score: f64,
    /// Steps from the changed resource to the service that failed first, with the kind of each
    /// edge.
    pub path: Vec<String>,
    /// Where the change is told.
    pub evidence: Vec<Evidence>,
}

impl ConsideredChange {
    /// What was done, of a change that only an audit log tells of, whose address is a call:
    /// `boto3 called StopDBInstance on orders`, `kubectl patched deployment checkout`.
    pub fn called(&self) -> Option<String> {
        if !self.id.starts_with("audit:") {
            return None;
        }
        let who = match &*self.tool {
            "console" => "the console",
            tool => tool,
        };
        let (operation, object) = match self.address.rsplit_once(' ') {
            Some((operation, object)) => (operation, Some(object)),
            None => (&*self.address, None),
        };
        let done = operation.split_once(' ').and_then(|(verb, kind)| {
            let verb = match verb {
                "create" => "created",
                "update" => "updated",
                "patch" => "patched",
                "delete" => "deleted",
                "deletecollection" => "deleted all of",
                "evict" => "evicted",
                _ => return None,
            };
            Some(format!("{verb} {kind}"))
        });
        Some(match (done, object) {
            (Some(done), Some(object)) => format!("{who} {done} {object}"),
            (None, Some(object)) => format!("{who} called {operation} on {object}"),
            (_, None) => format!("{who} called {operation}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_told_by_what_it_does() {
        let check = |id: &str, tool: &str, address: &str, expected: Option<&str>| {
            let change = ConsideredChange {
                id: id.to_owned(),
                tool: tool.to_owned(),
                address: address.to_owned(),
                action: "update".to_owned(),
                resource: None,
                actor: None,
                time: None,
                what: String::new(),
                scope: String::new(),
                verdict: ChangeVerdict::Cause,
                why: String::new(),
                score: 0.5,
                path: Vec::new(),
                evidence: Vec::new(),
            };
            assert_eq!(change.called().as_deref(), expected);
        };
        check(
            "audit:1",
            "boto3",
            "StopDBInstance orders",
            Some("boto3 called StopDBInstance on orders"),
        );
        check(
            "audit:1",
            "console",
            "UpdateAccountPasswordPolicy",
            Some("the console called UpdateAccountPasswordPolicy"),
        );
        check(
            "audit:1",
            "kubectl",
            "patch deployment checkout",
            Some("kubectl patched deployment checkout"),
        );
        check("terraform:1", "terraform", "aws_db_instance.orders", None);
    }
}
