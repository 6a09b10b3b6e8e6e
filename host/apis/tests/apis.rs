//! CloudFormation of a moto that runs here, and answers of Pulumi Cloud as its documentation has
//! them; who is sent a token.

#![expect(clippy::expect_used, reason = "a test may fail")]

mod recorded;

use nepho_apis::ApiSource;
use nepho_conformance::moto::Moto;
use serde_json::Value;

use recorded::{Recorded, Reply, json, names, read, settings};

#[test]
fn stacks_of_cloudformation_are_found_and_read() {
    let Some(moto) = Moto::start() else {
        return;
    };
    let template = "%7B%22Resources%22%3A%7B%22Queue%22%3A%7B%22Type%22%3A%22AWS%3A%3ASQS%3A%3AQueue%22%7D%7D%7D";
    let ask = |action: &str, rest: &str| {
        let body = format!("Action={action}&Version=2010-05-15&StackName={rest}");
        moto.request("cloudformation", "POST", "/", body.as_bytes());
    };
    for stack in ["shop", "search", "gone"] {
        ask("CreateStack", &format!("{stack}&TemplateBody={template}"));
    }
    ask("DeleteStack", "gone");
    let more = template.replace("Queue%22%3A%7B", "Topic%22%3A%7B");
    ask(
        "CreateChangeSet",
        &format!("shop&ChangeSetName=more&ChangeSetType=UPDATE&TemplateBody={more}"),
    );
    let endpoint = format!("http://127.0.0.1:{}", moto.port());
    let settings = settings(&[
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_ENDPOINT_URL", &endpoint),
    ]);
    let addresses = ["cloudformation://us-east-1".to_owned()];
    let source = ApiSource::new(&addresses, &settings).expect("a source");
    assert_eq!(source.skipped(), []);
    let names = names(&source);
    assert_eq!(names.len(), 9, "{names:?}");
    for name in [
        "cloudformation://us-east-1/shop/events.json",
        "cloudformation://us-east-1/shop/resources.json",
        "cloudformation://us-east-1/shop/shop.template",
        "cloudformation://us-east-1/shop/change-sets.json",
        "cloudformation://us-east-1/search/search.template",
    ] {
        let place = names.iter().position(|held| *held == name).expect(name);
        let document = json(&source, place);
        match name.rsplit('/').next() {
            Some("events.json") => {
                let events = document["StackEvents"].as_array().expect("events");
                let event = &events[0];
                assert_eq!(event["StackName"], "shop");
                assert_eq!(event["ResourceStatus"], "CREATE_COMPLETE");
                assert!(event["Timestamp"].is_string());
            }
            Some("resources.json") => {
                let resources = document["StackResourceSummaries"].as_array();
                let resource = &resources.expect("resources")[0];
                assert_eq!(resource["LogicalResourceId"], "Queue");
                assert_eq!(resource["StackName"], "shop");
            }
            Some("change-sets.json") => {
                assert_eq!(document["StackName"], "shop");
                assert_eq!(document["ChangeSetName"], "more");
                let change = &document["Changes"][0]["ResourceChange"];
                assert!(change["LogicalResourceId"].is_string(), "{document}");
            }
            _ => {
                assert_eq!(document["Resources"]["Queue"]["Type"], "AWS::SQS::Queue");
            }
        }
    }
    // A stack that was deleted is known by its id, and its events are those of its end as well.
    let place = names.iter().position(|name| name.contains("/gone/"));
    let document = json(&source, place.expect("the deleted stack"));
    let events = document["StackEvents"].as_array().expect("events");
    let is_gone = |event: &Value| event["ResourceStatus"] == "DELETE_COMPLETE";
    assert!(events.iter().any(is_gone), "{events:?}");
    let addresses = ["cloudformation://us-east-1/gone".to_owned()];
    let gone = ApiSource::new(&addresses, &settings).expect("a source");
    assert_eq!((gone.partitions().len(), gone.skipped()), (1, &[][..]));
    let addresses = ["cloudformation://us-east-1/none".to_owned()];
    let none = ApiSource::new(&addresses, &settings).expect("a source");
    let (_, reason) = &none.skipped()[0];
    assert!(reason.contains("does not exist"), "{reason}");
}

