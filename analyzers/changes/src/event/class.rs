//! Who makes a write: the cloud itself, an infrastructure tool, a person in the console, an agent,
//! or a script.
//!
//! The tool and the principal decide together, never the principal alone: the same user applies
//! with Terraform and clicks in the console. The first rule that holds wins.

use super::json::Json;
use nepho_core::findings::WriteClass;
use nepho_core::uuid::is_uuid;

use super::Means;

/// Marks of infrastructure tools in user agents, in lower case.
const TOOLS: [(&str, &str); 15] = [
    ("opentofu", "opentofu"),
    ("pulumi", "pulumi"),
    ("terraform", "terraform"),
    ("aws-cdk", "cdk"),
    ("cloudformation.amazonaws.com", "cloudformation"),
    ("crossplane", "crossplane"),
    ("cnrm", "config-connector"),
    ("config-connector", "config-connector"),
    ("kcc/", "config-connector"),
    ("aws-controllers-k8s", "ack"),
    ("google-deployment-manager", "deployment-manager"),
    ("infra-manager", "infra-manager"),
    ("azure-service-operator", "azure-service-operator"),
    ("azure-dev", "azd"),
    ("serverless-framework", "serverless"),
];

/// Marks of agents that run on the resource.
const AGENTS: [&str; 17] = [
    "amazon-ssm-agent",
    "kubelet",
    "cluster-autoscaler",
    "karpenter",
    "amazon-vpc-cni",
    "aws-node",
    "ebs-csi",
    "efs-csi",
    "pd-csi",
    "amazon ecs agent",
    "amazon-ecs-agent",
    "aws-load-balancer-controller",
    "elbv2.k8s.aws",
    "external-dns",
    "cloudwatch-agent",
    "kube-controller-manager",
    "cloud-controller-manager",
];

/// Marks of command lines and libraries, with the name that a person knows.
const SCRIPTS: [(&str, &str); 12] = [
    ("aws-cli", "aws-cli"),
    ("boto3", "boto3"),
    ("botocore", "boto3"),
    ("ansible", "ansible"),
    ("aws-sdk", "aws-sdk"),
    ("azurecli", "azure-cli"),
    ("azure-cli", "azure-cli"),
    ("azps", "azure-powershell"),
    ("azuresdk", "azure-sdk"),
    ("gcloud", "gcloud"),
    ("google-api", "google-sdk"),
    ("google-cloud-sdk", "gcloud"),
];

/// Services that change what people ask them to change: deployments, runbooks, schedules. The calls
/// are made as the role that these gave them.
///
/// docs.aws.amazon.com/codepipeline/latest/userguide/integrations-action-type.html,
/// .../systems-manager/latest/userguide/systems-manager-automation.html,
/// .../scheduler/latest/UserGuide/managing-targets-universal.html, read 2026-11-29.
const DEPLOYERS: [(&str, &str); 10] = [
    ("amplify.amazonaws.com", "amplify"),
    ("codebuild.amazonaws.com", "codebuild"),
    ("codedeploy.amazonaws.com", "codedeploy"),
    ("codepipeline.amazonaws.com", "codepipeline"),
    ("elasticbeanstalk.amazonaws.com", "elastic-beanstalk"),
    ("events.amazonaws.com", "eventbridge"),
    ("proton.amazonaws.com", "proton"),
    ("scheduler.amazonaws.com", "eventbridge-scheduler"),
    ("ssm.amazonaws.com", "ssm-automation"),
    ("states.amazonaws.com", "step-functions"),
];

fn tool(agent: &str) -> Option<&'static str> {
    TOOLS
        .iter()
        .find(|(mark, _)| agent.contains(mark))
        .map(|(_, name)| *name)
}

fn is_agent(agent: &str) -> bool {
    AGENTS.iter().any(|mark| agent.contains(mark))
}

fn is_browser(agent: &str) -> bool {
    agent.trim_start_matches('[').starts_with("mozilla/")
}

