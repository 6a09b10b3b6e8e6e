//! The block of lines that is one slow query.

/// Values of a block.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Block<'a> {
    /// Of `# Time:`, when the block was written.
    pub(super) time: Option<&'a str>,
    /// Of `SET timestamp=`, the time of the statement in seconds since 1970.
    pub(super) timestamp: Option<&'a str>,
    /// Name that the client gave.
    pub(super) user: &'a str,
    /// Address and name of the client's host.
    pub(super) hosts: [&'a str; 2],
    /// Of `use ...`.
    pub(super) database: Option<&'a str>,
    /// `Key: value` of the lines that begin with `#`.
    pub(super) values: Vec<(&'a str, &'a str)>,
    /// The statement as it was written, or the administrator command.
    pub(super) sql: &'a str,
}

/// Whether text begins like a block.
pub(super) fn is_block(text: &str) -> bool {
    match text.strip_prefix("# Time: ") {
        Some(rest) => {
            let time = rest.lines().next().unwrap_or_default().trim();
            nepho_codec::time::parse(time).is_some()
        }
        None => {
            let is_user = text.starts_with("# User@Host: ");
            is_user || text.starts_with("# Query_time: ") || text.starts_with("# Thread_id: ")
        }
    }
}

/// Whether text is one of the three lines that the server writes when it opens the log.
pub(super) fn is_header(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default().trim_end();
    is_version(first)
        || first.starts_with("Tcp port: ") && first.contains("Unix socket: ")
        || first.starts_with("Time ")
            && first
                .split_whitespace()
                .eq(["Time", "Id", "Command", "Argument"])
}

/// `/usr/sbin/mysqld, Version: 8.0.36 (MySQL Community Server - GPL). started with:`
fn is_version(line: &str) -> bool {
    line.contains(", Version: ") && line.ends_with("started with:")
}

impl<'a> Block<'a> {
    pub(super) fn parse(text: &'a str) -> Self {
        let mut block = Self::default();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let bare = line.trim_end();
            match bare.strip_prefix('#') {
                Some(comment) => block.comment(comment.trim_start()),
                None if block.setting(bare) => {}
                None => {
                    block.sql = statement(text.get(at..).unwrap_or_default());
                    break;
                }
            }
            at += line.len();
        }
        block
    }

    /// Whether there is nothing but a time.
    pub(super) fn is_empty(&self) -> bool {
        self.values.is_empty() && self.sql.is_empty() && self.user.is_empty()
    }

    /// Value by its key.
    pub(super) fn value(&self, key: &str) -> Option<&'a str> {
        let found = self.values.iter().find(|(held, _)| *held == key);
        found.map(|(_, value)| *value)
    }

    fn comment(&mut self, comment: &'a str) {
        if let Some(time) = comment.strip_prefix("Time: ") {
            self.time = Some(time.trim());
        } else if let Some(user) = comment.strip_prefix("User@Host: ") {
            self.user_and_host(user);
        } else if comment.starts_with("administrator command: ") {
            self.sql = comment;
        } else if !comment.starts_with("explain: ") {
            self.pairs(comment);
        }
    }

    /// `app[app] @ shop.example.com [10.0.0.7]  Id: 5`: the account, in brackets the name that the
    /// client gave; the host's name, in brackets its address.
    fn user_and_host(&mut self, text: &'a str) {
        let (user, rest) = text.split_once(" @ ").unwrap_or((text, ""));
        let (account, name) = user.split_once('[').unwrap_or((user, ""));
        let name = name.trim_end().trim_end_matches(']');
        self.user = match account.trim() {
            "" => name,
            account => account,
        };
        let (host, rest) = rest.split_once('[').unwrap_or((rest, ""));
        let (address, rest) = rest.split_once(']').unwrap_or((rest, ""));
        self.hosts = [address.trim(), host.trim()];
        self.pairs(rest);
    }

    /// `Query_time: 2.1  Lock_time: 0.0 Rows_sent: 1`. A key without a value is followed by the
    /// next key.
    fn pairs(&mut self, text: &'a str) {
        let mut key = None;
        for word in text.split_whitespace() {
            match (word.strip_suffix(':'), key.take()) {
                (Some(name), _) => key = Some(name),
                (None, Some(name)) => self.values.push((name, word)),
                (None, None) => {}
            }
        }
    }

    /// Takes `use shop;` and `SET timestamp=1714557600;` before the statement; gives whether the
    /// line is one.
    fn setting(&mut self, line: &'a str) -> bool {
        if let Some(database) = line.strip_prefix("use ")
            && self.timestamp.is_none()
        {
            self.database = Some(database.trim_end_matches(';').trim_matches('`'));
            return true;
        }
        let Some(settings) = line
            .strip_prefix("SET ")
            .and_then(|line| line.strip_suffix(';'))
        else {
            return line.is_empty();
        };
        let time = settings
            .split(',')
            .find_map(|setting| setting.strip_prefix("timestamp="));
        match time {
            Some(time) if self.timestamp.is_none() => {
                self.timestamp = Some(time);
                true
            }
            _ => false,
        }
    }
}

/// A statement without the lines of a server that was started behind it.
fn statement(text: &str) -> &str {
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        if is_version(line.trim_end()) {
            break;
        }
        end += line.len();
    }
    text.get(..end).unwrap_or(text).trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_before_the_statement_are_no_part_of_it() {
        let block = Block::parse("# Schema:   QC_hit: No\nuse shop;\nSET timestamp=7;\nSET @a=1;");
        assert_eq!(block.values, [("QC_hit", "No")]);
        assert_eq!(block.database, Some("shop"));
        assert_eq!(block.timestamp, Some("7"));
        assert_eq!(block.sql, "SET @a=1;");
        let block = Block::parse("# Query_time: 1\nSET insert_id=5,timestamp=7;\nselect\n1;\n");
        assert_eq!(block.timestamp, Some("7"));
        assert_eq!(block.sql, "select\n1;");
    }

    #[test]
    fn other_comments_are_no_blocks() {
        assert!(is_block("# Time: 240501 10:00:00"));
        assert!(is_block(
            "# Time: 2024-05-01T10:00:00.123456Z\n# User@Host: app[app]"
        ));
        assert!(!is_block("# Time: soon"));
        assert!(!is_block("# User"));
        assert!(is_header("Time                 Id Command    Argument"));
        assert!(!is_header("Time flies"));
    }
}
