//! `nepho changes` on versions of states, with the logs of the buckets they lie in.

#![expect(clippy::expect_used, reason = "a test may fail")]

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

/// 2026-05-12T14:00:00Z.
const TWO: u64 = 1_778_594_400;

/// Writes a version of a state with buckets of these names, as of so many seconds after two.
fn state(folder: &Path, path: &str, serial: u64, second: u64, buckets: &[&str]) {
    let resource = |name: &&str| {
        json!({"mode": "managed", "type": "aws_s3_bucket", "name": name,
            "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
            "instances": [{"schema_version": 0, "attributes": {
                "id": name, "bucket": name, "arn": format!("arn:aws:s3:::{name}")}}]})
    };
    let resources: Vec<Value> = buckets.iter().map(resource).collect();
    let state = json!({"version": 4, "terraform_version": "1.11.4", "serial": serial,
        "lineage": path.rsplit('/').next(), "outputs": {}, "resources": resources});
    let path = folder.join(path);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(&path, state.to_string()).expect("written");
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(TWO + second);
    let file = File::options().append(true).open(&path).expect("opened");
    file.set_modified(time).expect("a time");
}

fn put_to_s3(key: &str, time: &str) -> Value {
    json!({"eventVersion": "1.11", "eventTime": time, "eventSource": "s3.amazonaws.com",
        "eventName": "PutObject", "awsRegion": "eu-west-1", "sourceIPAddress": "203.0.113.7",
        "userAgent": "[APN/1.0 HashiCorp/1.0 Terraform/1.11.4]",
        "userIdentity": {"type": "AssumedRole", "accountId": "111122223333",
            "arn": "arn:aws:sts::111122223333:assumed-role/shop/GitHubActions"},
        "requestParameters": {"bucketName": "states", "key": key},
        "responseElements": {"x-amz-version-id": "v2"}, "requestID": time, "eventID": time,
        "readOnly": false, "managementEvent": false, "eventType": "AwsApiCall",
        "recipientAccountId": "111122223333", "eventCategory": "Data",
        "resources": [{"type": "AWS::S3::Object", "ARN": format!("arn:aws:s3:::states/{key}")}]})
}

fn put_to_google(object: &str, time: &str) -> Value {
    let name = format!("projects/_/buckets/states/objects/{object}");
    json!({"protoPayload": {"@type": "type.googleapis.com/google.cloud.audit.AuditLog",
            "authenticationInfo": {"principalEmail": "maria@shop.example"},
            "requestMetadata": {"callerIp": "203.0.113.8", "callerSuppliedUserAgent": "Terraform/1.11.4"},
            "serviceName": "storage.googleapis.com", "methodName": "storage.objects.create",
            "resourceName": name, "status": {}},
        "insertId": time, "resource": {"type": "gcs_bucket",
            "labels": {"project_id": "shop", "bucket_name": "states", "location": "eu"}},
        "timestamp": time, "severity": "INFO",
        "logName": "projects/shop/logs/cloudaudit.googleapis.com%2Fdata_access"})
}

fn put_to_azure(blob: &str, time: &str) -> Value {
    let account = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/shop\
                   /providers/Microsoft.Storage/storageAccounts/shopstates/blobServices/default";
    json!({"time": time, "resourceId": account, "category": "StorageWrite",
        "operationName": "PutBlob", "operationVersion": "2021-12-02", "schemaVersion": "1.0",
        "statusCode": 201, "statusText": "Success", "durationMs": 12,
        "callerIpAddress": "203.0.113.9:40312", "correlationId": time,
        "identity": {"type": "OAuth", "requester": {"appId": "a", "objectId": "o",
            "upn": "ana@shop.example"}},
        "location": "westeurope", "properties": {"accountName": "shopstates",
            "userAgentHeader": "HashiCorp Terraform/1.11.4", "serviceType": "blob"},
        "uri": format!("https://shopstates.blob.core.windows.net:443/states/{blob}?sv=x"),
        "protocol": "HTTPS", "resourceType": "Microsoft.Storage/storageAccounts/blobServices"})
}

