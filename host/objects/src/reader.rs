//! Reads an object piece by piece, the next one on the way while one is worked on.

use std::sync::Arc;

use async_trait::async_trait;
use nepho_core::source::{Chunk, Position, Reader};
use nepho_core::{Error, ErrorKind, Result};
use object_store::{GetOptions, GetRange};
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

use crate::{Object, failed};

/// Bytes of a piece. Every piece is a request.
const PIECE_BYTES: u64 = 8 << 20;
/// Bytes of the first piece, by which it is told what the object is.
const FIRST_BYTES: u64 = 256 << 10;

/// A piece on its way.
type Coming = JoinHandle<Result<Chunk>>;

/// Reads one object.
pub(crate) struct ObjectReader {
    runtime: Arc<Runtime>,
    uri: String,
    object: Object,
    from: u64,
    next: u64,
    coming: Option<Coming>,
}

impl ObjectReader {
    pub(crate) fn new(runtime: Arc<Runtime>, uri: String, object: Object, from: Position) -> Self {
        Self {
            runtime,
            uri,
            object,
            from: from.0,
            next: from.0,
            coming: None,
        }
    }

    /// Asks for the next piece; `None` at the end.
    fn ask(&mut self) -> Option<Coming> {
        let start = self.next;
        let length = match start == self.from {
            true => FIRST_BYTES,
            false => PIECE_BYTES,
        };
        let end = self.object.meta.size.min(start + length);
        (start < end).then(|| {
            self.next = end;
            let (object, uri) = (self.object.clone(), self.uri.clone());
            self.runtime.spawn(piece(object, uri, start, end))
        })
    }
}

async fn piece(object: Object, uri: String, start: u64, end: u64) -> Result<Chunk> {
    let options = GetOptions {
        range: Some(GetRange::Bounded(start..end)),
        // All pieces are of the version that was found.
        if_match: object.meta.e_tag.clone(),
        version: object.version.clone(),
        ..GetOptions::default()
    };
    let read = async {
        let found = object
            .store
            .get_opts(&object.meta.location, options)
            .await?;
        found.bytes().await
    };
    let bytes = read
        .await
        .map_err(|error| failed("read an object", &uri, &error))?;
    if bytes.len() as u64 != end - start {
        let message = format!("{} of {} bytes came", bytes.len(), end - start);
        return Err(Error::new(
            ErrorKind::InvalidData,
            format!("read an object at `{uri}`"),
            message,
        ));
    }
    Ok(Chunk {
        bytes: bytes.into(),
        position: Position(start),
    })
}

#[async_trait]
impl Reader for ObjectReader {
    async fn next(&mut self) -> Result<Option<Chunk>> {
        if self.coming.is_none() {
            self.coming = self.ask();
        }
        // Awaited in its place, so that a call that is dropped loses nothing.
        let Some(coming) = &mut self.coming else {
            return Ok(None);
        };
        let chunk = coming.await.map_err(|error| {
            let operation = format!("read an object at `{}`", self.uri);
            Error::new(ErrorKind::Internal, operation, error.to_string())
        });
        self.coming = None;
        let chunk = chunk??;
        // Whoever takes a second piece wants them all.
        if chunk.position.0 > self.from {
            self.coming = self.ask();
        }
        Ok(Some(chunk))
    }
}
