//! Rules that say whose resources are: a file is read, or refused with its name and line.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nepho_analyzer_resources::rules::Rules;
use nepho_core::ErrorKind;
use nepho_core::tables::Resource;

fuzz_target!(|input: &[u8]| {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    match Rules::parse("rules.toml", text) {
        Ok(rules) => {
            let mut rows = [Resource {
                key: "arn:aws:s3:::media".to_owned(),
                name: Some("media".to_owned()),
                resource_type: "aws_s3_bucket".to_owned(),
                ..Resource::default()
            }];
            rules.apply(&mut rows);
        }
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::InvalidConfig);
            assert!(error.to_string().contains("rules.toml"), "{error}");
        }
    }
});
