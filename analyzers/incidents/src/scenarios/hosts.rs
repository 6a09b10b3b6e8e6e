//! Machines that messages name by their address.

use super::*;

/// Web loses the machine behind it, and a change touched both that and the one that asked.
fn cut_off(text: &str) -> Story {
    let machine = |name: &str| format!("arn:aws:ec2:eu-west-1:111122223333:instance/{name}");
    let mut story = shop().every(
        GCP,
        "2024-05-01T10:00:07Z",
        4,
        60,
        &format!("web ERROR {text}"),
    );
    // The lower number is that of whoever asked.
    for (name, address) in [("i-1", "10.2.0.9"), ("i-2", "10.1.0.4")] {
        let mut stopped = change(name, "2024-05-01T10:00:00Z", "aws_instance", &["ami"]);
        stopped.resource = Some(machine(name));
        story = story
            .resource(&machine(name), "aws_instance", &[name, address])
            .change(stopped);
    }
    story
}

#[test]
fn whoever_asked_is_not_what_was_lost() {
    let check = |text: &str, expected: &str| {
        let expected = format!("web <  | {expected}");
        assert_eq!(cut_off(text).verdicts(), [expected], "{text}");
    };
    check(
        "upstream timed out, client: 10.2.0.9, server: _, upstream: \"http://10.1.0.4:80/\"",
        "i-2",
    );
    check("read tcp 10.2.0.9:51234->10.1.0.4:80: i/o timeout", "i-2");
    check(
        "request from 10.2.0.9: connect to 10.1.0.4: timed out",
        "i-2",
    );
    check("10.2.0.9 10.1.0.4 timed out", "none");
}
