//! Proposes the next configuration: the tree-structured Parzen estimator (Bergstra et al.,
//! NIPS 2011), one a knob, by the crate `tpe`.
//!
//! A proposal depends only on the seed and on the trials told before, so telling recorded
//! trials again brings a search back to where it was.

use super::size::Sizes;
use crate::config::{FIELDS, Field, Search};
use intent_learn::fit::Settings;
use intent_learn::random::rng;
use rand::Rng;
use rand_chacha10::ChaCha8Rng;
use rand_chacha10::rand_core::SeedableRng;
use tpe::{TpeOptimizer, TpeOptimizerBuilder};

/// Trials drawn evenly before the estimator has seen enough to be asked; the defaults are one.
pub(crate) const STARTUP: usize = 10;
/// Share of the trials that count as good, as in the paper.
const GAMMA: f64 = 0.15;
/// Draws for one proposal before it may repeat an earlier one.
const ATTEMPTS: u64 = 64;

/// Proposes configurations.
#[derive(Debug)]
pub(crate) struct Proposer {
    seed: u64,
    base: Settings,
    knobs: Vec<Knob>,
    told: Vec<Settings>,
    limit: Option<(Sizes, u64)>,
}

/// One searched field and its estimator.
#[derive(Debug)]
struct Knob {
    field: &'static Field,
    search: Search,
    /// The range of the estimator: linear or logarithmic, its end excluded.
    low: f64,
    high: f64,
    estimator: TpeOptimizer,
}

impl Knob {
    fn new(field: &'static Field) -> Option<Self> {
        let search = field.search?;
        let int = |low: i32, high: i32| (f64::from(low), f64::from(high) + 1.0);
        let (low, high) = match search {
            Search::Integer(low, high) => int(low, high),
            // a whole number k is what lies from k to k+1
            Search::LogInteger(low, high) => (f64::from(low).ln(), f64::from(high + 1).ln()),
            Search::Linear(low, high) => (low, high.next_up()),
            Search::Log(low, high) => (low.ln(), high.ln().next_up()),
            Search::Choice(values) => (0.0, values.len() as f64),
        };
        let density = match search {
            Search::Choice(_) => tpe::histogram_estimator(),
            _ => tpe::parzen_estimator(),
        };
        let range = tpe::range(low, high).ok()?;
        let estimator = TpeOptimizerBuilder::new().gamma(GAMMA).build(density, range).ok()?;
        Some(Knob { field, search, low, high, estimator })
    }

    /// The value of the field at `at` in the estimator's range.
    fn value(&self, at: f64) -> f64 {
        match self.search {
            Search::Integer(..) => at.floor(),
            Search::LogInteger(low, high) => at.exp().floor().clamp(low.into(), high.into()),
            Search::Linear(low, high) => digits(at).clamp(low, high),
            Search::Log(low, high) => digits(at.exp()).clamp(low, high),
            Search::Choice(values) => values[(at as usize).min(values.len() - 1)],
        }
    }

    /// Position of `value` in the estimator's range; the nearest one if it is outside, as a
    /// default may.
    fn place(&self, value: f64) -> f64 {
        let at = match self.search {
            Search::Integer(..) => value + 0.5,
            Search::LogInteger(..) => (value + 0.5).ln(),
            Search::Linear(..) => value,
            Search::Log(..) => value.ln(),
            Search::Choice(values) => values.iter().take_while(|v| **v < value).count() as f64,
        };
        at.clamp(self.low, self.high.next_down())
    }
}

/// `value` to 3 significant digits: a configuration is read by people.
fn digits(value: f64) -> f64 {
    format!("{value:.2e}").parse().unwrap_or(value)
}

impl Proposer {
    /// Around `base`, the first proposal. `limit` is the most bytes of a component; `base` keeps
    /// to it.
    #[must_use]
    pub(crate) fn new(seed: u64, base: Settings, limit: Option<(Sizes, u64)>) -> Self {
        let knobs = FIELDS.iter().filter_map(Knob::new).collect();
        Proposer { seed, base, knobs, told: Vec::new(), limit }
    }

