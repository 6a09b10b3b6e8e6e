//! How messages name resources.

use nepho_core::key;

/// Services of a storage account, with the labels of the hosts of what lies in them.
const STORAGE: [(&str, &[&str]); 4] = [
    ("blobservices", &["blob", "dfs"]),
    ("fileservices", &["file"]),
    ("queueservices", &["queue"]),
    ("tableservices", &["table"]),
];

/// Rules of servers of databases that say who may reach them.
const DOORS: [&str; 2] = ["firewallrules", "virtualnetworkrules"];

/// Server of a rule that says who may reach it, by the id of the rule.
pub(super) fn server_of_door(id: &str) -> Option<&str> {
    let mut parts = id.rsplit('/').skip(1);
    let (kind, server) = (parts.next()?, parts.next()?);
    DOORS.contains(&kind).then_some(server)
}

/// What messages that name a resource contain, in lower case.
#[derive(Debug, PartialEq)]
pub(super) struct Named {
    pub text: String,
    /// Project of Google Cloud, of which some write the number, and some nothing.
    pub project: Option<String>,
    /// Whether it is a name that others in other accounts and regions may have.
    pub is_bare: bool,
    /// Words of which one stands beside it, where others than this may be called so.
    pub beside: &'static [&'static str],
}

impl Named {
    fn new(text: String, is_bare: bool) -> Self {
        Self {
            text,
            project: None,
            is_bare,
            beside: &[],
        }
    }

    /// Whether a message in lower case may be about such a thing.
    pub(super) fn is_of(&self, message: &str) -> bool {
        let mut beside = self.beside.iter();
        self.beside.is_empty() || beside.any(|word| message.contains(word))
    }
}

/// Words in messages of DynamoDB, in lower case.
const OF_TABLES: [&str; 3] = [
    "dynamodb",
    "provisionedthroughput",
    "resourcenotfoundexception",
];

/// What messages that name a resource contain: its id or a part of it, or hosts and paths by which
/// it is called.
pub(super) fn names_in_messages(id: &str) -> Vec<Named> {
    let addresses = addresses(&key::canonical(id)).into_iter();
    let addresses = addresses.map(|text| Named::new(text, false));
    let all = of_id(id).into_iter().chain(addresses);
    let all = all.chain(table(id)).chain(api(id));
    all.chain(of_aws(id)).chain(of_google(id)).collect()
}

/// How streams of Kinesis and pools of Cognito are named in what AWS says: a stream by its name and
/// account, a pool and a client by ids that are drawn.
///
/// docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html and
/// docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html (read
/// 2026-11-29).
fn of_aws(id: &str) -> Option<Named> {
    // A client has no ARN: its key is its id within the account.
    if id.to_ascii_lowercase().contains("userpoolclient") {
        let client = id.rsplit([':', '/']).next()?.to_lowercase();
        return (client.len() >= 20).then(|| Named::new(client, false));
    }
    let arn = key::Arn::parse(id)?;
    let (kind, name) = arn.resource.split_once('/')?;
    let text = match (arn.service, kind) {
        ("kinesis", "stream") => {
            let name = name.split('/').next()?;
            format!("stream {name} under account {}", arn.account)
        }
        ("cognito-idp", "userpool") => name.split('/').next()?.to_owned(),
        _ => return None,
    };
    Some(Named::new(text.to_lowercase(), false))
}

