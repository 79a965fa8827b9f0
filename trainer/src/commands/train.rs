//! `train`: data → split → fit → bake → evaluate → fit again → bake → publish.

use super::{print, runtime};
use crate::args::Train;
use crate::config;
use crate::export::metrics::{DataFacts, Metrics};
use crate::export::report::{self, WorstError};
use crate::export::{card, confusion, embeddings, variability as spread};
use crate::progress::Terminal;
use crate::{pretrained, variability};
use anyhow::{Context, Result, bail};
use intent_bake::{bake, compose, golden, selftest};
use intent_data::DataError;
use intent_data::source::{self, BadRows};
use intent_dataset::Dataset;
use intent_learn::abstain::{self, Verdict};
use intent_learn::evaluate::{Answer, Evaluation, Intervals};
use intent_learn::fit::{self, Fitted, Settings};
use intent_learn::near;
use intent_learn::progress::Progress;
use intent_learn::split::Strata;
use intent_model::info::Selective;
use intent_model::{Model, ModelInfo};
use intent_runtime::{Classifier, Decision, Runtime};
use intent_store::publish;
use intent_store::scan::versions;
use rayon::prelude::*;

/// Runs the command.
///
/// # Errors
/// Where the data is bad or the version cannot be written; nothing is written then.
pub fn run(args: &Train) -> Result<()> {
    let settings = settings(args)?;
    let version = free_version(args)?;
    let (data, skipped) = read(args)?;
    let vectors = args.pretrained.as_deref().map(pretrained::open).transpose()?;
    let pretrained = vectors.as_ref().map(|v| v.facts(&data.texts)).transpose()?;
    let vectors = vectors.as_ref();
    let progress = Terminal::new(args.quiet);
    let runtime = runtime()?;
    let groups = near::groups(&data.texts, &progress);
    let count = data.labels.len();
    let strata = Strata::new(&data.classes, &groups, count);
    let split = strata.split(args.valid_share, settings.seed);
    let mut info = ModelInfo {
        name: args.name().to_owned(),
        version,
        label_names: data.labels.names(),
        data_digest: data.digest(),
        training_questions: split.train.len() as u32,
        seed: settings.seed,
        ..ModelInfo::default()
    };

    let wanted = args.abstain.wanted();
    let mut fitted = fit::fit(&data.part(&split.train), &settings, vectors, None, &progress);
    info.abstention = wanted.choose(fitted.held_out())?;
    let valid = data.part(&split.valid);
    let measured = match valid.is_empty() {
        true => None,
        false => Some(measure(&fitted, &info, &valid, &runtime, &progress)?),
    };
    let validation = measured.as_ref().map(|m| m.figures.clone());
    let refit = !args.no_refit && !split.valid.is_empty();
    if refit {
        let choices = fitted.choices();
        drop(fitted); // its rows are as large as those to come
        fitted = fit::fit(&data, &settings, vectors, Some(choices), &progress);
        info.training_questions = data.len() as u32;
        info.abstention = wanted.choose(fitted.held_out())?;
    }
    info.refitted = refit;
    info.validation = validation.as_ref().map(Evaluation::figures);
    if let Some(abstention) = &mut info.abstention {
        abstention.validation = measured.as_ref().map(|m| m.selective);
    }

    info.golden = golden::of(&Model::from_bytes(&fitted.encode(&info)?)?);
    let model = fitted.encode(&info)?;
    let component = bake(&model)?;
    let classifier = selftest::run(&runtime, &component, &model)?;
    let plan = args.report.plan(settings.seed, valid.len());
    let variability =
        plan.map(|plan| variability::measure(&data, &settings, &plan, &progress)).transpose()?;
    let sizes = data.class_sizes();
    let metrics = Metrics {
        name: info.name,
        version,
        data: DataFacts {
            sha256: info.data_digest,
            questions: data.len(),
            train: split.train.len(),
            valid: split.valid.len(),
            classes: data.labels.len(),
            smallest_class: sizes.iter().copied().min().unwrap_or_default(),
            largest_class: sizes.iter().copied().max().unwrap_or_default(),
            bad_rows_skipped: skipped,
        },
        settings,
        pretrained,
        choices: fitted.choices(),
        refitted: refit,
        component_bytes: component.len(),
        component_sha256: classifier.digest().to_owned(),
        abstention: info.abstention,
        intervals: measured.as_ref().map(|m| Intervals::bootstrap(&m.answers, &m.figures, settings.seed)),
        validation,
        variability,
    };
    let shown = measured.as_ref().map(|m| report::Measured {
        valid: &valid,
        answers: &m.answers,
        worst: &m.worst,
        texts: !args.report.report_without_texts,
    });
    write(args, version, component, &model, &data, &metrics, shown)
}

