//! Table `runs`: what infrastructure tools were started to do, one row per run.

use crate::tables::resources::ProvidesPlace;
use crate::tables::{Change, ChangeAction, ChangeOutcome};
use crate::time::NANOS;
use crate::{Timestamp, row_struct, run_id, word_enum};

word_enum! {
    /// What a run was started to do.
    #[derive(Default)]
    pub enum RunOperation {
        /// Make the cloud as declared.
        #[default]
        Apply = "apply",
        /// Delete what is declared.
        Destroy = "destroy",
        /// Only look at what there is.
        Refresh = "refresh",
        /// Take over what exists.
        Import = "import",
        /// Go back to an earlier version.
        Rollback = "rollback",
        /// Follow a repository.
        Sync = "sync",
        /// Only say what would be done.
        Plan = "plan",
    }
}

word_enum! {
    /// How a run ended.
    #[derive(Default)]
    pub enum RunStatus {
        /// It goes on.
        Running = "running",
        /// All of it was done.
        Succeeded = "succeeded",
        /// Nothing of it was done, or all was taken back.
        Failed = "failed",
        /// Some changes were made, others failed.
        Partial = "partial",
        /// It was stopped.
        Canceled = "canceled",
        /// Not told.
        #[default]
        Unknown = "unknown",
    }
}

word_enum! {
    /// By what kind of principal a run was started.
    pub enum Via {
        /// A person.
        Human = "human",
        /// A pipeline, or the service of the tool's vendor that applies for people.
        Ci = "ci",
        /// The cloud or a controller by itself: a schedule, a reconciliation.
        Service = "service",
    }
}

word_enum! {
    /// How exactly the times of a run are known.
    #[derive(Default)]
    pub enum TimePrecision {
        /// To the millisecond or better.
        Millisecond = "ms",
        /// To the second.
        Second = "s",
        /// Only that it was between two versions of a state.
        StateVersion = "state_version",
        /// No time is known.
        #[default]
        None = "none",
    }
}

row_struct! {
    table "runs";
    /// One run of an infrastructure tool.
    #[derive(Clone, Debug, PartialEq, Default)]
    pub struct Run {
        /// As column `run` of its changes.
        pub id: String,
        /// Id that people gave it (`docs/guides/run-ids.md`): what its calls carry behind
        /// `nepho-run-` or `nepho/run/`, else what its log is called after.
        pub told_id: Option<String>,
        /// `terraform`, `opentofu`, `cloudformation`, `cdk`, `pulumi`, `arm`, `helm`, ...
        pub tool: String,
        /// Workspace, stack, release or state file; as column `scope` of its changes.
        pub scope: String,
        /// What it was started to do.
        pub operation: RunOperation,
        /// How it ended.
        pub status: RunStatus,
        /// When it began.
        pub started: Option<Timestamp>,
        /// When it ended.
        pub ended: Option<Timestamp>,
        /// How exactly these times are known.
        pub time_precision: TimePrecision,
        /// Who started it.
        pub actor: Option<String>,
        /// What kind of principal that is, when something tells.
        pub via: Option<Via>,
        /// Address that it was started from, when a log tells it.
        pub source_ip: Option<String>,
        /// Program that called the cloud for it, when a log tells it.
        pub user_agent: Option<String>,
        /// Commit or version that was applied.
        pub revision: Option<String>,
        /// Repository that it was started from.
        pub repository: Option<String>,
        /// Number of the pull request (merge request) that it was started for.
        pub pull_request: Option<String>,
        /// What the person who started it said of it; of the digest of a preview, what it would do.
        pub message: Option<String>,
        /// Page of the run.
        pub url: Option<String>,
        /// Serial number of the state before and after, where the tool counts.
        pub serial_from: Option<u64>,
        /// See `serial_from`.
        pub serial_to: Option<u64>,
        /// Resources that it created: those that a document counts, else those of its changes that
        /// were applied. `None` when nothing tells, as for the counts that follow.
        pub created: Option<u64>,
        /// Resources that it updated.
        pub updated: Option<u64>,
        /// Resources that it deleted and created again.
        pub replaced: Option<u64>,
        /// Resources that it deleted.
        pub deleted: Option<u64>,
        /// Changes that failed, were taken back, or were not begun.
        pub failed: Option<u64>,
        /// Documents and logs that tell of the run, 16 at most.
        pub evidence: Vec<String>,
        /// Addresses of resources that the run made and then lost sight of: they exist, and no
        /// state or stack has them.
        pub orphans: Vec<String>,
        /// File that told of it.
        pub uri: String,
        /// Line in the file, from one; 0 when the file has no lines to speak of.
        pub line: u64,
    }
}

/// Names by which pipelines go: of users on their machines, of sessions, of accounts.
const PIPELINES: [&str; 23] = [
    "actions",
    "argo",
    "atlantis",
    "azuredevops",
    "bitbucket",
    "build",
    "buildkite",
    "ci",
    "circleci",
    "cicd",
    "codebuild",
    "codepipeline",
    "deploy",
    "deployer",
    "env0",
    "github",
    "githubactions",
    "gitlab",
    "jenkins",
    "pipeline",
    "runner",
    "spacelift",
    "vsts",
];

