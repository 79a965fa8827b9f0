//! `train --pretrained`: what the vectors say of words that the data does not have.
use crate::common::{csv, s, trainer};
use finalfusion::io::WriteEmbeddings;
use finalfusion::prelude::*;
use intent_bake::extract;
use intent_model::Model;
use std::fs;
use std::io::{BufReader, BufWriter, Cursor};
use std::path::Path;

/// Words of two subjects; the first four of each are in the data, the others are synonyms of them.
const SUBJECTS: [(&str, [&str; 6]); 2] = [
    ("animal", ["dog", "cat", "horse", "cow", "Poodle", "kitten"]),
    ("vehicle", ["car", "truck", "bus", "tram", "lorry", "coach"]),
];

fn data(path: &Path) {
    let mut rows = Vec::new();
    for (label, words) in SUBJECTS {
        for word in &words[..4] {
            for frame in ["where is the", "show me a", "who owns this", "i want one", "that is a"] {
                rows.push((format!("{frame} {word}"), label));
            }
        }
    }
    csv(path, &rows);
}

/// As text: each subject has a direction of its own, and each word a little of its own.
fn vectors(path: &Path) {
    let words: Vec<String> = SUBJECTS
        .iter()
        .enumerate()
        .flat_map(|(subject, (_, words))| {
            words.iter().enumerate().map(move |(i, word)| {
                let own = 0.1 * i as f32;
                format!("{word} {} {} {own}", 1 - subject, subject)
            })
        })
        .collect();
    fs::write(path, format!("{} 3\n{}\n", words.len(), words.join("\n"))).unwrap();
}

/// Trains with `more` flags; the model's bytes.
fn train(dir: &Path, out: &str, more: &[&str]) -> Vec<u8> {
    let (data, out) = (dir.join("train.csv"), dir.join(out));
    let flags = ["train", "-q", "--data", s(&data), "--out", s(&out), "--valid-share", "0"];
    let run = trainer(&[&flags, more].concat());
    assert_eq!(run.code, Some(0), "{}", run.err);
    let component = fs::read(out.join("1/intent.wasm")).unwrap();
    extract::model(&component).unwrap().to_vec()
}

/// Of the synonyms that the data does not have, how many are classified correctly.
fn right(bytes: &[u8]) -> usize {
    let model = Model::from_bytes(bytes).unwrap();
    let names = &model.info().label_names;
    let mut right = 0;
    for (label, words) in SUBJECTS {
        for word in &words[4..] {
            // nothing else in the question, so that without vectors there is nothing to go by
            let answer = model.classify_top(word, 1).unwrap()[0];
            right += usize::from(names[answer.intent as usize] == label);
        }
    }
    right
}

#[test]
fn vectors_tell_what_words_mean_that_the_data_does_not_have() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    data(&dir.join("train.csv"));
    let vec = dir.join("small.vec");
    vectors(&vec);
    let without = train(dir, "without", &[]);
    assert!(right(&without) < 4, "the vectors have something to add");
    assert_eq!(Model::from_bytes(&without).unwrap().header().space.vector_bits, 0);
    let with = train(dir, "with", &["--pretrained", s(&vec)]);
    assert_eq!(Model::from_bytes(&with).unwrap().header().space.vector_bits, 16);
    assert_eq!(right(&with), 4);
    // the same vectors as .fifu give the same model
    let text = Embeddings::read_text_dims(&mut BufReader::new(fs::File::open(&vec).unwrap()));
    let fifu = dir.join("small.fifu");
    text.unwrap().write_embeddings(&mut BufWriter::new(fs::File::create(&fifu).unwrap())).unwrap();
    let again = train(dir, "with-fifu", &["--pretrained", s(&fifu)]);
    assert!(tail(&again) == tail(&with));
    let metrics = fs::read(dir.join("with/1/metrics.json")).unwrap();
    let metrics: serde_json::Value = serde_json::from_slice(&metrics).unwrap();
    assert_eq!(metrics["pretrained"]["dimensions"], 3);
    assert_eq!(metrics["pretrained"]["words_known"], 8);
    let card = fs::read_to_string(dir.join("with/1/model-card.md")).unwrap();
    let sha = metrics["pretrained"]["sha256"].as_str().unwrap();
    assert!(card.contains(&format!("3 dimensions, SHA-256 `{sha}`; they know 8 of the")), "{card}");
}

