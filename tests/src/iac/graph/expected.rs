//! The edges that the two programs expect.

/// File, and its edges as addresses, from and to.
pub(super) type Expected = (&'static str, &'static [(&'static str, &'static str)]);

pub(super) const INFRAMAP: [Expected; 6] = [
    (
        "aws_state_sg.json",
        &[
            (
                "module.lemp.aws_lb.tQBgz",
                "module.lemp.aws_launch_template.vIkyE",
            ),
            (
                "module.lemp.aws_launch_template.vIkyE",
                "module.lemp.aws_db_instance.Cpbzf[0]",
            ),
        ],
    ),
    (
        "version_3_state.json",
        &[
            ("aws_cloudfront_distribution.cdn", "aws_alb.front"),
            ("aws_cloudfront_distribution.cdn", "aws_s3_bucket.medias"),
            ("aws_alb.front", "aws_instance.batch"),
            ("aws_ebs_volume.flux", "aws_instance.batch"),
            ("aws_instance.batch", "aws_db_instance.website"),
            ("aws_alb.front", "aws_db_instance.website"),
            ("aws_instance.batch", "aws_elasticache_cluster.redis"),
            ("aws_alb.front", "aws_elasticache_cluster.redis"),
        ],
    ),
    (
        "openstack_state_lb.json",
        &[
            (
                "openstack_compute_instance_v2.AaCFA",
                "openstack_compute_instance_v2.gZfYc",
            ),
            (
                "openstack_lb_loadbalancer_v2.PPdjL",
                "openstack_compute_instance_v2.gZfYc",
            ),
        ],
    ),
    (
        "flexibleengine_state_tf_011.json",
        &[(
            "flexibleengine_compute_instance_v2.uwGDt",
            "flexibleengine_compute_instance_v2.CpCKR",
        )],
    ),
    (
        "google_state.json",
        &[(
            "google_compute_instance.ZthAT",
            "google_compute_instance.lodiw",
        )],
    ),
    (
        "azure.tfstate",
        &[
            (
                "azurerm_linux_virtual_machine.myterraformvm",
                "azurerm_virtual_network.myterraformnetwork",
            ),
            (
                "azurerm_linux_virtual_machine.myterraformvm2",
                "azurerm_virtual_network.myterraformnetwork2",
            ),
            (
                "azurerm_virtual_network.myterraformnetwork",
                "azurerm_virtual_network.myterraformnetwork2",
            ),
        ],
    ),
];

