//! What `nepho changes` tells besides the changes.

#![expect(clippy::expect_used, reason = "a test may fail")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

/// A folder with these files.
fn folder(name: &str, files: &[(&str, String)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    for (file, text) in files {
        let path = folder.join(file);
        let parent = path.parent().expect("a folder");
        fs::create_dir_all(parent).expect("a folder");
        fs::write(path, text).expect("written");
    }
    folder
}

fn nepho(folder: &Path, args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_nepho"))
        .args(args)
        .current_dir(folder)
        .output()
        .expect("the command runs");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What was written, each line break and what stands in front of the next line a blank.
fn text_of(folder: &Path, args: &[&str]) -> String {
    let text = nepho(folder, &[&["changes", "-q", "."], args].concat());
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn json_of(folder: &Path) -> Value {
    let text = nepho(folder, &["changes", "-q", "--json", "."]);
    serde_json::from_str(&text).expect("JSON")
}

fn state(cidr: &str) -> String {
    let attributes = json!({"id": "vpc-0123abcd", "cidr_block": cidr});
    json!({
        "version": 4, "terraform_version": "1.11.4", "serial": 4, "lineage": "0a1b2c3d-4444-5555-6666-777788889999",
        "outputs": {},
        "resources": [{
            "mode": "managed", "type": "aws_vpc", "name": "main",
            "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
            "instances": [{"schema_version": 1, "attributes": attributes}]}],
    })
    .to_string()
}

#[test]
fn a_rewritten_state_is_an_alarm() {
    let files = [
        ("net/terraform.tfstate", state("10.0.0.0/16")),
        ("net/terraform.tfstate.backup", state("10.1.0.0/16")),
    ];
    let folder = folder("rewritten", &files);
    let states = &json_of(&folder)["rewritten_states"];
    assert_eq!(states[0]["details"]["serial"], 4);
    let text = text_of(&folder, &[]);
    assert!(text.contains("1 state was rewritten"), "{text}");
    assert!(text.contains("rewritten at serial number 4"), "{text}");
}

#[test]
fn rejects_are_told_in_full_and_counted() {
    let object = |kind: &str| {
        format!("apiVersion: argoproj.io/v1alpha1\nkind: {kind}\nmetadata:\n  namespace: argocd\n")
    };
    let files: Vec<(&str, String)> = vec![("k8s/v1/unnamed.yaml", object("Application"))];
    let folder = folder("rejected", &files);
    let text = text_of(&folder, &[]);
    assert!(text.contains("k8s/v1/unnamed.yaml:1"), "{text}");
    assert!(!text.contains("kNs"), "{text}");
}
