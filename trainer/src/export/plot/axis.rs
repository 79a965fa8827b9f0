//! Axes: range and ticks.

use super::style::printable;
use plotters::coord::ranged1d::{
    BoldPoints, KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter,
};
use plotters::coord::types::RangedCoordf64;
use std::ops::Range;

/// Maximum number of ticks if they are not given.
const TICKS: usize = 7;

/// One axis.
#[derive(Clone, Debug, Default)]
pub struct Axis {
    /// Quantity and unit.
    pub label: String,
    /// Lowest and highest value shown; that of the values, widened by a twentieth, if absent.
    pub range: Option<(f64, f64)>,
    /// Positions and texts of the ticks; round numbers if empty. Names of rows, or a
    /// logarithmic scale, are values with ticks of their own.
    pub ticks: Vec<(f64, String)>,
    /// Writes shares as percentages.
    pub percent: bool,
}

impl Axis {
    /// Decides what is left open; `low` and `high` are those of the values.
    pub(super) fn resolved(&self, (low, high): (f64, f64)) -> Scale {
        let (low, high) = match self.range {
            Some(range) => range,
            None if low > high => (0.0, 1.0),
            None if low == high => (low - 0.5, high + 0.5),
            None => (low - (high - low) / 20.0, high + (high - low) / 20.0),
        };
        let ticks = match self.ticks.is_empty() {
            false => self.ticks.clone(),
            true => {
                let points = RangedCoordf64::from(low..high).key_points(BoldPoints(TICKS));
                let step = points.windows(2).map(|w| w[1] - w[0]).fold(1.0, f64::min);
                points.into_iter().map(|v| (v, self.written(v, step))).collect()
            }
        };
        Scale { low, high, ticks }
    }

    fn written(&self, value: f64, step: f64) -> String {
        let (value, step, unit) =
            if self.percent { (value * 100.0, step * 100.0, " %") } else { (value, step, "") };
        // a step of 0.1 may be 0.09999…
        let digits = if step < 1.0 { (-step.log10() - 1e-9).ceil() as usize } else { 0 };
        // not -0
        let value = if value.abs() < step / 2.0 { 0.0 } else { value };
        format!("{value:.digits$}{unit}")
    }
}

/// An axis whose range and ticks are decided.
pub(super) struct Scale {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) ticks: Vec<(f64, String)>,
}

impl Ranged for Scale {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        RangedCoordf64::from(self.low..self.high).map(value, limit)
    }

    fn key_points<H: KeyPointHint>(&self, _: H) -> Vec<f64> {
        self.ticks.iter().map(|t| t.0).collect()
    }

    fn range(&self) -> Range<f64> {
        self.low..self.high
    }
}

impl ValueFormatter<f64> for Scale {
    fn format(value: &f64) -> String {
        value.to_string()
    }

    fn format_ext(&self, value: &f64) -> String {
        self.ticks.iter().find(|t| t.0 == *value).map_or_else(String::new, |t| printable(&t.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_say_no_more_digits_than_they_need() {
        let ticks = |range, percent| {
            let axis = Axis { range: Some(range), percent, ..Axis::default() };
            axis.resolved((0.0, 0.0)).ticks.into_iter().map(|t| t.1).collect::<Vec<_>>()
        };
        assert_eq!(ticks((0.0, 0.5), false), ["0.0", "0.1", "0.2", "0.3", "0.4", "0.5"]);
        assert_eq!(ticks((0.0, 1.0), true), ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"]);
        assert_eq!(ticks((-20.0, 20.0), false), ["-20", "-10", "0", "10", "20"]);
    }
}
