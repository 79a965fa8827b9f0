//! `train`: data → split → fit → bake → evaluate → fit again → bake → publish.

mod measure;
mod write;

use super::runtime;
use crate::args::TrainArgs;
use crate::config;
use crate::export::metrics::{DataFacts, Metrics};
use crate::export::report;
use crate::progress::Terminal;
use crate::{pretrained, questions, variability};
use anyhow::{Context, Result, bail};
use intent_bake::{bake, golden, selftest};
use intent_data::DataError;
use intent_dataset::Dataset;
use intent_learn::evaluate::{Evaluation, Intervals};
use intent_learn::fit::pretrained::Pretrained;
use intent_learn::fit::{self, Choices, QuantisedModel, Settings};
use intent_learn::near;
use intent_learn::split::{Split, Strata};
use intent_model::{Model, ModelInfo};
use intent_runtime::Runtime;
use intent_store::scan::versions;
use measure::{Measurement, measure};
use write::{Baked, write};

/// Everything that a training depends on.
struct Training<'a> {
    args: &'a TrainArgs,
    settings: Settings,
    data: Dataset,
    vectors: Option<Pretrained>,
    runtime: Runtime,
    progress: Terminal,
}

/// Runs the command.
///
/// # Errors
/// If the data is bad or the version cannot be written; nothing is written then.
pub fn run(args: &TrainArgs) -> Result<()> {
    let settings = settings(args)?;
    let version = free_version(args)?;
    let (data, skipped) = read(args)?;
    let vectors = args.pretrained.as_deref().map(pretrained::open).transpose()?;
    let pretrained = vectors.as_ref().map(|v| v.facts(&data.texts)).transpose()?;
    let progress = Terminal::new(args.quiet);
    let training = Training { args, settings, data, vectors, runtime: runtime()?, progress };
    let Training { data, progress, .. } = &training;
    let split = training.split();
    let valid = data.part(&split.valid);
    let mut info = training.describe(version, &split);
    let (fitted, measured) = training.fit(&split, &valid, &mut info)?;
    info.golden = golden::answered(&Model::from_bytes(&fitted.encode(&info)?)?);
    let model = fitted.encode(&info)?;
    let component = bake(&model)?;
    let classifier = selftest::run(&training.runtime, &component, &model)?;
    let plan = args.report.plan(settings.seed, valid.len());
    let variability =
        plan.map(|plan| variability::measure(data, &settings, &plan, progress)).transpose()?;
    let metrics = Metrics {
        name: info.name,
        version,
        data: data_facts(data, info.data_digest, &split, skipped),
        settings,
        pretrained,
        choices: fitted.choices(),
        refitted: info.refitted,
        component_bytes: component.len(),
        component_sha256: classifier.digest().to_owned(),
        abstention: info.abstention,
        intervals: measured
            .as_ref()
            .map(|m| Intervals::bootstrap(&m.answers, &m.figures, settings.seed)),
        validation: measured.as_ref().map(|m| m.figures.clone()),
        variability,
    };
    let shown = measured.as_ref().map(|m| report::Measured {
        valid: &valid,
        answers: &m.answers,
        worst: &m.worst,
        texts: !args.report.report_without_texts,
    });
    write(args, Baked { model, component }, data, &metrics, shown)
}

impl Training<'_> {
    fn split(&self) -> Split {
        let (data, share) = (&self.data, self.args.valid_share);
        let groups = near::groups(&data.texts, &self.progress);
        Strata::new(&data.classes, &groups, data.labels.len()).split(share, self.settings.seed)
    }

    /// The model's description before anything is fitted.
    fn describe(&self, version: u32, split: &Split) -> ModelInfo {
        ModelInfo {
            name: self.args.name().to_owned(),
            version,
            label_names: self.data.labels.names(),
            data_digest: self.data.digest(),
            training_questions: split.train.len() as u32,
            seed: self.settings.seed,
            ..ModelInfo::default()
        }
    }

    /// Fits the training part, measures that on the validation part, and fits again on all questions;
    /// notes all of it in `info`.
    fn fit(
        &self,
        split: &Split,
        valid: &Dataset,
        info: &mut ModelInfo,
    ) -> Result<(QuantisedModel, Option<Measurement>)> {
        let wanted = self.args.abstain.wanted();
        let fit = |data: &Dataset, choices: Option<Choices>| {
            fit::fit(data, &self.settings, self.vectors.as_ref(), choices, &self.progress)
        };
        let mut fitted = fit(&self.data.part(&split.train), None);
        info.abstention = wanted.choose(fitted.out_of_fold_answers())?;
        let measured = match valid.is_empty() {
            true => None,
            false => Some(measure(&fitted, info, valid, &self.runtime, &self.progress)?),
        };
        info.refitted = !self.args.no_refit && !valid.is_empty();
        if info.refitted {
            let choices = fitted.choices();
            drop(fitted); // its rows are as large as those to come
            fitted = fit(&self.data, Some(choices));
            info.training_questions = self.data.len() as u32;
            info.abstention = wanted.choose(fitted.out_of_fold_answers())?;
        }
        info.validation = measured.as_ref().map(|m| Evaluation::figures(&m.figures));
        if let Some(abstention) = &mut info.abstention {
            abstention.validation = measured.as_ref().map(|m| m.selective);
        }
        Ok((fitted, measured))
    }
}

fn data_facts(data: &Dataset, sha256: String, split: &Split, skipped: usize) -> DataFacts {
    let sizes = data.class_sizes();
    DataFacts {
        sha256,
        questions: data.len(),
        train: split.train.len(),
        valid: split.valid.len(),
        classes: data.labels.len(),
        smallest_class: sizes.iter().copied().min().unwrap_or_default(),
        largest_class: sizes.iter().copied().max().unwrap_or_default(),
        bad_rows_skipped: skipped,
    }
}

/// The settings of `--config`, or the defaults; `--seed` takes precedence over either.
fn settings(args: &TrainArgs) -> Result<Settings> {
    let settings = args.config.as_deref().map(config::load).transpose()?.unwrap_or_default();
    Ok(Settings { seed: args.seed.unwrap_or(settings.seed), ..settings })
}

/// The number of the version to write. Fails before the work, not after, if it cannot be written.
fn free_version(args: &TrainArgs) -> Result<u32> {
    let taken = versions(&args.out)?;
    let highest = taken.last().map_or(0, |(number, _)| *number);
    let version = match args.version {
        Some(version) => version,
        None => u32::try_from(highest + 1).context("the highest version is out of range")?,
    };
    let dir = args.out.join(version.to_string());
    if dir.exists() {
        bail!("{} is there already: give another --version, or none", dir.display());
    }
    std::fs::create_dir_all(&args.out).with_context(|| args.out.display().to_string())?;
    Ok(version)
}

fn read(args: &TrainArgs) -> Result<(Dataset, usize)> {
    let (data, skipped) =
        questions::labelled(&args.opening, &args.data, args.skip_bad_rows, args.quiet)?;
    let single: Vec<&str> = data
        .class_sizes()
        .iter()
        .zip(data.labels.keys())
        .filter(|(size, _)| **size < 2)
        .map(|(_, key)| key.as_str())
        .collect();
    if !single.is_empty() && !args.allow_singletons {
        return Err(DataError::Unfit(format!(
            "{}: a single question for the label {}: one can be learned from or measured on, not \
             both; add another, remove it, or pass --allow-singletons",
            args.data.display(),
            single.join(", "),
        ))
        .into());
    }
    Ok((data, skipped))
}
