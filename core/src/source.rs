//! Contract of a source: raw bytes from somewhere, in partitions that are read on their own.

use async_trait::async_trait;

use crate::{Result, Timestamp};

/// A part of a source that is read from front to back: a file, an object, a shard.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartitionId(pub String);

/// How far a partition was read: bytes of the stored (compressed) object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position(pub u64);

/// A partition that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partition {
    /// Its name, also the address in messages.
    pub id: PartitionId,
    /// Size in bytes as stored, where known.
    pub size: Option<u64>,
    /// When it was last modified, where known.
    pub modified: Option<Timestamp>,
}

/// Bytes as stored, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chunk {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Position of the first byte.
    pub position: Position,
}

/// A place that raw bytes come from. Stateless: the host remembers positions.
#[async_trait]
pub trait Source: Send + Sync {
    /// Partitions that exist now, in a fixed order.
    async fn discover(&self) -> Result<Vec<Partition>>;

    /// Reader of one partition from a position on.
    async fn open(&self, partition: &PartitionId, from: Position) -> Result<Box<dyn Reader>>;
}

/// Reads one partition. Dropping a call to `next` that has not finished loses nothing.
#[async_trait]
pub trait Reader: Send {
    /// The next bytes, or `None` at the end of the partition.
    async fn next(&mut self) -> Result<Option<Chunk>>;
}
