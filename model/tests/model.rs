//! A small model, written by hand, through its bytes and back; and damaged ones.
#![allow(missing_docs, clippy::unwrap_used)]

use intent_model::grams::{Features, Space, hash};
use intent_model::info::Abstention;
use intent_model::layout::{self, HEADER_LEN};
use intent_model::{
    ClassifyError, Decision, LayoutError, MAX_QUERY_BYTES, Model, ModelInfo, Params, Thresholds,
    rows,
};
use proptest::prelude::*;

const SPACE: Space = Space {
    word_bits: 6,
    subword_bits: 7,
    min_n: 2,
    max_n: 4,
    pair_bits: 0,
    stem: 4,
    vector_bits: 0,
    row_bits: 8,
    rank: 0,
    lexicon_bits: 0,
};

/// Three classes; the word `alpha` speaks for the second and the word `beta` for the third.
fn bytes() -> Vec<u8> {
    let stride = rows::stride(3, 8);
    let count = SPACE.table_starts()[4] as usize;
    let mut table = vec![0; count * stride];
    for row in table.chunks_mut(stride) {
        rows::write_row(row, 8, 1.5, &[0.0; 3]);
    }
    for (text, values) in [("alpha", [0.0, 2.0, -1.0]), ("beta", [-1.0, 0.5, 3.0])] {
        let chars: Vec<char> = text.chars().collect();
        let at = (hash(&chars) as usize & (SPACE.word_rows() as usize - 1)) * stride;
        rows::write_row(&mut table[at..at + stride], 8, 1.0, &values);
        for (bucket, _) in Features::as_spelled(text, &SPACE).subwords.counts() {
            let at = (SPACE.word_rows() + bucket) as usize * stride;
            rows::write_row(&mut table[at..at + stride], 8, 2.0, &values);
        }
    }
    let params = Params {
        ids: vec![-1, 4, 26],
        bias: vec![0.1, 0.0, -0.1],
        slope: vec![1.0; 3],
        taper: 0.0,
        offset: vec![0.0; 3],
    };
    let info = ModelInfo {
        name: "small".into(),
        version: 1,
        label_names: vec!["other".into(), "a".into(), "b".into()],
        ..ModelInfo::default()
    };
    layout::encode(SPACE, &params, &table, &info).unwrap()
}

#[test]
fn classifies_and_ranks() {
    let bytes = bytes();
    let model = Model::from_bytes(&bytes).unwrap();
    assert_eq!(model.classify("ALPHA ?").unwrap().intent, 4);
    assert_eq!(model.classify("béta").unwrap().intent, 26);
    // nothing known: the bias decides
    assert_eq!(model.classify("zzz").unwrap().intent, -1);
    let top = model.classify_top("alpha", 9).unwrap();
    assert_eq!(top.len(), 3);
    assert_eq!(top[0], model.classify("alpha").unwrap());
    assert!(top.is_sorted_by(|a, b| a.probability >= b.probability));
    assert!((top.iter().map(|p| p.probability).sum::<f32>() - 1.0).abs() < 1e-6);
    assert!(model.classify_top("alpha", 0).unwrap().is_empty());
}

#[test]
fn refuses_blank_and_over_long_queries() {
    let bytes = bytes();
    let model = Model::from_bytes(&bytes).unwrap();
    assert_eq!(model.classify(" \n\u{a0}"), Err(ClassifyError::Empty));
    assert!(model.classify(&"a".repeat(MAX_QUERY_BYTES)).is_ok());
    assert!(matches!(
        model.classify(&"a".repeat(MAX_QUERY_BYTES + 1)),
        Err(ClassifyError::TooLong { actual: 4097, limit: 4096 })
    ));
}

#[test]
fn a_query_of_marks_alone_has_no_features_and_an_answer() {
    let bytes = bytes();
    let answer = Model::from_bytes(&bytes).unwrap().classify("\u{301}\u{302}").unwrap();
    assert_eq!(answer.intent, -1);
}

#[test]
fn a_word_vector_has_length_one_or_zero() {
    let bytes = bytes();
    let model = Model::from_bytes(&bytes).unwrap();
    let norm = |w| {
        let v = model.word_vector(w);
        v.iter().map(|x| x * x).sum::<f32>()
    };
    assert!((norm("alpha") - 1.0).abs() < 1e-6);
    assert!(norm("alphabet") > 0.99);
}

