//! Log formats of Cloudflare.

mod formats;
