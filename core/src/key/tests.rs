//! Spellings of one resource, keys and their aliases, and the tables.

use super::*;

fn canon(id: &str, expected: &str) {
    assert_eq!(canonical(id), expected, "{id}");
    let key = CloudKey::parse(expected).map(|key| key.to_string());
    assert_eq!(
        key.as_deref(),
        Some(expected),
        "{id}: canonical text is a key"
    );
}

#[test]
fn a_record_is_named_by_zone_type_and_host() {
    let id = "arn:aws:route53:::hostedzone/Z1/A/www.shop.example";
    for zone in ["Z1", "/hostedzone/Z1", "arn:aws:route53:::hostedzone/Z1"] {
        assert_eq!(dns_record(zone, "A", "WWW.shop.example.", None), id);
    }
    let blue = dns_record("Z1", "A", "www.shop.example", Some("blue"));
    assert_eq!(
        blue,
        "arn:aws:route53:::hostedzone/Z1/A/blue/www.shop.example"
    );
    assert_eq!(short_name(&blue), "www.shop.example");
    assert_eq!(canonical(id), id);
    assert_eq!(short_name(id), "www.shop.example");
}

#[test]
fn one_resource_has_one_canonical_id() {
    let queue = "arn:aws:sqs:eu-west-1:111122223333:orders";
    for (id, expected) in [
        (
            "arn:aws:logs:eu-west-1:1:log-group:/shop:*",
            "arn:aws:logs:eu-west-1:1:log-group:/shop",
        ),
        (
            "arn:aws:s3:eu-west-1:111122223333:media",
            "arn:aws:s3:::media",
        ),
        ("arn:aws:s3:::media/a/b", "arn:aws:s3:::media/a/b"),
        (
            "arn:aws:s3:eu-west-1:111122223333:accesspoint/media",
            "arn:aws:s3:eu-west-1:111122223333:accesspoint/media",
        ),
        (
            "arn:aws:iam:us-east-1:111122223333:role/web",
            "arn:aws:iam::111122223333:role/web",
        ),
        (
            " https://sqs.eu-west-1.amazonaws.com/111122223333/orders ",
            queue,
        ),
        (
            "https://eu-west-1.queue.amazonaws.com/111122223333/orders",
            queue,
        ),
        (
            "https://sqs.cn-north-1.amazonaws.com.cn/111122223333/orders",
            "arn:aws-cn:sqs:cn-north-1:111122223333:orders",
        ),
        (
            "/SUBSCRIPTIONS/S/resourceGroups/RG/providers/Microsoft.Web/sites/A/",
            "/subscriptions/s/resourcegroups/rg/providers/microsoft.web/sites/a",
        ),
        (
            "https://management.azure.com/subscriptions/S/resourceGroups/RG?api-version=1",
            "/subscriptions/s/resourcegroups/rg",
        ),
    ] {
        canon(id, expected);
    }
}

#[test]
fn self_links_and_addresses_of_google_are_full_names() {
    for (id, expected) in [
        (
            "https://www.googleapis.com/compute/v1/projects/p/zones/z/instances/i",
            "//compute.googleapis.com/projects/p/zones/z/instances/i",
        ),
        (
            "https://compute.googleapis.com/compute/beta/projects/p/global/networks/n",
            "//compute.googleapis.com/projects/p/global/networks/n",
        ),
        (
            "https://run.googleapis.com/v2/projects/p/locations/l/services/s",
            "//run.googleapis.com/projects/p/locations/l/services/s",
        ),
        (
            "https://us-central1-run.googleapis.com/apis/serving.knative.dev/v1/namespaces/p/services/s",
            "//run.googleapis.com/projects/p/locations/us-central1/services/s",
        ),
        (
            "https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1/models/7",
            "//aiplatform.googleapis.com/projects/p/locations/us-central1/models/7",
        ),
        (
            "https://sqladmin.googleapis.com/sql/v1beta4/projects/p/instances/i",
            "//cloudsql.googleapis.com/projects/p/instances/i",
        ),
        (
            "https://www.googleapis.com/storage/v1/b/media",
            "//storage.googleapis.com/media",
        ),
        (
            "https://dns.googleapis.com/dns/v1/projects/p/managedZones/z",
            "//dns.googleapis.com/projects/p/managedZones/z",
        ),
        ("gs://media/a/b", "//storage.googleapis.com/media"),
        (
            "https://storage.googleapis.com/storage/v1/b/media/o/x?projection=noAcl",
            "//storage.googleapis.com/media",
        ),
        (
            "https://storage.googleapis.com/upload/storage/v1/b/media/o?uploadType=media",
            "//storage.googleapis.com/media",
        ),
        (
            "https://storage.googleapis.com/download/storage/v1/b/media/o/x?alt=media",
            "//storage.googleapis.com/media",
        ),
        (
            "shop:europe-west1:orders",
            "//cloudsql.googleapis.com/projects/shop/instances/orders",
        ),
        (
            "shop.example:pay:us-central1:orders",
            "//cloudsql.googleapis.com/projects/shop.example:pay/instances/orders",
        ),
        (
            "k8s://shop-cluster/apps/deployment/web/checkout",
            "k8s://shop-cluster/apps/deployment/web/checkout",
        ),
    ] {
        canon(id, expected);
    }
}

