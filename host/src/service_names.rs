//! Services that files are of, for rows that tell none.

use std::str::FromStr;

use nepho_core::{Error, ErrorKind};

use crate::files::STANDARD_INPUT;
use crate::for_files;

/// The service that some files are of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceName {
    /// Which files are; `None` for all. Standard input is called `-`.
    pub files: Option<glob::Pattern>,
    /// Name of the service.
    pub name: String,
}

impl ServiceName {
    /// The service that standard input is of.
    pub fn of_standard_input(name: &str) -> Self {
        Self {
            files: glob::Pattern::new(STANDARD_INPUT).ok(),
            name: name.to_owned(),
        }
    }
}

impl FromStr for ServiceName {
    type Err = Error;

    /// Reads `checkout`, or `exports/checkout/**=checkout` for some files.
    fn from_str(text: &str) -> Result<Self, Error> {
        let what = "read `--service-name`";
        let (files, name) = for_files::parse(text, what)?;
        if name.is_empty() {
            let message = "no service is named; give `NAME`, or `FILES=NAME` for some files";
            return Err(Error::new(ErrorKind::InvalidConfig, what, message));
        }
        Ok(Self {
            files,
            name: name.to_owned(),
        })
    }
}

/// Service of the file `uri`, as the last name that is for it says.
pub(crate) fn service_of<'a>(names: &'a [ServiceName], uri: &str) -> Option<&'a str> {
    let found = for_files::last(names, uri, |one| &one.files);
    found.map(|one| one.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_name_that_fits_counts() {
        let names = ["shop", "exports/pay*/**=payments"];
        let mut names: Vec<ServiceName> = names.iter().flat_map(|name| name.parse()).collect();
        names.push(ServiceName::of_standard_input("orders"));
        assert_eq!(names.len(), 3);
        assert_eq!(service_of(&names, "web.log"), Some("shop"));
        assert_eq!(service_of(&names, "exports/pay-1/0.gz"), Some("payments"));
        assert_eq!(service_of(&names, "-"), Some("orders"));
        assert_eq!(service_of(&names[1..], "web.log"), None);
    }

    #[test]
    fn names_and_patterns_that_are_wrong_are_told() {
        let check = |text: &str, expected: &str| {
            let error = text
                .parse::<ServiceName>()
                .map(drop)
                .map_err(|error| error.to_string());
            assert!(error.is_err_and(|error| error.contains(expected)), "{text}");
        };
        check("", "no service is named");
        check("exports/*=", "no service is named");
        check("exports/***=checkout", "the pattern of files");
    }
}
