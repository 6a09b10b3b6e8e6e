//! Feeds of Azure and Kubernetes on the data beside the repository (`../shared/iac`). Skipped where
//! they are absent.
#![cfg(feature = "full")]
#![expect(clippy::print_stderr, reason = "a test tells its figures")]

use nepho as _;
use nepho_tests::iac::{Figure, azure, kubernetes};

fn check(figures: &[Figure]) {
    if figures.is_empty() {
        eprintln!("../shared/iac is not there: what needs it is skipped");
        return;
    }
    for figure in figures {
        eprintln!("{}: {} of {}", figure.name, figure.right, figure.total);
        for wrong in &figure.wrong {
            eprintln!("  {wrong}");
        }
    }
    for figure in figures {
        assert!(figure.total > 0, "{}: nothing to compare", figure.name);
        assert_eq!(figure.right, figure.total, "{}", figure.name);
    }
}

#[test]
fn deployments_of_azure_are_as_recorded() {
    check(&azure::figures());
}

#[test]
fn helm_flux_and_argo_are_as_their_documents_say() {
    check(&kubernetes::figures());
}
