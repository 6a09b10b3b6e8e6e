//! Log formats of Kubernetes and of the container runtimes below it.

mod cluster;
pub mod formats;
mod logged;
mod message;
mod place;
