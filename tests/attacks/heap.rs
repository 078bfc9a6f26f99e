//! A heap that counts: what one call takes from it, in its own thread.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// What a call took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// How often.
    pub calls: usize,
    /// How much in all.
    pub bytes: usize,
    /// How much at once.
    pub peak: usize,
}

/// Runs a call and counts what it allocates.
pub fn spent<T>(call: impl FnOnce() -> T) -> (T, Spent) {
    METER.set(Some((Spent::default(), 0)));
    let answer = call();
    let (spent, _) = METER.take().unwrap();
    (answer, spent)
}

thread_local! {
    /// What is being counted in this thread, if anything is, and what of it is held now.
    static METER: Cell<Option<(Spent, usize)>> = const { Cell::new(None) };
}

struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

impl Counting {
    fn took(size: usize) {
        METER.with(|meter| {
            if let Some((mut spent, held)) = meter.get() {
                spent.calls += 1;
                spent.bytes += size;
                spent.peak = spent.peak.max(held + size);
                meter.set(Some((spent, held + size)));
            }
        });
    }

    fn gave(size: usize) {
        METER.with(|meter| {
            if let Some((spent, held)) = meter.get() {
                meter.set(Some((spent, held.saturating_sub(size))));
            }
        });
    }
}

// SAFETY: each call goes to the system's allocator as it came; the meter is a cell without a destructor and allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Counting::took(layout.size());
        // SAFETY: the caller's promise about `layout` is the one that the system's allocator wants.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        Counting::gave(layout.size());
        // SAFETY: `pointer` came from the system's allocator by `alloc`, for this layout.
        unsafe { System.dealloc(pointer, layout) }
    }
}
