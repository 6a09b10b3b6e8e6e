//! Log formats of common schemas: ECS and OCSF.

mod formats;
mod provider;
