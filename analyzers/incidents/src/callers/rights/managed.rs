//! What policies that AWS itself keeps allow, as far as that is of few services.
//!
//! docs.aws.amazon.com/aws-managed-policy/latest/reference (read 2026-11-29).

use super::document::Statement;

/// Names of policies, each with the services that it allows something of. Of services that a policy
/// only looks at, to fill lists of the console, all are told as well.
const POLICIES: [(&str, &[&str]); 33] = [
    ("AWSLambdaBasicExecutionRole", &["logs"]),
    ("AWSLambdaDynamoDBExecutionRole", &["dynamodb", "logs"]),
    ("AWSLambdaKinesisExecutionRole", &["kinesis", "logs"]),
    ("AWSLambdaSQSQueueExecutionRole", &["logs", "sqs"]),
    ("AWSLambdaVPCAccessExecutionRole", &["ec2", "logs"]),
    ("AWSXRayDaemonWriteAccess", &["xray"]),
    (
        "AWSXrayReadOnlyAccess",
        &["cloudwatch", "logs", "oam", "xray"],
    ),
    ("AWSXrayWriteOnlyAccess", &["xray"]),
    ("AmazonDynamoDBFullAccess", DYNAMODB),
    ("AmazonDynamoDBFullAccess_v2", DYNAMODB),
    ("AmazonDynamoDBReadOnlyAccess", DYNAMODB),
    (
        "AmazonEC2ContainerRegistryFullAccess",
        &["cloudtrail", "ecr", "iam"],
    ),
    ("AmazonEC2ContainerRegistryPowerUser", &["ecr"]),
    ("AmazonEC2ContainerRegistryReadOnly", &["ecr"]),
    ("AmazonECSTaskExecutionRolePolicy", &["ecr", "logs"]),
    ("AmazonEKS_CNI_Policy", &["ec2"]),
    ("AmazonKinesisFullAccess", &["kinesis"]),
    ("AmazonKinesisReadOnlyAccess", &["kinesis"]),
    ("AmazonS3FullAccess", &["s3", "s3-object-lambda"]),
    ("AmazonS3ReadOnlyAccess", &["s3", "s3-object-lambda"]),
    ("AmazonSESFullAccess", &["ses"]),
    ("AmazonSESReadOnlyAccess", &["ses"]),
    ("AmazonSNSFullAccess", &["sms-voice", "sns"]),
    ("AmazonSNSReadOnlyAccess", &["sms-voice", "sns"]),
    ("AmazonSQSFullAccess", &["sqs"]),
    ("AmazonSQSReadOnlyAccess", &["sqs"]),
    (
        "AmazonSSMManagedInstanceCore",
        &["ec2messages", "ssm", "ssmmessages"],
    ),
    ("AmazonSSMReadOnlyAccess", &["ssm"]),
    (
        "CloudWatchAgentServerPolicy",
        &["cloudwatch", "ec2", "logs", "ssm", "xray"],
    ),
    ("CloudWatchLogsFullAccess", &["cloudwatch", "logs"]),
    ("SecretsManagerReadWrite", SECRETS),
    ("AmazonEC2ContainerRegistryPullOnly", &["ecr"]),
    ("AmazonEBSCSIDriverPolicy", &["ec2"]),
];

/// Services of the policies for tables.
const DYNAMODB: &[&str] = &[
    "application-autoscaling",
    "cloudwatch",
    "datapipeline",
    "dax",
    "dynamodb",
    "ec2",
    "elasticmapreduce",
    "iam",
    "kinesis",
    "kms",
    "lambda",
    "resource-groups",
    "sns",
    "tag",
];

/// Services of the policy for secrets.
const SECRETS: &[&str] = &[
    "cloudformation",
    "docdb-elastic",
    "ec2",
    "iam",
    "kms",
    "lambda",
    "rds",
    "redshift",
    "redshift-serverless",
    "s3",
    "secretsmanager",
    "serverlessrepo",
    "tag",
];

/// All that a policy of AWS can allow, by its ARN; `None` where its name does not tell.
pub(super) fn permits(arn: &str) -> Option<Vec<Statement>> {
    let (_, path) = arn.split_once(":iam::aws:policy/")?;
    let name = path.rsplit('/').next().unwrap_or(path);
    let (_, services) = POLICIES.iter().find(|(one, _)| *one == name)?;
    let actions = services.iter().map(|service| format!("{service}:*"));
    Some(vec![Statement {
        actions: actions.collect(),
        is_but: false,
    }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::callers::rights::document;

    #[test]
    fn names_of_policies_of_aws_tell_their_services() {
        let check = |policy: &str, action: &str, expected: Option<bool>| {
            let found = permits(&format!("arn:aws:iam::aws:policy/{policy}"));
            let has = found.map(|found| document::have(&found, action));
            assert_eq!(has, expected, "{policy} {action}");
        };
        check("AmazonSQSFullAccess", "sqs:sendmessage", Some(true));
        check("AmazonSQSFullAccess", "dynamodb:putitem", Some(false));
        check("AmazonS3FullAccess", "s3:getobject", Some(true));
        let path = "service-role/AWSLambdaVPCAccessExecutionRole";
        check(path, "ec2:createnetworkinterface", Some(true));
        check(path, "sqs:sendmessage", Some(false));
        check("AdministratorAccess", "sqs:sendmessage", None);
        assert_eq!(
            permits("arn:aws:iam::111122223333:policy/AmazonSQSFullAccess"),
            None
        );
    }
}
