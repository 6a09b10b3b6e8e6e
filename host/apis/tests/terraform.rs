//! Answers of HCP Terraform as its documentation has them.

#![expect(clippy::expect_used, reason = "a test may fail")]

mod recorded;

use nepho_apis::ApiSource;
use nepho_core::Timestamp;

use recorded::{Recorded, Reply, json, names, read, settings};

#[test]
fn workspaces_of_terraform_are_listed_and_their_states_read() {
    let server = Recorded::start(|port| {
        let workspace = |number: u32| {
            let state = match number {
                1 => r#"{"id":"sv-1","type":"state-versions"}"#,
                _ => "null",
            };
            format!(
                r#"{{"id":"ws-{number}","type":"workspaces","attributes":{{"name":"shop-{number}"}},"relationships":{{"current-state-version":{{"data":{state}}}}}}}"#
            )
        };
        let list = "/api/v2/organizations/acme/workspaces?page[size]=100";
        let second = "/api/v2/organizations/acme/workspaces?page[size]=100&page[number]=2";
        let next = format!("http://127.0.0.1:{port}{second}");
        let page = |number, next: &str| {
            format!(
                r#"{{"data":[{}],"links":{{"next":{next}}}}}"#,
                workspace(number)
            )
        };
        let versions = |name: u32, size: u32| -> &'static str {
            let target = format!(
                "/api/v2/state-versions?filter[organization][name]=acme&filter[workspace][name]=shop-{name}&page[size]={size}"
            );
            Box::leak(target.into())
        };
        let state = format!(
            r#"{{"data":[{{"id":"sv-1","type":"state-versions","attributes":{{"serial":7,"created-at":"2026-03-14T15:01:00.5Z","hosted-state-download-url":"http://localhost:{port}/state/secret"}}}}]}}"#
        );
        vec![
            (list, vec![("200 OK", page(1, &format!("\"{next}\"")))]),
            (second, vec![("200 OK", page(2, "null"))]),
            (versions(1, 20), vec![("200 OK", state)]),
            (
                "/state/secret",
                vec![("200 OK", r#"{"version":4}"#.to_owned())],
            ),
        ]
    });
    let host = format!("127.0.0.1:{}", server.port);
    let url = format!("http://{host}");
    let settings = settings(&[("TFE_TOKEN", "abc.atlasv1.def"), ("TFE_ADDRESS", &url)]);
    let addresses = [format!("terraform://{host}/acme")];
    let source = ApiSource::new(&addresses, &settings).expect("a source");
    assert_eq!(source.skipped(), []);
    let names = names(&source);
    // Nothing was ever applied in the second.
    let files = [
        "shop-1/runs.json",
        "shop-1/state-versions.json",
        "shop-1/2026-03-14T150100Z.sv-1.7.tfstate",
        "shop-2/runs.json",
    ];
    let expected = files.map(|file| format!("terraform://{host}/acme/{file}"));
    assert_eq!(names, expected);
    assert_eq!(json(&source, 2)["version"], 4);
    let modified = source.partitions()[2].modified;
    let created = Timestamp::parse_rfc3339("2026-03-14T15:01:00.5Z");
    assert!(modified.is_some() && modified == created);
    let error = read(&source, 0)
        .expect_err("nothing was recorded")
        .to_string();
    assert!(
        error.contains("shop-1/runs.json") && error.contains("404"),
        "{error}"
    );
    // The token is for the API, not for the store that states are kept in.
    for (target, token) in server.asked() {
        let expected = match target.as_str() {
            "/state/secret" => "",
            _ => "Bearer abc.atlasv1.def",
        };
        assert_eq!(token, expected, "{target}");
    }
}

const HOSTED: &str = "/api/state-versions/sv-1/hosted_state";

/// A workspace whose state is behind [`HOSTED`] on a server in the place of HCP Terraform, which
/// answers for the rest of the way to it.
fn hosted(rest: impl FnOnce(u16) -> Vec<(&'static str, Vec<Reply>)>) -> (Recorded, ApiSource) {
    let server = Recorded::start(|port| {
        let workspace =
            r#"{"data":{"id":"ws-1","type":"workspaces","attributes":{"name":"shop"}}}"#;
        let versions = format!(
            r#"{{"data":[{{"id":"sv-1","attributes":{{"serial":7,"hosted-state-download-url":"http://127.0.0.1:{port}{HOSTED}"}}}}]}}"#
        );
        let first = "/api/v2/state-versions?filter[organization][name]=acme&filter[workspace][name]=shop&page[size]=20";
        let mut replies = rest(port);
        replies.extend([
            (
                "/api/v2/organizations/acme/workspaces/shop",
                vec![("200 OK", workspace.to_owned())],
            ),
            (first, vec![("200 OK", versions)]),
        ]);
        replies
    });
    let host = format!("127.0.0.1:{}", server.port);
    let url = format!("http://{host}");
    let settings = settings(&[("TFE_TOKEN", "abc.atlasv1.def"), ("TFE_ADDRESS", &url)]);
    let addresses = [format!("terraform://{host}/acme/shop")];
    let source = ApiSource::new(&addresses, &settings).expect("a source");
    (server, source)
}

#[test]
fn a_way_to_a_state_that_ends_is_told_without_the_way() {
    let check = |status: &'static str, body: &str, expected: &str| {
        let (_server, source) = hosted(|_| vec![(HOSTED, vec![(status, body.to_owned())])]);
        let error = read(&source, 2).expect_err("no state").to_string();
        assert!(error.contains(expected), "{error}");
        for secret in ["sig=0123", "hosted_state", "atlasv1"] {
            assert!(!error.contains(secret), "{error}");
        }
    };
    let link = r#"<a href="https://store.example.com/state?sig=0123">"#;
    check("302 Found", link, "302 Found: it does not tell where to");
    check("304 Not Modified", "", "304 Not Modified");
    check(
        "404 Not Found",
        &format!("no route {HOSTED} for abc.atlasv1.def"),
        "404 Not Found: no route",
    );
}

#[test]
fn a_state_that_the_api_leads_to_is_read_without_the_token() {
    let (server, source) = hosted(|port| {
        let away = format!("302 Found\r\nLocation: http://localhost:{port}/state?sig=0123");
        let away: &'static str = Box::leak(away.into());
        vec![
            (HOSTED, vec![(away, String::new())]),
            (
                "/state?sig=0123",
                vec![("302 Found\r\nLocation: /moved", String::new())],
            ),
            ("/moved", vec![("200 OK", r#"{"version":4}"#.to_owned())]),
        ]
    });
    assert_eq!(json(&source, 2)["version"], 4);
    let asked = server.asked();
    let last: Vec<_> = asked[asked.len() - 3..]
        .iter()
        .map(|(target, token)| (target.as_str(), token.as_str()))
        .collect();
    let expected = [
        (HOSTED, "Bearer abc.atlasv1.def"),
        ("/state?sig=0123", ""),
        ("/moved", ""),
    ];
    assert_eq!(last, expected);
}

/// A run of a workspace, with its plan and its apply.
fn run(number: u32, status: &str, times: &str) -> String {
    format!(
        r#"{{"id":"run-{number}","type":"runs","attributes":{{"status":"{status}","created-at":"2026-03-14T15:0{number}:00Z","status-timestamps":{{{times}}}}},"relationships":{{"plan":{{"data":{{"id":"plan-{number}","type":"plans"}}}},"apply":{{"data":{{"id":"apply-{number}","type":"applies"}}}}}}}}"#
    )
}

#[test]
fn plans_and_logs_of_applied_runs_are_read_without_the_token_in_their_store() {
    let runs = "/api/v2/workspaces/ws-1/runs?page[size]=100&include=created_by,workspace,configuration_version.ingress_attributes";
    let (server, source) = hosted(|port| {
        let applying = r#""applying-at":"2026-03-14T15:09:00Z""#;
        let list = [
            run(4, "planned_and_finished", ""),
            run(3, "errored", applying),
            run(2, "errored", ""),
            run(1, "applied", applying),
        ];
        let list = format!(r#"{{"data":[{}]}}"#, list.join(","));
        let away = |path: &str| {
            let away = format!("307 Temporary Redirect\r\nLocation: http://localhost:{port}{path}");
            let away: &'static str = Box::leak(away.into());
            vec![(away, String::new())]
        };
        // The second log lies on the host of the API, as Terraform Enterprise has it.
        let apply = |host: &str, path: &str| {
            let body = format!(
                r#"{{"data":{{"id":"apply-1","type":"applies","attributes":{{"status":"finished","log-read-url":"http://{host}:{port}{path}"}}}}}}"#
            );
            vec![("200 OK", body)]
        };
        let ok = |body: &str| vec![("200 OK", body.to_owned())];
        vec![
            (runs, ok(&list)),
            ("/api/v2/plans/plan-1/json-output", away("/object/plan1")),
            ("/object/plan1", ok(r#"{"format_version":"1.2"}"#)),
            (
                "/api/v2/plans/plan-3/json-output",
                vec![("403 Forbidden", String::new())],
            ),
            (
                "/api/v2/plans/plan-3/json-output-redacted",
                ok(r#"{"plan_format_version":"1.2"}"#),
            ),
            (
                "/api/v2/applies/apply-1",
                apply("localhost", "/object/log1"),
            ),
            ("/object/log1", ok("one\n")),
            (
                "/api/v2/applies/apply-3",
                apply("127.0.0.1", "/object/log-of-3"),
            ),
            (
                "/object/log-of-3",
                vec![("403 Forbidden", "no /object/log-of-3".into())],
            ),
        ]
    });
    let names = names(&source);
    let files: Vec<&str> = names
        .iter()
        .filter_map(|name| name.rsplit('/').next())
        .collect();
    // Only what was applied changed the cloud.
    let expected = [
        "runs.json",
        "state-versions.json",
        "2026-03-14T150100Z.run-1.apply.log",
        "2026-03-14T150100Z.run-1.plan.json",
        "2026-03-14T150300Z.run-3.apply.log",
        "2026-03-14T150300Z.run-3.plan.json",
        "Z.sv-1.7.tfstate",
    ];
    assert_eq!(files, expected);
    assert_eq!(read(&source, 2).expect("a log"), b"one\n");
    assert_eq!(json(&source, 3)["format_version"], "1.2");
    assert_eq!(json(&source, 5)["plan_format_version"], "1.2");
    let error = read(&source, 4).expect_err("no log").to_string();
    assert!(error.contains("run-3.apply.log"), "{error}");
    assert!(!error.contains("log-of-3"), "{error}");
    let asked = server.asked();
    assert!(asked.iter().any(|(target, _)| target == "/object/log-of-3"));
    for (target, token) in asked {
        let expected = match target.starts_with("/object/") {
            true => "",
            false => "Bearer abc.atlasv1.def",
        };
        assert_eq!(token, expected, "{target}");
    }
}

#[test]
fn a_plan_that_was_not_kept_is_told() {
    let runs = "/api/v2/workspaces/ws-1/runs?page[size]=100&include=created_by,workspace,configuration_version.ingress_attributes";
    let (_server, source) = hosted(|_| {
        let list = format!(r#"{{"data":[{}]}}"#, run(1, "applied", ""));
        let none = || vec![("204 No Content", String::new())];
        vec![
            (runs, vec![("200 OK", list)]),
            ("/api/v2/plans/plan-1/json-output", none()),
            ("/api/v2/plans/plan-1/json-output-redacted", none()),
            (
                "/api/v2/applies/apply-1",
                vec![("200 OK", r#"{"data":{"attributes":{}}}"#.to_owned())],
            ),
        ]
    });
    let error = read(&source, 3).expect_err("no plan").to_string();
    assert!(error.contains("was not kept as JSON"), "{error}");
    let error = read(&source, 2).expect_err("no log").to_string();
    assert!(error.contains("the apply has no log"), "{error}");
}
