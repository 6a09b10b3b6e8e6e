//! What was let go of is given back to the system.
//!
//! How the allocator goes about it is set for a whole process, so it is for a program to choose:
//! nothing in this library sets it by itself.

/// Has the allocator of glibc keep little that is free, for the rest of the process; elsewhere this
/// does nothing. For programs that analyze: `nepho explain` calls it before it starts a thread.
///
/// By itself it has eight heaps for each processor, and keeps pieces of up to 32 MB in them once
/// one was freed. Blocks and their columns come and go between threads while rows are analyzed: a
/// fifth of the memory was holes between what stays. It costs a fault for each page of a new block,
/// which analyzing outweighs and parsing does not.
pub fn keep_little() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    set(&[
        (libc::M_ARENA_MAX, 2),
        (libc::M_MMAP_THRESHOLD, 256 << 10),
        (libc::M_TRIM_THRESHOLD, 1 << 20),
    ]);
}

/// Has the allocator of glibc keep what is freed, for the rest of the process; elsewhere this does
/// nothing. For programs that do nothing but decode: `nepho parse` calls it before it starts a
/// thread.
///
/// By itself it gives the memory of a block and its columns back to the system each time, and takes
/// it again for the next one: up to a tenth of the time that flow logs take. What is kept is about
/// what was in use together at some time. There is one heap for all threads: blocks are made by one
/// and freed by another, and of several heaps a tenth of the memory was holes.
pub fn keep_blocks() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    set(&[
        (libc::M_ARENA_MAX, 1),
        (libc::M_MMAP_THRESHOLD, 32 << 20),
        (libc::M_TRIM_THRESHOLD, 64 << 20),
    ]);
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn set(settings: &[(libc::c_int, libc::c_int)]) {
    for (setting, value) in settings {
        #[expect(unsafe_code, reason = "a function of the C library")]
        // SAFETY: `mallopt` takes two numbers, and holds the locks of the allocator while it sets
        // what they say (mallopt(3)).
        let _ = unsafe { libc::mallopt(*setting, *value) };
    }
}

/// Gives back what inflating keeps, and the memory that is free: the allocator of glibc keeps what
/// its threads freed to themselves, where no other thread finds it.
pub(crate) fn give_back() {
    nepho_codec::decompress::give_back();
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        #[expect(unsafe_code, reason = "a function of the C library")]
        // SAFETY: `malloc_trim` takes a number, holds the locks of the allocator while it works,
        // and touches only what nobody holds (malloc_trim(3)).
        let _ = unsafe { libc::malloc_trim(0) };
    }
}
