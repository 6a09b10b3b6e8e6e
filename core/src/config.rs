//! Typed settings: one struct per component, read from JSON, with errors that name the setting.

use serde::de::DeserializeOwned;

use crate::{Error, ErrorKind, Result};

/// Settings of a component. The documentation of the fields is the manual.
///
/// Implementors derive `Deserialize` with `deny_unknown_fields` and a default for every field.
pub trait Config: DeserializeOwned + Default + schemars::JsonSchema {}

/// Settings of component `component` from JSON text; empty text gives the defaults.
///
/// # Errors
/// [`ErrorKind::InvalidConfig`] for text that is no JSON, an unknown setting or a wrong type.
pub fn read<C: Config>(component: &str, text: &str) -> Result<C> {
    if text.trim().is_empty() {
        return Ok(C::default());
    }
    serde_json::from_str(text).map_err(|error| {
        Error::new(
            ErrorKind::InvalidConfig,
            format!("{component}: read the settings"),
            error.to_string(),
        )
    })
}

/// JSON schema of the settings of a component, for documentation and editors.
pub fn schema<C: Config>() -> serde_json::Value {
    schemars::schema_for!(C).to_value()
}
