//! Processes that stop beneath a service that fails.

use super::*;

#[test]
fn what_ran_out_of_memory_beneath_is_told() {
    let mut story = Story::default()
        .every(AWS, "2024-05-01T08:30:00Z", 5, 1_800, "web INFO GET / 200")
        .every(AWS, "2024-05-01T08:30:02Z", 5, 1_800, "find INFO found")
        .calls("web", "find");
    for clock in ["09:10", "09:40", "10:12", "10:30"] {
        let out = format!("2024-05-01T{clock}:00Z");
        let failing = format!("2024-05-01T{clock}:02Z");
        story = story
            .every(
                AWS,
                &out,
                1,
                1,
                "find ERROR java.lang.OutOfMemoryError: Java heap space",
            )
            .every(
                AWS,
                &failing,
                3,
                40,
                "web ERROR GET /q failed: find answered 502",
            );
    }
    let found = story.incidents();
    assert_eq!(found.len(), 1, "{found:#?}");
    let trouble = found[0].trouble.as_ref().unwrap();
    assert_eq!(
        trouble.text,
        "an exhausted limit: memory (heap), as find logs"
    );
    let reason = &found[0].primary.reason;
    let quote = "find logged \"java.lang.OutOfMemoryError: Java heap space\" at that time";
    assert!(reason.contains(quote), "{reason}");
    assert!(!reason.contains("shows no failure"), "{reason}");
}