#[test]
fn what_is_no_id_stays_as_it_is() {
    for id in [
        "sg-0123",
        "checkout",
        "https://example.com/v1/x",
        "arn:",
        "",
    ] {
        assert_eq!(canonical(&format!(" {id} ")), id);
    }
    for id in ["sg-0123", "checkout", "https://example.com/v1/x", ""] {
        assert_eq!(CloudKey::parse(id), None, "{id}");
    }
}

#[test]
fn a_qualifier_is_told_apart_from_the_function() {
    let function = "arn:aws:lambda:eu-west-1:111122223333:function:pay";
    for (id, qualifier) in [
        (function.to_owned(), None),
        (format!("{function}:7"), Some("7")),
        (format!("{function}:live"), Some("live")),
    ] {
        let key = CloudKey::parse(&id);
        assert_eq!(key.as_ref().and_then(CloudKey::qualifier), qualifier);
        assert_eq!(key.map(|key| key.to_string()).as_deref(), Some(function));
    }
    let layer = "arn:aws:lambda:eu-west-1:111122223333:layer:base:3";
    assert_eq!(
        CloudKey::parse(layer).map(|key| key.to_string()).as_deref(),
        Some(layer)
    );
}

#[test]
fn an_object_of_kubernetes_has_one_id() {
    let id = kubernetes("", "apps", "Deployment", "shop", "web");
    assert_eq!(id, "k8s:///apps/deployment/shop/web");
    assert_eq!(canonical(&id), id);
    assert_eq!(short_name(&id), "web");
    assert_eq!(
        kubernetes("prod", "", "Pod", "shop", "web-0"),
        "k8s://prod//pod/shop/web-0"
    );
    assert_eq!(kubernetes("", "", "Node", "", "n1"), "k8s:////node//n1");
    let of = |cluster: &str| CloudKey::parse(&kubernetes(cluster, "", "Pod", "shop", "web-0"));
    let (here, open, other) = (of("a/b"), of(""), of("c"));
    let key = here.as_ref().map(ToString::to_string);
    assert_eq!(key.as_deref(), Some("k8s://a/b//pod/shop/web-0"));
    let fits = |one: &Option<CloudKey>, other: &Option<CloudKey>| {
        one.as_ref()
            .zip(other.as_ref())
            .is_some_and(|(one, other)| one.may_be(other))
    };
    assert!(fits(&here, &open) && !fits(&here, &other));
}

#[test]
fn resources_of_kubernetes_have_a_kind() {
    for (resource, kind) in [
        ("deployments", "deployment"),
        ("ingresses", "ingress"),
        ("ingressclasses", "ingressclass"),
        ("networkpolicies", "networkpolicy"),
        ("endpoints", "endpoints"),
        ("leases", "lease"),
        ("helmreleases", "helmrelease"),
        ("gateways", "gateway"),
        ("componentstatuses", "componentstatus"),
    ] {
        assert_eq!(kubernetes_kind(resource), kind);
    }
}

#[test]
fn parts_of_ids_are_found() {
    let id = "/subscriptions/S/resourceGroups/RG/providers/Microsoft.Sql/servers/x/providers/Microsoft.Insights/y";
    assert_eq!(azure_subscription(id), Some("S"));
    assert_eq!(azure_resource_group(id), Some("RG"));
    assert_eq!(azure_namespace(id), Some("Microsoft.Insights"));
    assert_eq!(
        google_project("//compute.googleapis.com/projects/p/zones/z"),
        Some("p")
    );
    assert_eq!(
        short_name("arn:aws:lambda:eu-west-1:111122223333:function:pay"),
        "pay"
    );
    assert_eq!(
        short_name("arn:aws:ecs:eu-west-1:111122223333:task-definition/search:61"),
        "search:61"
    );
    assert_eq!(
        Arn::parse("arn:aws:s3:::bucket").map(|arn| arn.resource),
        Some("bucket")
    );
    let key = CloudKey::parse("//run.googleapis.com/projects/p/locations/l/services/s");
    let key = key.expect("a key");
    assert_eq!(
        (key.provider(), key.account(), key.region()),
        ("gcp", Some("p"), Some("l"))
    );
    let key = CloudKey::parse("arn:aws:sns:eu-west-1:111122223333:t").expect("a key");
    assert_eq!(
        (key.provider(), key.account(), key.region()),
        ("aws", Some("111122223333"), Some("eu-west-1"))
    );
}

