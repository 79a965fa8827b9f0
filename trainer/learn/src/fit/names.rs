//! Class names → questions of their classes.
//!
//! `card_payment_fee_charged` says what is asked there. Among few examples a name is one more, and a clear
//! one; among many it changes nothing, or harms. Cross-validation decides where there are few, and asks
//! questions only: names are always among what is fitted on.

use intent_dataset::Dataset;

/// With as many questions a class on average, names are not tried.
const MANY: usize = 30;
/// Letters that a name has which says anything: `q3` and `17` do not.
const LETTERS: usize = 3;

/// Whether so few questions have so many classes that the names may help.
pub(super) fn may_help(data: &Dataset) -> bool {
    data.len() < MANY * data.labels.len()
}

/// `data` and behind it the name of each class as one of its questions; none where a name is a number or
/// the like: then the names are no words.
pub(super) fn with_names(data: &Dataset) -> Option<Dataset> {
    let names: Vec<String> = data.labels.names().iter().map(|name| words(name)).collect();
    let says = |name: &String| name.chars().filter(|c| c.is_alphabetic()).count() >= LETTERS;
    names.iter().all(says).then(|| {
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
        let begins = c.is_uppercase()
            && (before.is_lowercase() || before.is_uppercase() && next_is_lower)
            || c.is_numeric() && before.is_alphabetic();
        let apart = !c.is_alphanumeric() && c != '\'' && c != '’';
        if (begins || apart) && !words.ends_with(' ') && !words.is_empty() {
            words.push(' ');
        }
        if !apart {
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
        let labels = Labels::of(names.into_iter()).expect("two");
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
    fn of_many_questions_or_without_words_there_are_none() {
        assert!(may_help(&data(["card_arrival", "card_linking"], 59)));
        assert!(!may_help(&data(["card_arrival", "card_linking"], 60)));
        assert_eq!(with_names(&data(["3", "26"], 10)), None);
        assert_eq!(with_names(&data(["card_arrival", "q1"], 10)), None);
    }
}
