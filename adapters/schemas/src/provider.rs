//! Names of clouds as schemas write them.

use nepho_core::tables::{Column, Row};

/// Sets the provider, if `name` is that of a cloud.
pub(crate) fn put(name: &str, row: &mut Row<'_>) {
    let provider = match name.to_ascii_lowercase().as_str() {
        "aws" | "amazon" | "amazon web services" => "aws",
        "azure" | "microsoft azure" => "azure",
        "gcp" | "google cloud" | "google cloud platform" => "gcp",
        _ => return,
    };
    row.constant(Column::Provider, provider);
}
