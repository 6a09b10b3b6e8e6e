//! What does not matter changes no verdict.

use nepho_core::tables::ChangeAction;
use nepho_core::time::NANOS;

use super::*;

const DB: &str = "arn:aws:rds:eu-west-1:111122223333:db:order-db";
const GROUP: &str = "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0db1a2b3c4d5e6f70";
/// When the database is lost.
const START: &str = "2024-05-01T10:00:00Z";
/// Seconds that the outage lasts.
const OUTAGE: i64 = 900;
const HOUR: i64 = 3600 * NANOS;

/// Numbers that are the same each time: Knuth, MMIX.
struct Numbers(u64);

impl Numbers {
    /// A number below `limit`.
    fn below(&mut self, limit: i64) -> i64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(self.0 >> 33).unwrap() % limit
    }
}

/// One row: when, of which service, and what it tells.
type Line = (i64, String, &'static str, String);

/// A shop in which one request in `rare` fails at any time, and all that need a database from
/// [`START`] on. A request that fails writes `rows` rows.
#[derive(Clone)]
struct Shop {
    /// The one that loses the database, the one that needs it, and the others.
    names: [&'static str; 3],
    rare: i64,
    rows: i64,
    /// Seconds before and after the beginning of the outage.
    from: i64,
    to: i64,
    healthy: usize,
    has_outage: bool,
}

impl Default for Shop {
    fn default() -> Self {
        Self {
            names: ["checkout", "cart", "search"],
            rare: 500,
            rows: 1,
            from: -3600,
            to: 1800,
            healthy: 1,
            has_outage: true,
        }
    }
}

impl Shop {
    fn lines(&self, seed: u64) -> Vec<Line> {
        let start = time(START).0;
        let others = (0..self.healthy).map(|number| match number {
            0 => self.names[2].to_owned(),
            _ => format!("{}-{number}", self.names[2]),
        });
        let own = self.names[..2].iter().map(|name| (*name).to_owned());
        let mut lines = Vec::new();
        for (number, service) in own.chain(others).enumerate() {
            // Each has numbers of its own, so that it is the same beside others.
            let mut numbers = Numbers(seed.wrapping_mul(1000) + number as u64);
            for second in (self.from..self.to).step_by(2) {
                let millis = numbers.below(1800) + if number == 1 { 200 } else { 0 };
                let at = start + second * NANOS + millis * 1_000_000;
                let is_lost = number < 2 && (0..OUTAGE).contains(&second) && self.has_outage;
                // Whether one right before it is a part of it, nobody could tell.
                let fails = numbers.below(self.rare) == 0 && !(-130..0).contains(&second);
                let body = match (is_lost, number) {
                    (true, 0) => "could not connect to order-db:5432: timed out".to_owned(),
                    (true, _) => format!("503 from {}: POST /orders", self.names[0]),
                    _ if fails => "request failed: invalid state".to_owned(),
                    _ => "done".to_owned(),
                };
                let is_failure = is_lost || fails;
                let level = if is_failure { "ERROR" } else { "INFO" };
                for row in 0..if is_failure { self.rows } else { 1 } {
                    lines.push((at + row * 1_000_000, service.clone(), level, body.clone()));
                }
            }
        }
        lines
    }

    /// The story of these lines, all of which are `moved` by so many nanoseconds.
    fn story(&self, lines: &[Line], moved: i64) -> Story {
        let mut change = change("aws_security_group.db", START, "aws_security_group", &[]);
        change.resource = Some(GROUP.to_owned());
        change.time = Some(time(START).plus(moved - 30 * NANOS));
        change.attributes = vec!["ingress".to_owned()];
        let story = Story::default()
            .resource(DB, "aws_db_instance", &["order-db"])
            .resource(GROUP, "aws_security_group", &[])
            .edge(DB, RelationKind::Attached, GROUP)
            .calls(self.names[0], DB)
            .calls(self.names[1], self.names[0])
            .change(change);
        lines
            .iter()
            .fold(story, |story, (at, service, level, body)| {
                let at = nepho_core::Timestamp(at + moved);
                story.row(AWS, at, service, level, body, None)
            })
    }

    fn verdicts(&self, seed: u64) -> Vec<String> {
        self.story(&self.lines(seed), 0).verdicts()
    }
}

const VERDICT: &str = "checkout < cart | aws_security_group.db";

#[test]
fn the_rows_that_a_failing_request_writes_are_one_failure() {
    for rows in [1, 3, 10] {
        for rare in [100, 1000] {
            let quiet = Shop {
                rows,
                rare,
                has_outage: false,
                ..Shop::default()
            };
            let seeds = 0..2;
            let found: Vec<_> = seeds.flat_map(|seed| quiet.verdicts(seed)).collect();
            assert!(found.is_empty(), "{rows} of one in {rare}: {found:?}");
        }
        let shop = Shop {
            rows,
            ..Shop::default()
        };
        assert_eq!(shop.verdicts(1), [VERDICT], "{rows}");
    }
}

#[test]
fn failures_that_were_usual_and_end_are_no_incident() {
    for rows in 1..=3 {
        let shop = Shop {
            has_outage: false,
            rare: i64::MAX,
            ..Shop::default()
        };
        let mut lines = shop.lines(1);
        for failure in 0..14 {
            let at = time(START).0 + (failure * 250 - 3500) * NANOS;
            for row in 0..rows {
                let body = "request failed: invalid state".to_owned();
                lines.push((at + row * 1_000_000, "cart".to_owned(), "ERROR", body));
            }
        }
        let found = shop.story(&lines, 0).verdicts();
        assert!(found.is_empty(), "{rows}: {found:?}");
    }
}

#[test]
fn rows_that_are_given_twice_tell_nothing_new() {
    for seed in 0..2 {
        let (shop, lines) = (Shop::default(), Shop::default().lines(seed));
        let twice: Vec<Line> = lines.iter().chain(&lines).cloned().collect();
        let some = lines.iter().step_by(3);
        let partly: Vec<Line> = lines.iter().chain(some).cloned().collect();
        for lines in [lines, twice, partly] {
            assert_eq!(shop.story(&lines, 0).verdicts(), [VERDICT], "{seed}");
        }
    }
}

#[test]
fn a_part_of_the_rows_tells_the_same_cause() {
    for seed in 0..4 {
        let mut numbers = Numbers(seed);
        let mut lines = Shop::default().lines(seed);
        lines.retain(|_| numbers.below(2) == 0);
        let found = Shop::default().story(&lines, 0).verdicts();
        assert_eq!(found, [VERDICT], "{seed}");
    }
}

#[test]
fn a_failure_as_they_are_usual_does_not_begin_an_incident() {
    for before in [30, 60, 90] {
        let mut lines = Shop::default().lines(1);
        let at = time(START).0 - before * NANOS - 1;
        let body = "request failed: invalid state".to_owned();
        lines.push((at, "checkout".to_owned(), "ERROR", body));
        let found = Shop::default().story(&lines, 0).verdicts();
        assert_eq!(found, [VERDICT], "{before}");
    }
}

#[test]
fn when_it_happens_does_not_matter() {
    let shop = Shop::default();
    let lines = shop.lines(2);
    // Parts of an interval, midnight, and the ends of a year and of a February with 29 days.
    let days = 24 * HOUR;
    let moves = [1, 4_999, 9_000].map(|millis| millis * 1_000_000);
    for moved in moves.into_iter().chain([14 * HOUR, 244 * days, -61 * days]) {
        let story = shop.story(&lines, moved);
        assert_eq!(story.verdicts(), [VERDICT], "{moved}");
        let onset = shop.story(&lines, 0).incidents()[0].primary.onset;
        let found = story.incidents()[0].primary.onset;
        assert_eq!(found.since(onset), moved, "{moved}");
    }
}

#[test]
fn healthy_services_and_hours_beside_it_do_not_matter() {
    let beside = Shop {
        healthy: 20,
        ..Shop::default()
    };
    assert_eq!(beside.verdicts(3), [VERDICT]);
    let before = Shop {
        from: -86_400,
        ..Shop::default()
    };
    assert_eq!(before.verdicts(3), [VERDICT]);
}

#[test]
fn names_do_not_matter() {
    let families = [
        ["svc", "svc-a", "svc-a-b"],
        ["shop-a-b", "shop-a", "shop"],
        ["error", "info", "api"],
        ["Pay.Gate2", "Cart.API", "10"],
    ];
    for names in families {
        let shop = Shop {
            names,
            ..Shop::default()
        };
        let expected = format!("{} < {} | aws_security_group.db", names[0], names[1]);
        assert_eq!(shop.verdicts(4), [expected]);
    }
}

#[test]
fn another_incident_an_hour_later_is_told_apart() {
    let shop = Shop {
        to: 7200,
        ..Shop::default()
    };
    let mut lines = shop.lines(5);
    let later = time(START).0 + HOUR;
    for (at, service, level, body) in &mut lines {
        if service == "search" && (later..later + HOUR / 4).contains(at) {
            (*level, *body) = ("ERROR", "out of memory: cannot allocate".to_owned());
        }
    }
    let found = shop.story(&lines, 0).verdicts();
    assert_eq!(found, [VERDICT, "search <  | none"]);
}

#[test]
fn whoever_uses_a_store_does_not_call_those_whose_it_is() {
    // Cart has a database of its own, which checkout uses as well, and fails now and then before.
    let story = |owner: Option<&str>| {
        let shop = Shop {
            names: ["checkout", "cart", "search"],
            ..Shop::default()
        };
        let mut lines = shop.lines(6);
        let early = time(START).0 - 40 * NANOS;
        for row in 0..3 {
            let body = "bad answer of search".to_owned();
            let at = early + row * 4 * NANOS;
            lines.push((at, "cart".to_owned(), "ERROR", body));
        }
        let story = shop.story(&lines, 0);
        owner.into_iter().fold(story, |story, owner| {
            story.edge(owner, RelationKind::RunsOn, DB)
        })
    };
    assert_eq!(story(None).verdicts(), [VERDICT]);
    assert_eq!(story(Some("cart")).verdicts(), [VERDICT]);
}

#[test]
fn an_id_that_aws_made_is_the_same_with_and_without_its_arn() {
    let shop = Shop::default();
    let mut story = shop.story(&shop.lines(7), 0);
    let id = GROUP.rsplit('/').next().unwrap();
    story.changes[0].resource = Some(id.to_owned());
    story.changes[0].action = ChangeAction::Update;
    assert_eq!(story.verdicts(), [VERDICT]);
    // The tool tells of it as well, as of something of its own.
    let story = story.resource(id, "aws:ec2/securityGroup:SecurityGroup", &[]);
    assert_eq!(story.verdicts(), [VERDICT]);
}
