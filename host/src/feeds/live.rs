//! Documents of APIs, as a server on this machine answers them, read to the end: which feed takes
//! them, and what they tell.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use nepho_apis::ApiSource;
use nepho_core::feed::FeedOutput;
use nepho_core::source::{Partition, Source};
use nepho_objects::ObjectSource;

use super::{Feeds, Sorted};
use crate::pipeline::Progress;

/// Starts a server that has these answers by target; `PORT` in them is its own. Gives its host.
fn server(answers: &[(&str, &str)]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let own = |text: &str| text.replace("PORT", &port.to_string());
    let answers: BTreeMap<String, String> = answers
        .iter()
        .map(|(target, body)| ((*target).to_owned(), own(body)))
        .collect();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
            let first = lines.next().unwrap_or_default();
            let lines = lines.take_while(|line| !line.is_empty());
            let lines: Vec<String> = lines.map(|line| line.to_lowercase()).collect();
            let is_part = lines.iter().any(|line| line.starts_with("range:"));
            let target = first.split(' ').nth(1).unwrap_or_default();
            let (status, body) = match answers.get(target).map(String::as_str) {
                // Objects here are small: a part of one is all of it.
                Some(body) if is_part => {
                    let (end, all) = (body.len() - 1, body.len());
                    let part = format!("206 Partial Content\r\nContent-Range: bytes 0-{end}/{all}");
                    (part, body)
                }
                Some(place) if place.starts_with("http") => {
                    (format!("302 Found\r\nLocation: {place}"), "")
                }
                Some(body) => ("200 OK".to_owned(), body),
                None => ("404 Not Found".to_owned(), ""),
            };
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status}\r\nLast-Modified: Sat, 14 Mar 2026 15:00:00 GMT\r\n\
                 ETag: \"0a\"\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
            );
            let body = if first.starts_with("HEAD") { "" } else { body };
            let _ = stream.write_all((head + body).as_bytes());
        }
    });
    format!("127.0.0.1:{port}")
}

/// A document: the end of its address, its feed, and its changes, resources and rejects.
type Read = (String, String, [u64; 3]);

/// Reads all documents behind an address.
fn read(address: &str, settings: &[(&str, &str)]) -> (Vec<Read>, FeedOutput) {
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let settings: Vec<_> = settings.iter().map(own).collect();
    let source = ApiSource::new(&[address.to_owned()], &settings).unwrap();
    assert_eq!(source.skipped(), []);
    let partitions = source.partitions().to_vec();
    read_all(Arc::new(source), partitions)
}

/// Reads all documents of a source.
fn read_all(source: Arc<dyn Source>, partitions: Vec<Partition>) -> (Vec<Read>, FeedOutput) {
    let (feeds, progress) = (Feeds::linked(), Arc::new(Progress::default()));
    let mut told = FeedOutput::default();
    let mut documents = Vec::new();
    for partition in partitions {
        let uri = partition.id.0.clone();
        for sorted in feeds.sort(&source, partition, &progress, &mut told) {
            let (feed, counts) = match sorted {
                Sorted::Feed(summary) => {
                    let feed = summary.formats.keys().next().cloned().unwrap_or_default();
                    let counts = [summary.changes, summary.resources, summary.rejects];
                    (feed, counts)
                }
                Sorted::Log(_) => ("a log".to_owned(), [0; 3]),
                Sorted::Unreadable(skipped) | Sorted::Skipped(skipped) => (skipped.reason, [0; 3]),
            };
            let end: Vec<&str> = uri.rsplit('/').take(2).collect();
            documents.push((format!("{}/{}", end[1], end[0]), feed, counts));
        }
    }
    (documents, told)
}

fn row(file: &str, feed: &str, counts: [u64; 3]) -> Read {
    (file.to_owned(), feed.to_owned(), counts)
}

const STACKS: &str = "<DescribeStacksResponse><DescribeStacksResult><Stacks><member>\
    <StackName>shop</StackName>\
    <StackId>arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/0a1b</StackId>\
    <DriftInformation><StackDriftStatus>DRIFTED</StackDriftStatus></DriftInformation><Tags/>\
    </member></Stacks></DescribeStacksResult></DescribeStacksResponse>";
const EVENTS: &str = "<DescribeStackEventsResponse><DescribeStackEventsResult><StackEvents/>\
    </DescribeStackEventsResult></DescribeStackEventsResponse>";
