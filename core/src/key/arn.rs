//! ARNs: their parts, and the spellings of one resource that differ.

/// Parts of an ARN: `arn:partition:service:region:account:resource`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arn<'a> {
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: &'a str,
    /// Service name: `ec2`.
    pub service: &'a str,
    /// Region; empty for global resources.
    pub region: &'a str,
    /// Account id; empty for S3 buckets.
    pub account: &'a str,
    /// The rest: `security-group/sg-1`, `function:name`.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Parts of `id`, or `None` if it is not an ARN.
    pub fn parse(id: &'a str) -> Option<Self> {
        // This is asked of every id, also of most that are none.
        let rest = id.strip_prefix("arn:")?;
        let mut parts = [""; 4];
        let mut start = 0;
        for part in &mut parts {
            let bytes = rest.as_bytes().get(start..)?;
            let end = start + memchr::memchr(b':', bytes)?;
            *part = rest.get(start..end)?;
            start = end + 1;
        }
        let [partition, service, region, account] = parts;
        Some(Self {
            partition,
            service,
            region,
            account,
            resource: rest.get(start..).filter(|resource| !resource.is_empty())?,
        })
    }
}

/// Services whose resources belong to no region, though some APIs name the one they were asked in.
///
/// docs.aws.amazon.com/service-authorization/latest/reference, read 2026-11-28.
const GLOBAL: [&str; 4] = ["iam", "route53", "cloudfront", "organizations"];

/// Beginnings of S3 resources that do belong to a region and an account.
const REGIONAL_S3: [&str; 6] = [
    "accesspoint",
    "job/",
    "storage-lens",
    "access-grants",
    "async-request",
    "accessgrants",
];

/// The one spelling of an ARN: without the `:*` of log groups, without region and account for S3
/// buckets, without region for services that have none. `None` if it is no ARN.
pub(super) fn canonical(id: &str) -> Option<String> {
    let id = id.strip_suffix(":*").unwrap_or(id);
    if !id.starts_with("arn:") {
        let is_encoded = id
            .get(..6)
            .is_some_and(|start| start.eq_ignore_ascii_case("arn%3A"));
        return is_encoded.then(|| canonical(&decoded(id)))?;
    }
    let Some(arn) = Arn::parse(id) else {
        return Some(id.to_owned());
    };
    let is_bucket = arn.service == "s3"
        && !REGIONAL_S3
            .iter()
            .any(|start| arn.resource.starts_with(start));
    let (region, account) = match arn.service {
        _ if is_bucket => ("", ""),
        service if GLOBAL.contains(&service) => ("", arn.account),
        _ => (arn.region, arn.account),
    };
    let Arn {
        partition,
        service,
        resource,
        ..
    } = arn;
    let parts = [
        "arn:", partition, ":", service, ":", region, ":", account, ":", resource,
    ];
    Some(parts.concat())
}

/// An ARN that CloudTrail writes as it stood in the path of the request: `arn%3Aaws%3Akafka...`.
///
/// docs.aws.amazon.com/msk/latest/developerguide/logging-using-cloudtrail.html, read 2026-11-29.
fn decoded(id: &str) -> String {
    let mut parts = id.split('%');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let code = part
            .get(..2)
            .and_then(|code| u8::from_str_radix(code, 16).ok());
        match code.filter(u8::is_ascii_graphic) {
            Some(byte) => {
                text.push(char::from(byte));
                text.push_str(&part[2..]);
            }
            None => {
                text.push('%');
                text.push_str(part);
            }
        }
    }
    text
}