#[test]
fn the_logs_of_buckets_tell_who_wrote_a_state() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("authors");
    let _ = fs::remove_dir_all(&folder);
    for name in ["aws", "google", "azure"] {
        let path = |serial: u64| format!("{serial}/{name}/{name}.tfstate");
        state(&folder, &path(3), 3, 0, &["kept"]);
        state(&folder, &path(4), 4, 3600, &["kept", name]);
    }
    let trail = json!({"Records": [
        put_to_s3("aws/aws.tfstate", "2026-05-12T15:00:00Z"),
        put_to_s3("other/aws.tfstate", "2026-05-12T14:30:00Z"),
    ]});
    fs::write(folder.join("trail.json"), trail.to_string()).expect("written");
    // Within the hour between the two versions, of which the second is a later copy.
    let logs = [
        put_to_google("google/google.tfstate", "2026-05-12T14:30:00.250Z"),
        put_to_azure("azure/azure.tfstate", "2026-05-12T14:59:59.7500000Z"),
    ];
    for (name, log) in ["google.json", "azure.json"].iter().zip(&logs) {
        fs::write(folder.join(name), log.to_string()).expect("written");
    }
    let output = Command::new(env!("CARGO_BIN_EXE_nepho"))
        .args(["changes", "-q", "--json", "."])
        .current_dir(&folder)
        .output()
        .expect("the command runs");
    let timeline: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let entries = timeline["entries"].as_array().expect("entries");
    let of = |name: &str| {
        let is_own = |entry: &&Value| entry["run"]["scope"] == name;
        let entry = entries.iter().find(is_own).expect("a run");
        let (run, change) = (&entry["run"], &entry["changes"][0]);
        assert_eq!(change["actor"], run["actor"], "{entry:#}");
        assert_eq!(run["time_precision"], "state_version");
        assert_eq!(entry["end"], change["time"]);
        assert_eq!(run["counts"]["created"], 1);
        [
            &run["actor"],
            &run["via"],
            &run["source_ip"],
            &run["user_agent"],
            &change["time"],
        ]
        .map(|value| value.as_str().unwrap_or_default().to_owned())
    };
    let agent = "[APN/1.0 HashiCorp/1.0 Terraform/1.11.4]";
    let role = "arn:aws:sts::111122223333:assumed-role/shop/GitHubActions";
    let time = "2026-05-12T15:00:00Z";
    assert_eq!(of("aws"), [role, "ci", "203.0.113.7", agent, time]);
    let (agent, time) = ("Terraform/1.11.4", "2026-05-12T14:30:00.250Z");
    assert_eq!(
        of("google"),
        ["maria@shop.example", "human", "203.0.113.8", agent, time]
    );
    let (agent, time) = ("HashiCorp Terraform/1.11.4", "2026-05-12T14:59:59.750Z");
    assert_eq!(
        of("azure"),
        ["ana@shop.example", "human", "203.0.113.9", agent, time]
    );
}

