//! Texts of errors with values that are refused, and what is told of them.

use crate::secret::{mask, mask_error, quoted};

fn check(text: &str, expected: &str) {
    assert_eq!(mask_error(text), expected);
    // What is kept is masked again when it is told.
    assert_eq!(mask_error(expected), expected);
    assert_eq!(mask(expected), expected);
}

#[test]
fn values_of_fields_that_kubernetes_refuses_are_hidden() {
    check(
        "spec.type: Unsupported value: \"Ingress\": supported values: \"ClusterIP\"",
        "spec.type: Unsupported value: ***: supported values: \"ClusterIP\"",
    );
    check(
        "env[0].value: Invalid value: \"orange\": must be green",
        "env[0].value: Invalid value: ***: must be green",
    );
    check(
        "data.db_password: Duplicate value: \"orange\"",
        "data.db_password: Duplicate value: ***",
    );
    check(
        "env[1].value: Invalid value: orange tree: x",
        "env[1].value: Invalid value: ***",
    );
    check(
        "data: Invalid value: \"a\\\"b\": must be base64",
        "data: Invalid value: ***: must be base64",
    );
    check(
        "port: Invalid value: 99999: must be below 65536",
        "port: Invalid value: ***: must be below 65536",
    );
    check(
        "is invalid: [a.value: Invalid value: orange, b.value: Invalid value: \"tree\": no, c: Required value: name it]",
        "is invalid: [a.value: Invalid value: ***, b.value: Invalid value: ***: no, c: Required value: name it]",
    );
    check(
        "spec.c.value: Invalid value: \"object\": Unsupported value: \"orange\"",
        "spec.c.value: Invalid value: ***: Unsupported value: ***",
    );
    check(
        r#"{\"message\":\"spec.a: Invalid value: \"or: ange\": no\"}"#,
        r#"{\"message\":\"spec.a: Invalid value: ***: no\"}"#,
    );
    check(
        "spec.ports: Too many: 17: must have at most 9 items",
        "spec.ports: Too many: ***: must have at most 9 items",
    );
    check(
        "metadata.name: Too long: may not be more than 63 bytes",
        "metadata.name: Too long: may not be more than 63 bytes",
    );
    check(
        "illegal base64 data at input byte 4, error found in #10 byte of ...|orange|..., bigger context ...|a|...",
        "illegal base64 data at input byte 4, error found in #10 byte of ***",
    );
}

#[test]
fn objects_are_hidden_whole() {
    for value in [
        r#"{"a":"x: hunter2"}"#,
        r#"{"a":"{}: hunter2","b":[{"c":": "}]}"#,
        r#"["x: hunter2"]"#,
        "map[a:x: hunter2 b:[c]]",
        r#"core.Spec{A:"x: hunter2"}"#,
    ] {
        check(
            &format!("spec: Invalid value: {value}: must be one"),
            "spec: Invalid value: ***: must be one",
        );
        check(
            &format!("spec: Invalid value: {value}"),
            "spec: Invalid value: ***",
        );
    }
    check(
        r#"Invalid value: {"a":"x: hunter2 an"#,
        "Invalid value: ***",
    );
    check(
        r#"Invalid value: {"a":"}: hunter2", "b": 1"#,
        "Invalid value: ***",
    );
    check(
        "failed, reason: Secret \"db\" is invalid: data.pw: orange-tree",
        "failed, reason: Secret \"db\" is invalid: ***",
    );
    check("Secret \"db\" not found", "Secret \"db\" not found");
}

#[test]
fn details_of_what_is_forbidden_keep_their_words() {
    check(
        "env[0].value: Forbidden: orange tree",
        "env[0].value: Forbidden: ***",
    );
    check(
        "spec: Forbidden: updates to fields other than 'replicas', `spec.image` are forbidden core.Spec{A: \"orange\"}",
        "spec: Forbidden: updates to fields other than 'replicas', `spec.image` are forbidden ***",
    );
    check(
        "spec.x: Forbidden: not with Orange7, spec.y: Invalid value: \"tree\"",
        "spec.x: Forbidden: not with ***, spec.y: Invalid value: ***",
    );
    check(
        "Error 403: Forbidden: Orange",
        "Error 403: Forbidden: Orange",
    );
}

#[test]
fn values_that_clouds_refuse_are_hidden() {
    check(
        "2 validation errors detected: Value 'or' at 'x'ange' at 'value' failed to satisfy constraint: Member must; Value 'tree' at 'pin' failed to satisfy constraint: no",
        "2 validation errors detected: Value '***' at 'value' failed to satisfy constraint: Member must; Value '***' at 'pin' failed to satisfy constraint: no",
    );
    check(
        "InvalidParameterValue: The parameter is not valid",
        "InvalidParameterValue: The parameter is not valid",
    );
    // Masked again, where it ended is not known any more: the rest is hidden as well.
    let once = mask_error("Invalid value 'it's me' for a");
    assert_eq!(once, "Invalid value '*** for a");
    assert_eq!(mask_error(&once), "Invalid value '***");
    check("Invalid value 'x", "Invalid value '***");
    check(
        "Value (orange) for parameter zone is invalid.",
        "Value (***) for parameter zone is invalid.",
    );
    check(
        "is not valid. Value: orange tree (Service: Rds; Status Code: 400)",
        "is not valid. Value: *** (Service: Rds; Status Code: 400)",
    );
    check(
        "Error 400: Invalid value for field 'resource.items[0].value': 'orange: tree'. Must be green, invalid",
        "Error 400: Invalid value for field 'resource.items[0].value': ***. Must be green, invalid",
    );
    check(
        "Invalid value at 'database.pin' (TYPE_STRING), \"orange\"",
        "Invalid value at 'database.pin' (TYPE_STRING), ***",
    );
    check(
        r#"the parameters {"pin":{"value":"orange"}} are wrong"#,
        r#"the parameters {"pin":{"value":***}} are wrong"#,
    );
}

