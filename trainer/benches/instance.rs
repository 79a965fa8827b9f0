//! Cost of a fresh, sealed instance for each request: instantiate + classify + drop, beside the
//! same model called natively, for models of 1, 8 and 32 MB.
//!
//! First the ratios, interleaved in one run (a busy machine slows both sides alike), then
//! criterion's absolute times.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

use criterion::Criterion;
use intent_bake::bake;
use intent_data::files::Files;
use intent_data::source;
use intent_model::grams::Space;
use intent_model::{Model, ModelInfo, SliceModel, rows};
use intent_model::{Params, layout};
use intent_runtime::{Classifier, Limits, Runtime};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

const CLASSES: usize = 64;
const ROUNDS: usize = 41;
/// (megabytes, log2 of the buckets of each family)
const SIZES: [(u32, u8); 3] = [(1, 12), (8, 15), (32, 17)];

/// A model of random rows: what is fetched and summed does not depend on the values.
fn model(bits: u8) -> Vec<u8> {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let space = Space { word_bits: bits, subword_bits: bits, pair_bits: bits, ..Space::default() };
    let stride = rows::stride(CLASSES, 8);
    let mut table = vec![0; space.table_starts()[4] as usize * stride];
    for row in table.chunks_mut(stride) {
        let values: Vec<f32> = (0..CLASSES).map(|_| rng.random_range(-1.0..1.0)).collect();
        rows::write_row(row, 8, 1.5, &values);
    }
    let params = Params {
        ids: (0..CLASSES as i32).collect(),
        bias: vec![-1.0; CLASSES],
        slope: vec![3.0; CLASSES],
        taper: 0.1,
        offset: vec![0.5; CLASSES],
    };
    let label_names = (0..CLASSES).map(|i| i.to_string()).collect();
    let info = ModelInfo { label_names, ..ModelInfo::default() };
    layout::encode(space, &params, &table, &info).unwrap()
}

/// Microseconds a question.
fn time(questions: &[String], repeat: usize, mut classify: impl FnMut(&str)) -> f64 {
    let start = Instant::now();
    for _ in 0..repeat {
        questions.iter().for_each(|q| classify(q));
    }
    start.elapsed().as_secs_f64() * 1e6 / (repeat * questions.len()) as f64
}

/// Times every model natively and as a component in turn, and prints a table.
fn compare(
    title: &str,
    questions: &[String],
    repeat: usize,
    natives: &[SliceModel<'_>],
    guests: &[Classifier],
) {
    let mut times = vec![(Vec::new(), Vec::new()); SIZES.len()];
    for _ in 0..ROUNDS {
        for ((native, guest), times) in natives.iter().zip(guests).zip(&mut times) {
            times.0.push(time(questions, repeat, |q| _ = black_box(native.classify(q))));
            times.1.push(time(questions, repeat, |q| _ = black_box(guest.classify(q))));
        }
    }
    let chars: usize = questions.iter().map(|q| q.chars().count()).sum();
    println!(
        "{title}: {} characters on average, {CLASSES} classes, {ROUNDS} interleaved rounds, medians",
        chars / questions.len()
    );
    println!("model    native us   fresh instance us   ratio (min-max)      over 1 MB");
    let mut smallest = None;
    for ((mb, ..), (native, guest)) in SIZES.iter().zip(&mut times) {
        let mut ratios: Vec<f64> = guest.iter().zip(native.iter()).map(|(g, n)| g / n).collect();
        let ratio = median(&mut ratios);
        let spread = (ratios[0], ratios[ratios.len() - 1]);
        let (native, guest) = (median(native), median(guest));
        let first = *smallest.get_or_insert(guest);
        println!(
            "{mb:>3} MB   {native:>9.2}   {guest:>17.2}   {ratio:.2} ({:.2}-{:.2})     {:.3}",
            spread.0,
            spread.1,
            guest / first
        );
    }
    println!();
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/sample");
    let questions: Vec<String> =
        source::questions(&Files::on_disk(&sample)).unwrap().into_iter().map(|r| r.text).collect();
    let runtime = Runtime::new(Limits::default()).unwrap();
    let models: Vec<Vec<u8>> = SIZES.iter().map(|&(_, bits)| model(bits)).collect();
    let natives: Vec<SliceModel<'_>> =
        models.iter().map(|m| Model::from_bytes(m).unwrap()).collect();
    let guests: Vec<Classifier> =
        models.iter().map(|m| Classifier::new(&runtime, &bake(m).unwrap()).unwrap()).collect();

    // few questions, whose rows stay in the processor's caches whatever the size of the model: what
    // is compared is the cost of an instance
    compare("the same 4 questions", &questions[..4], 300, &natives, &guests);
    // many: the rows of a large model come from memory, natively just as in the guest
    compare("the whole test set", &questions, 1, &natives, &guests);

    let mut criterion = Criterion::default().configure_from_args();
    for (((mb, ..), native), guest) in SIZES.iter().zip(&natives).zip(&guests) {
        let mut at = 0;
        let mut next = || {
            at = (at + 1) % questions.len();
            questions[at].as_str()
        };
        let mut group = criterion.benchmark_group(format!("{mb} MB"));
        group.bench_function("native", |b| b.iter(|| native.classify(next())));
        group.bench_function("fresh instance", |b| b.iter(|| guest.classify(next())));
    }
    criterion.final_summary();
}