/// How Google Cloud names what is no path: tables of BigQuery (`shop:sales.orders`,
/// `shop.sales.orders`), buckets by the path of the JSON API, instances of Cloud SQL by their
/// socket, indexes of Firestore by the page that makes them, and perimeters by what they refused.
///
/// cloud.google.com/bigquery/docs/error-messages, cloud.google.com/storage/docs/json_api,
/// cloud.google.com/sql/docs/postgres/connect-run,
/// firebase.google.com/docs/firestore/query-data/indexing and
/// cloud.google.com/vpc-service-controls/docs/troubleshooting (read 2026-11-29).
fn of_google(id: &str) -> Vec<Named> {
    let Some((api, path)) = id.strip_prefix("//").and_then(|rest| rest.split_once('/')) else {
        return Vec::new();
    };
    let path = path.to_lowercase();
    let parts: Vec<&str> = path.split('/').collect();
    let texts = match (api, parts.as_slice()) {
        ("bigquery.googleapis.com", ["projects", project, "datasets", set, rest @ ..]) => {
            let end = match rest {
                ["tables", table, ..] => format!("{set}.{table}"),
                _ => (*set).to_owned(),
            };
            vec![format!("{project}:{end}"), format!("{project}.{end}")]
        }
        // What is below a zone ends with the name of its type: `.../rrsets/db.shop.example./A`.
        ("dns.googleapis.com", ["projects", _, "managedzones", _, "rrsets", host, ..]) => {
            vec![host.trim_end_matches('.').to_owned()]
        }
        ("storage.googleapis.com", [bucket]) => {
            vec![
                format!("storage/v1/b/{bucket}"),
                format!("storage.googleapis.com/{bucket}"),
            ]
        }
        ("firestore.googleapis.com", ["projects", project, "databases", base, ..])
            if parts.contains(&"indexes") =>
        {
            let base = match *base {
                "(default)" => String::new(),
                base => format!("/databases/{base}"),
            };
            vec![format!("project/{project}/firestore{base}/indexes")]
        }
        ("accesscontextmanager.googleapis.com", _) if parts.contains(&"serviceperimeters") => {
            // The refusal tells no perimeter.
            vec!["vpcservicecontrolsuniqueidentifier".to_owned()]
        }
        _ => Vec::new(),
    };
    let named = texts.into_iter().map(|text| Named::new(text, false));
    named.collect()
}

/// What messages that name a resource by its id contain: of Google Cloud the part behind the
/// project; of a DNS record its host.
fn of_id(id: &str) -> Option<Named> {
    let whole = |text: &str| Named::new(text.to_lowercase(), false);
    let id = key::canonical(id);
    if let Some((_, record)) = id.split_once(":hostedzone/") {
        // `ZONE/TYPE/HOST`, or `ZONE/TYPE/SET/HOST`.
        return record.splitn(3, '/').nth(2)?.rsplit('/').next().map(whole);
    }
    if let Some(project) = key::google_project(&id).filter(|_| id.starts_with("//")) {
        let (_, rest) = id.split_once(&format!("projects/{project}/"))?;
        return rest.contains('/').then(|| Named {
            project: Some(project.to_lowercase()),
            ..whole(rest)
        });
    }
    if key::is_azure_id(&id) {
        let is_resource = key::azure_namespace(&id)
            .is_some_and(|space| !space.eq_ignore_ascii_case("microsoft.resources"));
        return is_resource.then(|| whole(&id));
    }
    let arn = key::Arn::parse(&id)?;
    (!arn.resource.is_empty() && arn.resource != "root").then(|| whole(&id))
}

/// How DynamoDB names a table in what it says: by its name, of which others may have the same.
///
/// docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html and
/// .../throttling-diagnosing.html (read 2026-11-29).
fn table(id: &str) -> Vec<Named> {
    let arn = key::Arn::parse(id).filter(|arn| arn.service == "dynamodb");
    let rest = arn.and_then(|arn| arn.resource.strip_prefix("table/"));
    let Some(name) = rest.and_then(|rest| rest.split('/').next()) else {
        return Vec::new();
    };
    let name = name.to_lowercase();
    vec![
        Named::new(format!("table: {name}"), true),
        // Programs add the name in words of their own, which others use of other tables.
        Named {
            beside: &OF_TABLES,
            ..Named::new(format!("table {name}"), true)
        },
    ]
}

/// How Google Cloud names an API of a project that is not enabled there: by its host.
///
/// docs.cloud.google.com/apis/docs/troubleshooting and
/// docs.cloud.google.com/service-usage/docs/enable-disable (read 2026-11-29).
fn api(id: &str) -> Option<Named> {
    let rest = id.strip_prefix("//serviceusage.googleapis.com/projects/")?;
    let (project, host) = rest.split_once("/services/")?;
    Some(Named {
        project: Some(project.to_lowercase()),
        ..Named::new(host.to_lowercase(), false)
    })
}

