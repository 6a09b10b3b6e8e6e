//! Log formats of HashiCorp Vault.

mod formats;
