//! What an archive may cost, so that one that was made to do harm is refused and not unpacked.

use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Archives within archives are opened to this depth.
pub(crate) const MAX_DEPTH: usize = 4;
/// Members of one file, those of archives within it included.
pub(crate) const MAX_MEMBERS: u64 = 100_000;
/// Every archive may expand to this size.
const FREE_BYTES: u64 = 256 << 20;
/// And to so many times its stored size: logs come to 10 to 50 times, seldom to more than 100; an
/// archive that was made to fill a disk comes to thousands.
const MAX_RATIO: u64 = 250;
/// No archive may expand to more: 1 TiB.
const MAX_BYTES: u64 = 1 << 40;

/// What all that is read of one file may still cost.
pub(crate) struct Budget {
    allowed: u64,
    bytes: AtomicU64,
    members: AtomicU64,
}

impl Budget {
    pub(crate) fn new(stored_bytes: u64) -> Arc<Self> {
        let allowed = FREE_BYTES.saturating_add(stored_bytes.saturating_mul(MAX_RATIO));
        Arc::new(Self {
            allowed: allowed.min(MAX_BYTES),
            bytes: AtomicU64::new(0),
            members: AtomicU64::new(0),
        })
    }

    /// One that allows so many bytes.
    #[cfg(test)]
    pub(super) fn of(allowed: u64) -> Arc<Self> {
        Arc::new(Self {
            allowed,
            bytes: AtomicU64::new(0),
            members: AtomicU64::new(0),
        })
    }

    /// Counts a member.
    ///
    /// # Errors
    /// If there are too many.
    pub(crate) fn member(&self) -> io::Result<()> {
        match self.members.fetch_add(1, Ordering::Relaxed) < MAX_MEMBERS {
            true => Ok(()),
            false => Err(refused(&format!(
                "the archive has more than {MAX_MEMBERS} members"
            ))),
        }
    }

    /// Whether it is used up.
    pub(crate) fn is_spent(&self) -> bool {
        self.bytes.load(Ordering::Relaxed) > self.allowed
            || self.members.load(Ordering::Relaxed) > MAX_MEMBERS
    }

    fn spend(&self, count: usize) {
        self.bytes.fetch_add(count as u64, Ordering::Relaxed);
    }

    fn check(&self) -> io::Result<()> {
        match self.bytes.load(Ordering::Relaxed) <= self.allowed {
            true => Ok(()),
            false => Err(refused(&format!(
                "the archive expands to more than {} bytes, {MAX_RATIO} times its size and {} MiB",
                self.allowed,
                FREE_BYTES >> 20
            ))),
        }
    }
}

fn refused(reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

/// Counts what is read of a member.
pub(crate) struct Bounded<R> {
    pub(crate) inner: R,
    pub(crate) budget: Arc<Budget>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.budget.spend(read);
        self.budget.check()?;
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Bounded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.budget.check()?;
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.budget.spend(count);
        self.inner.consume(count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lent_counts_as_what_is_copied() {
        let mut lent = Bounded {
            inner: &[b'x'; 100][..],
            budget: Budget::of(60),
        };
        for _ in 0..7 {
            assert!(lent.fill_buf().is_ok());
            lent.consume(10);
        }
        assert!(lent.fill_buf().is_err() && lent.read(&mut [0; 10]).is_err());
    }
}
