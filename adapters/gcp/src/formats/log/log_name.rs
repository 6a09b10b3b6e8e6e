//! What the name of a log tells; the entries of one stream are of few logs.

use super::services;

/// What was found out about the names of the last logs.
#[derive(Default)]
pub(super) struct LogNames([LogName; NAMES]);

/// Names that are remembered.
const NAMES: usize = 8;

/// Bytes of a name that may be remembered; longer ones share a place.
const MAX_BYTES: usize = 256;

/// What the name of a log tells.
#[derive(Default)]
pub(super) struct LogName {
    name: String,
    /// Whether it is of the autoscaler of clusters.
    pub(super) is_autoscaler: bool,
    /// Whether it is of the service that finds intrusions.
    pub(super) is_threat: bool,
    /// Names that mean other things in its payloads.
    pub(super) own_names: &'static [&'static str],
}

impl LogNames {
    /// What this name tells.
    pub(super) fn of(&mut self, name: &str) -> &LogName {
        let place = match name.len() {
            length @ 0..=MAX_BYTES => length % NAMES,
            _ => 0,
        };
        let held = &mut self.0[place];
        if held.name != name {
            held.learn(name);
        }
        held
    }
}

impl LogName {
    fn learn(&mut self, name: &str) {
        name.clone_into(&mut self.name);
        self.is_autoscaler = name.contains("autoscaler");
        self.is_threat =
            name.contains("ids.googleapis.com") || name.contains("/threatdetection.googleapis.com");
        self.own_names = services::own_names(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_what_the_name_tells() {
        let mut names = LogNames::default();
        let long = "autoscaler".repeat(100);
        let logs = [
            "",
            "projects/shop/logs/stdout",
            "projects/shop/logs/autoscaler",
            "projects/shop/logs/cart-scaler",
            "projects/shop/logs/ids.googleapis.com%2Fthreat",
            "projects/shop/logs/threatdetection.googleapis.com%2Fdetection",
            "projects/p/logs/dataflow.googleapis.com%2Fworker",
            &long,
        ];
        for log in logs
            .iter()
            .flat_map(|log| [log, "projects/shop/logs/stderr"])
        {
            let found = names.of(log);
            assert_eq!(found.is_autoscaler, log.contains("autoscaler"));
            let is_threat = log.contains("ids.") || log.contains("threatdetection");
            assert_eq!(found.is_threat, is_threat);
            assert_eq!(found.own_names, services::own_names(log));
        }
    }
}