/// Fixtures of workload-discovery, and their edges as names of items (or an id itself).
pub(super) const DISCOVERY: [Expected; 28] = [
    ("apigateway/method/lambda.json", &[("method", "lambda")]),
    (
        "asg/launchTemplate.json",
        &[("asg", "launchTemplate"), ("asg", "subnet")],
    ),
    (
        "asg/networking.json",
        &[("asg", "subnet1"), ("asg", "subnet2"), ("asg", "vpc")],
    ),
    ("asg/warmPool/configuration.json", &[("warmPool", "asg")]),
    ("dynamodb/table.json", &[("table", "testArn")]),
    ("efs/accessPoint/efs.json", &[("accessPoint", "efs")]),
    ("efs/kms.json", &[("efs", "kms")]),
    (
        "eks/cluster/networking.json",
        &[
            ("cluster", "subnet1"),
            ("cluster", "subnet2"),
            ("cluster", "vpc"),
        ],
    ),
    ("eks/cluster/role.json", &[("cluster", "clusterRole")]),
    (
        "eks/cluster/securityGroup.json",
        &[("cluster", "securityGroup1"), ("cluster", "securityGroup2")],
    ),
    ("eks/nodeGroup/asg.json", &[("nodeGroup", "asg")]),
    (
        "eks/nodeGroup/networking.json",
        &[
            ("nodeGroup", "subnet1"),
            ("nodeGroup", "subnet2"),
            ("nodeGroup", "vpc"),
        ],
    ),
    ("eks/nodeGroup/role.json", &[("nodeGroup", "nodeRole")]),
    (
        "eks/nodeGroup/securityGroup.json",
        &[("nodeGroup", "securityGroup")],
    ),
    (
        "eks/nodeGroup/securityGroupLT.json",
        &[
            ("nodeGroup", "securityGroup"),
            ("nodeGroup", "launchTemplate"),
        ],
    ),
    (
        "iam/inlinePolicy/multipleStatement.json",
        &[("policy", "s3Bucket1"), ("policy", "s3Bucket2")],
    ),
    (
        "iam/instanceProfile/mutipleRoles.json",
        &[
            ("profile", "arn:aws:iam::111122223333:role/roleName1"),
            ("profile", "arn:aws:iam::111122223333:role/roleName2"),
        ],
    ),
    ("iam/role/managedPolices.json", &[("role", "managedRole")]),
    ("iam/user/managedPolicy.json", &[("user", "managedRole")]),
    (
        "lambda/configuration.json",
        &[("lambda", "dlqArn"), ("lambda", "kmsKeyArn")],
    ),
    (
        "lambda/dbEnvVar.json",
        &[
            ("lambda", "elasticsearch"),
            ("lambda", "opensearch"),
            ("lambda", "rdsCluster"),
            ("lambda", "rdsInstance"),
            ("lambda", "redshiftCluster"),
        ],
    ),
    ("lambda/efs.json", &[("lambda", "efs1"), ("lambda", "efs2")]),
    (
        "lambda/envVar.json",
        &[
            ("lambda", "resourceIdResource"),
            ("lambda", "resourceNameResource"),
            ("lambda", "arnResource"),
        ],
    ),
    (
        "lambda/vpc.json",
        &[
            ("lambda", "subnet1"),
            ("lambda", "subnet2"),
            ("lambda", "vpc"),
        ],
    ),
    (
        "opensearch/domain/vpc.json",
        &[
            ("domain", "subnet1"),
            ("domain", "subnet2"),
            ("domain", "vpc"),
            ("domain", "securityGroup"),
        ],
    ),
    (
        "rds/instance/vpc.json",
        &[
            ("dbInstance", "vpc-0123456789abcdef0"),
            ("dbInstance", "subnet-0123456789abcdef"),
            ("dbInstance", "subnet-9876543210fedcba"),
        ],
    ),
    (
        "s3/bucket/supplementary.json",
        &[
            ("s3Bucket", "arn:aws:s3:::loggingBucket"),
            ("s3Bucket", "notificationLambdaArn"),
            ("s3Bucket", "notificationSnsTopicArn"),
            ("s3Bucket", "notificationSnsQueueArn"),
        ],
    ),
    (
        "subnet/vpcInfo.json",
        &[("subnet", "vpc"), ("subnet", "routeTable")],
    ),
];

/// Fixtures of which no edge may be told: a variable that cannot be read, an integration that is no
/// function, nothing at all.
pub(super) const NO_EDGES: [&str; 5] = [
    "apigateway/method/noLambda.json",
    "apigateway/method/noMethodIntegration.json",
    "apigateway/method/noMethodIntegrationUri.json",
    "lambda/encryptedEnvVar.json",
    "lambda/noVpc.json",
];

/// Variables that the tests of workload-discovery give to functions, by fixture: a path to a value
/// of another item.
pub(super) const VARIABLES: [(&str, &[(&str, &str)]); 2] = [
    (
        "lambda/dbEnvVar.json",
        &[
            (
                "elasticsearchVar",
                "/elasticsearch/configuration/endpoints/vpc",
            ),
            ("opensearchVar", "/opensearch/configuration/Endpoints/vpc"),
            ("rdsClusterVar", "/rdsCluster/configuration/endpoint/value"),
            (
                "rdsInstanceVar",
                "/rdsInstance/configuration/endpoint/address",
            ),
            (
                "redshiftClusterVar",
                "/redshiftCluster/configuration/endpoint/address",
            ),
        ],
    ),
    (
        "lambda/envVar.json",
        &[
            ("resourceIdVar", "/resourceIdResource/resourceId"),
            ("resourceNameVar", "/resourceNameResource/resourceName"),
            ("arnVar", "/arnResource/arn"),
        ],
    ),
];
