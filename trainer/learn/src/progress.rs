//! Progress of long work. This crate only reports it; the caller shows it.

/// A display for the stages of long work.
pub trait Progress: Sync {
    /// Begins the stage `name` of `steps` steps, which ends when it is dropped.
    fn stage(&self, name: &str, steps: usize) -> Box<dyn Stage + '_>;
}

/// One stage of long work, shared by threads.
pub trait Stage: Sync {
    /// Counts one more step as done.
    fn tick(&self);
}

/// A display that shows nothing.
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
