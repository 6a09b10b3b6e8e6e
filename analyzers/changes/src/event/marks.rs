//! Marks by which an event tells its run, when the recommended set-up is used
//! (`docs/guides/run-ids.md`).
//!
//! | cloud | mark | where |
//! |---|---|---|
//! | all | `nepho/run/ID` or `nepho-run-ID` | user agent, session name, source identity, reason of the request |
//! | all | a word with a UUID, `run-` and sixteen letters and digits (HCP Terraform) | user agent |
//! | all | tags and labels ([`super::tags`]) | request |
//! | AWS | name of the session, up to the `@`; source identity; `clientRequestToken` of CloudFormation | the run must be known |
//! | Azure | correlation id, id of the client's request | the run must be known |
//! | Google | reason of the request | the run must be known |

use nepho_core::run_id::marked;
use nepho_core::uuid::is_uuid;

use super::json::Json;
use super::tags::Tags;

/// What an event tells of its run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Marks {
    /// Id of the run, marked as such.
    pub run: Option<String>,
    /// Texts that are the id of the run if there is a run of that id.
    pub maybe: Vec<String>,
    /// Name of the stack of CloudFormation that the call was made for.
    pub stack: Option<String>,
    /// Commit of what the call made.
    pub commit: Option<String>,
}

/// Longest id.
const LONGEST: usize = 128;

impl Marks {
    /// Marks of a CloudTrail event.
    pub(super) fn of_aws(event: &Json<'_>, agent: &str) -> Self {
        let identity = &event["userIdentity"];
        let mut marks = Self::of_agent(agent);
        let session = identity["arn"]
            .as_str()
            .filter(|arn| arn.contains(":assumed-role/"))
            .and_then(|arn| arn.rsplit('/').next());
        marks.add(session);
        marks.add(identity["sessionContext"]["sourceIdentity"].as_str());
        marks.add(identity["sourceIdentity"].as_str());
        if event["eventSource"] == "cloudformation.amazonaws.com" {
            marks.add(event["requestParameters"]["clientRequestToken"].as_str());
        }
        marks
    }

    /// Marks of an Activity Log event.
    pub(super) fn of_azure(json: &Json<'_>, agent: &str) -> Self {
        let mut marks = Self::of_agent(agent);
        let request = json.get("httpRequest").or_else(|| json.get("http_request"));
        for name in ["clientRequestId", "client_request_id"] {
            marks.add(request.and_then(|request| request.get(name)?.as_str()));
        }
        marks
    }

    /// Marks of a Google Cloud audit event.
    pub(super) fn of_google(json: &Json<'_>, agent: &str) -> Self {
        let mut marks = Self::of_agent(agent);
        let metadata = &json["protoPayload"]["requestMetadata"];
        marks.add(metadata["requestAttributes"]["reason"].as_str());
        marks
    }

    /// Marks of a user agent.
    pub(super) fn of_agent(agent: &str) -> Self {
        let run = marked(agent).or_else(|| agent.split_ascii_whitespace().find_map(of_word));
        Self {
            run,
            ..Self::default()
        }
    }

    /// Takes what tags tell. What the call itself tells of its run counts more.
    pub(super) fn add_tags(&mut self, tags: Tags) {
        self.run = self.run.take().or(tags.run);
        self.stack = tags.stack;
        self.commit = tags.commit;
    }

    fn add(&mut self, text: Option<&str>) {
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
            return;
        };
        if let Some(run) = marked(text) {
            self.run.get_or_insert(run);
            return;
        }
        // Spacelift names a session after the run and what it runs for: `01ABC@stack`.
        let before = text.split('@').next().unwrap_or(text);
        // `terraform-run-CZcmD7eagjhyX0vN`.
        let run = of_word(before);
        for text in [Some(text), Some(before), run.as_deref()] {
            let Some(text) = text else {
                continue;
            };
            let text = normal(text);
            if text.len() <= LONGEST && !self.maybe.contains(&text) {
                self.maybe.push(text);
            }
        }
    }

    /// Adds an id that is the run's if there is a run of that id.
    pub(super) fn add_maybe(&mut self, id: Option<&str>) {
        self.add(id);
    }
}

