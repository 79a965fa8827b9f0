//! What must hold for hours, under load and past it: each test prints its numbers and checks them.
//!
//! The short ones run with all tests, and check what does not depend on the machine: nothing lost,
//! nothing wrong. The long ones, `make soak`, check the times as well: ratios of one run, whose
//! rounds alternate, since a machine is not as fast now as a minute ago.
mod drain;
mod load;
mod memory;
mod overload;
mod stalled;
mod swap;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// One test at a time: each wants the machine for itself.
pub fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A number from the environment.
pub fn setting(name: &str, default: f64) -> f64 {
    std::env::var(name).ok().map_or(default, |text| text.parse().unwrap())
}
