//! More calls than are kept.

use super::*;

const MOST: usize = limit::MAX_STATEMENTS;
const INSTANCE: &str = "i-0a1b2c3d";
const VOLUME: &str = "vol-0a1b2c3d";

/// Takes note of calls one by one, at the second that is told.
#[derive(Default)]
struct Story {
    audited: Audited,
    line: u64,
}

impl Story {
    fn call(&mut self, operation: &str, second: i64, from: &str, to: &str, key: Option<&str>) {
        let words = |word: &str| match word {
            "" => Vec::new(),
            word => vec![word.to_owned()],
        };
        let named = Named {
            from: words(from),
            to: words(to),
            key: key.map(str::to_owned),
            ..Named::default()
        };
        self.line += 1;
        let told = Told {
            operation: operation.to_owned(),
            uri: format!("trail-{}", self.line % 2),
            line: self.line,
            id: format!("operation-{second}"),
        };
        let call = table::calls("ec2.amazonaws.com", operation)[0];
        self.audited
            .note(call, vec![named], Timestamp(second), &told);
    }

    /// Volumes that are attached and detached, more than are kept.
    fn churn(&mut self, from: i64) {
        for number in 0..MOST as i64 {
            let volume = format!("vol-{number:08x}");
            self.call("AttachVolume", from + number, "i-0000000a", &volume, None);
            self.call(
                "DetachVolume",
                from + number + 1,
                "i-0000000a",
                &volume,
                None,
            );
        }
    }

    /// When edges of the instance held.
    fn told(self) -> Vec<(String, Option<i64>, Option<i64>)> {
        self.told_with(&[])
    }

    /// The same where documents declare this.
    fn told_with(self, declared: &[Relation]) -> Vec<(String, Option<i64>, Option<i64>)> {
        let merged = crate::merge::merge(Vec::new());
        let directory = Directory::new(&merged);
        let relations = self.audited.relations(&directory, &merged, declared.iter());
        let own = relations.into_iter().filter(|edge| edge.from == INSTANCE);
        let second = |time: Option<Timestamp>| time.map(|time| time.0);
        own.map(|edge| (edge.to, second(edge.valid_from), second(edge.valid_to)))
            .collect()
    }
}

fn held(to: &str, from: i64, until: Option<i64>) -> (String, Option<i64>, Option<i64>) {
    (to.to_owned(), Some(from), until)
}

#[test]
fn a_call_that_is_told_again_takes_no_room() {
    let mut story = Story::default();
    for _ in 0..MOST {
        story.call("AttachVolume", 1, INSTANCE, VOLUME, None);
        story.call("DisassociateAddress", 2, "", "", Some("eipassoc-1"));
        story.call("ModifyInstanceAttribute", 3, INSTANCE, "sg-0000000a", None);
        story
            .audited
            .note_failed("operation-9".to_owned(), Timestamp(9));
    }
    assert_eq!(story.audited.count, 5);
    assert_eq!(story.audited.overlooked(), 0);
}

#[test]
fn what_holds_ends_after_many_others_came_and_went() {
    let mut story = Story::default();
    story.call("AttachVolume", 1, INSTANCE, VOLUME, None);
    story.call(
        "AttachNetworkInterface",
        1,
        INSTANCE,
        "eni-0a1b2c3d",
        Some("eni-attach-1"),
    );
    story.call("ModifyInstanceAttribute", 1, INSTANCE, "sg-0000000a", None);
    story.call(
        "AssociateAddress",
        1,
        INSTANCE,
        "eipalloc-0a1b2c3d",
        Some("eipassoc-1"),
    );
    story.churn(10);
    let end = 100_000;
    story.call("DetachVolume", end, INSTANCE, VOLUME, None);
    story.call("DetachNetworkInterface", end, "", "", Some("eni-attach-1"));
    story.call(
        "ModifyInstanceAttribute",
        end,
        INSTANCE,
        "sg-0000000b",
        None,
    );
    assert!(story.audited.count <= MOST);
    assert!(story.audited.overlooked() > 0);
    let expected = [
        held("eipalloc-0a1b2c3d", 1, None),
        held("eni-0a1b2c3d", 1, Some(end)),
        held("sg-0000000a", 1, Some(end)),
        held("sg-0000000b", end, None),
        held(VOLUME, 1, Some(end)),
    ];
    assert_eq!(story.told(), expected);
}