const RESOURCES: &str = "<ListStackResourcesResponse><ListStackResourcesResult>\
    <StackResourceSummaries><member><LogicalResourceId>Jobs</LogicalResourceId>\
    <PhysicalResourceId>https://sqs.eu-west-1.amazonaws.com/111122223333/jobs</PhysicalResourceId>\
    <ResourceType>AWS::SQS::Queue</ResourceType><ResourceStatus>CREATE_COMPLETE</ResourceStatus>\
    <LastUpdatedTimestamp>2026-03-14T15:00:00Z</LastUpdatedTimestamp></member>\
    </StackResourceSummaries></ListStackResourcesResult></ListStackResourcesResponse>";
const TEMPLATE: &str = "<GetTemplateResponse><GetTemplateResult><TemplateBody>\
    {\"Resources\":{\"Jobs\":{\"Type\":\"AWS::SQS::Queue\"}}}</TemplateBody>\
    <StagesAvailable><member>Original</member></StagesAvailable></GetTemplateResult>\
    </GetTemplateResponse>";

const CHANGE_SETS: &str = "<ListChangeSetsResponse><ListChangeSetsResult><Summaries><member>\
    <ChangeSetId>arn:set</ChangeSetId></member></Summaries></ListChangeSetsResult>\
    </ListChangeSetsResponse>";
const CHANGE_SET: &str = "<DescribeChangeSetResponse><DescribeChangeSetResult>\
    <ChangeSetName>more</ChangeSetName><ChangeSetId>arn:set</ChangeSetId>\
    <StackName>shop</StackName><Status>CREATE_COMPLETE</Status><Changes><member>\
    <Type>Resource</Type><ResourceChange><Action>Modify</Action>\
    <LogicalResourceId>Jobs</LogicalResourceId><ResourceType>AWS::SQS::Queue</ResourceType>\
    <Replacement>False</Replacement><Scope><member>Properties</member></Scope><Details/>\
    </ResourceChange></member></Changes></DescribeChangeSetResult></DescribeChangeSetResponse>";
const DELETED: &str = "<ListStacksResponse><ListStacksResult><StackSummaries><member>\
    <StackName>cart</StackName>\
    <StackId>arn:aws:cloudformation:eu-west-1:111122223333:stack/cart/d1</StackId>\
    <StackStatus>DELETE_COMPLETE</StackStatus></member></StackSummaries></ListStacksResult>\
    </ListStacksResponse>";
const DELETION: &str = "<DescribeEventsResponse><DescribeEventsResult><OperationEvents><member>\
    <EventId>e-1</EventId><OperationId>o-1</OperationId><OperationType>DELETE_STACK</OperationType>\
    <StackId>arn:aws:cloudformation:eu-west-1:111122223333:stack/cart/d1</StackId>\
    <EventType>PROGRESS_EVENT</EventType><LogicalResourceId>Jobs</LogicalResourceId>\
    <PhysicalResourceId>https://sqs.eu-west-1.amazonaws.com/111122223333/cart</PhysicalResourceId>\
    <ResourceType>AWS::SQS::Queue</ResourceType><ResourceStatus>DELETE_COMPLETE</ResourceStatus>\
    <Timestamp>2026-03-14T15:00:00Z</Timestamp></member></OperationEvents></DescribeEventsResult>\
    </DescribeEventsResponse>";

/// The answer about drift, of resources with these states and differences.
fn drifts(resources: &[(&str, &str)]) -> String {
    let member = |(status, differences): &(&str, &str)| {
        format!(
            "<member><StackId>arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/0a1b\
             </StackId><LogicalResourceId>R{status}</LogicalResourceId>\
             <PhysicalResourceId>{status}-1</PhysicalResourceId>\
             <ResourceType>AWS::S3::Bucket</ResourceType>\
             <StackResourceDriftStatus>{status}</StackResourceDriftStatus>{differences}\
             <Timestamp>2026-03-14T15:00:00Z</Timestamp></member>"
        )
    };
    let members: String = resources.iter().map(member).collect();
    format!(
        "<DescribeStackResourceDriftsResponse><DescribeStackResourceDriftsResult>\
         <StackResourceDrifts>{members}</StackResourceDrifts>\
         </DescribeStackResourceDriftsResult></DescribeStackResourceDriftsResponse>"
    )
}

