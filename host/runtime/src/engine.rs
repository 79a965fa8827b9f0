//! The wasmtime engine: its settings and its clock.

use crate::LoadError;
use std::num::NonZeroU32;
use std::time::Duration;
use wasmtime::{
    Config, Engine, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig, Result,
};

/// What one guest may use, and how many there may be.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Instances alive at once. Calls run inline on their thread: as many as there are threads.
    pub instances: NonZeroU32,
    /// Linear memory of one instance, in bytes. The n-grams of
    /// the longest question take about 0.5 MB.
    pub memory: usize,
    /// A call that runs longer is ended.
    pub deadline: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            instances: NonZeroU32::new(16).unwrap_or(NonZeroU32::MIN),
            memory: 8 << 20,
            deadline: Duration::from_millis(500),
        }
    }
}

/// How often the clock ticks: a call is ended between its deadline and one tick later.
const TICK: Duration = Duration::from_millis(10);

/// An engine with its clock. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Runtime {
    pub(super) engine: Engine,
    /// Ticks after which a call is ended.
    pub(super) ticks: u64,
}

impl Runtime {
    /// Starts an engine and its clock, a thread that ends with the engine.
    ///
    /// # Errors
    /// Where the system does not give the address space or the thread.
    pub fn new(limits: Limits) -> Result<Self> {
        let engine = Engine::new(&config(limits))?;
        let weak = engine.weak();
        std::thread::Builder::new().name("epoch".into()).spawn(move || {
            while let Some(engine) = weak.upgrade() {
                engine.increment_epoch();
                drop(engine);
                std::thread::sleep(TICK);
            }
        })?;
        let ticks = limits.deadline.as_nanos().div_ceil(TICK.as_nanos()) as u64 + 1;
        Ok(Runtime { engine, ticks })
    }
}

impl Runtime {
    /// The engine.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Compiles a component to what [`Engine`]s of this configuration map.
    ///
    /// # Errors
    /// Where the bytes are no valid component.
    pub fn precompile(&self, bytes: &[u8]) -> std::result::Result<Vec<u8>, LoadError> {
        self.engine
            .precompile_component(bytes)
            .map_err(|e| LoadError::Invalid(format!("{e:#}").replace('\n', " ")))
    }
}

fn config(limits: Limits) -> Config {
    let count = limits.instances.get();
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(count)
        .total_core_instances(count)
        .total_memories(count)
        .total_tables(count)
        .max_memories_per_component(1)
        .max_tables_per_component(1)
        .max_memory_size(limits.memory)
        .max_unused_warm_slots(count)
        // this much of a guest's memory is reset by copying: no system call, and no page fault after
        .linear_memory_keep_resident(256 << 10)
        .table_keep_resident(64 << 10);
    let mut config = Config::new();
    config
        .wasm_component_model(true)
        .memory_init_cow(true)
        .cranelift_opt_level(OptLevel::Speed)
        .wasm_backtrace_max_frames(None)
        .native_unwind_info(false)
        .epoch_interruption(true)
        .max_wasm_stack(256 << 10)
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    config
}