/// Addresses of what Azure reaches by a host and a path, and of records of its zones, from ids in
/// lower case. The host `NAME.SUFFIX` of what has a private endpoint stands for that in the zone
/// `privatelink.SUFFIX`.
///
/// learn.microsoft.com/azure/private-link/private-endpoint-dns,
/// learn.microsoft.com/azure/service-bus-messaging/service-bus-messaging-exceptions,
/// learn.microsoft.com/rest/api/storageservices (naming and referencing containers) and
/// learn.microsoft.com/rest/api/cosmos-db/cosmosdb-resource-uri-syntax-for-rest
/// (read 2026-11-29).
fn addresses(id: &str) -> Vec<String> {
    let Some((_, path)) = id.rsplit_once("/providers/") else {
        return Vec::new();
    };
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        [
            "microsoft.network",
            "privatednszones" | "dnszones",
            zone,
            kind,
            name,
        ] => {
            let is_host = ["a", "aaaa", "cname"].contains(kind);
            let zones = [Some(*zone), zone.strip_prefix("privatelink.")];
            let zones = zones.into_iter().flatten().filter(|_| is_host);
            let host = |zone: &str| match *name {
                "@" => zone.to_owned(),
                _ => format!("{name}.{zone}"),
            };
            zones.map(host).collect()
        }
        [
            "microsoft.documentdb",
            "databaseaccounts",
            account,
            "sqldatabases",
            base,
            rest @ ..,
        ] => {
            let host = format!("{account}.documents.azure.com/dbs/{base}");
            match rest {
                ["containers", held, ..] => vec![format!("{host}/colls/{held}")],
                _ => vec![host],
            }
        }
        [
            service @ ("microsoft.servicebus" | "microsoft.eventhub"),
            "namespaces",
            space,
            kind,
            rest @ ..,
        ] => {
            let kinds = ["queues", "topics", "eventhubs"];
            if !kinds.contains(kind) || rest.is_empty() {
                return Vec::new();
            }
            let what = kind.trim_end_matches('s');
            let path = rest.join("/");
            // The services themselves name it `bus:queue:orders`, `bus:topic:orders|mail`.
            let own = path.replace("/subscriptions/", "|");
            let hosts = key::azure_hosts(space, &format!("{service}/namespaces"));
            let paths = hosts.iter().map(|host| format!("{host}/{path}"));
            paths.chain([format!("{space}:{what}:{own}")]).collect()
        }
        [
            "microsoft.storage",
            "storageaccounts",
            account,
            service,
            _,
            _,
            name,
        ] => {
            let labels = STORAGE.iter().find(|(own, _)| own == service);
            let labels = labels.map_or(&[][..], |(_, labels)| labels);
            let is_of_service = |host: &String| {
                let label = host.split('.').nth(1);
                label.is_some_and(|label| labels.contains(&label))
            };
            let hosts = key::azure_hosts(account, "microsoft.storage/storageaccounts");
            let hosts = hosts.into_iter().filter(is_of_service);
            hosts.map(|host| format!("{host}/{name}")).collect()
        }
        parts => of_doors(parts),
    }
}