#[test]
fn a_stack_of_cloudformation_is_read_by_its_feeds() {
    let target = |action: &str, stack: &str| format!("/?Action={action}&Version=2010-05-15{stack}");
    let of_shop = |action: &str| target(action, "&StackName=shop");
    let drifts = drifts(&[
        ("IN_SYNC", "<PropertyDifferences/>"),
        ("DELETED", "<PropertyDifferences></PropertyDifferences>"),
        (
            "MODIFIED",
            "<PropertyDifferences><member><PropertyPath>/Tags/0</PropertyPath></member>\
             </PropertyDifferences>",
        ),
    ]);
    let deleted = target("ListStacks", "&StackStatusFilter.member.1=DELETE_COMPLETE");
    let id = "&StackName=arn%3Aaws%3Acloudformation%3Aeu-west-1%3A111122223333%3Astack%2Fcart%2Fd1";
    let host = server(&[
        (&target("DescribeStacks", ""), STACKS),
        (&of_shop("DescribeStackEvents"), EVENTS),
        (&of_shop("ListStackResources"), RESOURCES),
        (&of_shop("GetTemplate"), TEMPLATE),
        (&of_shop("DescribeStackResourceDrifts"), &drifts),
        (&of_shop("ListChangeSets"), CHANGE_SETS),
        (
            &target("DescribeChangeSet", "&ChangeSetName=arn%3Aset"),
            CHANGE_SET,
        ),
        (&deleted, DELETED),
        (&target("DescribeEvents", id), DELETION),
    ]);
    let settings = [
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_ENDPOINT_URL", &format!("http://{host}")),
    ];
    let (documents, told) = read("cloudformation://eu-west-1", &settings);
    let expected = [
        row("shop/events.json", "cloudformation.events", [0, 0, 0]),
        row("shop/resources.json", "cloudformation.resources", [0, 1, 0]),
        row("shop/shop.template", "cloudformation.template", [0, 1, 0]),
        row(
            "shop/change-sets.json",
            "cloudformation.changesets",
            [1, 0, 0],
        ),
        row("shop/drift.json", "cloudformation.drift", [2, 3, 0]),
        row("d1/events.json", "cloudformation.events", [1, 1, 0]),
    ];
    assert_eq!(documents, expected);
    let resource = &told.resources[0];
    assert_eq!(resource.account.as_deref(), Some("111122223333"));
    assert_eq!(resource.scope.as_deref(), Some("shop"));
}

#[test]
fn stack_sets_are_read_by_their_feed() {
    let target = |action: &str, rest: &str| format!("/?Action={action}&Version=2010-05-15{rest}");
    let answer = |action: &str, result: &str| {
        format!("<{action}Response><{action}Result>{result}</{action}Result></{action}Response>")
    };
    let place = "<Account>444455556666</Account><Region>eu-west-1</Region>";
    let operation = "<OperationId>o-1</OperationId><Action>CREATE</Action>\
        <Status>SUCCEEDED</Status><CreationTimestamp>2026-03-14T15:00:00Z</CreationTimestamp>\
        <EndTimestamp>2026-03-14T15:05:00Z</EndTimestamp>";
    let replies = [
        ("DescribeStacks", "", "<Stacks/>".to_owned()),
        ("ListStacks", "&StackStatusFilter.member.1=DELETE_COMPLETE", "<StackSummaries/>".to_owned()),
        (
            "ListStackSets",
            "&Status=ACTIVE",
            "<Summaries><member><StackSetName>base</StackSetName><StackSetId>base:0a1b</StackSetId>\
             </member></Summaries>"
                .to_owned(),
        ),
        (
            "ListStackSetOperations",
            "&StackSetName=base",
            format!("<Summaries><member>{operation}</member></Summaries>"),
        ),
        (
            "DescribeStackSetOperation",
            "&StackSetName=base&OperationId=o-1",
            format!(
                "<StackSetOperation>{operation}<StackSetId>base:0a1b</StackSetId>\
                 <RetainStacks>false</RetainStacks></StackSetOperation>"
            ),
        ),
        (
            "ListStackSetOperationResults",
            "&StackSetName=base&OperationId=o-1",
            format!("<Summaries><member>{place}<Status>SUCCEEDED</Status></member></Summaries>"),
        ),
        (
            "ListStackInstances",
            "&StackSetName=base",
            format!(
                "<Summaries><member>{place}<StackSetId>base:0a1b</StackSetId><StackId>\
                 arn:aws:cloudformation:eu-west-1:444455556666:stack/StackSet-base-1/2b3c</StackId>\
                 <LastOperationId>o-1</LastOperationId></member></Summaries>"
            ),
        ),
    ];
    let replies =
        replies.map(|(action, rest, result)| (target(action, rest), answer(action, &result)));
    let replies: Vec<(&str, &str)> = replies
        .iter()
        .map(|(target, body)| (target.as_str(), body.as_str()))
        .collect();
    let host = server(&replies);
    let settings = [
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_ENDPOINT_URL", &format!("http://{host}")),
    ];
    let (documents, told) = read("cloudformation://eu-west-1", &settings);
    let expected = row("base/stack-set.json", "cloudformation.stacksets", [1, 2, 0]);
    assert_eq!(documents, [expected]);
    assert_eq!(
        (told.runs[0].id.as_str(), told.runs[0].scope.as_str()),
        ("o-1", "base")
    );
    assert_eq!(told.changes[0].address, "444455556666/eu-west-1");
}

