//! Log formats of GitHub.

mod formats;
