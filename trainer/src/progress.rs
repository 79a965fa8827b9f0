//! Progress of long work: bars on a terminal, a line a stage elsewhere, nothing if asked.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use intent_learn::progress::{Progress, Stage};
use std::io::IsTerminal;
use std::time::Instant;

/// Shows progress on standard error.
#[derive(Debug)]
pub(crate) struct Terminal {
    quiet: bool,
}

/// The bar of one stage; ends when dropped.
#[derive(Debug)]
pub(crate) struct Bar {
    bar: ProgressBar,
    name: String,
    plain: bool,
    start: Instant,
}

impl Terminal {
    /// Shows stages, unless `quiet`.
    #[must_use]
    pub(crate) fn new(quiet: bool) -> Self {
        Terminal { quiet }
    }

    /// Begins a stage of `steps` steps.
    #[must_use]
    pub(crate) fn bar(&self, name: &str, steps: usize) -> Bar {
        let plain = !self.quiet && !std::io::stderr().is_terminal();
        let hidden = self.quiet || plain;
        let target =
            if hidden { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(Some(steps as u64), target);
        let style = ProgressStyle::with_template("{msg:26} {wide_bar} {pos}/{len} {eta:>4}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message(name.to_owned());
        let start = Instant::now();
        Bar { bar, name: name.to_owned(), plain, start }
    }
}

impl Progress for Terminal {
    fn stage(&self, name: &str, steps: usize) -> Box<dyn Stage + '_> {
        Box::new(self.bar(name, steps))
    }
}

impl Stage for Bar {
    fn tick(&self) {
        self.bar.inc(1);
    }
}

impl Bar {
    /// `step` steps are done.
    pub(crate) fn at(&self, step: usize) {
        self.bar.set_position(step as u64);
    }

    /// Shows a line above the bar.
    pub(crate) fn note(&self, line: &str) {
        if self.plain {
            eprintln!("{line}");
        } else {
            self.bar.println(line);
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
        if self.plain {
            eprintln!("{}: {:.1} s", self.name, self.start.elapsed().as_secs_f64());
        }
    }
}