#[test]
fn stacks_of_pulumi_are_read_by_their_feeds() {
    let updates = r#"{"updates":[{"info":{"kind":"update","startTime":1778594400,"message":"scale",
        "environment":{"git.head":"abcdef1"},"config":{},"result":"succeeded","endTime":1778594460,
        "version":3,"resourceChanges":{"create":1}},"requestedBy":{"githubLogin":"maria"}}],
        "itemsPerPage":100,"total":1}"#;
    let export = r#"{"version":3,"deployment":{"manifest":{"time":"2026-05-12T14:00:00Z","magic":"",
        "version":"v3.1.0"},"resources":[
        {"urn":"urn:pulumi:prod::shop::pulumi:pulumi:Stack::shop-prod","custom":false,
        "type":"pulumi:pulumi:Stack"},
        {"urn":"urn:pulumi:prod::shop::aws:s3/bucket:Bucket::media","custom":true,"id":"media-1",
        "type":"aws:s3/bucket:Bucket","outputs":{"arn":"arn:aws:s3:::media-1"}}]}}"#;
    let list = "updates?output-type=service&pageSize=100&page=1";
    let host = server(&[
        (&format!("/api/stacks/acme/shop/prod/{list}"), updates),
        ("/api/stacks/acme/shop/prod/export", export),
        (
            &format!("/api/stacks/acme/shop/new/{list}"),
            r#"{"updates":null,"itemsPerPage":100,"total":0}"#,
        ),
        (
            "/api/stacks/acme/shop/new/export",
            r#"{"version":3,"deployment":{"manifest":{"time":"2026-05-12T14:00:00Z","magic":""}}}"#,
        ),
    ]);
    let settings = [
        ("PULUMI_ACCESS_TOKEN", "pul-0123456789"),
        ("PULUMI_BACKEND_URL", &format!("http://{host}")),
    ];
    let (documents, told) = read(&format!("pulumi://{host}/acme/shop/prod"), &settings);
    let expected = [
        row("prod/updates.json", "pulumi.updates", [0, 0, 0]),
        row("prod/export.json", "pulumi.state", [0, 1, 0]),
    ];
    assert_eq!(documents, expected);
    let run = &told.runs[0];
    assert_eq!(run.actor.as_deref(), Some("maria"));
    assert_eq!(run.scope, "shop/prod");
    assert_eq!(told.resources[0].scope.as_deref(), Some("shop/prod"));
    let (documents, _) = read(&format!("pulumi://{host}/acme/shop/new"), &settings);
    let expected = [
        row("new/updates.json", "pulumi.updates", [0, 0, 0]),
        row("new/export.json", "pulumi.state", [0, 0, 0]),
    ];
    assert_eq!(documents, expected);
}