#[test]
fn azure_children_and_extensions_know_what_they_belong_to() {
    let net = "/subscriptions/S/resourceGroups/G/providers/Microsoft.Network/virtualNetworks/n";
    let subnet = format!("{net}/subnets/s");
    let role = format!("{subnet}/providers/Microsoft.Authorization/roleAssignments/r");
    let check = |id: &str, kind: &str, parent: Option<&str>| {
        assert_eq!(azure_type(id).as_deref(), Some(kind), "{id}");
        assert_eq!(azure_parent(id), parent, "{id}");
    };
    check(net, "microsoft.network/virtualnetworks", None);
    check(
        &subnet,
        "microsoft.network/virtualnetworks/subnets",
        Some(net),
    );
    check(
        &role,
        "microsoft.authorization/roleassignments",
        Some(&subnet),
    );
    let of_subscription = "/subscriptions/S/providers/Microsoft.Authorization/roleAssignments/r";
    check(
        of_subscription,
        "microsoft.authorization/roleassignments",
        None,
    );
    check(
        "/subscriptions/S/resourceGroups/G",
        "microsoft.resources/resourcegroups",
        None,
    );
    assert_eq!(azure_type("sg-1"), None);
}

#[test]
fn an_operation_on_the_policies_of_a_key_vault_is_of_the_vault() {
    let vaults = "/subscriptions/S/resourceGroups/G/providers/Microsoft.KeyVault/vaults";
    let check = |rest: &str, expected: &str| {
        let expected = format!("{vaults}{expected}").to_lowercase();
        assert_eq!(canonical(&format!("{vaults}{rest}")), expected, "{rest}");
    };
    check("/shop/accessPolicies/remove", "/shop");
    check("/SHOP/ACCESSPOLICIES/ADD", "/shop");
    check("/shop/accessPolicies/replace", "/shop");
    check("/shop/secrets/remove", "/shop/secrets/remove");
    let cache = "/subscriptions/s/resourcegroups/g/providers/microsoft.cache/redis/shop";
    let policy = format!("{cache}/accesspolicies/add");
    assert_eq!(canonical(&policy), policy);
}

#[test]
fn a_project_number_gives_another_name_of_the_same() {
    assert_eq!(
        google_with_project("//pubsub.googleapis.com/projects/shop/topics/t", "123").as_deref(),
        Some("//pubsub.googleapis.com/projects/123/topics/t")
    );
    assert_eq!(
        google_with_project("//storage.googleapis.com/media", "123"),
        None
    );
}

#[test]
fn aliases_follow_from_keys() {
    let check = |id: &str, expected: &[(AliasKind, &str)]| {
        let aliases = CloudKey::parse(id)
            .map(|key| key.aliases())
            .unwrap_or_default();
        let found: Vec<(AliasKind, &str)> = aliases
            .iter()
            .map(|alias| (alias.kind, alias.text.as_str()))
            .collect();
        assert_eq!(found, expected, "{id}");
    };
    check(
        "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0a1b2c3d",
        &[(AliasKind::ShortId, "sg-0a1b2c3d")],
    );
    check(
        "arn:aws:sqs:eu-west-1:111122223333:orders",
        &[
            (AliasKind::Name, "orders"),
            (
                AliasKind::Url,
                "https://sqs.eu-west-1.amazonaws.com/111122223333/orders",
            ),
        ],
    );
    check(
        "arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:11111111-2222-3333-4444-555555555555:autoScalingGroupName/web",
        &[(AliasKind::Name, "web")],
    );
    check(
        "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/shop/50dc6c495c0c9188",
        &[
            (AliasKind::Name, "50dc6c495c0c9188"),
            (AliasKind::Name, "app/shop/50dc6c495c0c9188"),
        ],
    );
    check(
        "/subscriptions/S/resourceGroups/G/providers/Microsoft.KeyVault/vaults/Orders",
        &[
            (AliasKind::Name, "orders"),
            (AliasKind::Dns, "orders.vault.azure.net"),
        ],
    );
    check(
        "//storage.googleapis.com/media",
        &[
            (AliasKind::Name, "media"),
            (AliasKind::Dns, "media.storage.googleapis.com"),
            (AliasKind::Url, "gs://media"),
        ],
    );
    check(
        "k8s://c//Service/shop/cart",
        &[
            (AliasKind::Name, "cart"),
            (AliasKind::Dns, "cart.shop.svc.cluster.local"),
        ],
    );
}

