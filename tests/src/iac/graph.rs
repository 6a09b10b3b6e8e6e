//! Edges of the map against what two other programs expect on the data beside the repository.
//!
//! - inframap (`generate/state_test.go`): who is connected to whom once security groups, ports and
//!   listeners are folded away. Its nodes for open ports of the internet are left out: they are not
//!   resources.
//! - workload-discovery (`additionalRelationships.test.mjs`): what a configuration item of AWS
//!   Config names. What its tests take from answers of other API calls is left out. Made-up ids of
//!   its fixtures (`kmsKeyArn`) are given the form of real ones.
//!
//! An edge is found if the map leads from the dependent to the dependency in a few steps, or, where
//! the two only belong together (a volume and an instance), the other way.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use nepho::Options;
use nepho::resources::graph::Direction;
use nepho::resources::map::{Moment, ResourceMap};
use serde_json::{Value, json};

use super::Figure;

/// Steps that may lie between two ends: listener, pool, member.
const STEPS: u32 = 4;

/// File, and its edges as addresses, from and to.
type Expected = (&'static str, &'static [(&'static str, &'static str)]);

const INFRAMAP: [Expected; 6] = [
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
const DISCOVERY: [Expected; 28] = [
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
const NO_EDGES: [&str; 5] = [
    "apigateway/method/noLambda.json",
    "apigateway/method/noMethodIntegration.json",
    "apigateway/method/noMethodIntegrationUri.json",
    "lambda/encryptedEnvVar.json",
    "lambda/noVpc.json",
];

/// Variables that the tests of workload-discovery give to functions, by fixture: a path to a value
/// of another item.
const VARIABLES: [(&str, &[(&str, &str)]); 2] = [
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

/// The figures; `None` if the data are not there.
///
/// # Errors
/// When a file cannot be read or written.
pub fn figures(work: &Path) -> anyhow::Result<Option<Vec<Figure>>> {
    let Some(shared) = shared() else {
        return Ok(None);
    };
    std::fs::create_dir_all(work)?;
    Ok(Some(vec![
        inframap(&shared)?,
        discovery(&shared, work)?,
        no_edges(&shared, work)?,
    ]))
}

/// Folder of the data that lies beside the repository.
fn shared() -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = here.ancestors().nth(2)?.join("shared/iac");
    folder.is_dir().then_some(folder)
}

fn map_of(path: &Path) -> anyhow::Result<ResourceMap> {
    let explanation = nepho::explain(&Options {
        paths: vec![path.to_string_lossy().into_owned()],
        ..Options::default()
    })?;
    Ok(explanation.conclusions.map())
}

/// Whether the map leads from one of the words to the other, or back by one step.
fn leads(map: &ResourceMap, from: &str, to: &str) -> bool {
    let snapshot = map.snapshot(&Moment::default(), false);
    let (from, to) = (map.find(from), map.find(to));
    let there = snapshot.reach(&from, STEPS, Direction::Needs);
    let back = snapshot.reach(&to, 1, Direction::Needs);
    to.iter().any(|node| there.contains_key(node))
        || from.iter().any(|node| back.contains_key(node))
}

fn inframap(shared: &Path) -> anyhow::Result<Figure> {
    let mut figure = Figure {
        name: "edges of inframap".to_owned(),
        ..Figure::default()
    };
    let folder = shared.join("terraform/state-v3v4/cycloidio-inframap");
    for (file, edges) in INFRAMAP {
        let map = map_of(&folder.join(file))?;
        let front = if file.starts_with("version_3") {
            "module.cycloid."
        } else {
            ""
        };
        for (from, to) in edges {
            let is_right = leads(&map, &format!("{front}{from}"), &format!("{front}{to}"));
            count(&mut figure, is_right, || format!("{file}: {from} -> {to}"));
        }
    }
    Ok(figure)
}

fn discovery(shared: &Path, work: &Path) -> anyhow::Result<Figure> {
    let mut figure = Figure {
        name: "edges of workload-discovery".to_owned(),
        ..Figure::default()
    };
    for (file, edges) in DISCOVERY {
        let items = fixture(shared, file)?;
        let map = map_of(&written(&items, work, file)?)?;
        for (from, to) in edges {
            let (one, other) = (id(&items, from), id(&items, to));
            let is_right = leads(&map, &one, &other);
            count(&mut figure, is_right, || format!("{file}: {from} -> {to}"));
        }
    }
    Ok(figure)
}

fn no_edges(shared: &Path, work: &Path) -> anyhow::Result<Figure> {
    let mut figure = Figure {
        name: "fixtures of workload-discovery without an edge".to_owned(),
        ..Figure::default()
    };
    for file in NO_EDGES {
        let items = fixture(shared, file)?;
        let map = map_of(&written(&items, work, file)?)?;
        let told = map.graph().versions().len();
        count(&mut figure, told == 0, || format!("{file}: {told} edges"));
    }
    Ok(figure)
}

fn count(figure: &mut Figure, is_right: bool, what: impl Fn() -> String) {
    figure.total += 1;
    if is_right {
        figure.right += 1;
    } else {
        figure.wrong.push(what());
    }
}

/// Items of a fixture by name, with its placeholders filled in.
fn fixture(shared: &Path, file: &str) -> anyhow::Result<BTreeMap<String, Value>> {
    let folder = shared.join("graph/aws-config-relationships/workload-discovery");
    let mut whole: Value = serde_json::from_str(&std::fs::read_to_string(folder.join(file))?)?;
    // Placeholders stand in placeholders.
    for _ in 0..4 {
        let known = whole.clone();
        fill(&mut whole, &known);
    }
    real_ids(&mut whole);
    let variables = VARIABLES.iter().find(|(name, _)| *name == file);
    for (name, path) in variables.map(|(_, all)| *all).unwrap_or_default() {
        if let Some(value) = whole.pointer(path).cloned() {
            whole["lambda"]["configuration"]["environment"]["variables"][*name] = value;
        }
    }
    let items = whole.as_object().into_iter().flatten();
    Ok(items
        .filter(|(name, _)| !name.starts_with('$'))
        .map(|(name, item)| (name.clone(), item.clone()))
        .collect())
}

fn fill(value: &mut Value, known: &Value) {
    match value {
        Value::String(text) => {
            while let Some((before, rest)) = text.split_once("${") {
                let Some((path, after)) = rest.split_once('}') else {
                    break;
                };
                let pointer = format!("/{}", path.replace('.', "/"));
                let found = known.pointer(&pointer).and_then(Value::as_str);
                *text = format!("{before}{}{after}", found.unwrap_or("eu-west-2"));
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| fill(value, known)),
        Value::Object(fields) => fields.values_mut().for_each(|value| fill(value, known)),
        _ => {}
    }
}

/// Gives made-up ids the form of real ones.
fn real_ids(value: &mut Value) {
    match value {
        Value::String(text) => *text = real_id(text),
        Value::Array(values) => values.iter_mut().for_each(real_ids),
        Value::Object(fields) => fields.values_mut().for_each(real_ids),
        _ => {}
    }
}

fn real_id(text: &str) -> String {
    let stem = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_made_up = stem.ends_with("Arn") && stem.len() > 3 && !text.contains([':', ' ']);
    match is_made_up {
        true => format!("arn:aws:example:eu-west-2:111122223333:thing/{text}"),
        false => text.replace("xxxxxxxxxxxx", "111122223333"),
    }
}

/// The items as AWS Config delivers them, in a file.
fn written(items: &BTreeMap<String, Value>, work: &Path, file: &str) -> anyhow::Result<PathBuf> {
    let mut list = Vec::new();
    let mut seen = BTreeSet::new();
    for item in items
        .values()
        .filter(|item| item.get("resourceType").is_some())
    {
        // A second item of one resource at the same time is for another test.
        let arn = item.get("arn").map(Value::to_string);
        if arn.is_some_and(|arn| !seen.insert(arn)) {
            continue;
        }
        let mut item = item.clone();
        item["configurationItemCaptureTime"] = json!("2024-05-01T10:00:00Z");
        item["configurationItemStatus"] = json!("OK");
        item["awsAccountId"] = json!("111122223333");
        if let Some(arn) = item.get("arn").cloned() {
            item["ARN"] = arn;
        }
        if item.get("resourceId").is_none() {
            item["resourceId"] = item
                .get("resourceName")
                .or(item.get("arn"))
                .cloned()
                .unwrap_or_default();
        }
        list.push(item);
    }
    let document =
        json!({"fileVersion": "1.0", "configSnapshotId": "s-1", "configurationItems": list});
    let path = work.join(format!("{}.json", file.replace(['/', '.'], "-")));
    std::fs::write(&path, format!("{document}\n"))?;
    Ok(path)
}

/// Id of the item with a name; an id itself otherwise.
fn id(items: &BTreeMap<String, Value>, name: &str) -> String {
    let Some(item) = items.get(name) else {
        return real_id(name);
    };
    let words = ["arn", "resourceId", "resourceName"];
    let word = words.iter().find_map(|word| item.get(word)?.as_str());
    word.unwrap_or(name).to_owned()
}