#[test]
fn workspaces_of_terraform_are_read_by_their_feeds() {
    let workspaces = r#"{"data":[{"id":"ws-1","type":"workspaces","attributes":{"name":"shop"},
        "relationships":{"current-state-version":{"data":{"id":"sv-1","type":"state-versions"}}}},
        {"id":"ws-2","type":"workspaces","attributes":{"name":"new"},
        "relationships":{"current-state-version":{"data":null}}}],"links":{"next":null}}"#;
    let runs = r#"{"data":[{"id":"run-1","type":"runs","attributes":{"status":"applied",
        "created-at":"2026-03-14T15:00:00Z"},"relationships":{
        "workspace":{"data":{"id":"ws-1","type":"workspaces"}},
        "created-by":{"data":{"id":"user-1","type":"users"}}}}],
        "included":[{"id":"user-1","type":"users","attributes":{"username":"maria"}}],
        "links":{"next":null}}"#;
    let none = r#"{"data":[],"links":{"self":"http://127.0.0.1:PORT/api/v2/workspaces/ws-2/runs",
        "next":null},"meta":{"pagination":{"current-page":1}}}"#;
    let versions = r#"{"data":[{"id":"sv-1","type":"state-versions","attributes":{"serial":7,
        "created-at":"2026-03-14T15:01:00Z",
        "hosted-state-download-url":"http://127.0.0.1:PORT/api/state-versions/sv-1/hosted_state"},
        "relationships":{"run":{"data":{"id":"run-1","type":"runs"}}}}],"links":{"next":null}}"#;
    let state = r#"{"version":4,"terraform_version":"1.11.4","serial":7,"lineage":"l","outputs":{},
        "resources":[{"mode":"managed","type":"aws_s3_bucket","name":"media",
        "provider":"provider[\"registry.terraform.io/hashicorp/aws\"]",
        "instances":[{"attributes":{"id":"media-1","arn":"arn:aws:s3:::media-1"}}]}]}"#;
    let include = "&include=created_by,workspace,configuration_version.ingress_attributes";
    let list =
        "/api/v2/state-versions?filter[organization][name]=acme&filter[workspace][name]=shop";
    let of =
        |workspace: &str| format!("/api/v2/workspaces/{workspace}/runs?page[size]=100{include}");
    let host = server(&[
        (
            "/api/v2/organizations/acme/workspaces?page[size]=100",
            workspaces,
        ),
        (&of("ws-1"), runs),
        (&of("ws-2"), none),
        (
            &format!("{list}&page[size]=100&include=created_by"),
            versions,
        ),
        (&format!("{list}&page[size]=20"), versions),
        (
            "/api/state-versions/sv-1/hosted_state",
            "http://localhost:PORT/state?sig=0123",
        ),
        ("/state?sig=0123", state),
    ]);
    let settings = [
        ("TFE_TOKEN", "abc.atlasv1.def"),
        ("TFE_ADDRESS", &format!("http://{host}")),
    ];
    let (documents, told) = read(&format!("terraform://{host}/acme"), &settings);
    let expected = [
        row("shop/runs.json", "terraform.hcp", [0, 0, 0]),
        row("shop/state-versions.json", "terraform.hcp", [0, 0, 0]),
        row(
            "shop/2026-03-14T150100Z.run-1.7.tfstate",
            "terraform.state",
            [0, 1, 0],
        ),
        row("new/runs.json", "terraform.hcp", [0, 0, 0]),
    ];
    assert_eq!(documents, expected);
    let runs: Vec<_> = told
        .runs
        .iter()
        .map(|run| (run.id.as_str(), run.scope.as_str(), run.actor.as_deref()))
        .collect();
    assert_eq!(
        runs,
        [("run-1", "shop", Some("maria")), ("run-1", "shop", None)]
    );
    assert_eq!(told.resources[0].scope.as_deref(), Some("shop"));
}

/// A version of the state of the workspace `shop`, with a bucket of these tags.
fn state(serial: u64, tags: &str) -> String {
    format!(
        r#"{{"version":4,"terraform_version":"1.11.4","serial":{serial},"lineage":"l","outputs":{{}},
        "resources":[{{"mode":"managed","type":"aws_s3_bucket","name":"media",
        "provider":"provider[\"registry.terraform.io/hashicorp/aws\"]","instances":[{{"attributes":
        {{"id":"media-1","arn":"arn:aws:s3:::media-1","bucket":"media-1","tags":{{{tags}}}}}}}]}}]}}"#
    )
}