fn means(class: WriteClass, tool: &str) -> Means {
    Means {
        class,
        tool: tool.to_owned(),
    }
}

/// Name of the tool that a script's user agent tells.
fn script(agent: &str) -> Means {
    let known = SCRIPTS
        .iter()
        .find(|(mark, _)| agent.contains(mark))
        .map(|(_, name)| (*name).to_owned());
    let first = || {
        let word = agent
            .trim_start_matches('[')
            .split([' ', '/', ']'])
            .next()
            .unwrap_or_default();
        let word = without_id(&word[..word.floor_char_boundary(120)]);
        // `(unknown)`
        let word = word.trim_matches(['(', ')']);
        if word.is_empty() {
            "unknown".to_owned()
        } else {
            word.to_owned()
        }
    };
    Means {
        class: WriteClass::Script,
        tool: known.unwrap_or_else(first),
    }
}

/// `word` without the UUID at its end: that is the id of a run, not a part of the tool's name.
fn without_id(word: &str) -> &str {
    let Some(start) = word.len().checked_sub(36) else {
        return word;
    };
    match (word.get(..start), word.get(start..)) {
        (Some(name), Some(id)) if is_uuid(id) => {
            let name = name.trim_end_matches(['_', '-', ':', '=']);
            if name.is_empty() { word } else { name }
        }
        _ => word,
    }
}

/// Class of a CloudTrail event.
pub(super) fn aws(event: &Json<'_>, agent: &str) -> Means {
    let text = |value: &Json<'_>| value.as_str().unwrap_or_default().to_lowercase();
    let identity = &event["userIdentity"];
    let invoked_by = text(&identity["invokedBy"]);
    let agent = if agent.is_empty() {
        text(&event["userAgent"])
    } else {
        agent.to_lowercase()
    };
    // The cloud on behalf of a stack is that stack's run.
    if invoked_by == "cloudformation.amazonaws.com" || agent == "cloudformation.amazonaws.com" {
        return means(WriteClass::Iac, "cloudformation");
    }
    let is_console = text(&event["sessionCredentialFromConsole"]) == "true"
        || event["sessionCredentialFromConsole"] == true;
    let is_alone = identity["type"] == "AWSService" || event["eventType"] == "AwsServiceEvent";
    let is_service = is_alone
        || invoked_by.ends_with(".amazonaws.com")
        || agent.ends_with(".amazonaws.com")
            && !agent.contains(' ')
            && !agent.starts_with("console.")
            && !agent.starts_with("signin.");
    let caller = if invoked_by.is_empty() {
        &agent
    } else {
        &invoked_by
    };
    let mut deployers = DEPLOYERS.iter();
    if let Some((_, name)) = deployers.find(|(service, _)| !is_alone && caller == service) {
        return means(WriteClass::Script, name);
    }
    if is_service && !is_console {
        return means(WriteClass::Service, caller);
    }
    if let Some(tool) = tool(&agent) {
        return means(WriteClass::Iac, tool);
    }
    // Whoever asks for it, by whatever client: what happens to a stack is a run of CloudFormation.
    if event["eventSource"] == "cloudformation.amazonaws.com" {
        return means(WriteClass::Iac, "cloudformation");
    }
    let console_marks = [
        "aws internal",
        "console.amazonaws.com",
        "signin.amazonaws.com",
        "s3console",
        "aws-internal",
        "awsconsole",
    ];
    // `console.ec2.amazonaws.com`
    let is_of_console = agent.starts_with("console.") || agent.starts_with("signin.");
    let is_console = is_console || is_of_console || is_browser(&agent);
    if is_console || console_marks.iter().any(|mark| agent.contains(mark)) {
        return means(WriteClass::Console, "console");
    }
    if is_agent(&agent) {
        let name = AGENTS
            .iter()
            .find(|mark| agent.contains(**mark))
            .copied()
            .unwrap_or_default();
        return means(WriteClass::Runtime, name);
    }
    script(&agent)
}

