//! How many keys of resources are right on the data beside the repository (`../shared/iac`).
//! Skipped where they are absent.

#![expect(clippy::print_stderr, reason = "a test tells its figures")]

use nepho_tests::iac::identity::figures;

/// Least percentage of right answers of each figure, in their order.
const LEAST: [(&str, f64); 5] = [
    ("names of Google assets on plans", 100.0),
    ("names of Google resources by attributes", 100.0),
    ("ARNs by physical id", 95.0),
    ("types of the resource manager", 90.0),
    ("keys of instances in states", 90.0),
];

#[test]
fn keys_are_right_on_the_data_beside_the_repository() {
    let figures = figures();
    if figures.is_empty() {
        eprintln!("../shared/iac is not there: what needs it is skipped");
        return;
    }
    let mut low = Vec::new();
    for (figure, (name, least)) in figures.iter().zip(LEAST) {
        eprintln!("{}: {} of {}", figure.name, figure.right, figure.total);
        for wrong in &figure.wrong {
            eprintln!("  {wrong}");
        }
        assert_eq!(figure.name, name);
        assert!(figure.total > 0, "{name}: nothing to compare");
        let percent = 100.0 * figure.right as f64 / figure.total as f64;
        if percent < least {
            low.push(format!("{name}: {percent:.1} %"));
        }
    }
    assert!(low.is_empty(), "{low:?}");
}
