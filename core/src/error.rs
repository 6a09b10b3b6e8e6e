//! The one error type: what was attempted, what is wrong, and where in the input.

use std::fmt;

/// Result with the error of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Class of an error. The kind alone decides in the host whether something is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The bytes are not what their format says: trying again gives the same.
    InvalidData,
    /// A setting or an argument is wrong: the user must change it.
    InvalidConfig,
    /// The thing asked for does not exist.
    NotFound,
    /// The caller may not read it.
    PermissionDenied,
    /// The other side is busy or away; a later attempt may work.
    Unavailable,
    /// A limit that protects the process was reached (record size, nesting, key count).
    LimitExceeded,
    /// The input is understood but this build or version cannot handle it.
    Unsupported,
    /// A bug in Nephoscope.
    Internal,
}

/// Where in the input an error stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// File path or object address.
    pub uri: String,
    /// First and last-plus-one byte, counted in the decompressed stream.
    pub bytes: Option<(u64, u64)>,
    /// Line, counted from one.
    pub line: Option<u64>,
}

/// What was attempted, what is wrong with it, and where. What led to it is its
/// [`source`](std::error::Error::source), and is not in its text.
///
/// ```
/// use nepho_core::{Error, ErrorKind};
/// let message = "`44x` is not a port number";
/// let error = Error::new(ErrorKind::InvalidData, "vpc_flow: decode `dstport`", message);
/// assert_eq!(error.to_string(), "vpc_flow: decode `dstport`: `44x` is not a port number");
/// ```
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    operation: String,
    message: String,
    // Boxed, so that a `Result` is small where all goes well.
    origin: Option<Box<Origin>>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// Error of `kind` that says which component attempted what, and what is wrong.
    pub fn new(kind: ErrorKind, operation: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            kind,
            operation: operation.into(),
            message: message.into(),
            origin: None,
            source: None,
        }
    }

    /// Adds the place in the input.
    #[must_use]
    pub fn at(mut self, origin: Origin) -> Self {
        self.origin = Some(Box::new(origin));
        self
    }

    /// Adds the error that led to this one; the message says what failed because of it.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(cause.into());
        self
    }

    /// Class of the error.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Place in the input, when known.
    pub fn origin(&self) -> Option<&Origin> {
        self.origin.as_deref()
    }

    /// What is wrong, without the operation and the place.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.operation, self.message)?;
        if let Some(origin) = &self.origin {
            write!(f, "\n  at {origin}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.uri)?;
        if let Some((start, end)) = self.bytes {
            write!(f, ", bytes {start}..{end}")?;
        }
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn std::error::Error + 'static))
    }
}

/// The first 80 characters of `text` for a message, with a mark where it was cut.
pub fn excerpt(text: &str) -> String {
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn the_cause_is_told_by_the_source_alone() {
        let cause = std::io::Error::other("no space left");
        let error = Error::new(ErrorKind::Unavailable, "write rows", "the disk takes none");
        let error = error.because(cause);
        assert_eq!(error.to_string(), "write rows: the disk takes none");
        let source = error.source().map(ToString::to_string);
        assert_eq!(source.as_deref(), Some("no space left"));
    }
}