/// Settings for a server in the place of CloudFormation.
fn of_aws(port: u16) -> Vec<(String, String)> {
    settings(&[
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_ENDPOINT_URL", &format!("http://127.0.0.1:{port}")),
    ])
}

/// Target of an action of CloudFormation.
fn action(action: &str, rest: &str) -> &'static str {
    Box::leak(format!("/?Action={action}&Version=2010-05-15{rest}").into())
}

/// Answer of CloudFormation.
fn answer(action: &str, result: &str) -> Vec<Reply> {
    let body = format!(
        r#"<{action}Response xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><{action}Result>{result}</{action}Result><ResponseMetadata><RequestId>0a1b</RequestId></ResponseMetadata></{action}Response>"#
    );
    vec![("200 OK", body)]
}

const SHOP: &str = "<Stacks><member><StackName>shop</StackName><StackId>arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/0a1b</StackId></member></Stacks>";

#[test]
fn resources_of_a_stack_are_those_of_all_pages_and_name_it() {
    let page = |logical: &str, next: &str| {
        let resource = format!(
            "<LogicalResourceId>{logical}</LogicalResourceId><ResourceType>AWS::SQS::Queue</ResourceType>"
        );
        let list =
            format!("<StackResourceSummaries><member>{resource}</member></StackResourceSummaries>");
        answer("ListStackResources", &format!("{list}{next}"))
    };
    let server = Recorded::start(|_| {
        vec![
            (
                action("DescribeStacks", "&StackName=shop"),
                answer("DescribeStacks", SHOP),
            ),
            (
                action("ListStackResources", "&StackName=shop"),
                page("A", "<NextToken>2</NextToken>"),
            ),
            (
                action("ListStackResources", "&StackName=shop&NextToken=2"),
                page("B", ""),
            ),
        ]
    });
    let addresses = ["cloudformation://eu-west-1/shop".to_owned()];
    let source = ApiSource::new(&addresses, &of_aws(server.port)).expect("a source");
    assert_eq!(source.skipped(), []);
    let document = json(&source, 1);
    let resources = document["StackResourceSummaries"].as_array();
    let resources = resources.expect("resources");
    assert_eq!(resources.len(), 2);
    for (resource, logical) in resources.iter().zip(["A", "B"]) {
        assert_eq!(resource["LogicalResourceId"], logical);
        assert_eq!(resource["StackName"], "shop");
        let id = resource["StackId"].as_str().expect("an id");
        assert!(id.ends_with(":stack/shop/0a1b"), "{id}");
    }
}

#[test]
fn an_answer_that_is_not_of_cloudformation_is_told_with_its_action() {
    let server = Recorded::start(|_| {
        let page = |page: &str| vec![("200 OK", page.to_owned())];
        vec![
            (
                action("DescribeStacks", "&StackName=shop"),
                answer("DescribeStacks", SHOP),
            ),
            (
                action("DescribeStackEvents", "&StackName=shop"),
                page("<html><body>Log in</body></html>"),
            ),
            (
                action("ListStackResources", "&StackName=shop"),
                page("Log in"),
            ),
        ]
    });
    let addresses = ["cloudformation://eu-west-1/shop".to_owned()];
    let source = ApiSource::new(&addresses, &of_aws(server.port)).expect("a source");
    let check = |place: usize, expected: &str| {
        let error = read(&source, place).expect_err("no answer").to_string();
        assert!(error.contains("cloudformation://eu-west-1/shop"), "{error}");
        assert!(error.contains(expected), "{error}");
    };
    check(0, "DescribeStackEvents has no result");
    check(1, "ListStackResources is no XML");
}

