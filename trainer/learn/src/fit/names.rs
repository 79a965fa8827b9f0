//! Class names as questions of their classes.
//!
//! A name such as `card_payment_fee_charged` describes the questions of its class. If a class has few examples,
//! its name is a useful further one; if it has many, the name changes nothing or harms. With few examples
//! cross-validation decides; only questions are held out, so the names are in the training part of every fold.

use intent_dataset::Dataset;

/// Names are tried with fewer questions per class than this, on average.
const MAX_QUESTIONS_PER_CLASS: usize = 30;
/// Minimum number of letters of a meaningful name: `q3` and `17` have no meaning.
const MIN_LETTERS: usize = 3;

/// Whether there are so few questions for each class that the names may help.
pub(super) fn may_help(data: &Dataset) -> bool {
    data.len() < MAX_QUESTIONS_PER_CLASS * data.labels.len()
}

/// `data`, followed by the name of each class as one of its questions; `None` if a name has fewer than
/// [`MIN_LETTERS`] letters.
pub(super) fn with_names(data: &Dataset) -> Option<Dataset> {
    let names: Vec<String> = data.labels.names().iter().map(|name| words(name)).collect();
    let is_meaningful =
        |name: &String| name.chars().filter(|c| c.is_alphabetic()).count() >= MIN_LETTERS;
    names.iter().all(is_meaningful).then(|| {
        let mut data = data.clone();
        data.classes.extend(0..names.len() as u32);
        data.texts.extend(names);
        data
    })
}

/// The words of an identifier: `card_arrival`, `card-arrival`, `CardArrival`, `HTMLPage2`.
fn words(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 8);
    let mut characters = name.chars().peekable();
    let mut before = ' ';
    while let Some(c) = characters.next() {
        let next_is_lower = characters.peek().is_some_and(|c| c.is_lowercase());
        let starts_word = c.is_uppercase()
            && (before.is_lowercase() || before.is_uppercase() && next_is_lower)
            || c.is_numeric() && before.is_alphabetic();
        let is_separator = !c.is_alphanumeric() && c != '\'' && c != '’';
        if (starts_word || is_separator) && !words.ends_with(' ') && !words.is_empty() {
            words.push(' ');
        }
        if !is_separator {
            words.push(c);
        }
        before = c;
    }
    words.truncate(words.trim_end().len());
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use intent_dataset::Labels;
    use proptest::prelude::*;

    #[test]
    fn identifiers_are_read_as_words() {
        for (name, read) in [
            ("card_payment_fee_charged", "card payment fee charged"),
            ("Refund_not_showing_up", "Refund not showing up"),
            ("BookRestaurant", "Book Restaurant"),
            ("getHTMLPage2", "get HTML Page 2"),
            ("reverted_card_payment?", "reverted card payment"),
            ("--what's up--", "what's up"),
            ("effets secondaires / interactions", "effets secondaires interactions"),
            ("contre-indication", "contre indication"),
            ("", ""),
            ("_", ""),
        ] {
            assert_eq!(words(name), read);
        }
    }

    proptest! {
        #[test]
        fn letters_stay_and_spaces_are_single(name in ".{0,40}") {
            let read = words(&name);
            let letters = |s: &str| s.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
            prop_assert_eq!(letters(&read), letters(&name));
            prop_assert!(!read.contains("  ") && !read.starts_with(' ') && !read.ends_with(' '));
        }
    }

    fn data(names: [&str; 2], questions: usize) -> Dataset {
        let labels = Labels::new(names.into_iter()).expect("two");
        let classes = (0..questions as u32).map(|i| i % 2).collect();
        Dataset { texts: vec!["a question".to_owned(); questions], classes, labels }
    }

    #[test]
    fn names_follow_the_questions() {
        let few = data(["card_arrival", "card_linking"], 59);
        let named = with_names(&few).expect("few questions, and words");
        assert_eq!(named.texts[..59], few.texts);
        assert_eq!(named.texts[59..], ["card arrival", "card linking"]);
        assert_eq!(named.classes[59..], [0, 1]);
    }

    #[test]
    fn many_questions_or_names_without_words_give_none() {
        assert!(may_help(&data(["card_arrival", "card_linking"], 59)));
        assert!(!may_help(&data(["card_arrival", "card_linking"], 60)));
        assert_eq!(with_names(&data(["3", "26"], 10)), None);
        assert_eq!(with_names(&data(["card_arrival", "q1"], 10)), None);
    }
}
