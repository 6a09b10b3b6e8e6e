//! Log formats of Okta.

mod formats;