/// The documents of the stack `shop` in a region where these actions are answered.
fn shop_of_aws(mut replies: Vec<(&'static str, Vec<Reply>)>) -> (Recorded, ApiSource) {
    let stacks = answer("DescribeStacks", SHOP);
    replies.push((action("DescribeStacks", ""), stacks));
    let server = Recorded::start(|_| replies);
    let addresses = ["cloudformation://eu-west-1".to_owned()];
    let source = ApiSource::new(&addresses, &of_aws(server.port)).expect("a source");
    assert_eq!(source.skipped(), []);
    (server, source)
}

#[test]
fn events_of_a_stack_are_told_by_operation_where_that_is_known() {
    let events = |list: &str| {
        let event = "<member><EventId>e-1</EventId><OperationId>o-1</OperationId></member>";
        format!("<{list}>{event}</{list}>")
    };
    let of_shop = |name: &str| action(name, "&StackName=shop");
    let refused = |status: &'static str, code: &str| {
        let body = format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code></Error></ErrorResponse>"
        );
        vec![(status, body)]
    };
    let check = |reply: Vec<Reply>, expected: &str| {
        let usual = answer("DescribeStackEvents", &events("StackEvents"));
        let (_server, source) = shop_of_aws(vec![
            (of_shop("DescribeEvents"), reply),
            (of_shop("DescribeStackEvents"), usual),
        ]);
        let document = json(&source, 0);
        assert_eq!(document[expected][0]["EventId"], "e-1", "{document}");
    };
    let known = answer("DescribeEvents", &events("OperationEvents"));
    check(known, "OperationEvents");
    let none = answer("DescribeEvents", "<OperationEvents/>");
    check(none, "StackEvents");
    check(refused("400 Bad Request", "InvalidAction"), "StackEvents");
    check(refused("400 Bad Request", "ValidationError"), "StackEvents");
    check(refused("403 Forbidden", "AccessDenied"), "StackEvents");
}

#[test]
fn deleted_stacks_are_asked_for_by_their_ids() {
    let stack = |name: &str, id: &str, day: u32| {
        let id = format!("arn:aws:cloudformation:eu-west-1:111122223333:stack/{name}/{id}");
        format!(
            "<member><StackName>{name}</StackName><StackId>{id}</StackId><DeletionTime>2026-05-0{day}T10:00:00Z</DeletionTime><StackStatus>DELETE_COMPLETE</StackStatus></member>"
        )
    };
    let list = || action("ListStacks", "&StackStatusFilter.member.1=DELETE_COMPLETE");
    let deleted = format!(
        "<StackSummaries>{}{}{}</StackSummaries>",
        stack("shop", "d-1", 1),
        stack("cart", "d-2", 3),
        stack("shop", "d-3", 2)
    );
    let id =
        "&StackName=arn%3Aaws%3Acloudformation%3Aeu-west-1%3A111122223333%3Astack%2Fcart%2Fd-2";
    let events = answer(
        "DescribeStackEvents",
        "<StackEvents><member><EventId>e-1</EventId></member></StackEvents>",
    );
    let deleted = answer("ListStacks", &deleted);
    let (_server, source) = shop_of_aws(vec![
        (list(), deleted.clone()),
        (action("DescribeStackEvents", id), events),
    ]);
    let names = names(&source);
    let expected = ["cart/d-2", "shop/d-3", "shop/d-1"];
    let expected = expected.map(|name| format!("cloudformation://eu-west-1/{name}/events.json"));
    assert_eq!(names[4..], expected, "the latest first");
    assert_eq!(json(&source, 4)["StackEvents"][0]["EventId"], "e-1");
    // Of one name, where a stack of that name may be there again or not.
    let server = Recorded::start(|_| vec![(list(), deleted)]);
    let addresses = ["cloudformation://eu-west-1/shop".to_owned()];
    let source = ApiSource::new(&addresses, &of_aws(server.port)).expect("a source");
    assert_eq!((source.partitions().len(), source.skipped()), (2, &[][..]));
}

