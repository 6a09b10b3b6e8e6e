//! Whose an object is: labels and annotations that name service, team and environment, and the tool
//! that manages it.

use nepho_core::key;

use crate::kinds;
use crate::object::Object;
use crate::value::members;

/// Labels that name the service, the most telling first; as in logs of containers.
const SERVICE: [&str; 7] = [
    "app.kubernetes.io/name",
    "app",
    "k8s-app",
    "service",
    "app.kubernetes.io/component",
    "component",
    "run",
];
/// Labels that name the team, behind any prefix.
const TEAM: [&str; 5] = ["team", "owner", "squad", "owned-by", "owner-team"];
/// Labels that name the environment, behind any prefix.
const ENVIRONMENT: [&str; 4] = ["environment", "env", "stage", "tags.datadoghq.com/env"];

/// Who an object belongs to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) service: Option<String>,
    pub(crate) team: Option<String>,
    pub(crate) environment: Option<String>,
}

/// What manages an object.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Manager {
    /// `helm`, `argocd`, `flux`, ...
    pub(crate) tool: &'static str,
    /// Release, application or Kustomization.
    pub(crate) scope: String,
    /// Canonical id of it.
    pub(crate) key: String,
    /// Label or annotation that tells it.
    pub(crate) evidence: &'static str,
}

impl Owner {
    /// Owner by labels and annotations.
    pub(crate) fn of(object: &Object<'_>) -> Self {
        let named = |names: &[&str]| {
            let label = names.iter().find_map(|name| object.label(name));
            label.or_else(|| names.iter().find_map(|name| object.annotation(name)))
        };
        let behind_prefix = |names: &[&str]| {
            let labels = members(object.value, &["metadata", "labels"]);
            let annotations = members(object.value, &["metadata", "annotations"]);
            let mut all = labels.chain(annotations);
            all.find_map(|(name, value)| {
                let last = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
                let is_vendors = name.contains("kubernetes.io/") || name.contains("k8s.io/");
                let fits = !is_vendors && names.contains(&last.replace('_', "-").as_str());
                value.as_str().filter(|value| fits && !value.is_empty())
            })
        };
        let own = kinds::is_workload(object.kind).then_some(object.name);
        let owned = |value: Option<&str>| value.map(str::to_owned);
        Self {
            service: owned(named(&SERVICE).or(own)),
            team: owned(named(&TEAM).or_else(|| behind_prefix(&TEAM))),
            environment: owned(named(&ENVIRONMENT).or_else(|| behind_prefix(&ENVIRONMENT))),
        }
    }
}

impl Manager {
    /// The tool that says on the object that it manages it.
    pub(crate) fn of(object: &Object<'_>) -> Option<Self> {
        if let Some(id) = object.annotation("argocd.argoproj.io/tracking-id") {
            // `[namespace_]application:group/kind:namespace/name`
            let application = id.split(':').next().unwrap_or_default();
            return Some(argo(
                application,
                "annotation `argocd.argoproj.io/tracking-id`",
            ));
        }
        let flux = [
            (
                "kustomize.toolkit.fluxcd.io",
                "Kustomization",
                "label `kustomize.toolkit.fluxcd.io/name`",
            ),
            (
                "helm.toolkit.fluxcd.io",
                "HelmRelease",
                "label `helm.toolkit.fluxcd.io/name`",
            ),
        ];
        for (group, kind, evidence) in flux {
            let name = object.label(&format!("{group}/name"));
            let Some(name) = name.filter(|_| object.group != group || object.kind != kind) else {
                continue;
            };
            let namespace = object.label(&format!("{group}/namespace"));
            let namespace = namespace.unwrap_or(object.namespace);
            return Some(Self {
                tool: "flux",
                scope: format!("{kind}/{namespace}/{name}"),
                key: key::kubernetes("", group, kind, namespace, name),
                evidence,
            });
        }
        if let Some(application) = object.label("argocd.argoproj.io/instance") {
            return Some(argo(application, "label `argocd.argoproj.io/instance`"));
        }
        let release = object.annotation("meta.helm.sh/release-name")?;
        let namespace = object.annotation("meta.helm.sh/release-namespace");
        let namespace = namespace.unwrap_or(object.namespace);
        Some(Self {
            tool: "helm",
            scope: format!("{namespace}/{release}"),
            key: crate::helm::release_key(namespace, release),
            evidence: "annotation `meta.helm.sh/release-name`",
        })
    }
}

fn argo(application: &str, evidence: &'static str) -> Manager {
    let (namespace, name) = application
        .split_once('_')
        .unwrap_or(("argocd", application));
    Manager {
        tool: "argocd",
        scope: format!("{namespace}/{name}"),
        key: key::kubernetes("", "argoproj.io", "Application", namespace, name),
        evidence,
    }
}