#[test]
fn says_what_is_wrong_with_foreign_bytes() {
    let good = bytes();
    let err = |bytes: &[u8]| Model::from_bytes(bytes).unwrap_err();
    assert_eq!(err(b"PSI"), LayoutError::Truncated { actual: 3, needed: 96 });
    assert_eq!(err(&[0; 100]), LayoutError::BadMagic);
    assert_eq!(
        err(&good[..good.len() - 1]),
        LayoutError::Truncated { actual: good.len() - 1, needed: good.len() as u64 }
    );
    let changed = |at: usize, value: u8| {
        let mut bytes = good.clone();
        bytes[at] = value;
        err(&bytes)
    };
    assert_eq!(changed(8, 9), LayoutError::Version { found: 9, supported: layout::VERSION });
    assert_eq!(changed(12, 0), LayoutError::Header { field: "classes", value: 0 });
    assert_eq!(changed(16, 60), LayoutError::Header { field: "word_bits", value: 60 });
    assert_eq!(changed(69, 0), LayoutError::Header { field: "stem", value: 0 });
    assert_eq!(changed(71, 5), LayoutError::Header { field: "row_bits", value: 5 });
    assert_eq!(changed(80, 13), LayoutError::Header { field: "lexicon_bits", value: 13 });
    let mut nan = good.clone();
    nan[76..80].copy_from_slice(&f32::NAN.to_le_bytes());
    assert!(matches!(err(&nan), LayoutError::Header { field: "taper", .. }));
    assert_eq!(changed(81, 1), LayoutError::Header { field: "reserved", value: 1 });
    assert!(matches!(changed(59, 0xff), LayoutError::Header { field: "unsure_below", .. }));
    assert!(matches!(changed(HEADER_LEN, 77), LayoutError::Checksum { .. }));
    let mut longer = good.clone();
    longer.push(0);
    assert!(err(&longer).to_string().contains("1 bytes follow"));
}

#[test]
fn refuses_parts_that_do_not_fit() {
    let params = Params {
        ids: vec![2, 1],
        bias: vec![0.0; 2],
        slope: vec![0.0; 2],
        offset: vec![0.0; 2],
        taper: 0.0,
    };
    let error = layout::encode(SPACE, &params, &[], &ModelInfo::default()).unwrap_err();
    assert!(error.to_string().contains("ascending"), "{error}");
}

/// The bytes with these thresholds.
fn abstaining(thresholds: Thresholds) -> Result<Vec<u8>, LayoutError> {
    let bytes = bytes();
    let model = Model::from_bytes(&bytes)?;
    let h = model.header();
    let abstention = Some(Abstention { thresholds, ..Abstention::default() });
    let info = ModelInfo { abstention, ..model.info().clone() };
    layout::encode(h.space, model.params(), &bytes[h.rows_at..h.info_at], &info)
}

#[test]
fn decides_by_the_thresholds() {
    let decide = |unsure_below, out_of_scope_below, candidate_mass, text: &str| {
        let bytes = abstaining(Thresholds { unsure_below, out_of_scope_below, candidate_mass });
        let bytes = bytes.unwrap();
        let model = Model::from_bytes(&bytes).unwrap();
        assert_eq!(model.classify(text), Model::from_bytes(&self::bytes()).unwrap().classify(text));
        model.decide(text).unwrap()
    };
    let never = f32::NEG_INFINITY;
    let bytes = bytes();
    let model = Model::from_bytes(&bytes).unwrap();
    let first = model.classify("alpha").unwrap();
    let top = |k| model.classify_top("alpha", k).unwrap();
    assert_eq!(model.decide("alpha"), Ok(Decision::Intent(first)));
    // a probability at the threshold is answered, as is a margin at the other
    let (p, m) = (first.probability, first.margin);
    assert_eq!(decide(p, m, 1.0, "alpha"), Decision::Intent(first));
    assert_eq!(decide(p.next_up(), m, 0.0, "alpha"), Decision::Unsure(top(2)));
    assert_eq!(decide(1.0, m, 1.0, "alpha"), Decision::Unsure(top(3)));
    assert_eq!(decide(1.0, m.next_up(), 1.0, "alpha"), Decision::OutOfScope(first));
    assert_eq!(
        decide(1.0, never, 0.9, "zzz"),
        Decision::Unsure(model.classify_top("zzz", 3).unwrap())
    );
    assert_eq!(model.decide(" "), Err(ClassifyError::Empty));
}

#[test]
fn thresholds_out_of_range_are_refused() {
    let never = Thresholds::ALWAYS_ANSWER;
    for bad in [f32::NAN, 1.1, -0.1, f32::INFINITY] {
        assert!(abstaining(Thresholds { unsure_below: bad, ..never }).is_err());
        assert!(abstaining(Thresholds { candidate_mass: bad, ..never }).is_err());
    }
    for bad in [f32::NAN, f32::INFINITY] {
        assert!(abstaining(Thresholds { out_of_scope_below: bad, ..never }).is_err());
    }
    assert!(abstaining(never).is_ok());
}

proptest! {
    /// Whatever the damage, decoding answers and does not panic; a flipped bit never passes.
    #[test]
    fn damage_is_an_error(at in 0usize..100_000, bit in 0u8..8) {
        let mut bytes = bytes();
        let at = at % bytes.len();
        bytes[at] ^= 1 << bit;
        prop_assert!(Model::from_bytes(&bytes).is_err());
    }

    #[test]
    fn any_bytes_decode_or_err(mut bytes in proptest::collection::vec(any::<u8>(), 0..400), keep in 0usize..64) {
        let good = self::bytes();
        for (b, g) in bytes.iter_mut().zip(&good).take(keep) {
            *b = *g;
        }
        prop_assert!(Model::from_bytes(&bytes).is_err());
    }

    #[test]
    fn every_text_is_answered_or_refused(text in any::<String>()) {
        let bytes = bytes();
        let model = Model::from_bytes(&bytes).unwrap();
        match model.classify(&text) {
            Ok(p) => prop_assert!((0.0..=1.0).contains(&p.probability) && p.margin.is_finite()),
            Err(e) => prop_assert_eq!(e, ClassifyError::Empty),
        }
    }
}
