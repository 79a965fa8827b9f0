//! Time of a call by phase, by elimination, and the cost of each setting of the engine.
//!
//! Usage: `phases COMPONENT [SETTINGS ...]`; settings are joined by commas: `host` (those of the host),
//! `no-epoch`, `fuel`, `pagemap`, `inlining`, `no-signals`, `no-cow`, `keep=KB`. Asks 4 questions of the sample
//! in interleaved rounds, of the same model natively as well.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

use intent_bake::extract;
use intent_data::files::Files;
use intent_data::source;
use intent_model::Model;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;
use wasmtime::component::{Component, ComponentExportIndex, InstancePre, Linker};
use wasmtime::{
    Config, Enabled, Engine, Inlining, InstanceAllocationStrategy, OptLevel,
    PoolingAllocationConfig, Store,
};

const INTERFACE: &str = "posos:intent/classifier@0.3.0";
const ROUNDS: usize = 21;
const REPEAT: usize = 500;

struct Variant {
    engine: Engine,
    pre: InstancePre<()>,
    classify: ComponentExportIndex,
    epoch: bool,
    fuel: bool,
}

impl Variant {
    fn new(component: &[u8], settings: &str) -> Self {
        let (mut epoch, mut fuel) = (true, false);
        let (mut config, mut pool) = (Config::new(), PoolingAllocationConfig::new());
        pool.total_component_instances(4)
            .total_core_instances(4)
            .total_memories(4)
            .total_tables(4)
            .max_memory_size(8 << 20)
            .linear_memory_keep_resident(256 << 10)
            .table_keep_resident(64 << 10);
        config.cranelift_opt_level(OptLevel::Speed).wasm_backtrace_max_frames(None);
        config.native_unwind_info(false).max_wasm_stack(256 << 10);
        for setting in settings.split(',') {
            match setting.split_once('=').unwrap_or((setting, "")) {
                ("host", _) => {}
                ("no-epoch", _) => epoch = false,
                ("fuel", _) => (epoch, fuel) = (false, true),
                ("pagemap", _) => _ = pool.pagemap_scan(Enabled::Yes),
                ("inlining", _) => _ = config.compiler_inlining(Inlining::Yes),
                ("no-signals", _) => _ = config.signals_based_traps(false),
                ("no-cow", _) => _ = config.memory_init_cow(false),
                ("keep", kb) => {
                    pool.linear_memory_keep_resident(kb.parse::<usize>().unwrap() << 10);
                }
                _ => panic!("no setting {setting}"),
            }
        }
        config.epoch_interruption(epoch).consume_fuel(fuel);
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
        let engine = Engine::new(&config).unwrap();
        let component = Component::from_binary(&engine, component).unwrap();
        let interface = component.get_export_index(None, INTERFACE).unwrap();
        let classify = component.get_export_index(Some(&interface), "classify").unwrap();
        let pre = Linker::new(&engine).instantiate_pre(&component).unwrap();
        Variant { engine, pre, classify, epoch, fuel }
    }

    fn store(&self) -> Store<()> {
        let mut store = Store::new(&self.engine, ());
        if self.epoch {
            store.set_epoch_deadline(2);
        }
        if self.fuel {
            store.set_fuel(u64::MAX / 2).unwrap();
        }
        store
    }

    fn call(&self, query: &str) {
        use intent_runtime::{ClassifyError, Prediction};
        let mut store = self.store();
        let instance = self.pre.instantiate(&mut store).unwrap();
        let classify = instance
            .get_typed_func::<(&str,), (Result<Prediction, ClassifyError>,)>(
                &mut store,
                &self.classify,
            )
            .unwrap();
        _ = black_box(classify.call(&mut store, (query,)).unwrap());
    }
}

/// Microseconds a question.
fn time(questions: &[String], mut ask: impl FnMut(&str)) -> f64 {
    let start = Instant::now();
    (0..REPEAT).for_each(|_| questions.iter().for_each(|q| ask(q)));
    start.elapsed().as_secs_f64() * 1e6 / (REPEAT * questions.len()) as f64
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn main() {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let component = std::fs::read(args.remove(0)).unwrap();
    if args.is_empty() {
        args = ["host", "no-epoch", "fuel", "pagemap", "inlining"].map(str::to_owned).to_vec();
    }
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/sample");
    let questions: Vec<String> = source::questions(&Files::on_disk(&sample))
        .unwrap()
        .into_iter()
        .take(4)
        .map(|r| r.text)
        .collect();
    let native = Model::from_bytes(extract::model(&component).unwrap()).unwrap();
    let variants: Vec<Variant> = args.iter().map(|a| Variant::new(&component, a)).collect();
    let (mut natives, mut phases) = (Vec::new(), vec![[const { Vec::new() }; 4]; args.len()]);
    for _ in 0..ROUNDS {
        natives.push(time(&questions, |q| _ = black_box(native.classify(q))));
        for (v, [store, instance, blank, call]) in variants.iter().zip(&mut phases) {
            store.push(time(&questions, |_| _ = black_box(v.store())));
            instance.push(time(&questions, |_| _ = black_box(v.pre.instantiate(v.store()))));
            blank.push(time(&questions, |_| v.call(" ")));
            call.push(time(&questions, |q| v.call(q)));
        }
    }
    let native = median(&mut natives);
    println!("native: {native:.2} µs\nµs up to, and with the drop of:");
    println!(
        "settings                a store  an instance  a blank question  a question  over native"
    );
    for (settings, phases) in args.iter().zip(&mut phases) {
        let [store, instance, blank, call] = phases.each_mut().map(|times| median(times));
        println!(
            "{settings:22} {store:>8.2} {instance:>12.2} {blank:>17.2} {call:>11.2} {:>12.2}",
            call / native
        );
    }
}
