//! The mapping table: what goes where. Its parts are [`COLUMNS`] and [`EXTRAS`].

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Class;
use super::columns::COLUMNS;
use super::extras::EXTRAS;
use super::mapping::Mapping;

/// Entries by the name that they are for, in the order of the table.
static BY_NAME: LazyLock<HashMap<(bool, &str), Vec<&Mapping>>> = LazyLock::new(|| {
    let mut index: HashMap<_, Vec<_>> = HashMap::new();
    for entry in COLUMNS.iter().chain(EXTRAS) {
        let key = (entry.is_column, entry.from);
        index.entry(key).or_default().push(entry);
    }
    index
});

/// The entry for a column or normalised name of a row of this class and format.
pub(super) fn entry(
    name: &str,
    is_column: bool,
    class: Class,
    format: &str,
) -> Option<&'static Mapping> {
    let entries = BY_NAME.get(&(is_column, name))?;
    entries
        .iter()
        .find(|entry| entry.fits(class, format))
        .copied()
}
