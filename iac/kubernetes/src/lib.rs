//! What changed in Kubernetes, and what there is: objects, records of Helm, and what the
//! controllers of Argo and Flux tell.
//!
//! | component | document |
//! |---|---|
//! | `kubernetes.objects` | `kubectl get -o json` or `-o yaml` and manifests, of any objects |
//! | `kubernetes.helm` | `helm history`, `helm list` and `helm status` with `-o json` |
//! | `kubernetes.gitops` | events of Flux, Argo CD and Argo Rollouts |
//!
//! Of values only those are kept that name an object, an image or an owner.

mod argo;
mod cloud;
mod document;
mod edges;
mod flux;
pub mod gitops;
pub mod helm;
mod kinds;
mod managers;
mod object;
pub mod objects;
mod owner;
mod reason;
mod rollout;
mod value;