#[test]
fn values_that_providers_refuse_are_hidden() {
    check(
        "invalid value for master_password (must be at least 8): \"orange\"",
        "invalid value for master_password (must be at least 8): ***",
    );
    check(
        "invalid value for pin (must match: ^a): \"orange\"",
        "invalid value for pin (must match: ^a): ***",
    );
    check(
        "expected engine to be one of [\"a\" \"b\"], got orange tree",
        "expected engine to be one of [\"a\" \"b\"], got ***",
    );
    check("a: wrong type, got: orange; b", "a: wrong type, got: ***");
    check(
        "\"name\" (orange) must only contain letters",
        "\"name\" (***) must only contain letters",
    );
    check(
        "\"name\" cannot be longer than 5 characters: \"orange\"",
        "\"name\" cannot be longer than 5 characters: ***",
    );
    check(
        "Upgrade failed: \"name\" cannot be longer than 5 characters: \"orange\"; failed",
        "Upgrade failed: \"name\" cannot be longer than 5 characters: ***; failed",
    );
    for told in [
        "we got an answer",
        "Deployment \"web\" (shop) failed",
        "cannot open: no such file",
        "expected a value of another type",
    ] {
        check(told, told);
    }
}

#[test]
fn what_a_command_wrote_is_hidden() {
    check(
        "Error running command 'psql -c \"orange\"': exit status 1. Output: ERROR: tree\n-p orange",
        "Error running command '***': exit status 1. Output: ***",
    );
    check(
        "exit status 2: running \"sh -c orange\": tree",
        "exit status 2: running ***",
    );
    check("exit status 1", "exit status 1");
    check(
        "Error running command 'x': exit status 1. Output:",
        "Error running command '***': exit status 1. Output:",
    );
}

#[test]
fn rows_lose_what_an_api_surely_refused() {
    let check = |text: &str, expected: &str| assert_eq!(quoted(text, 300), expected);
    check(
        "422 env[0].value: Invalid value: \"orange\": x",
        "422 env[0].value: Invalid value: ***: x",
    );
    check(
        "Value 'orange' at 'pin' failed to satisfy constraint",
        "Value '***' at 'pin' failed to satisfy constraint",
    );
    for told in [
        "expected 200, got 503",
        "cache miss, value: 17",
        "value 'a' was set",
        "exit status 1. Output: x",
    ] {
        check(told, told);
    }
}

#[test]
fn texts_that_are_cut_anywhere_are_told() {
    for text in [
        "[a.value: Invalid value: \"\u{e4}\\\"\", b: Forbidden: not \u{e4}X {\u{e4}}, c: Too many: 1: x]",
        "2: Value '\u{e4}' at 'x' failed to satisfy constraint; Value (\u{e4}) for parameter \u{e4}",
        "Invalid value for field 'x' (\u{e4}): '\u{e4}'. Invalid value at 'a' (T), \"\u{e4}\"",
        "{\"value\": \"\u{e4}\", \\\"value\\\":\\\"\u{e4}\\\"} value: [\u{e4}: {}]: \u{e4}",
        "Error running command '\u{e4}': exit status 1. Output: \u{e4}, got \u{e4} \"a\" (\u{e4}) must",
        "Secret \"\u{e4}\" is invalid: \u{e4} error found in #1 byte of \u{e4} cannot x: \"\u{e4}\"",
    ] {
        for (at, _) in text.char_indices() {
            assert!(mask_error(&text[..at]).len() <= text.len() * 3);
            assert!(mask_error(&text[at..]).len() <= text.len() * 3);
            assert!(quoted(&text[at..], 300).len() <= text.len() * 3);
        }
    }
}

#[test]
fn values_that_readers_refuse_are_hidden() {
    check(
        "values don't meet the schema: at '/db/pin': 'orange' does not match pattern '^[0-9]+$'",
        "values don't meet the schema: at '/db/pin': *** does not match pattern '^[0-9]+$'",
    );
    check(
        "yaml: unmarshal errors: line 3: cannot unmarshal !!str `orange` into int",
        "yaml: unmarshal errors: line 3: cannot unmarshal !!str *** into int",
    );
    check(
        "strconv.ParseInt: parsing \"hunter2\": invalid syntax",
        "strconv.ParseInt: parsing ***: invalid syntax",
    );
    for secret in ["orange", "hunter2", "or/ange"] {
        for text in [
            format!("refused: {{\"SecretValue\": \"{secret}\"}}"),
            format!("parse \"postgres://app:{secret}@db:5432/x\": failed"),
            format!("pq: invalid input syntax for type integer: \"{secret}\""),
        ] {
            let told = mask_error(&text);
            assert!(!told.contains(secret), "{told}");
        }
    }
    let told =
        mask_error("parse \"postgres://app:or/ange@db:5432/x\": invalid port \":or\" after host");
    assert!(!told.contains(":or") && !told.contains("ange"), "{told}");
    check(
        "Error: expected HTTP 200 but got 403: AccessDenied",
        "Error: expected HTTP 200 but got 403: AccessDenied",
    );
}
