//! Known rows of the tables, and what is made of them.

use super::*;

#[test]
fn a_type_has_one_word_in_all_tools() {
    for kind in ["aws_security_group", "aws:ec2/securityGroup:SecurityGroup"] {
        assert_eq!(word(kind), "securitygroup");
    }
    assert_eq!(word("AWS::SNS::Topic"), "snstopic");
    assert_eq!(word("Microsoft.Network/virtualNetworks/subnets"), "subnet");
}

#[test]
fn every_pattern_makes_an_arn_that_fits_it() {
    let mut patterns = 0;
    for row in aws::CLOUDFORMATION.lines() {
        let mut columns = row.split('\t');
        let kind = format!("AWS::{}", columns.next().unwrap_or_default());
        let schema = aws::Schema::of(&kind).expect("a schema");
        assert_eq!(schema.name(), kind);
        let Some(pattern) = schema.pattern() else {
            assert_eq!(columns.next_back(), Some(""), "{kind}");
            continue;
        };
        patterns += 1;
        let id = "ab12|ab12|ab12|ab12";
        let id = match schema.form() {
            aws::IdForm::Composite if kind != "AWS::Events::Rule" => id,
            _ => "ab12",
        };
        let arn = pattern
            .arn(id, "aws", "eu-west-1", "111122223333")
            .unwrap_or_default();
        let arn = crate::key::Arn::parse(&arn).expect("an ARN");
        assert_eq!(pattern.id(&arn), Some("ab12"), "{kind}");
    }
    assert!(patterns > 900, "{patterns}");
}

#[test]
fn ids_of_other_tools_make_the_same_arns() {
    let check = |kind: &str, id: &str, expected: Option<&str>| {
        let pattern = aws::pattern(kind).expect("a pattern");
        let arn = pattern.arn(id, "aws", "eu-west-1", "111122223333");
        assert_eq!(arn.as_deref(), expected, "{kind} {id}");
    };
    let alias = "arn:aws:kms:eu-west-1:111122223333:alias/orders";
    check("aws_kms_alias", "alias/orders", Some(alias));
    let budget = "arn:aws:budgets::111122223333:budget/monthly";
    check("aws_budgets_budget", "111122223333:monthly", Some(budget));
    let board = "arn:aws:quicksight:eu-west-1:111122223333:dashboard/sales";
    for id in [
        "111122223333|sales",
        "111122223333,sales",
        "111122223333/sales",
    ] {
        check("AWS::QuickSight::Dashboard", id, Some(board));
    }
    let url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders";
    check("aws_sqs_queue", url, None);
}

#[test]
fn physical_ids_have_forms() {
    let check = |kind: &str, form: aws::IdForm, ids: &[&str]| {
        let schema = aws::Schema::of(kind).expect("a schema");
        assert_eq!(schema.form(), form, "{kind}");
        assert_eq!(
            schema.primary_identifier().collect::<Vec<_>>(),
            ids,
            "{kind}"
        );
    };
    check("AWS::SNS::Topic", aws::IdForm::Arn, &["TopicArn"]);
    check("AWS::S3::Bucket", aws::IdForm::Name, &["BucketName"]);
    check(
        "AWS::Lambda::Permission",
        aws::IdForm::Composite,
        &["FunctionName", "Id"],
    );
    assert!(aws::Schema::of("AWS::No::Such").is_none());
    assert!(
        aws::pattern("AWS::IAM::Policy").is_none(),
        "inline policies have no ARN"
    );
}

#[test]
fn types_of_the_tools_are_paired() {
    assert_eq!(
        aws::cloudformation_type("aws_sns_topic").as_deref(),
        Some("AWS::SNS::Topic")
    );
    assert_eq!(
        aws::cloudformation_type("aws:rds/instance:Instance").as_deref(),
        Some("AWS::RDS::DBInstance")
    );
    assert!(aws::terraform_types("AWS::EC2::Subnet").contains(&"aws_subnet"));
    assert_eq!(
        azure::arm_type("azurerm_subnet"),
        Some("Microsoft.Network/virtualNetworks/subnets")
    );
    assert_eq!(
        azure::arm_type("azure:network/subnet:Subnet"),
        azure::arm_type("azurerm_subnet")
    );
    let machines = azure::terraform_types("microsoft.compute/virtualmachines");
    assert!(machines.len() > 1, "{machines:?}");
    assert!(azure::shares_its_id(
        "azurerm_subnet_network_security_group_association"
    ));
    assert!(!azure::shares_its_id("azurerm_subnet"));
}

#[test]
fn facets_name_their_parents() {
    let check = |kind: &str, expected: &[&str]| {
        let names: Vec<&str> = aws::parents(kind).map(|parent| parent.name).collect();
        assert_eq!(names, expected, "{kind}");
    };
    check("aws_security_group_rule", &["security_group_id"]);
    check("aws_s3_bucket_versioning", &["bucket"]);
    check(
        "aws:cognito/userPoolClient:UserPoolClient",
        &["user_pool_id"],
    );
    check("aws_nat_gateway", &[]);
    check("aws_vpc_peering_connection", &[]);
    check("aws_sns_topic", &[]);
    let parent = aws::parents("aws_s3_bucket_versioning").next();
    assert_eq!(parent.map(|parent| parent.parent), Some("aws_s3_bucket"));
    let read: Vec<&str> = google::attributes()
        .chain(aws::parent_attributes().map(|parent| parent.name))
        .collect();
    assert!(read.contains(&"key_ring") && read.contains(&"user_pool_id"));
    for document in ["policy", "config", "key", "resource", "scim_token_id"] {
        assert!(!read.contains(&document), "{document}");
    }
    assert_eq!(aws::has_arn("aws_sns_topic"), Some(true));
    assert_eq!(aws::has_arn("aws_route"), Some(false));
}

