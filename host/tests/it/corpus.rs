//! The fuzzers' corpus, once more: what `make fuzz` has found does not come back.
use std::path::Path;

include!("../../../fuzz/targets.rs");

fn replay(name: &str, target: fn(&[u8])) {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(name);
    let mut count = 0;
    for entry in std::fs::read_dir(&dir).unwrap() {
        let path = entry.unwrap().path();
        eprintln!("{}", path.display());
        target(&std::fs::read(&path).unwrap());
        count += 1;
    }
    assert!(count > 5, "{} has {count} files", dir.display());
}

#[test]
fn the_corpus_is_harmless() {
    for (name, target) in [
        ("url", url as fn(&[u8])),
        ("json", json),
        ("line", line),
        ("policy", policy),
        ("model", model),
        ("archive", archive),
    ] {
        replay(name, target);
    }
}

#[test]
#[ignore = "writes the corpus of models: after a change of the layout"]
fn write_models() {
    use intent_model::grams::Space;
    use intent_model::{ModelInfo, lexicon, rows};
    use intent_model::{Params, layout};
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus/model");
    for (place, (classes, pair_bits, row_bits, coordinates)) in
        [(2, 0, 8, 0), (3, 2, 8, 0), (2, 2, 4, 0), (5, 0, 4, 0), (4, 0, 8, 2), (4, 2, 4, 2)]
            .into_iter()
            .enumerate()
    {
        let mut space = Space { word_bits: 2, subword_bits: 3, pair_bits, ..Space::default() };
        space.row_bits = row_bits;
        space.rank = coordinates;
        space.lexicon_bits = pair_bits / 2;
        let width = if coordinates == 0 { classes } else { coordinates as usize };
        let mut rows = vec![0; space.row_count(classes) * rows::stride(width, row_bits)];
        let tete = ['t', 'e', 't', 'e'];
        rows.extend(lexicon::encode([(&tete[..], 3)].into_iter(), space.lexicon_bits));
        let params = Params {
            ids: (0..classes as i32).collect(),
            bias: vec![0.5; classes],
            slope: vec![1.0; classes],
            taper: 0.0,
            offset: vec![0.0; classes],
        };
        let info = ModelInfo { label_names: vec!["a".into(); classes], ..ModelInfo::default() };
        let model = layout::encode(space, &params, &rows, &info).unwrap();
        let text = "un mal de tette";
        let bytes = [&[text.len() as u8], &model[..], text.as_bytes()].concat();
        std::fs::write(dir.join(format!("seed-{place}")), bytes).unwrap();
    }
}
