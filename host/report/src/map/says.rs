//! What edges say in words.

/// What an edge says, seen from the dependent.
pub(crate) fn forward(kind: &str) -> &'static str {
    match kind {
        "calls" => "calls",
        "runs_on" => "runs on",
        "contains" => "lies in",
        "attached" => "is attached to",
        "routes" => "sends requests to",
        "scales" => "scales",
        "data_flow" => "passes data with",
        "permits_net" => "may reach",
        "permits_iam" => "may act as or on",
        "uses" => "uses",
        "managed_by" => "is managed by",
        "peers" => "is joined with",
        _ => "depends on",
    }
}

/// What an edge says, seen from the dependency.
pub(crate) fn backward(kind: &str) -> &'static str {
    match kind {
        "calls" => "called by",
        "runs_on" => "carries",
        "contains" => "holds",
        "attached" => "attached is",
        "routes" => "gets requests from",
        "scales" => "scaled by",
        "data_flow" => "passes data with",
        "permits_net" => "reached by",
        "permits_iam" => "granted to",
        "uses" => "used by",
        "managed_by" => "manages",
        "peers" => "is joined with",
        _ => "needed by",
    }
}