/// Application ids of Microsoft's own clients.
///
/// learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in (read
/// 2026-11-21).
const AZURE_APPS: [(&str, WriteClass, &str); 4] = [
    (
        "c44b4083-3bb0-49c1-b47d-974e53cbdf3c",
        WriteClass::Console,
        "console",
    ),
    (
        "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
        WriteClass::Script,
        "azure-cli",
    ),
    (
        "1950a258-227b-4e31-a9cf-717495945fc2",
        WriteClass::Script,
        "azure-powershell",
    ),
    (
        "d3590ed6-52b3-4102-aeff-aad2292ab01c",
        WriteClass::Script,
        "office",
    ),
];

/// Class of an Activity Log event. It names no user agent as a rule; the client's application id
/// stands in.
pub(super) fn azure(json: &Json<'_>, agent: &str, actor: &str) -> Means {
    let agent = agent.to_lowercase();
    if let Some(tool) = tool(&agent) {
        return means(WriteClass::Iac, tool);
    }
    let category = json
        .get("category")
        .map(|category| category.get("value").unwrap_or(category));
    let category = category
        .and_then(Json::as_str)
        .unwrap_or_default()
        .to_lowercase();
    if [
        "autoscale",
        "servicehealth",
        "resourcehealth",
        "policy",
        "recommendation",
        "alert",
    ]
    .contains(&category.as_str())
    {
        return means(WriteClass::Service, &category);
    }
    let claims = [json.get("claims"), json["identity"].get("claims")];
    let app = claims
        .into_iter()
        .flatten()
        .find_map(|claims| claims.get("appid")?.as_str());
    if let Some((_, class, name)) = AZURE_APPS.iter().find(|(id, _, _)| Some(*id) == app) {
        return means(*class, name);
    }
    if is_browser(&agent) {
        return means(WriteClass::Console, "console");
    }
    if actor.is_empty() && app.is_none() {
        return means(WriteClass::Service, "azure");
    }
    if is_agent(&agent) {
        return means(WriteClass::Runtime, "agent");
    }
    if agent.is_empty() {
        means(WriteClass::Script, "azure-api")
    } else {
        script(&agent)
    }
}

