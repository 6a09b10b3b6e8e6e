//! Audit logs of hosted services and of identity providers.

mod formats;