#[test]
fn google_ids_of_every_spelling_are_full_names() {
    let check = |kind: &str, id: &str, expected: Option<&str>| {
        assert_eq!(
            google::full_name(kind, id).as_deref(),
            expected,
            "{kind} {id}"
        );
    };
    let key = "//cloudkms.googleapis.com/projects/p/locations/global/keyRings/r/cryptoKeys/k";
    for id in [
        "projects/p/locations/global/keyRings/r/cryptoKeys/k",
        "p/global/r/k",
    ] {
        check("google_kms_crypto_key", id, Some(key));
        check("google_kms_crypto_key_iam_member", id, Some(key));
        check("gcp:kms/cryptoKey:CryptoKey", id, Some(key));
    }
    check(
        "google_spanner_instance",
        "p/main",
        Some("//spanner.googleapis.com/projects/p/instances/main"),
    );
    check(
        "google_project_iam_member",
        "shop/roles/viewer/user:a@example.com",
        Some("//cloudresourcemanager.googleapis.com/projects/shop"),
    );
    check(
        "google_project_iam_member",
        "shop/projects/shop/roles/audit/user:a@example.com",
        Some("//cloudresourcemanager.googleapis.com/projects/shop"),
    );
    check(
        "google_pubsub_topic_iam_member",
        "projects/p/topics/t/roles/pubsub.publisher/allUsers/web//request.host == \"https://shop\"",
        Some("//pubsub.googleapis.com/projects/p/topics/t"),
    );
    check(
        "gcp:pubsub/topicIAMMember:TopicIAMMember",
        "projects/p/topics/t/roles/pubsub.publisher/allUsers",
        Some("//pubsub.googleapis.com/projects/p/topics/t"),
    );
    check(
        "google_storage_bucket",
        "media",
        Some("//storage.googleapis.com/media"),
    );
    check(
        "google_storage_bucket_iam_member",
        "b/media/roles/storage.admin/allUsers",
        Some("//storage.googleapis.com/media"),
    );
    check(
        "google_cloud_run_service",
        "locations/l/namespaces/p/services/s",
        Some("//run.googleapis.com/projects/p/locations/l/services/s"),
    );
    check(
        "google_compute_thing_of_tomorrow",
        "projects/p/global/things/t",
        Some("//compute.googleapis.com/projects/p/global/things/t"),
    );
    check("google_logging_metric", "errors", None);
    check("aws_sns_topic", "projects/p/topics/t", None);
    check("google_pubsub_topic", "", None);
}

#[test]
fn google_names_are_made_of_attributes() {
    let check = |kind: &str, attributes: &[(&str, &str)], expected: Option<&str>| {
        let attribute = |name: &str| {
            let found = attributes.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| *value)
        };
        let name = google::name_of(kind, attribute, Some("shop"));
        assert_eq!(name.as_deref(), expected, "{kind}");
    };
    check(
        "google_compute_disk",
        &[("name", "d"), ("zone", "europe-west1-b")],
        Some("//compute.googleapis.com/projects/shop/zones/europe-west1-b/disks/d"),
    );
    check(
        "google_compute_disk",
        &[
            ("name", "d"),
            (
                "zone",
                "https://www.googleapis.com/compute/v1/projects/x/zones/z",
            ),
        ],
        Some("//compute.googleapis.com/projects/x/zones/z/disks/d"),
    );
    check("google_compute_disk", &[("name", "d")], None);
    check(
        "google_folder_iam_member",
        &[("folder", "folders/7")],
        Some("//cloudresourcemanager.googleapis.com/folders/7"),
    );
    check(
        "google_kms_crypto_key",
        &[("key_ring", "shop/global/r"), ("name", "k")],
        Some("//cloudkms.googleapis.com/projects/shop/locations/global/keyRings/r/cryptoKeys/k"),
    );
    check(
        "google_logging_metric",
        &[("name", "web/errors")],
        Some("//logging.googleapis.com/projects/shop/metrics/web%2Ferrors"),
    );
    check(
        "google_sql_database",
        &[("instance", "i"), ("name", "d")],
        Some("//sqladmin.googleapis.com/projects/shop/instances/i/databases/d"),
    );
    let of_project = |name: &str| (name == "number").then_some("123");
    assert_eq!(
        google::other_names(
            "google_project",
            "//cloudresourcemanager.googleapis.com/projects/shop",
            of_project
        ),
        ["//cloudresourcemanager.googleapis.com/projects/123"]
    );
    assert_eq!(
        google::asset_type("google_pubsub_topic").as_deref(),
        Some("pubsub.googleapis.com/Topic")
    );
    assert!(google::is_of_parent("google_pubsub_topic_iam_binding"));
    assert!(!google::is_of_parent("google_project_iam_custom_role"));
}