impl Via {
    /// Kind of a principal, by its name; `None` where the name does not tell.
    ///
    /// | name | kind |
    /// |---|---|
    /// | `system:...`, `serviceAccount:` of a cluster, `...amazonaws.com`, agents of Google's services | service |
    /// | the role of a service (`role/aws-service-role/`, `AWSServiceRoleFor...`) | service |
    /// | a user, a session, an account or a host called after a pipeline (`runner@build-7`) | ci |
    /// | `root`, `user/NAME`, sessions of IAM Identity Center, whoever has an address of mail | human |
    pub fn of_actor(actor: &str) -> Option<Self> {
        let lower = actor.to_ascii_lowercase();
        let has = |part: &str| lower.contains(part);
        let is_google_agent = has("@gcp-sa-") || has("@cloudservices.gserviceaccount.com");
        if lower.starts_with("system:")
            || lower.ends_with(".amazonaws.com")
            || has("awsservicerolefor")
            || is_google_agent
        {
            return Some(Self::Service);
        }
        // The name of an account is that of who uses it, the domain is not.
        let name = match lower.split_once('@') {
            Some((name, domain)) if domain.contains('.') => name,
            _ => &lower,
        };
        let is_human_session = has("awsreservedsso_");
        let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
        if !is_human_session && words.any(|word| PIPELINES.contains(&word)) || has("[bot]") {
            return Some(Self::Ci);
        }
        let is_account = lower.ends_with("gserviceaccount.com");
        let is_mail = lower
            .rsplit_once('@')
            .is_some_and(|(_, domain)| domain.contains('.'));
        let is_user = has(":user/") || (lower.starts_with("arn:") && lower.ends_with(":root"));
        (is_human_session || is_user || is_mail && !is_account).then_some(Self::Human)
    }
}

impl Run {
    /// Fills in what its changes tell: counts that no document told, how exactly its times are
    /// known, and what kind of principal its actor is; and the id that people gave it.
    pub fn tell_by(&mut self, changes: &[&Change]) {
        if !changes.is_empty() {
            self.count(changes);
        }
        if self.time_precision == TimePrecision::None {
            let of_changes = changes
                .iter()
                .flat_map(|change| [change.started, change.time]);
            let times = [self.started, self.ended].into_iter().chain(of_changes);
            let finest = times.flatten().map(|time| match time.0 % NANOS {
                0 => TimePrecision::Second,
                _ => TimePrecision::Millisecond,
            });
            self.time_precision = finest.min().unwrap_or_default();
        }
        self.via = self.via.or_else(|| Via::of_actor(self.actor.as_deref()?));
        let told = self.told_id.take().or_else(|| self.given_id());
        self.told_id = told;
    }

    fn given_id(&self) -> Option<String> {
        let marked = self.user_agent.as_deref().and_then(run_id::marked);
        // A tool's own id is a better one; the log of a tool without any tells a time.
        let is_time = self.id.get(..5).is_none_or(|year| {
            year.ends_with('-') && year.bytes().take(4).all(|byte| byte.is_ascii_digit())
        });
        marked.or_else(|| run_id::of_log(&self.uri).filter(|_| is_time))
    }

    fn count(&mut self, changes: &[&Change]) {
        let applied = |action: ChangeAction| {
            let is_applied = |change: &&&Change| {
                change.action == action && change.outcome == ChangeOutcome::Applied
            };
            changes.iter().filter(is_applied).count() as u64
        };
        let is_failed = |change: &&&Change| {
            use ChangeOutcome::{Cancelled, Failed, RolledBack};
            matches!(change.outcome, Failed | RolledBack | Cancelled)
        };
        let counts = [
            (&mut self.created, applied(ChangeAction::Create)),
            (&mut self.updated, applied(ChangeAction::Update)),
            (&mut self.replaced, applied(ChangeAction::Replace)),
            (&mut self.deleted, applied(ChangeAction::Delete)),
            (
                &mut self.failed,
                changes.iter().filter(is_failed).count() as u64,
            ),
        ];
        for (held, counted) in counts {
            held.get_or_insert(counted);
        }
    }
}

impl ProvidesPlace for Run {
    fn place(&self) -> (&str, u64) {
        (&self.uri, self.line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_called_as_people_called_it() {
        let check = |agent: Option<&str>, id: &str, uri: &str, expected: Option<&str>| {
            let mut run = Run {
                id: id.to_owned(),
                user_agent: agent.map(str::to_owned),
                uri: uri.to_owned(),
                ..Run::default()
            };
            run.tell_by(&[]);
            assert_eq!(run.told_id.as_deref(), expected, "{id} {uri}");
        };
        let time = "2026-05-12T14:00:00Z";
        check(None, time, "runs/apply-gh-4711.2.jsonl", Some("gh-4711.2"));
        check(None, "run-CZcmD7eagjhyX0vN", "apply-gh-4711.jsonl", None);
        let agent = "APN/1.0 HashiCorp/1.0 Terraform/1.11.4 nepho/run/gh-9 m/x";
        check(Some(agent), time, "prod/apply.jsonl", Some("gh-9"));
    }

    #[test]
    fn a_principal_tells_what_it_is() {
        let check = |actor: &str, expected: Option<Via>| {
            assert_eq!(Via::of_actor(actor), expected, "{actor}");
        };
        check("maria@shop.example", Some(Via::Human));
        check("arn:aws:iam::111122223333:user/maria", Some(Via::Human));
        check("arn:aws:iam::111122223333:root", Some(Via::Human));
        let session = "arn:aws:sts::111122223333:assumed-role";
        let sso = format!("{session}/AWSReservedSSO_Deploy_0a1b/maria@shop.example");
        check(&sso, Some(Via::Human));
        check(&format!("{session}/shop/GitHub-Actions"), Some(Via::Ci));
        check(&format!("{session}/shop/1747058400"), None);
        check("runner@build-7", Some(Via::Ci));
        check("ci@shop.iam.gserviceaccount.com", Some(Via::Ci));
        check("web@shop.iam.gserviceaccount.com", None);
        check("renovate[bot]", Some(Via::Ci));
        check("autoscaling.amazonaws.com", Some(Via::Service));
        check("system:serviceaccount:argocd:argocd", Some(Via::Service));
        check("maria@laptop", None);
    }
}