/// Those of `--config`, or the defaults; `--seed` comes before either.
fn settings(args: &Train) -> Result<Settings> {
    let settings = args.config.as_deref().map(config::load).transpose()?.unwrap_or_default();
    Ok(Settings { seed: args.seed.unwrap_or(settings.seed), ..settings })
}

/// The version to write, and that it can be written: known before the work, not after.
fn free_version(args: &Train) -> Result<u32> {
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

fn read(args: &Train) -> Result<(Dataset, usize)> {
    let bad = if args.skip_bad_rows { BadRows::Skip } else { BadRows::Refuse };
    let (data, problems) = source::labelled(&args.opening.open(&args.data, args.quiet)?, bad)?;
    for problem in &problems {
        eprintln!("left out: {problem}");
    }
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
    Ok((data, problems.len()))
}

/// What the validation part says of a fit.
struct Measured {
    answers: Vec<Answer>,
    figures: Evaluation,
    selective: Selective,
    worst: Vec<WorstError>,
}

/// Bakes the fit and answers the validation questions through the component.
fn measure(
    fitted: &Fitted,
    info: &ModelInfo,
    valid: &Dataset,
    runtime: &Runtime,
    progress: &dyn Progress,
) -> Result<Measured> {
    let model = fitted.encode(info)?;
    let classifier = selftest::run(runtime, &bake(&model)?, &model)?;
    let bar = progress.stage("evaluation", valid.len());
    let answers: Result<Vec<(Answer, Verdict)>> = valid
        .texts
        .par_iter()
        .zip(&valid.classes)
        .map(|(text, &truth)| {
            bar.tick();
            answer(&classifier, valid, text, truth)
        })
        .collect();
    let (answers, verdicts): (Vec<Answer>, Vec<Verdict>) = answers?.into_iter().unzip();
    let figures = Evaluation::from_answers(&answers, valid.labels.ids(), &valid.labels.names());
    let worst = report::worst(&Model::from_bytes(&model)?, valid, &answers)?;
    Ok(Measured { answers, figures, selective: abstain::selective(verdicts), worst })
}

/// What the component answers, and what it decides.
fn answer(
    classifier: &Classifier,
    data: &Dataset,
    text: &str,
    truth: u32,
) -> Result<(Answer, Verdict)> {
    let ids = data.labels.ids();
    let right = ids[truth as usize];
    let (Ok(p), Ok(decision)) = (classifier.classify(text)?, classifier.decide(text)?) else {
        bail!("the question {text:?} is refused");
    };
    let class = ids.binary_search(&p.intent).unwrap_or_default() as u32;
    let verdict = match decision {
        Decision::Intent(p) => Verdict::Answered { right: p.intent == right },
        Decision::Unsure(candidates) => {
            Verdict::Unsure { among: Some(candidates.iter().any(|p| p.intent == right)) }
        }
        Decision::OutOfScope(_) => Verdict::OutOfScope,
    };
    Ok((Answer { truth, class, probability: f64::from(p.probability) }, verdict))
}

fn write(
    args: &Train,
    version: u32,
    component: Vec<u8>,
    model: &[u8],
    data: &Dataset,
    metrics: &Metrics,
    measured: Option<report::Measured<'_>>,
) -> Result<()> {
    let mut files = vec![
        ("intent-http.wasm", compose::with_front(&component)?),
        ("intent.wasm", component),
        ("embeddings.fifu", embeddings::fifu(&Model::from_bytes(model)?, &data.texts)?),
        ("metrics.json", metrics.json()),
        ("model-card.md", card::markdown(metrics)),
    ];
    if let Some(e) = &metrics.validation {
        files.push(("confusion-matrix.csv", confusion::csv(e)?));
        files.push(("confusion-matrix.svg", confusion::svg(e)));
    }
    if let Some(v) = &metrics.variability {
        files.extend(spread::files(v)?);
    }
    if !args.report.no_report {
        files.push(("report.html", report::html(metrics, measured)?));
    }
    let dir = publish::version(&args.out, version, &files)?;
    if args.json {
        return print(&String::from_utf8_lossy(&metrics.json()));
    }
    let size = metrics.component_bytes as f64 / 1e6;
    let path = dir.join("intent.wasm");
    print(&format!("{}{} ({size:.1} MB)\n", metrics.table(), path.display()))
}