#[test]
fn what_may_not_be_listed_is_told() {
    let list = action("ListStacks", "&StackStatusFilter.member.1=DELETE_COMPLETE");
    let denied = "<Error><Code>AccessDenied</Code></Error>".to_owned();
    let (_server, source) = shop_of_aws(vec![(list, vec![("403 Forbidden", denied)])]);
    assert_eq!(
        names(&source)[4],
        "cloudformation://eu-west-1/deleted-stacks.json"
    );
    let error = read(&source, 4).expect_err("a refusal").to_string();
    assert!(error.contains("AccessDenied"), "{error}");
}

#[test]
fn operations_of_stack_sets_stand_before_their_results() {
    let set = "<member><StackSetName>base</StackSetName><StackSetId>base:0a1b</StackSetId>\
        <Status>ACTIVE</Status></member>";
    let of_base = |name: &str, rest: &str| action(name, &format!("&StackSetName=base{rest}"));
    let operation = "<OperationId>o-1</OperationId><Action>CREATE</Action>\
        <Status>SUCCEEDED</Status>";
    let described = format!(
        "<StackSetOperation>{operation}<StackSetId>base:0a1b</StackSetId>\
         <RetainStacks>false</RetainStacks><StatusDetails><FailedStackInstancesCount>0\
         </FailedStackInstancesCount></StatusDetails></StackSetOperation>"
    );
    let place = "<Account>111122223333</Account><Region>eu-west-1</Region>";
    let result = format!("<member>{place}<Status>SUCCEEDED</Status></member>");
    let instance = format!("<member>{place}<StackSetId>base:0a1b</StackSetId></member>");
    let list = |items: &str| format!("<Summaries>{items}</Summaries>");
    let deleted = action("ListStacks", "&StackStatusFilter.member.1=DELETE_COMPLETE");
    let (_server, source) = shop_of_aws(vec![
        (deleted, answer("ListStacks", "<StackSummaries/>")),
        (
            action("ListStackSets", "&Status=ACTIVE"),
            answer("ListStackSets", &list(set)),
        ),
        (
            of_base("ListStackSetOperations", ""),
            answer(
                "ListStackSetOperations",
                &list(&format!("<member>{operation}</member>")),
            ),
        ),
        (
            of_base("DescribeStackSetOperation", "&OperationId=o-1"),
            answer("DescribeStackSetOperation", &described),
        ),
        (
            of_base("ListStackSetOperationResults", "&OperationId=o-1"),
            answer("ListStackSetOperationResults", &list(&result)),
        ),
        (
            of_base("ListStackInstances", ""),
            answer("ListStackInstances", &list(&instance)),
        ),
    ]);
    let name = "cloudformation://eu-west-1/base/stack-set.json";
    assert_eq!(names(&source)[4..], [name]);
    let text = String::from_utf8(read(&source, 4).expect("a document")).expect("text");
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let described = &lines[0]["StackSetOperation"];
    assert_eq!(
        (&described["OperationId"], &described["RetainStacks"]),
        (&Value::from("o-1"), &Value::from(false))
    );
    assert_eq!(described["StatusDetails"]["FailedStackInstancesCount"], 0);
    assert_eq!(lines[1]["Summaries"][0]["Status"], "SUCCEEDED");
    assert_eq!(lines[2]["Summaries"][0]["StackSetId"], "base:0a1b");
    assert_eq!(lines.len(), 3);
}

