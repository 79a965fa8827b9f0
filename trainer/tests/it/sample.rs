//! The sample data set is what its README says.
use intent_data::files::Files;
use intent_data::source::{self, BadRows};
use intent_model::tokens::Tokens;
use std::collections::{HashMap, HashSet};
use std::path::Path;

const CURL: &str = "risques poisson cru pendant la grossesse ?";

struct Question {
    text: String,
    words: Vec<String>,
    label: String,
}

fn read() -> (Vec<Question>, Vec<Question>) {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/sample");
    let (train, problems) = source::labelled(&Files::on_disk(&dir), BadRows::Refuse).unwrap();
    assert!(problems.is_empty());
    let question = |text: String, label: String| {
        let words = Tokens::new(&text)
            .plain()
            .filter(|t| t[0].is_alphanumeric())
            .map(|t| t.iter().collect())
            .collect();
        Question { text, words, label }
    };
    let keys = train.labels.keys();
    let train = train.texts.iter().zip(&train.classes);
    let train = train.map(|(t, &c)| question(t.clone(), keys[c as usize].clone())).collect();
    let test = source::questions(&Files::on_disk(&dir)).unwrap();
    let test = test.into_iter().map(|r| question(r.text, r.label.unwrap())).collect();
    (train, test)
}

#[test]
fn sizes_and_imbalance() {
    let (train, test) = read();
    assert!(train.len() >= 3000 && test.len() >= 600);
    let mut sizes: HashMap<&str, usize> = HashMap::new();
    train.iter().for_each(|q| *sizes.entry(&q.label).or_default() += 1);
    let ids: HashSet<i32> = sizes.keys().map(|l| l.parse().unwrap()).collect();
    assert_eq!(ids, (0..51).collect());
    let largest = *sizes.values().max().unwrap() as f64 / train.len() as f64;
    assert!((0.12..=0.20).contains(&largest), "{largest}");
    assert!((8..=12).contains(sizes.values().min().unwrap()));
    let tested: HashSet<&str> = test.iter().map(|q| q.label.as_str()).collect();
    assert_eq!(tested.len(), 51);
}

#[test]
fn the_readme_s_question_is_not_in_it() {
    let (train, test) = read();
    let words = |text: &str| -> Vec<String> {
        Tokens::new(text).plain().map(|t| t.iter().collect()).collect()
    };
    assert!(train.iter().chain(&test).all(|q| words(&q.text) != words(CURL)));
}

/// No two questions whose character trigrams overlap by more than 0.62 (Jaccard), and none of the
/// same intent that differ in one word, be it a drug's name.
#[test]
fn no_two_questions_are_nearly_the_same() {
    let (train, test) = read();
    let all: Vec<&Question> = train.iter().chain(&test).collect();
    let trigrams: Vec<HashSet<[char; 3]>> = all
        .iter()
        .map(|q| {
            let chars: Vec<char> = format!("{} ", q.words.join(" ")).chars().collect();
            chars.windows(3).map(|w| [w[0], w[1], w[2]]).collect()
        })
        .collect();
    let mut by_gram: HashMap<[char; 3], Vec<usize>> = HashMap::new();
    let mut alike = Vec::new();
    for (i, grams) in trigrams.iter().enumerate() {
        let mut shared: HashMap<usize, usize> = HashMap::new();
        for gram in grams {
            let others = by_gram.entry(*gram).or_default();
            others.iter().for_each(|&j| *shared.entry(j).or_default() += 1);
            others.push(i);
        }
        for (j, both) in shared {
            let jaccard = both as f64 / (grams.len() + trigrams[j].len() - both) as f64;
            if jaccard > 0.62
                || (all[i].label == all[j].label && one_word_apart(&all[i].words, &all[j].words))
            {
                alike.push((&all[j].text, &all[i].text));
            }
        }
    }
    assert!(alike.is_empty(), "{alike:#?}");
}

fn one_word_apart(a: &[String], b: &[String]) -> bool {
    let shorter = a.len().min(b.len());
    let head = (0..shorter).take_while(|&i| a[i] == b[i]).count();
    let tail =
        (0..shorter - head).take_while(|&i| a[a.len() - 1 - i] == b[b.len() - 1 - i]).count();
    a.len().max(b.len()) - head - tail <= 1
}
