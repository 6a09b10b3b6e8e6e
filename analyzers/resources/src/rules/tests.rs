//! Rule files, and what they say of a few resources.

use super::*;

const RULES: &str = include_str!("fixtures/ownership.toml");

fn resource(key: &str, kind: &str, parent: Option<&str>) -> Resource {
    Resource {
        key: key.to_owned(),
        resource_type: kind.to_owned(),
        account: Some("111122223333".to_owned()),
        service: Some("guessed".to_owned()),
        parent: parent.map(str::to_owned),
        ..Resource::default()
    }
}

#[test]
fn the_first_rule_that_tells_decides_each_fact() {
    let rules = Rules::parse("rules.toml", RULES).unwrap();
    let mut rows = [
        resource("order-db", "aws_db_instance", None),
        resource("i-1", "aws_instance", None),
    ];
    let relations = rules.apply(&mut rows);
    let owner = |row: &Resource| {
        let texts = [&row.service, &row.team, &row.environment];
        texts.map(|text| text.clone().unwrap_or_default())
    };
    assert_eq!(owner(&rows[0]), ["orders", "payments", "production"]);
    assert_eq!(owner(&rows[1]), ["guessed", "platform", "production"]);
    assert_eq!(relations.len(), 1);
    assert_eq!(
        (relations[0].from.as_str(), relations[0].to.as_str()),
        ("orders", "order-db")
    );
    assert!(
        relations[0].evidence.contains("line 3"),
        "{}",
        relations[0].evidence
    );
}

#[test]
fn facets_inherit_what_rules_told_of_their_parents() {
    let rules = Rules::parse("rules.toml", RULES).unwrap();
    let mut rows = [
        resource("grant-of-grant", "aws_thing", Some("grant")),
        resource("grant", "aws_thing", Some("order-db")),
        resource("order-db", "aws_db_instance", None),
    ];
    rules.apply(&mut rows);
    let services: Vec<Option<&str>> = rows.iter().map(|row| row.service.as_deref()).collect();
    assert_eq!(services, [Some("orders"); 3]);
}

#[test]
fn rules_that_fit_nothing_are_known_by_their_lines() {
    let of = |field: &str, glob: &str| {
        let text = format!("match = {{ {field} = \"{glob}\" }}\nset = {{ team = \"t\" }}\n");
        format!("[[rule]]\n{text}")
    };
    // Another rule may have changed the service, so nothing is said of it.
    let text = of("name", "order*") + &of("name", "oder*") + &of("service", "gone");
    let rules = Rules::parse("rules.toml", &text).unwrap();
    let rows = [resource("order-db", "aws_db_instance", None)];
    assert_eq!(rules.unfit(&rows), [4]);
    assert_eq!(rules.unfit(&[]), [1, 4, 7]);
}

#[test]
fn a_mistake_is_told_with_its_line() {
    let check = |text: &str, expected: &str| {
        let error = Rules::parse("rules.toml", text).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    check(
        "[[rule]]\nmatch = { nmae = \"x\" }\nset = { team = \"t\" }",
        "line 2",
    );
    check(
        "[[rule]]\nmatch = { nmae = \"x\" }\nset = { team = \"t\" }",
        "nmae",
    );
    check(
        "\n[[rule]]\nset = { team = \"t\" }",
        "line 2: the rule has no condition",
    );
    check(
        "[[rule]]\nmatch = { name = \"x\" }",
        "line 1: the rule sets nothing",
    );
    check(
        "[[rule]]\nmatch = { name = \"x\" }\nset = { team = \" \" }",
        "is empty",
    );
    check(
        "[[rule]]\nmatch = { name = 5 }\nset = { team = \"t\" }",
        "line 2",
    );
    check(
        "[[rule]]\nmatch = { kind = \"databse\" }\nset = { team = \"t\" }",
        "line 1: no kind is called `databse`, expected one of `organization`, ",
    );
    check(
        "[[rule]]\nmatch = { provider = \"amazon\" }\nset = { team = \"t\" }",
        "line 1: no provider is called `amazon`, expected one of `aws`, `azure`, `gcp`",
    );
    let fits = "[[rule]]\nmatch = { kind = \"data*\", provider = \"a*\" }\nset = { team = \"t\" }";
    assert!(Rules::parse("rules.toml", fits).is_ok());
    check("[[rule]\n", "line 1");
    check("rules = []", "line 1");
}