/// Two revisions of a deployment, with a topic each, and what the audit log has of them.
fn revisions(folder: &Path) {
    let deployment = "projects/shop/locations/europe-west1/deployments/orders";
    let revision = |name: &str, from: &str, to: &str| {
        json!({"name": format!("{deployment}/revisions/{name}"), "createTime": from, "updateTime": to,
            "action": "UPDATE", "state": "APPLIED", "tfVersion": "1.5.7",
            "serviceAccount": "projects/shop/serviceAccounts/im@shop.iam.gserviceaccount.com"})
    };
    let topic = |revision: &str, name: &str| {
        json!({"name": format!("{deployment}/revisions/{revision}/resources/{name}"),
            "terraformInfo": {"address": format!("google_pubsub_topic.{name}"), "type": "google_pubsub_topic"},
            "intent": "CREATE", "state": "RECONCILED", "caiAssets": {"x": {"fullResourceName":
                format!("//pubsub.googleapis.com/projects/shop/topics/{name}")}}})
    };
    let list = json!([
        revision("r-1", "2026-05-12T14:00:00Z", "2026-05-12T14:03:00Z"),
        topic("r-1", "orders"),
        revision("r-2", "2026-05-12T14:03:30Z", "2026-05-12T14:09:00Z"),
        topic("r-2", "events"),
    ]);
    fs::write(folder.join("revisions.json"), list.to_string()).expect("written");
    let entry = |id: &str, time: &str, api: &str, method: &str, resource: &str, by: [&str; 2]| {
        let row = json!({"protoPayload": {"@type": "type.googleapis.com/google.cloud.audit.AuditLog",
                "authenticationInfo": {"principalEmail": by[0]}, "serviceName": api, "methodName": method,
                "requestMetadata": {"callerIp": "203.0.113.8", "callerSuppliedUserAgent": by[1]},
                "resourceName": resource, "status": {}},
            "insertId": id, "resource": {"type": "audited_resource", "labels": {"project_id": "shop",
                "service": api, "method": method}}, "timestamp": time, "severity": "NOTICE",
            "logName": "projects/shop/logs/cloudaudit.googleapis.com%2Factivity"});
        format!("{row}\n")
    };
    let config = "config.googleapis.com";
    let update = "google.cloud.config.v1.Config.UpdateDeployment";
    let preview = "google.cloud.config.v1.Config.CreatePreview";
    let account = "im@shop.iam.gserviceaccount.com";
    let terraform = "Terraform/1.5.7 terraform-provider-google/5.0";
    let gcloud = "google-cloud-sdk gcloud/470.0.0";
    let create = "google.pubsub.v1.Publisher.CreateTopic";
    let log = [
        entry(
            "1",
            "2026-05-12T14:00:01Z",
            config,
            update,
            deployment,
            ["maria@shop.example", gcloud],
        ),
        entry(
            "2",
            "2026-05-12T14:01:00Z",
            "pubsub.googleapis.com",
            create,
            "projects/shop/topics/orders",
            [account, terraform],
        ),
        entry(
            "3",
            "2026-05-12T14:03:31Z",
            config,
            update,
            deployment,
            ["ana@shop.example", gcloud],
        ),
        entry(
            "4",
            "2026-05-12T14:20:00Z",
            config,
            preview,
            "projects/shop/locations/europe-west1/previews/p",
            ["ana@shop.example", gcloud],
        ),
        entry(
            "5",
            "2026-05-12T16:00:00Z",
            config,
            update,
            deployment,
            ["eve@shop.example", gcloud],
        ),
    ];
    fs::write(folder.join("audit.ndjson"), log.concat()).expect("written");
}

#[test]
fn whoever_called_for_a_revision_of_infrastructure_manager_made_it() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("authors-infra-manager");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    revisions(&folder);
    let runs = |paths: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_nepho"))
            .args(["changes", "-q", "--json"])
            .args(paths)
            .current_dir(&folder)
            .output()
            .expect("the command runs");
        let timeline: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let entries = timeline["entries"].as_array().expect("entries").iter();
        let told = entries.map(|entry| {
            let change = &entry["changes"][0];
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let run = text(&entry["run"]["id"]);
            let run = run.rsplit('/').next().unwrap_or_default().to_owned();
            let by = [&entry["run"]["actor"], &change["actor"], &change["class"]].map(text);
            format!("{run} {}", by.join(" "))
        });
        told.collect::<Vec<String>>()
    };
    let account = "im@shop.iam.gserviceaccount.com";
    let alone = ["r-1", "r-2"].map(|run| format!("{run} {account} {account} iac"));
    assert_eq!(runs(&["revisions.json"]), alone);
    let expected = [
        "r-1 maria@shop.example maria@shop.example iac",
        "r-2 ana@shop.example ana@shop.example iac",
        "seen at 2026-05-12T16:00:00Z eve@shop.example eve@shop.example iac_unregistered",
    ];
    assert_eq!(runs(&["."]), expected);
}