    /// The next configuration: `base`, then [`STARTUP`] even draws in all, then what the
    /// estimator expects to improve. None is proposed twice, while there are others.
    pub(crate) fn propose(&mut self) -> Settings {
        let number = self.told.len();
        let mut settings = self.base;
        if number == 0 {
            return settings;
        }
        for attempt in 0..ATTEMPTS {
            let mut ours = rng(self.seed, "tune proposal", number as u64 * ATTEMPTS + attempt);
            let mut theirs = ChaCha8Rng::from_seed(ours.random());
            for knob in &mut self.knobs {
                let even = ours.random_range(knob.low..knob.high);
                let at = match number < STARTUP {
                    true => even,
                    false => knob.estimator.ask(&mut theirs).unwrap_or(even),
                };
                knob.field.set(&mut settings, knob.value(at));
            }
            if let Some((sizes, most)) = &self.limit
                && sizes.fit_into(&mut settings, *most).is_err()
            {
                // not reached: base fits, and so does what is lowered to the least of each knob
                settings = self.base;
            }
            if !self.told.contains(&settings) {
                break;
            }
        }
        settings
    }

    /// Records that `settings` were measured as `value`.
    pub(crate) fn tell(&mut self, settings: Settings, value: f64) {
        for knob in &mut self.knobs {
            let at = knob.place(knob.field.get(&settings));
            // refused where the value is not a number or out of range: neither can be
            let _ = knob.estimator.tell(at, -value);
        }
        self.told.push(settings);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The best at rows_c = 3 and max_n = 6, whatever the others.
    fn hill(s: &Settings) -> f64 {
        -(f64::from(s.rows_c).ln() - 3f64.ln()).powi(2) - (f64::from(s.max_n) - 6.0).powi(2) / 4.0
    }

    fn search(seed: u64, trials: usize) -> Vec<(Settings, f64)> {
        let mut proposer = Proposer::new(seed, Settings::default(), None);
        (0..trials)
            .map(|_| {
                let settings = proposer.propose();
                proposer.tell(settings, hill(&settings));
                (settings, hill(&settings))
            })
            .collect()
    }

    #[test]
    fn the_defaults_are_first_and_the_search_climbs() {
        let trials = search(1, 60);
        assert_eq!(trials[0].0, Settings::default());
        let best = |part: &[(Settings, f64)]| part.iter().map(|t| t.1).fold(f64::MIN, f64::max);
        let mean = |part: &[(Settings, f64)]| part.iter().map(|t| t.1).sum::<f64>() / 20.0;
        assert!(best(&trials) > -0.1, "{}", best(&trials));
        assert!(mean(&trials[40..]) > mean(&trials[1..21]), "not better than even draws");
        for (i, (settings, _)) in trials.iter().enumerate() {
            assert!(trials[..i].iter().all(|t| t.0 != *settings), "{i} repeats");
            // the defaults need not be written in 3 digits
            for knob in FIELDS.iter().filter_map(Knob::new).filter(|_| i > 0) {
                let value = knob.field.get(settings);
                assert_eq!(knob.value(knob.place(value)), value, "{}", knob.field.name);
            }
        }
    }

    #[test]
    fn told_again_it_goes_on_as_it_would_have() {
        let trials = search(5, 30);
        for cut in [0, 1, 9, 10, 25] {
            let mut proposer = Proposer::new(5, Settings::default(), None);
            trials[..cut].iter().for_each(|(s, v)| proposer.tell(*s, *v));
            for (settings, value) in &trials[cut..] {
                assert_eq!(proposer.propose(), *settings, "after {cut}");
                proposer.tell(*settings, *value);
            }
        }
        assert_ne!(search(6, 3)[1], trials[1]);
    }

    #[test]
    fn choices_are_chosen_and_found() {
        let mut field = FIELDS[0];
        field.search = Some(Search::Choice(&[3.0, 5.0, 9.0]));
        let mut knob = Knob::new(Box::leak(Box::new(field))).expect("searched");
        let mut rng = ChaCha8Rng::from_seed([1; 32]);
        let mut seen = Vec::new();
        for _ in 0..60 {
            let at = knob.estimator.ask(&mut rng).expect("asked");
            let value = knob.value(at);
            let told = knob.estimator.tell(knob.place(value), (value - 5.0).abs());
            assert!(told.is_ok());
            seen.push(value);
        }
        assert!([3.0, 5.0, 9.0].iter().all(|v| seen.contains(v)));
        assert!(seen[30..].iter().filter(|v| **v == 5.0).count() > 15, "{seen:?}");
    }
}
