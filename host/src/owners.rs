//! Rules that say whose resources are, as far as the analyzer that knows them is linked.

#[cfg(feature = "analyzer-resources")]
pub(crate) use analyzer_resources::rules::Rules as OwnerRules;

/// No rules.
#[cfg(not(feature = "analyzer-resources"))]
#[derive(Clone, Debug, Default)]
pub(crate) struct OwnerRules;

#[cfg(not(feature = "analyzer-resources"))]
impl OwnerRules {
    /// There are none.
    pub(crate) fn is_empty(&self) -> bool {
        true
    }

    /// Changes nothing.
    pub(crate) fn apply(
        &self,
        _rows: &mut [nepho_core::tables::Resource],
    ) -> Vec<nepho_core::tables::Relation> {
        Vec::new()
    }
}