/// How Azure names a vault, and a server of databases whose rules say who may reach it.
///
/// learn.microsoft.com/azure/key-vault/general/troubleshooting-access-issues and
/// learn.microsoft.com/azure/azure-sql/database/firewall-configure (read 2026-12-01).
fn of_doors(parts: &[&str]) -> Vec<String> {
    match parts {
        ["microsoft.keyvault", "vaults", name] => {
            let hosts = key::azure_hosts(name, "microsoft.keyvault/vaults");
            // `... does not have secrets get permission on key vault 'shop;location=westeurope'`.
            let told = format!("key vault '{name}");
            hosts.into_iter().chain([told]).collect()
        }
        [
            space,
            server @ ("servers" | "flexibleservers"),
            name,
            kind,
            _,
        ] if DOORS.contains(kind) => {
            let hosts = key::azure_hosts(name, &format!("{space}/{server}"));
            // `Cannot open server 'shop' requested by the login.`
            let told = format!("server '{name}'");
            hosts.into_iter().chain([told]).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_a_resource_by_a_part_of_its_id() {
        let check = |id: &str, expected: Option<&str>| {
            let named = of_id(id);
            assert_eq!(named.map(|named| named.text).as_deref(), expected, "{id}");
        };
        let key = "arn:aws:kms:eu-west-1:111122223333:key/0a1b";
        check(key, Some(key));
        check(
            "//secretmanager.googleapis.com/projects/shop/secrets/pw/versions/3",
            Some("secrets/pw/versions/3"),
        );
        check(
            "arn:aws:route53:::hostedzone/Z1/CNAME/db.shop.example",
            Some("db.shop.example"),
        );
        check(
            "arn:aws:route53:::hostedzone/Z1/A/blue/db.shop.example",
            Some("db.shop.example"),
        );
        check("arn:aws:route53:::hostedzone/Z1", None);
        check("/subscriptions/s/resourceGroups/g", None);
        check("//cloudresourcemanager.googleapis.com/projects/shop", None);
        check("terraform:prod:aws_iam_role.x", None);
    }

    #[test]
    fn a_table_and_an_api_are_named_without_their_ids() {
        let check = |id: &str, message: &str, expected: bool| {
            let named = names_in_messages(id);
            let is_named = |one: &Named| message.contains(&one.text) && one.is_of(message);
            assert_eq!(named.iter().any(is_named), expected, "{message}");
        };
        let table = "arn:aws:dynamodb:eu-west-1:111122223333:table/carts";
        check(table, "requested resource not found: table: carts", true);
        let limit = "provisionedthroughputexceededexception: it was exceeded";
        check(table, &format!("{limit} (table carts)"), true);
        check(table, "error: table carts is locked", false);
        let api = "//serviceusage.googleapis.com/projects/shop/services/run.googleapis.com";
        let text = "it is disabled, visit apis/api/run.googleapis.com/overview?project=shop";
        check(api, text, true);
        check(
            api,
            "it is disabled, visit apis/api/pubsub.googleapis.com",
            false,
        );
    }

    #[test]
    fn clouds_name_resources_in_words_of_their_own() {
        let check = |id: &str, expected: &[&str]| {
            let named = of_aws(id).into_iter().chain(of_google(id));
            let texts: Vec<String> = named.map(|named| named.text).collect();
            assert_eq!(texts, expected, "{id}");
        };
        check(
            "arn:aws:kinesis:eu-west-1:111122223333:stream/Clicks",
            &["stream clicks under account 111122223333"],
        );
        check(
            "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_Ab",
            &["eu-west-1_ab"],
        );
        check(
            "//bigquery.googleapis.com/projects/shop/datasets/sales/tables/orders",
            &["shop:sales.orders", "shop.sales.orders"],
        );
        check(
            "//bigquery.googleapis.com/projects/shop/datasets/sales",
            &["shop:sales", "shop.sales"],
        );
        check(
            "//storage.googleapis.com/media",
            &["storage/v1/b/media", "storage.googleapis.com/media"],
        );
        let index = "collectionGroups/carts/indexes/C1";
        let of = |base: &str| {
            format!("//firestore.googleapis.com/projects/shop/databases/{base}/{index}")
        };
        check(&of("(default)"), &["project/shop/firestore/indexes"]);
        check(&of("eu"), &["project/shop/firestore/databases/eu/indexes"]);
        check(
            "//accesscontextmanager.googleapis.com/accessPolicies/1/servicePerimeters/prod",
            &["vpcservicecontrolsuniqueidentifier"],
        );
        check("//pubsub.googleapis.com/projects/shop/topics/orders", &[]);
        check("arn:aws:kinesis:eu-west-1:111122223333:stream", &[]);
    }

    #[test]
    fn what_azure_reaches_by_a_host_is_named_by_it() {
        let check = |id: &str, expected: &[&str]| {
            let id = format!("/subscriptions/s/resourcegroups/g/providers/{id}");
            assert_eq!(addresses(&id), expected, "{id}");
        };
        check(
            "microsoft.network/privatednszones/privatelink.database.windows.net/a/orders",
            &[
                "orders.privatelink.database.windows.net",
                "orders.database.windows.net",
            ],
        );
        check(
            "microsoft.network/dnszones/shop.example/cname/@",
            &["shop.example"],
        );
        check("microsoft.network/dnszones/shop.example/txt/@", &[]);
        check(
            "microsoft.servicebus/namespaces/bus/topics/orders/subscriptions/mail",
            &[
                "bus.servicebus.windows.net/orders/subscriptions/mail",
                "bus:topic:orders|mail",
            ],
        );
        check(
            "microsoft.servicebus/namespaces/bus/networkrulesets/default",
            &[],
        );
        check(
            "microsoft.storage/storageaccounts/sa/queueservices/default/queues/jobs",
            &["sa.queue.core.windows.net/jobs"],
        );
        check("microsoft.storage/storageaccounts/sa", &[]);
        let vault = &["kv.vault.azure.net", "key vault 'kv"];
        check("microsoft.keyvault/vaults/kv", vault);
        let rule = "microsoft.sql/servers/shop/firewallrules/app";
        check(rule, &["shop.database.windows.net", "server 'shop'"]);
        assert_eq!(server_of_door(rule), Some("shop"));
        check("microsoft.sql/servers/shop/databases/orders", &[]);
        let carts = "microsoft.documentdb/databaseaccounts/c/sqldatabases/shop/containers/carts";
        let address = "c.documents.azure.com/dbs/shop/colls/carts";
        check(carts, &[address]);
        check(&format!("{carts}/throughputsettings/default"), &[address]);
    }
}
