//! What was let go of is given back to the system.

/// Gives back the memory that is free. The allocator of glibc keeps what its threads freed to
/// themselves, where no other thread finds it; elsewhere this does nothing.
pub(crate) fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        #[expect(unsafe_code, reason = "a function of the C library")]
        // SAFETY: `malloc_trim` takes a number, holds the locks of the allocator while it works,
        // and touches only what nobody holds (malloc_trim(3)).
        let _ = unsafe { libc::malloc_trim(0) };
    }
}
