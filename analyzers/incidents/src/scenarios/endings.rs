//! What was done shortly before a failure ended.

use nepho_core::findings::IncidentDetails;

use super::*;

const RESIZE: &str = "arn:aws:lambda:eu-west-1:111122223333:function:resize";

fn call(name: &str, at: &str, resource: &str) -> Change {
    let mut call = change(name, at, "AWS::Lambda::Function", &[]);
    call.id = format!("audit:{name}");
    call.resource = Some(resource.to_owned());
    call
}

/// Checkout is throttled for four minutes from ten o'clock on.
fn throttled(changes: &[Change]) -> IncidentDetails {
    let failing = "checkout ERROR invoke of stock failed: TooManyRequestsException: Rate Exceeded";
    let mut story = shop()
        .resource(RESIZE, "aws_lambda_function", &["resize"])
        .every(AWS, "2024-05-01T10:00:07Z", 4, 60, failing);
    for change in changes {
        story = story.change(change.clone());
    }
    story.incidents().remove(0)
}

#[test]
fn what_was_taken_back_as_it_ended_is_possible_without_a_path() {
    let put = call("PutFunctionConcurrency", "2024-05-01T09:59:00Z", RESIZE);
    let delete = call("DeleteFunctionConcurrency", "2024-05-01T10:03:20Z", RESIZE);
    let found = throttled(&[put.clone(), delete.clone()]);
    let ending = found.ended_by.unwrap();
    assert_eq!(ending.change, delete.id);
    assert_eq!(ending.text, "43 s after DeleteFunctionConcurrency (amit)");
    let first = &found.considered[0];
    assert_eq!(
        (&first.id, first.verdict),
        (&put.id, ChangeVerdict::Possible)
    );
    let why = "it came 1 min 7 s before the first failure, and DeleteFunctionConcurrency followed \
               on the same 43 s before the last failure";
    assert!(first.why.starts_with(why), "{}", first.why);
    // Alone it is as far away as before.
    let found = throttled(&[put]);
    assert_eq!(found.ended_by, None);
    assert_eq!(found.considered[0].verdict, ChangeVerdict::Cleared);
}

#[test]
fn what_is_replaced_and_taken_back_is_known_by_its_address() {
    let apply = |id: &str, at: &str, resource: &str| {
        let mut change = change("aws_x.pool", at, "aws_x", &["limit"]);
        change.id = id.to_owned();
        change.resource = Some(resource.to_owned());
        change
    };
    let first = apply("first", "2024-05-01T09:59:00Z", "x-1");
    let second = apply("second", "2024-05-01T10:03:20Z", "x-2");
    let found = throttled(&[first, second.clone()]);
    let ending = found.ended_by.unwrap();
    assert_eq!(
        ending.text,
        "43 s after terraform update of aws_x.pool (amit)"
    );
    let first = &found.considered[0];
    let why = "it came 1 min 7 s before the first failure, and aws_x.pool followed on the same \
               43 s before the last failure";
    assert!(first.why.starts_with(why), "{}", first.why);
    // The same address of another workspace is another thing.
    let other = Change {
        scope: "stage".to_owned(),
        ..second
    };
    let first = apply("first", "2024-05-01T09:59:00Z", "x-1");
    let found = throttled(&[first, other]);
    let text = found.ended_by.unwrap().text;
    assert!(text.ends_with("nothing is known to tie the two"), "{text}");
}

#[test]
fn of_several_strangers_at_the_end_none_is_told() {
    let other = |name: &str, at: &str| call(name, at, &format!("{RESIZE}-{name}"));
    let one = other("TagResource", "2024-05-01T10:03:20Z");
    let two = other("UpdateAlias", "2024-05-01T10:03:30Z");
    let found = throttled(std::slice::from_ref(&one));
    let text = found.ended_by.unwrap().text;
    assert!(text.ends_with("nothing is known to tie the two"), "{text}");
    assert_eq!(throttled(&[one, two]).ended_by, None);
}
