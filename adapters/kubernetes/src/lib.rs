//! Log formats of Kubernetes and of the container runtimes below it.

pub mod formats;
mod message;
mod place;
