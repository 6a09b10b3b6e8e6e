//! Prints how right the feeds of infrastructure tools are on the data beside the repository, one
//! row of a Markdown table for each figure: `iac_accuracy [TOOL...]`. `iac_accuracy unsettled`
//! prints where the real account differs from what is specified, `iac_accuracy explained` why
//! figures are below their totals.
#![expect(clippy::print_stdout, reason = "it prints figures")]

use nepho_tests::iac::{self, Figure};

fn main() {
    let tools: Vec<String> = std::env::args().skip(1).collect();
    if tools == ["unsettled"] {
        return unsettled();
    }
    if tools == ["explained"] {
        return explained();
    }
    for (tool, figures) in iac::TOOLS {
        if tools.is_empty() || tools.iter().any(|wanted| wanted == tool) {
            figures().iter().for_each(print);
        }
    }
}

fn unsettled() {
    for one in iac::provenance::unsettled().unwrap_or_default() {
        println!(
            "| {} | {} | {} | {} |",
            one.what, one.specified, one.here, one.why
        );
    }
}

fn explained() {
    let terraform = iac::terraform::EXPLAINED.iter();
    for (case, why) in terraform.chain(&iac::identity::EXPLAINED) {
        println!("| {} | {why} |", case.trim_end_matches(['/', ':']));
    }
}

fn print(figure: &Figure) {
    println!("| {} | {} / {} |", figure.name, figure.right, figure.total);
    for wrong in &figure.wrong {
        println!("| - wrong: {} | |", wrong.replace('|', "\\|"));
    }
}
