//! Fits a configuration on all folds but one and answers that one, until interrupted.

use super::trial::{FOLDS, search_folds};
use anyhow::{Context, Result, bail};
use intent_dataset::Dataset;
use intent_learn::evaluate::Answer;
use intent_learn::fit::{FitAndPredictError, Settings, fit_and_predict};
use intent_learn::near;
use intent_learn::progress::Silent;
use intent_learn::split::Strata;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// Interval at which a running fit is checked for an interruption.
const INTERRUPT_POLL: Duration = Duration::from_millis(50);

/// The data in its folds.
#[derive(Debug)]
pub struct Judge {
    data: Arc<Dataset>,
    fold_of: Arc<Vec<u8>>,
    interrupted: Arc<AtomicBool>,
}

impl Judge {
    /// Deals `data` into [`FOLDS`] folds by `seed`, classes evenly, near-duplicates together. Fits are abandoned when
    /// `interrupted` becomes true.
    #[must_use]
    pub fn new(data: Dataset, seed: u64, interrupted: Arc<AtomicBool>) -> Self {
        let groups = near::groups(&data.texts, &Silent);
        let strata = Strata::new(&data.classes, &groups, data.labels.len());
        let fold_of = strata.folds(FOLDS, seed, "tune");
        Judge { data: Arc::new(data), fold_of: Arc::new(fold_of), interrupted }
    }

    /// Questions in `folds`.
    #[must_use]
    pub fn questions(&self, folds: std::ops::Range<usize>) -> usize {
        self.fold_of.iter().filter(|f| folds.contains(&usize::from(**f))).count()
    }

    /// Folds that a trial is measured on.
    #[must_use]
    pub fn search_folds(&self) -> usize {
        search_folds(self.data.len())
    }

    /// Whether fits are abandoned.
    #[must_use]
    pub fn interrupted(&self) -> bool {
        self.interrupted.load(Ordering::SeqCst)
    }

    /// The answers to the questions of `folds`, one fold after the other, each by a fit on all
    /// other folds; `None` if interrupted. The fit runs on: an interrupted program is about
    /// to end.
    ///
    /// # Errors
    /// If a fit fails.
    pub fn answers(
        &self,
        settings: &Settings,
        folds: std::ops::Range<usize>,
        done: impl Fn(),
    ) -> Result<Option<Vec<Answer>>> {
        let mut all = Vec::new();
        for fold in folds {
            let (data, fold_of, settings) = (self.data.clone(), self.fold_of.clone(), *settings);
            let (sender, receiver) = channel();
            std::thread::Builder::new()
                .spawn(move || sender.send(answers(&data, &fold_of, fold as u8, &settings)))
                .context("no thread for a fit")?;
            let answers = loop {
                if self.interrupted() {
                    return Ok(None);
                }
                match receiver.recv_timeout(INTERRUPT_POLL) {
                    Ok(answers) => break answers?,
                    Err(RecvTimeoutError::Timeout) => (),
                    Err(RecvTimeoutError::Disconnected) => bail!("a fit stopped: {settings:?}"),
                }
            };
            all.extend(answers);
            done();
        }
        Ok(Some(all))
    }
}

/// The answers to the questions of `fold` by a fit on all others.
fn answers(
    data: &Dataset,
    fold_of: &[u8],
    fold: u8,
    settings: &Settings,
) -> Result<Vec<Answer>, FitAndPredictError> {
    let part = |inside: bool| {
        let members = (0u32..).zip(fold_of).filter(|(_, f)| (**f == fold) == inside);
        data.part(&members.map(|(i, _)| i).collect::<Vec<_>>())
    };
    fit_and_predict(&part(false), &part(true), settings)
}