/// Class of a Google Cloud audit event.
pub(super) fn google(agent: &str, actor: &str, (api, operation): (&str, &str)) -> Means {
    // Whoever asks for it, by whatever client: what happens to a deployment is a run.
    if api == "config.googleapis.com" && operation.ends_with("Deployment") {
        return means(WriteClass::Iac, crate::starters::TOOL);
    }
    let agent = agent.to_lowercase();
    if let Some(tool) = tool(&agent) {
        return means(WriteClass::Iac, tool);
    }
    let is_own = actor.ends_with("@cloudservices.gserviceaccount.com")
        || actor.starts_with("service-") && actor.ends_with(".iam.gserviceaccount.com")
        || actor.starts_with("system@")
        || agent.starts_with("gce managed instance group");
    if is_own {
        return means(WriteClass::Service, "google");
    }
    if is_browser(&agent) {
        return means(WriteClass::Console, "console");
    }
    if is_agent(&agent) || actor.starts_with("system:node:") {
        return means(WriteClass::Runtime, "agent");
    }
    script(&agent)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_aws(event: &str, agent: &str, class: WriteClass, tool: &str) {
        assert_eq!(
            aws(&Json::parse(event), agent),
            means(class, tool),
            "{agent}"
        );
    }

    #[test]
    fn tool_and_principal_decide() {
        check_aws(
            "{}",
            "APN/1.0 HashiCorp/1.0 Terraform/1.5.0 (+https://www.terraform.io)",
            WriteClass::Iac,
            "terraform",
        );
        check_aws(
            "{}",
            "[APN/1.0 Pulumi/1.0 aws-sdk-go]",
            WriteClass::Iac,
            "pulumi",
        );
        check_aws(
            r#"{"sessionCredentialFromConsole":"true"}"#,
            "aws-internal/3",
            WriteClass::Console,
            "console",
        );
        check_aws("{}", "Mozilla/5.0 (X11)", WriteClass::Console, "console");
        check_aws(
            "{}",
            "console.ec2.amazonaws.com",
            WriteClass::Console,
            "console",
        );
        check_aws(
            "{}",
            "aws-sdk-go/1.41.4 (go1.18.3) amazon-ssm-agent/",
            WriteClass::Runtime,
            "amazon-ssm-agent",
        );
        check_aws(
            "{}",
            "aws-cli/2.13.0 Python/3.11",
            WriteClass::Script,
            "aws-cli",
        );
        check_aws("{}", "red-team_1234", WriteClass::Script, "red-team_1234");
        check_aws(
            "{}",
            "[red-team_39f95f43-cd2f-4beb-b69e-be60b6fe1f57]",
            WriteClass::Script,
            "red-team",
        );
        let by_service =
            r#"{"userIdentity":{"type":"AssumedRole","invokedBy":"autoscaling.amazonaws.com"}}"#;
        check_aws(
            by_service,
            "autoscaling.amazonaws.com",
            WriteClass::Service,
            "autoscaling.amazonaws.com",
        );
        check_aws(
            r#"{"eventSource":"cloudformation.amazonaws.com","eventName":"UpdateStack"}"#,
            "aws-cli/2.13.0 Python/3.11",
            WriteClass::Iac,
            "cloudformation",
        );
        let by_stack = r#"{"userIdentity":{"invokedBy":"cloudformation.amazonaws.com"}}"#;
        check_aws(
            by_stack,
            "cloudformation.amazonaws.com",
            WriteClass::Iac,
            "cloudformation",
        );
    }

    #[test]
    fn what_deploys_for_people_is_no_act_of_the_cloud() {
        let check = |kind: &str, service: &str, class: WriteClass, tool: &str| {
            let by = format!(r#"{{"userIdentity":{{"type":"{kind}","invokedBy":"{service}"}}}}"#);
            check_aws(&by, service, class, tool);
        };
        let pipeline = "codepipeline.amazonaws.com";
        check("AssumedRole", pipeline, WriteClass::Script, "codepipeline");
        let runbook = "ssm.amazonaws.com";
        check("AssumedRole", runbook, WriteClass::Script, "ssm-automation");
        check_aws("{}", runbook, WriteClass::Script, "ssm-automation");
        check("AWSService", runbook, WriteClass::Service, runbook);
        let backup = "backup.amazonaws.com";
        check("AssumedRole", backup, WriteClass::Service, backup);
    }

    #[test]
    fn other_clouds_have_their_own_marks() {
        let portal =
            Json::parse(r#"{"claims": {"appid": "c44b4083-3bb0-49c1-b47d-974e53cbdf3c"}}"#);
        assert_eq!(
            azure(&portal, "", "eve@example.com").class,
            WriteClass::Console
        );
        assert_eq!(azure(&Json::Null, "", "").class, WriteClass::Service);
        let of_google = |agent: &str, actor: &str| google(agent, actor, ("", ""));
        let call = (
            "config.googleapis.com",
            "google.cloud.config.v1.Config.UpdateDeployment",
        );
        let by_hand = google("Mozilla/5.0", "eve@example.com", call);
        assert_eq!(by_hand, means(WriteClass::Iac, "infra_manager"));
        assert_eq!(
            of_google("google-cloud-sdk gcloud/450", "eve@example.com").tool,
            "gcloud"
        );
        assert_eq!(
            of_google("", "service-1@compute-system.iam.gserviceaccount.com").class,
            WriteClass::Service
        );
        assert_eq!(
            of_google(
                "Terraform/1.5 terraform-provider-google/5",
                "ci@p.iam.gserviceaccount.com"
            )
            .class,
            WriteClass::Iac
        );
    }
}