#[test]
fn words_have_kinds() {
    let check = |word: &str, kind: AliasKind| {
        assert_eq!(
            Alias::of(word).map(|alias| alias.kind),
            Some(kind),
            "{word}"
        );
    };
    check("10.0.0.7", AliasKind::PrivateAddress);
    check("100.64.0.1", AliasKind::PrivateAddress);
    check("203.0.113.7", AliasKind::PublicAddress);
    check("fd00::1", AliasKind::PrivateAddress);
    check("2001:db8::1", AliasKind::PublicAddress);
    check("i-0a1b2c3d4e5f60718", AliasKind::ShortId);
    check("11111111-2222-3333-4444-555555555555", AliasKind::ShortId);
    check("orders-db", AliasKind::Name);
    check("Orders.Example.com.", AliasKind::Dns);
    check("https://example.com", AliasKind::Url);
    assert_eq!(Alias::of(" "), None);
    assert!(Alias::of("203.0.113.7").is_some_and(|alias| alias.is_unique()));
    assert!(Alias::of("web").is_some_and(|alias| !alias.is_unique()));
}

#[test]
fn names_become_ids_where_the_type_tells_how() {
    fn scope(resource_type: &str) -> Scope<'_> {
        Scope {
            provider: "aws",
            account: "111122223333",
            region: "eu-west-1",
            resource_type,
        }
    }
    let check = |kind: &str, id: &str, expected: &str| {
        let key = CloudKey::within(id, &scope(kind)).map(|key| key.to_string());
        assert_eq!(key.as_deref(), Some(expected), "{kind} {id}");
    };
    check(
        "AWS::EC2::SecurityGroup",
        "sg-0a1b2c3d",
        "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0a1b2c3d",
    );
    check("aws_s3_bucket", "media", "arn:aws:s3:::media");
    check(
        "aws:iam/role:Role",
        "web",
        "arn:aws:iam::111122223333:role/web",
    );
    check(
        "google_pubsub_topic",
        "projects/p/topics/t",
        "//pubsub.googleapis.com/projects/p/topics/t",
    );
    check(
        "AWS::AutoScaling::AutoScalingGroup",
        "web",
        "name://aws/111122223333/eu-west-1/AWS::AutoScaling::AutoScalingGroup/web",
    );
    assert_eq!(CloudKey::within(" ", &scope("aws_s3_bucket")), None);
}

#[test]
fn a_name_fits_ids_of_its_type_account_and_region_only() {
    let name = |kind: &str, account: &str, name: &str| {
        CloudKey::Name(NameKey {
            provider: "aws".to_owned(),
            account: account.to_owned(),
            resource_type: kind.to_owned(),
            name: name.to_owned(),
            ..NameKey::default()
        })
    };
    let topic = CloudKey::parse("arn:aws:sns:eu-west-1:111122223333:orders").expect("a key");
    let group = CloudKey::parse("arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:11111111-2222-3333-4444-555555555555:autoScalingGroupName/web").expect("a key");
    assert!(name("aws_sns_topic", "", "orders").may_be(&topic));
    assert!(topic.may_be(&name("AWS::SNS::Topic", "111122223333", "orders")));
    assert!(!name("aws_sns_topic", "999922223333", "orders").may_be(&topic));
    assert!(!name("aws_sqs_queue", "", "orders").may_be(&topic));
    assert!(!name("", "", "orders").may_be(&topic));
    assert!(!name("aws_sns_topic", "", "rders").may_be(&topic));
    assert!(name("aws_autoscaling_group", "", "web").may_be(&group));
    let text = name("aws_sns_topic", "", "a/b").to_string();
    assert_eq!(
        CloudKey::parse(&text).map(|key| key.to_string()),
        Some(text)
    );
}

