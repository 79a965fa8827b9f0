//! Memory for one call: a pointer that only moves up, and starts again when nothing is in use.
//!
//! Our own host gives each call a fresh instance, whose memory goes with it: freeing block by block
//! would be work for nothing. Other hosts keep one instance for all calls (a browser page does): there
//! the last block that is freed frees everything. The last block grows and shrinks in place, so a `Vec`
//! that is filled costs no copies.
//!
//! Unsafe: this is the global allocator. The module has one thread.
#![allow(unsafe_code)]

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size};
use core::cell::Cell;

const PAGE: usize = 1 << 16;

unsafe extern "C" {
    /// Placed by the linker: the first byte after stack and statics.
    static __heap_base: u8;
}

struct Arena {
    /// The next free byte; 0 if nothing is in use.
    next: Cell<usize>,
    /// Blocks in use.
    live: Cell<usize>,
    /// The byte after the last one that was ever in use.
    touched: Cell<usize>,
}

#[global_allocator]
static ARENA: Arena = Arena { next: Cell::new(0), live: Cell::new(0), touched: Cell::new(0) };

// SAFETY: wasm32-unknown-unknown without atomics has one thread.
unsafe impl Sync for Arena {}

impl Arena {
    /// Moves the pointer to `end`, growing memory if necessary; false if there is no more.
    fn reserve(&self, end: usize) -> bool {
        let have = memory_size::<0>() * PAGE;
        if end > have && memory_grow::<0>((end - have).div_ceil(PAGE)) == usize::MAX {
            return false;
        }
        self.next.set(end);
        true
    }
}

// SAFETY: blocks in use are disjoint, since `next` only moves up while one is, except for `realloc` of
// the last block, which keeps its start.
unsafe impl GlobalAlloc for Arena {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let next = match self.next.get() {
            0 => (&raw const __heap_base) as usize,
            next => next,
        };
        let start = next.next_multiple_of(layout.align());
        match start.checked_add(layout.size()) {
            Some(end) if self.reserve(end) => {
                self.live.set(self.live.get() + 1);
                start as *mut u8
            }
            _ => core::ptr::null_mut(),
        }
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {
        let live = self.live.get() - 1;
        self.live.set(live);
        if live == 0 {
            self.touched.set(self.touched.get().max(self.next.get()));
            self.next.set(0);
        }
    }

    /// Memory that was never in use is zero.
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises.
        let block = unsafe { self.alloc(layout) };
        let stale = self.touched.get().saturating_sub(block as usize).min(layout.size());
        if stale > 0 && !block.is_null() {
            // SAFETY: the block has `layout.size()` bytes, and `stale` is no more.
            unsafe { core::ptr::write_bytes(block, 0, stale) };
        }
        block
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let start = block as usize;
        if start + layout.size() == self.next.get() && size >= layout.size() {
            return match start.checked_add(size) {
                Some(end) if self.reserve(end) => block,
                _ => core::ptr::null_mut(),
            };
        }
        if size <= layout.size() {
            return block;
        }
        // SAFETY: the caller promises a valid layout; the blocks do not overlap.
        unsafe {
            let new = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !new.is_null() {
                core::ptr::copy_nonoverlapping(block, new, layout.size());
                // one more is in use, one less
                self.live.set(self.live.get() - 1);
            }
            new
        }
    }
}