/// Id at the end of a word of a user agent: a UUID, or the id of a run of HCP Terraform.
fn of_word(word: &str) -> Option<String> {
    let word = word.trim_matches(['[', ']', '(', ')', ';', ',']);
    let last = |length: usize| {
        let (before, id) = word.split_at_checked(word.len().checked_sub(length)?)?;
        let is_apart = before.is_empty() || before.ends_with(['/', '_', '-', ':', '=']);
        is_apart.then_some(id)
    };
    let run = last(36).filter(|id| is_uuid(id));
    let run = run.or_else(|| last(RUN.len() + 16).filter(|id| is_hcp_run(id)));
    run.map(str::to_owned)
}

/// What ids of runs of HCP Terraform begin with.
///
/// developer.hashicorp.com/terraform/cloud-docs/api-docs/run (read 2026-11-29): sixteen letters and
/// digits follow.
const RUN: &str = "run-";

/// Whether a text is the id of a run of HCP Terraform and no plain word: `run-CZcmD7eagjhyX0vN`.
fn is_hcp_run(text: &str) -> bool {
    let id = text.strip_prefix(RUN).unwrap_or_default();
    let has = |is: fn(&u8) -> bool| id.bytes().any(|byte| is(&byte));
    id.len() == 16
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
}

/// An id as it is compared: in lower case, a UUID without its dashes.
pub(crate) fn normal(id: &str) -> String {
    let id = id.trim().to_ascii_lowercase();
    if is_uuid(&id) {
        id.replace('-', "")
    } else {
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::json::json;

    #[test]
    fn a_user_agent_tells_the_run() {
        let check = |agent: &str, run: Option<&str>| {
            assert_eq!(Marks::of_agent(agent).run.as_deref(), run, "{agent}");
        };
        check(
            "APN/1.0 HashiCorp/1.0 Terraform/1.9.0 nepho/run/gh-4711.2 aws-sdk-go-v2/1.30",
            Some("gh-4711.2"),
        );
        check("aws-cli/2.13 app/nepho-run-88", Some("88"));
        check(
            "Terraform/1.1.2 aws-sdk-go/1.44 tool_39f95f43-cd2f-4beb-b69e-be60b6fe1f57 HashiCorp-terraform-exec/0.17.3",
            Some("39f95f43-cd2f-4beb-b69e-be60b6fe1f57"),
        );
        check(
            "[tool_4990da05-9399-449e-b49f-82996a764ec9]",
            Some("4990da05-9399-449e-b49f-82996a764ec9"),
        );
        check("Terraform/1.9.0 aws-sdk-go/1.44", None);
        check("nepho/run/", None);
        check(
            "Terraform/1.9.0 aws-sdk-go-v2/1.30 run-CZcmD7eagjhyX0vN",
            Some("run-CZcmD7eagjhyX0vN"),
        );
        check("hcp/run-CZcmD7eagjhyX0vN", Some("run-CZcmD7eagjhyX0vN"));
        check("dry-run-configurationsets", None);
        check("rerun-CZcmD7eagjhyX0vN", None);
        check("run-CZcmD7eagjhyX0vNx", None);
        check("x39f95f43-cd2f-4beb-b69e-be60b6fe1f57", None);
    }

    #[test]
    fn a_session_may_be_named_after_the_run() {
        let event = json!({"userIdentity": {
            "arn": "arn:aws:sts::1:assumed-role/deploy/01HV@shop-prod",
            "sessionContext": {"sourceIdentity": "nepho-run-77"}}});
        let marks = Marks::of_aws(&event, "Terraform/1.9.0");
        assert_eq!(marks.run.as_deref(), Some("77"));
        assert_eq!(marks.maybe, ["01hv@shop-prod", "01hv"]);
    }

    #[test]
    fn a_session_may_hold_the_id_of_a_run_of_hcp() {
        let role = "arn:aws:sts::1:assumed-role/deploy/terraform-run-CZcmD7eagjhyX0vN";
        let marks = Marks::of_aws(&json!({"userIdentity": {"arn": role}}), "Terraform/1.9.0");
        assert_eq!(marks.run, None);
        assert!(
            marks.maybe.contains(&normal("run-CZcmD7eagjhyX0vN")),
            "{marks:?}"
        );
    }

    #[test]
    fn a_uuid_is_compared_without_case_and_dashes() {
        assert_eq!(
            normal("39F95F43-CD2F-4BEB-B69E-BE60B6FE1F57"),
            "39f95f43cd2f4bebb69ebe60b6fe1f57"
        );
        assert_eq!(normal("gh-4711"), "gh-4711");
    }
}
