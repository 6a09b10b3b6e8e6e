//! What must come out, told by hand.

use nepho::core::findings::WriteClass;

/// Where a record of the account names what it changes, by operation.
pub(super) const TARGETS: [(&str, &str); 31] = [
    ("AllocateAddress", "/responseElements/allocationId"),
    (
        "AddRoleToInstanceProfile",
        "/requestParameters/instanceProfileName",
    ),
    ("AssociateRouteTable", "/requestParameters/routeTableId"),
    (
        "AttachInternetGateway",
        "/requestParameters/internetGatewayId",
    ),
    ("AttachRolePolicy", "/requestParameters/roleName"),
    ("CreateBucket", "/requestParameters/bucketName"),
    (
        "CreateFlowLogs",
        "/responseElements/CreateFlowLogsResponse/flowLogIdSet/item",
    ),
    (
        "CreateInstanceProfile",
        "/requestParameters/instanceProfileName",
    ),
    (
        "CreateInternetGateway",
        "/responseElements/internetGateway/internetGatewayId",
    ),
    ("CreateLogGroup", "/requestParameters/logGroupName"),
    (
        "CreateNatGateway",
        "/responseElements/CreateNatGatewayResponse/natGateway/natGatewayId",
    ),
    (
        "CreateNetworkInterface",
        "/responseElements/networkInterface/networkInterfaceId",
    ),
    ("CreateRole", "/requestParameters/roleName"),
    ("CreateRoute", "/requestParameters/routeTableId"),
    (
        "CreateRouteTable",
        "/responseElements/routeTable/routeTableId",
    ),
    ("CreateSecret", "/responseElements/arn"),
    ("CreateSubnet", "/responseElements/subnet/subnetId"),
    ("CreateTrail", "/responseElements/trailARN"),
    ("CreateVpc", "/responseElements/vpc/vpcId"),
    (
        "DeleteFlowLogs",
        "/requestParameters/DeleteFlowLogsRequest/FlowLogId/content",
    ),
    ("PutBucketLifecycle", "/requestParameters/bucketName"),
    ("PutBucketPolicy", "/requestParameters/bucketName"),
    ("PutBucketTagging", "/requestParameters/bucketName"),
    ("PutEventSelectors", "/requestParameters/trailName"),
    ("PutParameter", "/requestParameters/name"),
    ("PutRolePolicy", "/requestParameters/roleName"),
    ("PutSecretValue", "/requestParameters/secretId"),
    (
        "RunInstances",
        "/responseElements/instancesSet/items/0/instanceId",
    ),
    ("SendCommand", "/requestParameters/instanceIds/0"),
    ("StartLogging", "/requestParameters/name"),
    (
        "TagInstanceProfile",
        "/requestParameters/instanceProfileName",
    ),
];

/// Operations of the account that make a thing. A parameter is put, whether or not it is new.
pub(super) const CREATES: [&str; 15] = [
    "AllocateAddress",
    "CreateBucket",
    "CreateFlowLogs",
    "CreateInstanceProfile",
    "CreateInternetGateway",
    "CreateLogGroup",
    "CreateNatGateway",
    "CreateNetworkInterface",
    "CreateRole",
    "CreateRouteTable",
    "CreateSecret",
    "CreateSubnet",
    "CreateTrail",
    "CreateVpc",
    "RunInstances",
];

/// Who makes the writes that Terraform does not make.
pub(super) const OUTSIDE: [(&str, WriteClass); 9] = [
    ("SharedSnapshotVolumeCreated", WriteClass::Service),
    ("UpdateInstanceInformation", WriteClass::Runtime),
    ("UpdateInstanceAssociationStatus", WriteClass::Runtime),
    ("PutComplianceItems", WriteClass::Runtime),
    ("PutInventory", WriteClass::Runtime),
    ("SendCommand", WriteClass::Script),
    ("PutEventSelectors", WriteClass::Script),
    ("PutBucketLifecycle", WriteClass::Script),
    ("DeleteFlowLogs", WriteClass::Script),
];

