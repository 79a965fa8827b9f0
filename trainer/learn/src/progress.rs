//! Progress of long work, as whoever runs it shows it: this crate shows nothing.

/// Shows the stages of long work.
pub trait Progress: Sync {
    /// Begins the stage `name` of `steps` steps; it ends when dropped.
    fn stage(&self, name: &str, steps: usize) -> Box<dyn Stage + '_>;
}

/// One stage of long work. Threads share it.
pub trait Stage: Sync {
    /// Counts one step more as done.
    fn tick(&self);
}

/// Shows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn stage(&self, _: &str, _: usize) -> Box<dyn Stage + '_> {
        Box::new(Silent)
    }
}

impl Stage for Silent {
    fn tick(&self) {}
}