#[test]
fn change_sets_of_a_stack_stand_one_behind_the_other() {
    let set = |name: &str, day: u32| {
        format!(
            "<member><ChangeSetName>{name}</ChangeSetName><ChangeSetId>arn:{name}</ChangeSetId><CreationTime>2026-05-0{day}T10:00:00Z</CreationTime></member>"
        )
    };
    let list = format!(
        "<Summaries>{}{}{}</Summaries>",
        set("one", 1),
        set("gone", 2),
        set("two", 3)
    );
    let describe =
        |name: &str| action("DescribeChangeSet", &format!("&ChangeSetName=arn%3A{name}"));
    let described = |name: &str| {
        let result =
            format!("<ChangeSetName>{name}</ChangeSetName><StackName>shop</StackName><Changes/>");
        answer("DescribeChangeSet", &result)
    };
    let gone = "<Error><Code>ChangeSetNotFound</Code></Error>".to_owned();
    let (_server, source) = shop_of_aws(vec![
        (
            action("ListChangeSets", "&StackName=shop"),
            answer("ListChangeSets", &list),
        ),
        (describe("one"), described("one")),
        (describe("gone"), vec![("404 Not Found", gone)]),
        (describe("two"), described("two")),
    ]);
    let text = read(&source, 3).expect("change sets");
    let sets = serde_json::Deserializer::from_slice(&text).into_iter::<Value>();
    let sets: Vec<Value> = sets.map(|set| set.expect("JSON")).collect();
    let told: Vec<_> = sets
        .iter()
        .map(|set| (set["ChangeSetName"].as_str(), &set["Changes"]))
        .collect();
    let none = Value::Array(Vec::new());
    assert_eq!(told, [(Some("two"), &none), (Some("one"), &none)]);
    let listed = answer("ListChangeSets", "<Summaries/>");
    let (_server, source) =
        shop_of_aws(vec![(action("ListChangeSets", "&StackName=shop"), listed)]);
    assert_eq!(json(&source, 3), serde_json::json!({"Summaries": []}));
}

/// A page of the updates of a stack.
fn updates(page: u32) -> &'static str {
    let list = "/api/stacks/acme/shop/prod/updates?output-type=service&pageSize=100&page=";
    Box::leak(format!("{list}{page}").into())
}

/// A stack on a server in the place of Pulumi Cloud.
fn shop_of_pulumi(port: u16) -> ApiSource {
    let host = format!("127.0.0.1:{port}");
    let settings = settings(&[
        ("PULUMI_ACCESS_TOKEN", "pul-0123456789"),
        ("PULUMI_BACKEND_URL", &format!("http://{host}")),
    ]);
    let addresses = [format!("pulumi://{host}/acme/shop/prod")];
    ApiSource::new(&addresses, &settings).expect("a source")
}

