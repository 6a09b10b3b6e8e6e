//! Limits that several things share.

use super::AWS;
use crate::testing::{Story, change};

/// Calls of a function are throttled 80 seconds after another function got `attribute`, in the
/// same region or not.
fn verdicts(region: &str, attribute: &str, message: &str) -> Vec<String> {
    let mut put = change(
        "batch-resize",
        "2024-05-01T10:00:00Z",
        "AWS::Lambda::Function",
        &[attribute],
    );
    put.resource = Some(format!(
        "arn:aws:lambda:{region}:111122223333:function:batch-resize"
    ));
    Story::default()
        .every(AWS, "2024-05-01T09:00:00Z", 5, 1200, "orders INFO placed")
        .every(
            AWS,
            "2024-05-01T10:01:20Z",
            2,
            300,
            &format!("orders ERROR {message}"),
        )
        .in_place(
            "eu-west-1",
            "arn:aws:ecs:eu-west-1:111122223333:service/shop/orders",
        )
        .change(put)
        .verdicts()
}

#[test]
fn what_one_function_reserves_is_taken_from_all() {
    let throttled = "invoke of inventory failed: TooManyRequestsException: Rate Exceeded. \
                     (Service: Lambda, Status Code: 429)";
    let check = |region: &str, attribute: &str, message: &str, cause: &str| {
        let found = verdicts(region, attribute, message);
        assert_eq!(
            found,
            [format!("orders <  | {cause}")],
            "{region} {attribute}"
        );
    };
    let home = "eu-west-1";
    check(
        home,
        "reservedConcurrentExecutions",
        throttled,
        "batch-resize",
    );
    check(
        home,
        "reserved_concurrent_executions",
        throttled,
        "batch-resize",
    );
    check(home, "memory_size", throttled, "none");
    check(
        "us-east-1",
        "reservedConcurrentExecutions",
        throttled,
        "none",
    );
    let other = "could not connect to inventory: timed out";
    check(home, "reservedConcurrentExecutions", other, "none");
}