#[test]
fn a_key_tells_how_surely_it_names_one_resource() {
    let check = |key: &str, confidence: f64, provider: Option<&str>| {
        assert_eq!(
            (super::confidence(key), super::provider(key)),
            (confidence, provider),
            "{key}"
        );
    };
    check("arn:aws:s3:::media", 1.0, Some("aws"));
    check(
        "//pubsub.googleapis.com/projects/p/topics/t",
        1.0,
        Some("gcp"),
    );
    let group = "/subscriptions/0a1b/resourcegroups/shop";
    check(group, 1.0, Some("azure"));
    check("k8s:///apps/Deployment/shop/web", 0.9, Some("kubernetes"));
    check("sg-0a1b2c3d4e5f60718", 0.9, None);
    check("web", 0.5, None);
    check("name://aws/1/eu-west-1/aws_sns_topic/web", 0.5, None);
}

#[test]
fn tables_are_sorted_and_whole() {
    table::check("google", types::google::TEXT, 6);
    table::check("azure", types::azure::TEXT, 3);
    table::check("aws", types::aws::TEXT, 5);
    table::check("cloudformation", types::aws::CLOUDFORMATION, 5);
}

#[test]
fn names_of_iam_are_of_one_whatever_their_path() {
    let check = |resource: &str, expected: Option<&str>| {
        let of = |resource: &str| format!("arn:aws:iam::111122223333:{resource}");
        assert_eq!(without_path(&of(resource)), expected.map(of), "{resource}");
    };
    check("role/service/eu/orders", Some("role/orders"));
    check("policy/team/read", Some("policy/read"));
    check("instance-profile/web/web", Some("instance-profile/web"));
    check("role/orders", None);
    check("root", None);
    check("oidc-provider/token.example.com/id", None);
    let group = "arn:aws:eks:eu-west-1:111122223333:nodegroup/shop/blue";
    let full = format!("{group}/0ac1b2d3-0000-1111-2222-333344445555");
    assert_eq!(without_path(&full).as_deref(), Some(group));
    assert_eq!(without_path(group), None);
    assert_eq!(short_name(&full), "blue");
    let entry = "arn:aws:eks:eu-west-1:111122223333:access-entry/shop/role/111122223333/orders";
    let full = format!("{entry}/0ac1b2d3-0000-1111-2222-333344445555");
    assert_eq!(without_path(&full).as_deref(), Some(entry));
    assert_eq!(without_path(entry), None);
    assert_eq!(short_name(&full), "orders");
    let stack = "arn:aws:cloudformation:eu-west-1:111122223333:stack/shop";
    let full = format!("{stack}/0ac1b2d3-0000-1111-2222-333344445555");
    assert_eq!(without_path(&full).as_deref(), Some(stack));
    assert_eq!(without_path(stack), None);
    assert_eq!(short_name(&full), "shop");
    assert_eq!(without_path("arn:aws:sts::1:assumed-role/a/b"), None);
    assert_eq!(without_path("orders"), None);
}

#[test]
fn an_arn_of_the_path_of_a_request_is_the_plain_one() {
    let plain = "arn:aws:kafka:eu-west-1:111122223333:cluster/ev/0ac1b2d3-7";
    let encoded = "arn%3Aaws%3Akafka%3Aeu-west-1%3A111122223333%3Acluster%2Fev%2F0ac1b2d3-7";
    assert_eq!(canonical(encoded), plain);
    assert_eq!(canonical(&encoded.to_lowercase()), plain);
    assert_eq!(canonical("arn%3Aaws%3As3%3A%3A%3Ab%"), "arn:aws:s3:::b%");
    assert_eq!(canonical("a%3Ab"), "a%3Ab");
}

#[test]
fn a_zonal_cluster_has_one_name() {
    let pool = "projects/p/locations/europe-west1-b/clusters/c/nodePools/n";
    let zonal = pool.replace("locations", "zones");
    for id in [pool, &zonal] {
        let full = canonical(&format!("//container.googleapis.com/{id}"));
        assert_eq!(full, format!("//container.googleapis.com/{pool}"));
    }
    let link = format!("https://container.googleapis.com/v1/{zonal}");
    assert_eq!(
        canonical(&link),
        format!("//container.googleapis.com/{pool}")
    );
    let machine = "//compute.googleapis.com/projects/p/zones/z/instances/i";
    assert_eq!(canonical(machine), machine);
}

#[test]
fn only_a_region_of_google_makes_a_name_of_three_parts_an_instance() {
    for text in [
        "shop:eu-west-1:orders",
        "shop:europe:orders",
        "shop:europe-west1:",
        "shop:europe-west1:Orders",
        "europe-west1:orders",
        "shop:checkout-v2:orders",
        "cloudformation:shop-prod1:bucket",
        "app:orange-tree9:x",
    ] {
        assert_eq!(super::canonical(text), text);
    }
}