#[test]
fn updates_of_pulumi_are_read_page_by_page() {
    let update = |version: u32| {
        format!(r#"{{"info":{{"kind":"update","version":{version},"startTime":1778594400}}}}"#)
    };
    let page = |versions: &[u32]| {
        let updates: Vec<String> = versions.iter().map(|version| update(*version)).collect();
        format!(
            r#"{{"updates":[{}],"itemsPerPage":2,"total":3}}"#,
            updates.join(",")
        )
    };
    let server = Recorded::start(|_| {
        vec![
            (
                updates(1),
                vec![
                    ("429 Too Many Requests\r\nRetry-After: 0", String::new()),
                    ("200 OK", page(&[3, 2])),
                ],
            ),
            (updates(2), vec![("200 OK", page(&[1]))]),
            (
                "/api/stacks/acme/shop/prod/export",
                vec![("200 OK", r#"{"version":3,"deployment":{}}"#.to_owned())],
            ),
        ]
    });
    let source = shop_of_pulumi(server.port);
    let updates = json(&source, 0);
    let updates = updates["updates"].as_array().expect("updates");
    let versions: Vec<_> = updates
        .iter()
        .map(|held| &held["info"]["version"])
        .collect();
    assert_eq!(versions, [3, 2, 1]);
    assert_eq!(json(&source, 1)["version"], 3);
    // The first page was asked for before, and twice.
    let asked = server.asked();
    assert_eq!(asked.len(), 5);
    assert!(
        asked
            .iter()
            .all(|(_, token)| token == "token pul-0123456789")
    );
}

#[test]
fn pages_that_repeat_or_are_all_are_the_last() {
    let check = |page: &str, requests: usize| {
        let server = Recorded::start(|_| {
            (1..9)
                .map(updates)
                .map(|target| (target, vec![("200 OK", page.to_owned())]))
                .collect()
        });
        let source = shop_of_pulumi(server.port);
        let updates = json(&source, 0);
        assert_eq!(updates["updates"].as_array().map(Vec::len), Some(1));
        assert_eq!(server.asked().len(), requests);
    };
    // One more for the events of the latest.
    check(r#"{"updates":[{"version":1}]}"#, 3);
    check(
        r#"{"updates":[{"version":1}],"itemsPerPage":1,"total":1}"#,
        2,
    );
}

#[test]
fn events_of_updates_are_read_to_their_end() {
    let update = |version: u32, kind: &str| {
        format!(
            r#"{{"info":{{"kind":"{kind}","startTime":1778594400}},"updateID":"u-{version}","version":{version}}}"#
        )
    };
    let list = [
        update(5, "preview"),
        update(4, "import"),
        update(3, "destroy"),
        update(2, "update"),
    ];
    let odd = r#"{"info":{"kind":"update"},"updateID":"../export","version":1}"#;
    let list = format!(r#"{{"updates":[{},{odd}]}}"#, list.join(","));
    let events = |version: u32, next: &str| -> &'static str {
        Box::leak(format!("/api/stacks/acme/shop/prod/update/u-{version}/events{next}").into())
    };
    let page = |time: u32, next: &str| {
        let body = format!(r#"{{"events":[{{"timestamp":{time}}}],"continuationToken":{next}}}"#);
        vec![("200 OK", body)]
    };
    let server = Recorded::start(|_| {
        vec![
            (updates(1), vec![("200 OK", list)]),
            (events(2, ""), page(1, r#""a b""#)),
            (events(2, "?continuationToken=a+b"), page(2, "null")),
            // It goes on: there are no more events yet.
            (events(3, ""), page(1, r#""c""#)),
            (events(3, "?continuationToken=c"), page(2, r#""c""#)),
        ]
    });
    let source = shop_of_pulumi(server.port);
    let names = names(&source);
    let files: Vec<&str> = names
        .iter()
        .filter_map(|name| name.rsplit('/').next())
        .collect();
    let expected = [
        "updates.json",
        "2026-05-12T140000Z.2.events.json",
        "2026-05-12T140000Z.3.events.json",
        "export.json",
    ];
    assert_eq!(files, expected);
    for place in [1, 2] {
        let told = json(&source, place);
        let events = told["events"].as_array().expect("events").iter();
        let times: Vec<&Value> = events.map(|event| &event["timestamp"]).collect();
        assert_eq!(times, [1, 2]);
    }
}

#[test]
fn a_page_of_cloudformation_that_repeats_is_told() {
    let page = answer(
        "DescribeStacks",
        "<Stacks></Stacks><NextToken>2</NextToken>",
    );
    let server = Recorded::start(|_| {
        vec![
            (action("DescribeStacks", ""), page.clone()),
            (action("DescribeStacks", "&NextToken=2"), page),
        ]
    });
    let addresses = ["cloudformation://eu-west-1".to_owned()];
    let source = ApiSource::new(&addresses, &of_aws(server.port)).expect("a source");
    let (_, reason) = &source.skipped()[0];
    assert!(reason.contains("DescribeStacks repeats a page"), "{reason}");
    assert_eq!(server.asked().len(), 2);
}

#[test]
fn what_signs_a_request_stays_with_its_host() {
    let server = Recorded::start(|port| {
        let away = format!("302 Found\r\nLocation: http://localhost:{port}/elsewhere");
        let away: &'static str = Box::leak(away.into());
        vec![
            (
                updates(1),
                vec![("200 OK", r#"{"message":"no list"}"#.to_owned())],
            ),
            (
                "/api/stacks/acme/shop/prod/export",
                vec![(away, "<a href=\"/elsewhere?sig=0123\">".to_owned())],
            ),
            ("/elsewhere", vec![("200 OK", "{}".to_owned())]),
        ]
    });
    let source = shop_of_pulumi(server.port);
    let error = read(&source, 0).expect_err("no list").to_string();
    assert!(error.contains("page 1 has no list `updates`"), "{error}");
    let error = read(&source, 1).expect_err("on another host").to_string();
    assert!(error.contains("302"), "{error}");
    assert!(!error.contains("sig="), "{error}");
    let asked = server.asked();
    assert!(asked.iter().all(|(target, _)| target != "/elsewhere"));
}

#[test]
fn a_token_is_sent_to_no_host_but_its_own() {
    let server = Recorded::start(|_| Vec::new());
    let host = format!("localhost:{}", server.port);
    let check = |address: &str, values: &[(&str, &str)], expected: &str| {
        let source = ApiSource::new(&[address.to_owned()], &settings(values)).expect("a source");
        let (_, reason) = &source.skipped()[0];
        assert!(reason.contains(expected), "{reason}");
        assert!(!reason.contains("0123456789"), "{reason}");
    };
    let pulumi = format!("pulumi://{host}/acme/shop/prod");
    let token = ("PULUMI_ACCESS_TOKEN", "pul-0123456789");
    check(&pulumi, &[token], "is for api.pulumi.com");
    let other = ("PULUMI_BACKEND_URL", "https://pulumi.example.com/");
    check(&pulumi, &[token, other], "is for pulumi.example.com");
    let terraform = format!("terraform://{host}/acme");
    let token = ("TFE_TOKEN", "abc.atlasv1.0123456789");
    check(&terraform, &[token], "set TF_TOKEN_localhost");
    let other = ("TFE_ADDRESS", "https://tfe.example.com");
    check(&terraform, &[token, other], "is for tfe.example.com");
    let other = ("TFE_HOSTNAME", "TFE.example.com");
    check(&terraform, &[token, other], "is for tfe.example.com");
    // What cannot be told apart gets no token, the public server neither.
    let public = "terraform://app.terraform.io/acme";
    let other = ("TFE_ADDRESS", "tfe.example.com");
    check(public, &[token, other], "is for another host");
    let other = ("TFE_HOSTNAME", "svc:hunter2@tfe.example.com");
    check(public, &[token, other], "is for another host");
    let hidden = format!("terraform://app.terraform.io:443@{host}/acme");
    let own = ("TF_TOKEN_app_terraform_io", "abc.atlasv1.0123456789");
    check(&hidden, &[own], "is no host");
    assert_eq!(server.asked(), []);
}

#[test]
fn an_api_that_refuses_is_told_without_the_token() {
    let server = Recorded::start(|_| {
        let refusal = "{\"message\":\"token abc.atlasv1.0123456789 is not valid\"}".to_owned();
        let list = "/api/v2/organizations/acme/workspaces?page[size]=100";
        vec![(list, vec![("401 Unauthorized", refusal)])]
    });
    let host = format!("127.0.0.1:{}", server.port);
    let url = format!("http://{host}");
    let settings = settings(&[
        ("TFE_TOKEN", "abc.atlasv1.0123456789"),
        ("TFE_ADDRESS", &url),
    ]);
    let addresses = [format!("terraform://{host}/acme")];
    let source = ApiSource::new(&addresses, &settings).expect("a source");
    let (_, reason) = &source.skipped()[0];
    assert!(reason.contains("401"), "{reason}");
    assert!(!reason.contains("0123456789"), "{reason}");
    let without = ApiSource::new(&addresses, &[]).expect("a source");
    let (_, reason) = &without.skipped()[0];
    assert!(reason.contains("TF_TOKEN_127_0_0_1"), "{reason}");
}
