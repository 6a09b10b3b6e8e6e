//! Finds the row of a Pulumi type: by token, or by the words of module and name.

use std::collections::HashMap;

use crate::key::table::{Row, Table};

use super::plain;

/// Rows of a table by the word of their Pulumi token.
pub(super) struct Index(HashMap<String, Row>);

impl Index {
    /// Index of a table whose first column is the Terraform type and the second the token, empty
    /// where both have the same word.
    pub(super) fn of(table: Table) -> Self {
        let entry = |row: Row| {
            let token = match row.column(1) {
                "" => row.column(0).split_once('_').map_or("", |(_, rest)| rest),
                token => token,
            };
            (plain(token), row)
        };
        Self(table.rows().map(entry).collect())
    }

    /// Row of a token: `aws:ec2/securityGroup:SecurityGroup`, with or without the file. Second
    /// versions of a type that are not in the table count as the first.
    pub(super) fn find(&self, token: &str) -> Option<Row> {
        let word = plain(&short(token)?);
        let found = self.0.get(&word);
        let older = || self.0.get(word.strip_suffix("v2")?);
        found.or_else(older).copied()
    }
}

/// Module and name of a token: `ec2:SecurityGroup`.
pub(super) fn short(token: &str) -> Option<String> {
    let mut parts = token.split(':').skip(1);
    let module = parts.next()?.split('/').next()?;
    let name = parts.next().filter(|name| !name.is_empty())?;
    parts.next().is_none().then(|| format!("{module}:{name}"))
}
