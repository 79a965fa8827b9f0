//! Hosts that keep one instance for all calls, as a browser page does.
use crate::common::{csv, rows, s, trainer};
use wasmtime::component::{Component, Linker, Val};
use wasmtime::{Config, Engine, Store, StoreLimits, StoreLimitsBuilder};

/// The guest's allocator once never gave anything back: 1 MiB was full after about a hundred calls.
#[test]
fn one_instance_answers_any_number_of_calls_in_the_same_memory() {
    let dir = tempfile::tempdir().unwrap();
    csv(&dir.path().join("train.csv"), &rows());
    let out = dir.path().join("intent");
    let run = trainer(&["train", "-q", "--no-report", "--data", s(dir.path()), "--out", s(&out)]);
    assert_eq!(run.code, Some(0), "{}", run.err);

    let engine = Engine::new(&Config::new()).unwrap();
    let component = Component::from_file(&engine, out.join("1/intent.wasm")).unwrap();
    let limits = StoreLimitsBuilder::new().memory_size(1 << 20).trap_on_grow_failure(true).build();
    let mut store: Store<StoreLimits> = Store::new(&engine, limits);
    store.limiter(|limits| limits);
    let instance = Linker::new(&engine).instantiate(&mut store, &component).unwrap();
    let name = "posos:intent/classifier@0.3.0";
    let interface = instance.get_export_index(&mut store, None, name).unwrap();
    let mut call = |name: &str, query: &str, first: &mut Option<Val>| {
        let index = instance.get_export_index(&mut store, Some(&interface), name).unwrap();
        let function = instance.get_func(&mut store, index).unwrap();
        let mut results = [Val::Bool(false)];
        function.call(&mut store, &[Val::String(query.into())], &mut results).unwrap();
        let [answer] = results;
        assert_eq!(*first.get_or_insert(answer.clone()), answer, "{name}");
    };
    let (mut classified, mut explained, mut decided) = (None, None, None);
    for _ in 0..2000 {
        call("classify", "fever in the évening", &mut classified);
        call("explain", "fever in the évening", &mut explained);
        call("decide", "fever in the évening", &mut decided);
    }
}
