//! The trials of a search on disk, from which it is resumed.
//!
//! `study.json` says what was searched for, in what; `trials.csv` grows by a flushed line a trial.
//! A line that was being written when the machine stopped is dropped.

mod error;

pub(crate) use error::StudyError;

use super::propose::Proposer;
use super::trial::{FOLDS, Trial};
use crate::config::FIELDS;
use crate::tune::metric::Estimate;
use intent_dataset::Dataset;
use intent_learn::fit::Settings;
use intent_store::publish;
use serde_json::{Map, Value, json};
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A search in a directory. No other process can open it meanwhile.
#[derive(Debug)]
pub(crate) struct Study {
    trials: PathBuf,
    /// Locked.
    _lock: File,
    recorded: Vec<csv::StringRecord>,
}

/// Identity of a search: it can only be resumed if all of this is the same.
#[must_use]
pub(crate) fn identity(
    data: &Dataset,
    metric: &str,
    max_size: Option<u64>,
    base: &Settings,
    search_folds: usize,
) -> Map<String, Value> {
    let space: Map<String, Value> = FIELDS
        .iter()
        .filter_map(|f| Some((f.name.to_owned(), json!(format!("{:?}", f.search?)))))
        .collect();
    let identity = json!({
        "program": env!("CARGO_PKG_VERSION"),
        "data": data.digest(),
        "seed": base.seed,
        "metric": metric,
        "max-size": max_size,
        "folds": FOLDS,
        "search folds": search_folds,
        "first trial": readable(base),
        "space": space,
    });
    match identity {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// `settings` as JSON. By way of its text: a number of 32 bits keeps its few digits.
#[must_use]
pub(crate) fn readable(settings: &Settings) -> Value {
    let text = serde_json::to_string(settings).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

fn disk(path: &Path) -> impl Fn(io::Error) -> StudyError + '_ {
    move |cause| StudyError::Disk { path: path.display().to_string(), cause }
}

impl Study {
    /// Opens `dir`: a new search, or the one that is there where `resume`.
    ///
    /// # Errors
    /// If the directory holds a search and not `resume`, or a search with another identity, or
    /// damaged files, or another process is at work in it.
    pub(crate) fn open(
        dir: &Path,
        identity: &Map<String, Value>,
        resume: bool,
    ) -> Result<Self, StudyError> {
        fs::create_dir_all(dir).map_err(disk(dir))?;
        let (about, trials) = (dir.join("study.json"), dir.join("trials.csv"));
        let name = dir.display().to_string();
        if !about.exists() {
            if trials.exists() {
                return Err(StudyError::Taken(name));
            }
            let mut text = serde_json::to_vec_pretty(identity).unwrap_or_default();
            text.push(b'\n');
            publish::file(&about, &text)?;
        } else if !resume {
            return Err(StudyError::Taken(name));
        }
        let lock = File::open(&about).map_err(disk(&about))?;
        match lock.try_lock() {
            Ok(()) => (),
            Err(TryLockError::WouldBlock) => return Err(StudyError::Busy(name)),
            // a file system without locks: nothing to be held back by
            Err(TryLockError::Error(e)) if e.kind() == io::ErrorKind::Unsupported => (),
            Err(TryLockError::Error(e)) => return Err(disk(&about)(e)),
        }
        let text = fs::read(&about).map_err(disk(&about))?;
        let there: Map<String, Value> = serde_json::from_slice(&text).map_err(|e| {
            StudyError::Damaged { path: about.display().to_string(), what: e.to_string() }
        })?;
        if let Some((key, here)) = identity.iter().find(|(k, v)| there.get(*k) != Some(v)) {
            let there = there.get(key).unwrap_or(&Value::Null);
            return Err(StudyError::Other {
                dir: name,
                what: format!("its {key} is {there}, here it is {here}"),
            });
        }
        let recorded = match trials.exists() {
            true => read(&trials)?,
            false => {
                publish::file(&trials, &line(&columns()))?;
                Vec::new()
            }
        };
        Ok(Study { trials, _lock: lock, recorded })
    }

    /// The recorded trials. `proposer` proposes each of them again and is told its value, so that
    /// it stands where the search stood.
    ///
    /// # Errors
    /// If a trial is not the one that is proposed: the file was changed, or comes from another
    /// version of this program.
    pub(crate) fn replay(&self, proposer: &mut Proposer) -> Result<Vec<Trial>, StudyError> {
        let mut trials = Vec::new();
        for (number, record) in self.recorded.iter().enumerate() {
            let damaged = |what: String| StudyError::Damaged {
                path: self.trials.display().to_string(),
                what: format!("trial {number}: {what}"),
            };
            let settings = proposer.propose();
            let want = [number.to_string()].into_iter().chain(texts(&settings));
            for ((want, got), column) in want.zip(record).zip(columns()) {
                if want != got {
                    return Err(damaged(format!(
                        "{column} is {got:?}, and this search proposes {want:?}"
                    )));
                }
            }
            let at = 1 + FIELDS.len();
            let figure = |i: usize| -> Result<f64, StudyError> {
                let text = record.get(at + i).unwrap_or_default();
                let figure = text.parse().ok().filter(|f: &f64| f.is_finite() && *f >= 0.0);
                figure.ok_or_else(|| damaged(format!("{text:?} is no figure")))
            };
            let estimate = Estimate { value: figure(0)?, error: figure(1)? };
            let (bytes, seconds) = (figure(2)? as u64, figure(3)?);
            proposer.tell(settings, estimate.value);
            trials.push(Trial { settings, estimate, bytes, seconds });
        }
        Ok(trials)
    }

    /// Adds trial `number` to the file, on the disk when this returns.
    ///
    /// # Errors
    /// If the disk does not take it.
    pub(crate) fn append(&self, number: usize, trial: &Trial) -> Result<(), StudyError> {
        let figures = [
            trial.estimate.value.to_string(),
            trial.estimate.error.to_string(),
            trial.bytes.to_string(),
            format!("{:.3}", trial.seconds),
        ];
        let fields: Vec<String> =
            [number.to_string()].into_iter().chain(texts(&trial.settings)).chain(figures).collect();
        let write = || -> io::Result<()> {
            let mut file = File::options().append(true).open(&self.trials)?;
            file.write_all(&line(&fields))?;
            file.sync_data()
        };
        write().map_err(disk(&self.trials))
    }
}

fn columns() -> Vec<String> {
    let knobs = FIELDS.iter().map(|f| f.name);
    let figures = ["metric", "standard_error", "size_bytes", "seconds"];
    ["trial"].into_iter().chain(knobs).chain(figures).map(str::to_owned).collect()
}

fn texts(settings: &Settings) -> impl Iterator<Item = String> {
    FIELDS.iter().map(|f| f.text(settings))
}

/// Numbers and names: nothing to quote.
fn line(fields: &[String]) -> Vec<u8> {
    (fields.join(",") + "\n").into_bytes()
}

/// The whole lines of the file but its head. A line without an end is removed from the file.
fn read(path: &Path) -> Result<Vec<csv::StringRecord>, StudyError> {
    let damaged = |what: String| StudyError::Damaged { path: path.display().to_string(), what };
    let bytes = fs::read(path).map_err(disk(path))?;
    let whole = bytes.iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1);
    if whole < bytes.len() {
        publish::file(path, &bytes[..whole])?;
    }
    let mut reader = csv::Reader::from_reader(&bytes[..whole]);
    let head = reader.headers().map_err(|e| damaged(e.to_string()))?;
    if !head.iter().eq(columns().iter().map(String::as_str)) {
        return Err(damaged("its columns are not those of this version's searches".to_owned()));
    }
    reader.records().map(|r| r.map_err(|e| damaged(e.to_string()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use intent_dataset::Labels;

    fn data() -> Dataset {
        let labels = Labels::new(["a", "b"].into_iter()).expect("labels");
        Dataset { texts: vec!["x".into(), "y".into()], classes: vec![0, 1], labels }
    }

    fn about(metric: &str) -> Map<String, Value> {
        identity(&data(), metric, None, &Settings::default(), 1)
    }

    fn proposer() -> Proposer {
        Proposer::new(1, Settings::default(), None)
    }

    /// A directory with `count` trials.
    fn searched(count: usize) -> (tempfile::TempDir, Vec<Trial>) {
        let dir = tempfile::tempdir().expect("a directory");
        let study = Study::open(dir.path(), &about("accuracy"), false).expect("new");
        let mut proposer = proposer();
        let trials = (0..count).map(|number| {
            let settings = proposer.propose();
            let estimate = Estimate { value: 1.0 / (3.0 + number as f64), error: 0.1 };
            proposer.tell(settings, estimate.value);
            let trial = Trial { settings, estimate, bytes: 1234, seconds: 0.25 };
            study.append(number, &trial).expect("appended");
            trial
        });
        let trials = trials.collect();
        (dir, trials)
    }

    fn again(dir: &Path) -> Result<Vec<Trial>, StudyError> {
        Study::open(dir, &about("accuracy"), true)?.replay(&mut proposer())
    }

    #[test]
    fn trials_are_read_as_they_were_written_and_a_torn_line_is_dropped() {
        let (dir, trials) = searched(14);
        assert_eq!(again(dir.path()).expect("read"), trials);
        let path = dir.path().join("trials.csv");
        let bytes = fs::read(&path).expect("there");
        for torn in [1, 5, 20] {
            fs::write(&path, &bytes[..bytes.len() - torn]).expect("written");
            assert_eq!(again(dir.path()).expect("read"), trials[..13], "{torn}");
            assert!(fs::read(&path).expect("there").ends_with(b"\n"));
        }
        // not even the head
        fs::write(&path, "tri").expect("written");
        assert!(matches!(again(dir.path()), Err(StudyError::Damaged { .. })));
        fs::remove_file(&path).expect("removed");
        assert_eq!(again(dir.path()).expect("read"), []);
    }

    #[test]
    fn what_is_another_search_or_was_changed_is_refused() {
        let (dir, _) = searched(3);
        let error = |r: Result<Study, StudyError>| r.expect_err("refused").to_string();
        let taken = error(Study::open(dir.path(), &about("accuracy"), false));
        assert!(taken.contains("--resume goes on"), "{taken}");
        let other = error(Study::open(dir.path(), &about("macro-f1"), true));
        assert!(other.contains(r#"its metric is "accuracy", here it is "macro-f1""#), "{other}");
        let held = Study::open(dir.path(), &about("accuracy"), true).expect("free");
        let busy = error(Study::open(dir.path(), &about("accuracy"), true));
        assert!(busy.contains("at work"), "{busy}");
        drop(held);
        let path = dir.path().join("trials.csv");
        let text = fs::read_to_string(&path).expect("there");
        fs::write(&path, text.replace("\n1,", "\n7,")).expect("written");
        let changed = again(dir.path()).expect_err("refused").to_string();
        assert!(changed.contains("trial 1: trial is \"7\""), "{changed}");
        fs::write(&path, text.replace(",1234,", ",nan,")).expect("written");
        let figure = again(dir.path()).expect_err("refused").to_string();
        assert!(figure.contains("\"nan\" is no figure"), "{figure}");
    }
}