/// The parameters and rows: the description names the model.
fn tail(bytes: &[u8]) -> &[u8] {
    let header = *Model::from_bytes(bytes).unwrap().header();
    &bytes[header.params_at..header.info_at]
}

#[test]
fn n_grams_of_the_file_give_vectors_of_words_that_it_does_not_have() {
    use finalfusion::norms::NdNorms;
    use finalfusion::storage::NdArray;
    use finalfusion::subword::{BucketIndexer as _, FinalfusionHashIndexer};
    use finalfusion::vocab::BucketSubwordVocab;
    use intent_trainer::pretrained;
    use ndarray15::{Array1, Array2};
    let indexer = FinalfusionHashIndexer::new(6);
    let rows = 1 + (1 << 6);
    let vocab = BucketSubwordVocab::new(vec!["dog".to_owned()], 3, 6, indexer);
    let mut storage = Array2::from_shape_fn((rows, 2), |(row, at)| (row * (at + 1)) as f32);
    storage.row_mut(0).assign(&Array1::from(vec![1.0, 0.0]));
    let (storage, norms) = (NdArray::new(storage), NdNorms::new(Array1::ones(1)));
    let embeddings = Embeddings::new(None, vocab, storage, norms);
    let mut bytes = Cursor::new(Vec::new());
    embeddings.write_embeddings(&mut bytes).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("grams.FIFU");
    fs::write(&path, bytes.into_inner()).unwrap();
    let pretrained = pretrained::open(&path).unwrap();
    assert_eq!(pretrained.vector("dog").unwrap(), [1.0, 0.0]);
    let dogs = pretrained.vector("dogs").unwrap();
    let want = embeddings.embedding("dogs").unwrap().to_vec();
    assert!(dogs.iter().zip(&want).all(|(a, b)| (a - b).abs() < 1e-6), "{dogs:?} {want:?}");
    let facts = pretrained.facts(&["dogs dog".to_owned()]).unwrap();
    assert_eq!((facts.words, facts.words_known), (2, 2));
}

#[test]
fn files_that_do_not_serve_are_refused_by_name_and_nothing_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    data(&dir.join("train.csv"));
    let refused = |name: &str, content: Option<&[u8]>, want: &str| {
        let path = dir.join(name);
        if let Some(content) = content {
            fs::write(&path, content).unwrap();
        }
        let out = dir.join("out");
        let data = dir.join("train.csv");
        let flags = ["train", "-q", "--data", s(&data), "--out", s(&out)];
        let run = trainer(&[&flags[..], &["--pretrained", s(&path)]].concat());
        assert_eq!(run.code, Some(1), "{name}: {}", run.err);
        assert!(run.err.contains(name) && run.err.contains(want), "{name}: {}", run.err);
        assert!(!out.join("1").exists());
    };
    refused("missing.vec", None, "No such file");
    refused("vectors.npy", Some(b"x"), ".fifu (finalfusion), .bin (fastText or word2vec)");
    refused("foreign.vec", Some(b"2 2\nchien 1 0\nchat 0 1\n"), "none of the words");
    refused("short.vec", Some(b"3 2\ndog 1 0\ncat 0 1\n"), "not readable as word2vec text");
    refused("ragged.txt", Some(b"dog 1 0\ncat 0\n"), "not readable as word2vec text");
    refused("empty.vec", Some(b""), "not readable as word2vec text");
    refused("twice.vec", Some(b"2 2\ndog 1 0\ndog 0 1\n"), "holds a word twice");
    refused("liar.vec", Some(b"99999999999 300\ndog 1 0\n"), "shorter than its first line says");
    refused("noise.fifu", Some(b"FiFunoise"), "not readable as finalfusion");
    refused("noise.bin", Some(b"noise"), "not readable as word2vec binary");
    let fasttext = 793_712_314u32.to_le_bytes();
    refused("cut.bin", Some(&fasttext), "not readable as fastText");
}