/// ARN as far as calls name it. Of a role, user, group, policy or instance profile of IAM it has no
/// path: `role/orders` of `role/service/orders`. Of what belongs to a cluster of EKS, and of stacks
/// of CloudFormation, it has no UUID at its end: `nodegroup/shop/blue`, `stack/shop`. Names of each
/// kind are used once in an account, a region or a cluster.
/// `None` for all else.
///
/// docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html,
/// docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelastickubernetesservice.html
/// and docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStack.html, read
/// 2026-11-29.
pub fn without_path(id: &str) -> Option<String> {
    let arn = Arn::parse(id)?;
    if let Some(named) = without_uuid(&arn) {
        let end = id.len() - arn.resource.len() + named.len();
        return id.get(..end).map(str::to_owned);
    }
    let arn = Some(arn).filter(|arn| arn.service == "iam")?;
    let (kind, rest) = arn.resource.split_once('/')?;
    let (_, name) = rest.rsplit_once('/').filter(|(_, name)| !name.is_empty())?;
    let front = id.strip_suffix(rest)?;
    ["role", "user", "group", "policy", "instance-profile"]
        .contains(&kind)
        .then(|| format!("{front}{name}"))
}

/// What stands before the UUID in the ARN of a part of a cluster of EKS or of a stack:
/// `nodegroup/shop/blue`, `access-entry/shop/role/111122223333/orders`, `stack/shop`.
pub(super) fn without_uuid<'a>(arn: &Arn<'a>) -> Option<&'a str> {
    // An entry has the kind, the account and the name of its principal.
    let parts = match (arn.service, arn.resource.split('/').next()?) {
        ("cloudformation", "stack") => 2,
        ("eks", "nodegroup" | "addon" | "fargateprofile") => 3,
        ("eks", "access-entry") => 5,
        _ => return None,
    };
    let (named, _) = arn.resource.rsplit_once('/')?;
    (named.split('/').count() == parts).then_some(named)
}

/// ARN without its qualifier, and the qualifier: version or alias of a Lambda function.
///
/// docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html, read 2026-11-28.
pub fn split_qualifier(id: &str) -> (&str, Option<&str>) {
    let function = Arn::parse(id)
        .filter(|arn| arn.service == "lambda")
        .and_then(|arn| arn.resource.strip_prefix("function:"));
    match function.and_then(|name| name.split_once(':')) {
        Some((_, qualifier)) if !qualifier.is_empty() => {
            let end = id.len().saturating_sub(qualifier.len() + 1);
            (id.get(..end).unwrap_or(id), Some(qualifier))
        }
        _ => (id, None),
    }
}

/// Name in an ARN that also contains a UUID, as those of Auto Scaling do: `web` of
/// `autoScalingGroup:UUID:autoScalingGroupName/web`.
pub(super) fn name_beside_uuid(arn: &Arn<'_>) -> Option<&'static str> {
    (arn.service == "autoscaling").then_some(())?;
    if arn.resource.contains(":policyName/") {
        Some("policyName/")
    } else if arn.resource.contains(":autoScalingGroupName/") {
        Some("autoScalingGroupName/")
    } else {
        arn.resource
            .contains(":launchConfigurationName/")
            .then_some("launchConfigurationName/")
    }
}

/// Partition of a region.
pub fn partition_of(region: &str) -> &'static str {
    match region {
        _ if region.starts_with("cn-") => "aws-cn",
        _ if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

/// ARN of an SQS queue from its URL: `https://sqs.eu-west-1.amazonaws.com/111122223333/orders`,
/// or with the host of old, `https://eu-west-1.queue.amazonaws.com/...` and
/// `https://queue.amazonaws.com/...` (us-east-1).
///
/// docs.aws.amazon.com/general/latest/gr/sqs-service.html, read 2026-11-28.
pub(super) fn queue(url: &str) -> Option<String> {
    let (host, path) = url.strip_prefix("https://")?.split_once('/')?;
    let (account, name) = path.split_once('/')?;
    let domain = host
        .strip_suffix(".amazonaws.com.cn")
        .or_else(|| host.strip_suffix(".amazonaws.com"))?;
    let region = match domain {
        "queue" => "us-east-1",
        _ => domain
            .strip_prefix("sqs.")
            .or_else(|| domain.strip_suffix(".queue"))?,
    };
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    let is_name = !name.is_empty() && !name.contains(['/', '?']);
    let partition = partition_of(region);
    (is_account && is_name).then(|| format!("arn:{partition}:sqs:{region}:{account}:{name}"))
}
