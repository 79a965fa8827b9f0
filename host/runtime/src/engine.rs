//! The wasmtime engine: its settings and its clock.

use crate::error::LoadError;
use std::num::NonZeroU32;
use std::time::Duration;
use wasmtime::{
    Config, Engine, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig, Result,
};

/// Limits of the guests.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Maximum concurrent instances. A call runs inline on its thread: one for each thread is enough.
    pub instances: NonZeroU32,
    /// Maximum linear memory of one instance, in bytes. The n-grams of the longest question take about
    /// 0.5 MB.
    pub memory: usize,
    /// Deadline of a call: one that runs longer is ended.
    pub deadline: Duration,
}

impl Limits {
    /// Default deadline of a call while serving, in milliseconds.
    pub const SERVING_DEADLINE_MS: u64 = 100;
    /// Default deadline of a call in tools and tests, in milliseconds.
    const OFFLINE_DEADLINE_MS: u64 = 500;
    /// Default of the maximum linear memory, in MiB.
    pub const MEMORY_MIB: u32 = 8;
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            instances: NonZeroU32::new(16).unwrap_or(NonZeroU32::MIN),
            memory: (Self::MEMORY_MIB as usize) << 20,
            deadline: Duration::from_millis(Self::OFFLINE_DEADLINE_MS),
        }
    }
}

/// Period of the clock: a call is ended between its deadline and one tick later.
const TICK: Duration = Duration::from_millis(10);

/// An engine with its clock. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Runtime {
    pub(crate) engine: Engine,
    /// Deadline of a call, in ticks.
    pub(crate) ticks: u64,
}

impl Runtime {
    /// Starts an engine and its clock, a thread that ends with the engine.
    ///
    /// # Errors
    /// If the system has no address space or no thread left.
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

    /// The wasmtime engine.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Compiles a component ahead of time, for [`Engine`]s of this configuration.
    ///
    /// # Errors
    /// If the bytes are no valid component.
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
        // memory up to this size is reset by copying: no system call, and no page faults after it
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