/// Reads a workspace of two runs: `run-1` was applied for Maria and made serial number 7 of 6, what
/// made 6 is not told. Its log is what `log` is, or cannot be had.
fn workspace(log: Option<&str>) -> (Vec<Read>, crate::Conclusions) {
    let runs = r#"{"data":[{"id":"run-1","type":"runs","attributes":{"status":"applied",
        "created-at":"2026-03-14T15:00:00Z","message":"tag the bucket","status-timestamps":{
        "applying-at":"2026-03-14T15:00:30Z","applied-at":"2026-03-14T15:01:10Z"}},"relationships":{
        "plan":{"data":{"id":"plan-1","type":"plans"}},
        "apply":{"data":{"id":"apply-1","type":"applies"}},
        "created-by":{"data":{"id":"user-1","type":"users"}}}}],
        "included":[{"id":"user-1","type":"users","attributes":{"username":"maria"}}]}"#;
    let version = |serial: u64, time: &str, run: &str| {
        format!(
            r#"{{"id":"sv-{serial}","type":"state-versions","attributes":{{"serial":{serial},
            "created-at":"2026-03-14T{time}Z",
            "hosted-state-download-url":"http://127.0.0.1:PORT/state/{serial}"}},
            "relationships":{{"run":{{"data":{run}}}}}}}"#
        )
    };
    let versions = format!(
        r#"{{"data":[{},{}]}}"#,
        version(7, "15:01:00", r#"{"id":"run-1","type":"runs"}"#),
        version(6, "09:00:00", "null"),
    );
    let plan = r#"{"plan_format_version":"1.2","resource_changes":[{"address":"aws_s3_bucket.media",
        "mode":"managed","type":"aws_s3_bucket","name":"media","change":{"actions":["update"],
        "before":{"id":"media-1","tags":{}},"after":{"id":"media-1","tags":{"team":"shop"}}}}],
        "resource_drift":[]}"#;
    let include = "&include=created_by,workspace,configuration_version.ingress_attributes";
    let list =
        "/api/v2/state-versions?filter[organization][name]=acme&filter[workspace][name]=shop";
    let apply = r#"{"data":{"id":"apply-1","type":"applies","attributes":{
        "log-read-url":"http://localhost:PORT/object/log1"}}}"#;
    let (six, seven) = (state(6, ""), state(7, r#""team":"shop""#));
    let (first, second) = (
        format!("/api/v2/workspaces/ws-1/runs?page[size]=100{include}"),
        format!("{list}&page[size]=100&include=created_by"),
    );
    let third = format!("{list}&page[size]=20");
    let mut answers = vec![
        (
            "/api/v2/organizations/acme/workspaces/shop",
            r#"{"data":{"id":"ws-1","type":"workspaces","attributes":{"name":"shop"}}}"#,
        ),
        (&first, runs),
        (&second, &versions),
        (&third, &versions),
        ("/api/v2/plans/plan-1/json-output-redacted", plan),
        ("/api/v2/applies/apply-1", apply),
        ("/state/6", &six),
        ("/state/7", &seven),
    ];
    answers.extend(log.map(|log| ("/object/log1", log)));
    let host = server(&answers);
    let settings = [
        ("TFE_TOKEN", "abc.atlasv1.def"),
        ("TFE_ADDRESS", &format!("http://{host}")),
    ];
    let (documents, told) = read(&format!("terraform://{host}/acme/shop"), &settings);
    let mut analysis = crate::Analysis::new().unwrap();
    analysis.feed(told).unwrap();
    (documents, analysis.finish().unwrap())
}

/// The one change that was made, of the run `run-1`.
fn only_change(told: &crate::Conclusions) -> &nepho_core::tables::Change {
    use nepho_core::tables::ChangeOutcome;
    let made = told.changes.iter();
    let made: Vec<_> = made
        .filter(|change| change.outcome != ChangeOutcome::Planned)
        .collect();
    assert_eq!(made.len(), 1, "{made:?}");
    let place = (made[0].run.as_str(), made[0].scope.as_str());
    assert_eq!(place, ("run-1", "shop"));
    assert_eq!(made[0].address, "aws_s3_bucket.media");
    assert!(
        told.runs
            .iter()
            .all(|run| run.id == "run-1" || run.id == "sv-6")
    );
    made[0]
}

#[test]
fn log_plan_and_states_of_a_run_of_terraform_are_one_change() {
    let message = |second: u32, rest: &str| {
        format!(
            "{{\"@level\":\"info\",\"@message\":\"m\",\"@module\":\"terraform.ui\",\
             \"@timestamp\":\"2026-03-14T15:00:{second}.000000Z\",{rest}}}\n"
        )
    };
    let hook = r#""hook":{"resource":{"addr":"aws_s3_bucket.media","resource_type":"aws_s3_bucket"},
        "action":"update","id_key":"id","id_value":"media-1"}"#;
    let hook = hook.replace(['\n', ' '], "");
    let log = [
        "Terraform v1.11.4\n".to_owned(),
        message(40, r#""terraform":"1.11.4","type":"version","ui":"1.2""#),
        message(41, &format!(r#"{hook},"type":"apply_start""#)),
        message(45, &format!(r#"{hook},"type":"apply_complete""#)),
        message(
            46,
            r#""changes":{"change":1,"operation":"apply"},"type":"change_summary""#,
        ),
    ];
    let log = log.concat();
    let (documents, told) = workspace(Some(&log));
    let expected = [
        row("shop/runs.json", "terraform.hcp", [0, 0, 0]),
        row("shop/state-versions.json", "terraform.hcp", [0, 0, 0]),
        row(
            "shop/2026-03-14T090000Z.sv-6.6.tfstate",
            "terraform.state",
            [0, 1, 0],
        ),
        row(
            "shop/2026-03-14T150000Z.run-1.apply.log",
            "terraform.log",
            [1, 0, 0],
        ),
        row(
            "shop/2026-03-14T150000Z.run-1.plan.json",
            "terraform.plan",
            [1, 0, 0],
        ),
        row(
            "shop/2026-03-14T150100Z.run-1.7.tfstate",
            "terraform.state",
            [0, 1, 0],
        ),
    ];
    assert_eq!(documents, expected);
    let change = only_change(&told);
    let time = change.time.map(|time| time.to_string());
    assert_eq!(time.as_deref(), Some("2026-03-14T15:00:45Z"));
    assert_eq!(change.attributes, ["tags"], "the plan tells");
}

#[test]
fn without_a_log_the_states_tell_what_a_run_of_terraform_changed() {
    let (documents, told) = workspace(None);
    let log = &documents[3];
    assert!(
        log.1.contains("run-1.apply.log") && log.1.contains("404"),
        "{log:?}"
    );
    let change = only_change(&told);
    let times = [change.not_before, change.time].map(|time| time.map(|time| time.to_string()));
    let expected = ["2026-03-14T09:00:00Z", "2026-03-14T15:01:00Z"];
    assert_eq!(times, expected.map(|time| Some(time.to_owned())));
}

#[test]
fn events_of_updates_of_pulumi_tell_what_they_changed() {
    let updates = r#"{"updates":[{"info":{"kind":"update","startTime":1778594400,"message":"scale",
        "environment":{},"config":{},"result":"succeeded","endTime":1778594460},"updateID":"u-2",
        "version":2,"requestedBy":{"githubLogin":"maria"}},{"info":{"kind":"update",
        "startTime":1778508000,"message":"","environment":{},"config":{},"result":"succeeded",
        "endTime":1778508060},"updateID":"u-1","version":1}],"itemsPerPage":100,"total":2}"#;
    let step = |time: u64, event: &str| {
        let urn = "urn:pulumi:prod::shop::aws:s3/bucket:Bucket::media";
        let state = format!(
            r#"{{"type":"aws:s3/bucket:Bucket","urn":"{urn}","custom":true,"id":"media-1",
            "inputs":{{}},"outputs":{{"arn":"arn:aws:s3:::media-1"}}}}"#
        );
        format!(
            r#"{{"timestamp":{time},"type":"{event}","{event}":{{"metadata":{{"op":"update",
            "urn":"{urn}","type":"aws:s3/bucket:Bucket","old":{state},"new":{state},
            "diffs":["tags"],"provider":""}}}}}}"#
        )
    };
    // As the API has them: without numbers, each with its type.
    let events = format!(
        r#"{{"events":[{{"timestamp":1778594402,"type":"preludeEvent","preludeEvent":
        {{"config":{{}}}}}},{},{},{{"timestamp":1778594459,"type":"summaryEvent","summaryEvent":
        {{"maybeCorrupt":false,"durationSeconds":57,"resourceChanges":{{"update":1}},
        "PolicyPacks":{{}}}}}}],"continuationToken":null}}"#,
        step(1_778_594_410, "resourcePreEvent"),
        step(1_778_594_450, "resOutputsEvent"),
    );
    let base = "/api/stacks/acme/shop/prod";
    let host = server(&[
        (
            &format!("{base}/updates?output-type=service&pageSize=100&page=1"),
            updates,
        ),
        (&format!("{base}/update/u-1/events"), r#"{"events":[]}"#),
        (&format!("{base}/update/u-2/events"), &events),
    ]);
    let settings = [
        ("PULUMI_ACCESS_TOKEN", "pul-0123456789"),
        ("PULUMI_BACKEND_URL", &format!("http://{host}")),
    ];
    let (documents, told) = read(&format!("pulumi://{host}/acme/shop/prod"), &settings);
    let expected = [
        row("prod/updates.json", "pulumi.updates", [0, 0, 0]),
        row(
            "prod/2026-05-11T140000Z.1.events.json",
            "pulumi.events",
            [0, 0, 0],
        ),
        row(
            "prod/2026-05-12T140000Z.2.events.json",
            "pulumi.events",
            [1, 1, 0],
        ),
    ];
    assert_eq!(documents[..3], expected);
    let change = &told.changes[0];
    assert_eq!(change.attributes, ["tags"]);
    let time = change.time.map(|time| time.to_string());
    assert_eq!(time.as_deref(), Some("2026-05-12T14:00:50Z"));
    // History and events tell of one run.
    let mut of_run = told.runs.iter().filter(|run| run.id == change.run);
    let (listed, logged) = (of_run.next().unwrap(), of_run.next().unwrap());
    assert_eq!(listed.actor.as_deref(), Some("maria"));
    assert_eq!(
        (&listed.scope, listed.started),
        (&logged.scope, logged.started)
    );
}