/// Collected events that change something: file, operation, end of the resource's id. Calls that
/// were refused, and an event that has no time, are no changes.
pub(super) const COLLECTED: [(&str, &str, Option<&str>); 34] = [
    (
        "event-appmesh-create-mesh.json",
        "CreateMesh",
        Some(":mesh/m1"),
    ),
    (
        "event-cloud-trail-appelb-add-tags.json",
        "AddTags",
        Some("loadbalancer/app/test/433ae0ba96204181"),
    ),
    (
        "event-cloud-trail-catalog-put-resource-policy.json",
        "PutResourcePolicy",
        None,
    ),
    (
        "event-cloud-trail-catalog-set-encryption.json",
        "PutDataCatalogEncryptionSettings",
        None,
    ),
    (
        "event-cloud-trail-create-rest-stage.json",
        "CreateStage",
        Some("/restapis/abcdef74gh/stages/latest"),
    ),
    (
        "event-cloud-trail-create-volume.json",
        "CreateVolume",
        Some(":volume/vol-97c02b3e"),
    ),
    (
        "event-cloud-trail-tag-distribution.json",
        "TagResource",
        Some(":distribution/E53370FUHBNLK"),
    ),
    (
        "event-cloud-trail-tag-rest-stage.json",
        "TagResource",
        Some("/restapis/abcdef74gh/stages/test2"),
    ),
    (
        "event-cloud-trail-update-distribution.json",
        "UpdateDistribution",
        Some(":distribution/E53370FUHBNLK"),
    ),
    (
        "aws.defense-evasion.cloudtrail-delete.json",
        "DeleteTrail",
        Some("trail/stratus-red-team-cloudtraild-trail-kvrwohmiai"),
    ),
    (
        "aws.defense-evasion.cloudtrail-event-selectors.json",
        "PutEventSelectors",
        Some("trail/stratus-red-team-ctes-trail-khlvciwdor"),
    ),
    (
        "aws.defense-evasion.cloudtrail-stop.json",
        "StopLogging",
        Some("trail/stratus-red-team-ct-stop-trail-buykxbqejv"),
    ),
    (
        "aws.defense-evasion.dns-delete-logs.json",
        "DeleteResolverQueryLogConfig",
        Some("/rqlc-4473f20ca554c07"),
    ),
    (
        "aws.defense-evasion.vpc-remove-flow-logs.json",
        "DeleteFlowLogs",
        Some("vpc-flow-log/fl-0e17aa62a21d4bbfe"),
    ),
    (
        "aws.exfiltration.ec2-share-ami.json",
        "ModifyImageAttribute",
        Some("image/ami-de1fbCab6ccB03e6D"),
    ),
    (
        "aws.exfiltration.ec2-share-ebs-snapshot.json",
        "ModifySnapshotAttribute",
        Some("snapshot/snap-041993b54a9b3af6f"),
    ),
    (
        "aws.exfiltration.rds-share-snapshot.json",
        "ModifyDBSnapshotAttribute",
        Some("snapshot:exfiltration"),
    ),
    (
        "aws.persistence.iam-backdoor-role.json",
        "UpdateAssumeRolePolicy",
        Some("role/stratus-red-team-backdoor-r-role"),
    ),
    (
        "aws.persistence.lambda-layer-extension.json",
        "UpdateFunctionConfiguration",
        Some("function:stratus-red-team-lambda-layer-simpleLambda"),
    ),
    (
        "aws.persistence.lambda-overwrite-code.json",
        "UpdateFunctionCode",
        Some("function:stratus-red-team-olc-func-vayhjqkdav"),
    ),
    (
        "aws.privilege-escalation.iam-update-user-login-profile.json",
        "UpdateLoginProfile",
        Some("user/stratus-red-team-update-login-profile-user"),
    ),
    (
        "aws.impact.bedrock-invoke-model.json",
        "PutUseCaseForModelAccess",
        None,
    ),
    (
        "aws.impact.bedrock-invoke-model.json",
        "CreateFoundationModelAgreement",
        None,
    ),
    (
        "aws.impact.bedrock-invoke-model.json",
        "PutFoundationModelEntitlement",
        None,
    ),
    (
        "bq-dataset-create.json",
        "datasetservice.insert",
        Some("projects/custodian-1291/datasets/devxyz"),
    ),
    (
        "bq-table-create.json",
        "google.cloud.bigquery.v2.TableService.InsertTable",
        Some("datasets/qqqqqqqqqqqqq/tables/test"),
    ),
    (
        "cloudbilling-account-assign.json",
        "AssignResourceToBillingAccount",
        Some("projects/cloud-custodian"),
    ),
    (
        "iam-role-create.json",
        "google.iam.admin.v1.CreateRole",
        Some("//iam.googleapis.com/projects/mythic-tribute-232915/roles/CustomRole1"),
    ),
    (
        "log-create-project-exclusion.json",
        "google.logging.v2.ConfigServiceV2.CreateExclusion",
        Some("exclusions/qwerty"),
    ),
    (
        "log-create-project-sink.json",
        "google.logging.v2.ConfigServiceV2.CreateSink",
        Some("sinks/testqqqqqqqqqqqqqqqqq"),
    ),
    (
        "ml-job-create.json",
        "google.cloud.ml.v1.JobService.CreateJob",
        Some("/jobs/test_job"),
    ),
    (
        "ml-model-create.json",
        "google.cloud.ml.v1.ModelService.CreateModel",
        Some("//ml.googleapis.com/projects/second-impact-244209/models/test_model"),
    ),
    (
        "pubsub-subscription-create.json",
        "google.pubsub.v1.Subscriber.CreateSubscription",
        Some("projects/cloud-custodian/subscriptions/custodian"),
    ),
    (
        "sql-ssl-cert-create.json",
        "cloudsql.sslCerts.create",
        Some("//cloudsql.googleapis.com/projects/cloud-custodian/instances/custodian-postgres"),
    ),
];
