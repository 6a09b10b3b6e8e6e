//! Tests of the whole in one program, which links once; each file is a module. `guide` and
//! `documents` are programs of their own: they register formats that the others must not know.

mod account;
mod bad_input;
mod catalog;
mod containers;
mod corpus;
mod cuts;
mod demo;
mod differential;
mod documents_damaged;
mod goldens;
mod html_report;
mod iac_cloudformation;
mod iac_gitops;
mod iac_graph;
mod iac_identity;
mod iac_provenance;
mod iac_pulumi;
mod iac_terraform;
mod inside;
mod long_line;
mod marks;
mod mutants;
mod ordinary;
mod readers;
mod rewritten;
mod scenarios;
mod schemas;
mod shuffled;
mod strangers;
mod taken;

#[test]
fn each_file_is_a_test() -> std::io::Result<()> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let name = name.strip_suffix(".rs").unwrap_or(&name);
        let is_module = include_str!("all.rs").contains(&format!("\nmod {name};\n"));
        let is_other = ["all", "documents", "guide", "snapshots"].contains(&name);
        assert!(is_module != is_other, "tests/{name}: name it in all.rs");
    }
    Ok(())
}