#[test]
fn two_generations_of_a_state_in_a_bucket_are_a_change() {
    let (old, new) = (state(6, ""), state(7, r#""team":"shop""#));
    let versions = format!(
        r#"{{"items":[{{"name":"shop/terraform.tfstate","generation":"1","size":"{}",
        "timeCreated":"2026-03-14T09:00:00.000Z","timeDeleted":"2026-03-14T15:00:00.000Z"}}]}}"#,
        old.len()
    );
    let host = server(&[
        ("/states/shop%2Fterraform%2Etfstate", &new),
        ("/states/shop%2Fterraform%2Etfstate?generation=1", &old),
        (
            "/storage/v1/b/states/o?versions=true&prefix=shop%2Fterraform.tfstate",
            &versions,
        ),
    ]);
    let settings = [
        (
            "GOOGLE_SERVICE_ACCOUNT_KEY",
            r#"{"private_key":"none","private_key_id":"none","client_email":"a@example.com",
            "disable_oauth":true}"#,
        ),
        ("GOOGLE_BASE_URL", &format!("http://{host}")),
        ("GOOGLE_ALLOW_HTTP", "true"),
    ];
    let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let address = "gs://states/shop/terraform.tfstate".to_owned();
    let source = ObjectSource::new(&[address], &settings).unwrap();
    assert_eq!(source.skipped(), []);
    let partitions = source.partitions().to_vec();
    let (documents, told) = read_all(Arc::new(source), partitions);
    let expected = [
        row(
            "shop/terraform.tfstate?generation=1",
            "terraform.state",
            [0, 1, 0],
        ),
        row("shop/terraform.tfstate", "terraform.state", [0, 1, 0]),
    ];
    assert_eq!(documents, expected);
    let mut analysis = crate::Analysis::new().unwrap();
    analysis.feed(told).unwrap();
    let told = analysis.finish().unwrap();
    assert_eq!(told.changes.len(), 1);
    let change = &told.changes[0];
    assert_eq!(
        (change.scope.as_str(), change.attributes.as_slice()),
        ("shop", &["tags".to_owned()][..])
    );
    let times = [change.not_before, change.time].map(|time| time.map(|time| time.to_string()));
    let expected = ["2026-03-14T09:00:00Z", "2026-03-14T15:00:00Z"];
    assert_eq!(times, expected.map(|time| Some(time.to_owned())));
    assert!(told.findings.is_empty(), "one state at one place");
}