#[test]
fn the_newest_of_too_many_edges_are_kept() {
    let mut story = Story::default();
    let volume = |number: i64| format!("vol-{number:08x}");
    let count = MOST as i64 * 2;
    for number in 0..count {
        let key = format!("key-{number}");
        story.call(
            "AttachVolume",
            number,
            INSTANCE,
            &volume(number),
            Some(&key),
        );
    }
    let last = count - 1;
    story.call("DetachVolume", count, INSTANCE, &volume(last), None);
    story.call("AttachVolume", count, INSTANCE, VOLUME, None);
    story
        .audited
        .note_failed(format!("operation-{}", last - 1), Timestamp(count));
    assert!(story.audited.count <= MOST);
    let told = story.told();
    let of = |volume: &str| told.iter().find(|(to, _, _)| to == volume).cloned();
    assert_eq!(of(&volume(0)), None);
    assert_eq!(of(&volume(last - 1)), None);
    assert_eq!(
        of(&volume(last - 2)),
        Some(held(&volume(last - 2), last - 2, None))
    );
    assert_eq!(
        of(&volume(last)),
        Some(held(&volume(last), last, Some(count)))
    );
    assert_eq!(of(VOLUME), Some(held(VOLUME, count, None)));
}

#[test]
fn what_comes_and_goes_all_the_time_is_one_edge() {
    let mut story = Story::default();
    story.call("AttachVolume", 1, INSTANCE, VOLUME, None);
    for number in 0..MOST as i64 {
        let key = format!("eipassoc-{number}");
        let second = 10 + number * 10;
        story.call(
            "AssociateAddress",
            second,
            INSTANCE,
            "eipalloc-0000000a",
            Some(&key),
        );
        story.call("DisassociateAddress", second + 5, "", "", Some(&key));
    }
    assert!(story.audited.count <= MOST);
    let told = story.told();
    assert!(told.contains(&held(VOLUME, 1, None)));
    let addresses = told.iter().filter(|(to, _, _)| to.starts_with("eipalloc"));
    assert!(addresses.clone().count() > 100);
    for (_, from, until) in addresses {
        assert_eq!(from.map(|from| from + 5), *until);
    }
}

#[test]
fn lists_that_are_set_again_and_again_are_settled_at_once() {
    let mut story = Story::default();
    let group = |number: i64| format!("sg-{number:08x}");
    let count = MOST as i64 / 4;
    for number in 0..count {
        story.call(
            "ModifyInstanceAttribute",
            number,
            INSTANCE,
            &group(number),
            None,
        );
        let other = format!("i-{number:08x}");
        story.call(
            "ModifyInstanceAttribute",
            number,
            &other,
            "sg-0a1b2c3d",
            None,
        );
    }
    let told = story.told();
    assert_eq!(told.len() as i64, count);
    for (number, edge) in (0..).zip(told) {
        let end = Some(number + 1).filter(|end| *end < count);
        assert_eq!(edge, held(&group(number), number, end));
    }
}

/// An edge of the instance that a document declares.
fn declared(kind: RelationKind, to: &str) -> Relation {
    Relation {
        from: INSTANCE.to_owned(),
        to: to.to_owned(),
        kind,
        ..Relation::default()
    }
}

#[test]
fn what_documents_declare_ends_after_many_others_came_and_went() {
    let mut story = Story::default();
    let (volume, group) = ("vol-0000abcd", "sg-0000abcd");
    // One that was there, and one that came before it went.
    story.call("DetachVolume", 1, INSTANCE, VOLUME, None);
    story.call("AttachVolume", 1, INSTANCE, volume, None);
    story.call("DetachVolume", 2, INSTANCE, volume, None);
    story.call("DetachVolume", 2, INSTANCE, "vol-00000bad", None);
    // A list that leaves out what was declared.
    story.call("ModifyInstanceAttribute", 3, INSTANCE, "sg-0000000a", None);
    story.churn(10);
    story.call(
        "ModifyInstanceAttribute",
        90_000,
        INSTANCE,
        "sg-0000000b",
        None,
    );
    story.churn(100_000);
    let attached = RelationKind::Attached;
    let told = story.told_with(&[
        declared(attached, VOLUME),
        declared(attached, volume),
        declared(attached, group),
    ]);
    let of = |to: &str| -> Vec<Option<i64>> {
        let found = told.iter().filter(|(held, _, _)| held == to);
        found.map(|(_, _, until)| *until).collect()
    };
    assert_eq!(of(VOLUME), [Some(1)]);
    assert_eq!(of(volume), [Some(2)]);
    assert_eq!(of(group), [Some(3)]);
    assert!(of("vol-00000bad").is_empty());
}
