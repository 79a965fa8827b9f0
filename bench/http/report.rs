//! Rounds → medians, ratios of the same round, and their spread.

use crate::Figures;
use anyhow::Result;
use serde::Serialize;

#[derive(Debug, Serialize)]
struct Line {
    connections: usize,
    server: &'static str,
    round: usize,
    #[serde(flatten)]
    figures: Figures,
}

/// All that was measured.
#[derive(Debug, Default)]
pub(crate) struct Report {
    lines: Vec<Line>,
}

impl Report {
    pub(crate) fn add(
        &mut self,
        connections: usize,
        server: &'static str,
        round: usize,
        figures: Figures,
    ) {
        self.lines.push(Line { connections, server, round, figures });
    }

    /// Prints the rows of one number of connections.
    pub(crate) fn print(&self, connections: usize) {
        if self.lines.iter().all(|l| l.connections == connections) {
            println!(
                "| connections | server | requests/s | p50 µs | p99 µs | CPU µs | requests/s over hyper | over native | CPU over hyper |"
            );
            println!("|---|---|---|---|---|---|---|---|---|");
        }
        for name in ["hyper", "dealt", "native", "host", "fastapi"] {
            let of = |what: fn(&Figures) -> f64| median(self.each(connections, name, what));
            let Some(rate) = of(|f| f.requests_per_second) else { continue };
            let number = |what| of(what).unwrap_or_default();
            let over = |other, what| self.over(connections, name, other, what);
            println!(
                "| {connections} | {name} | {rate:.0} | {:.0} | {:.0} | {:.1} | {} | {} | {} |",
                number(|f| f.p50_us),
                number(|f| f.p99_us),
                number(|f| f.cpu_us),
                over("hyper", |f| f.requests_per_second),
                over("native", |f| f.requests_per_second),
                over("hyper", |f| f.cpu_us),
            );
        }
        if median(self.each(connections, "fastapi", |f| f.requests_per_second)).is_some() {
            let times = self.over(connections, "host", "fastapi", |f| f.requests_per_second);
            println!("| {connections} | host over fastapi | {times} | | | | | | |");
        }
    }

    /// Everything, as JSON.
    pub(crate) fn json(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(&self.lines)?)
    }

    fn each(&self, connections: usize, server: &str, what: fn(&Figures) -> f64) -> Vec<f64> {
        let of = |l: &&Line| l.connections == connections && l.server == server;
        self.lines.iter().filter(of).map(|l| what(&l.figures)).collect()
    }

    /// The median of the ratios of the same rounds, with the least and the greatest.
    fn over(
        &self,
        connections: usize,
        server: &str,
        other: &str,
        what: fn(&Figures) -> f64,
    ) -> String {
        let ones = self.each(connections, server, what);
        let others = self.each(connections, other, what);
        let mut ratios: Vec<f64> = ones.iter().zip(&others).map(|(a, b)| a / b).collect();
        ratios.sort_by(f64::total_cmp);
        match (ratios.first(), ratios.last(), median(ratios.clone())) {
            (Some(least), Some(most), Some(middle)) => {
                format!("{middle:.2} ({least:.2}-{most:.2})")
            }
            _ => "–".to_owned(),
        }
    }
}

/// The one in the middle, where there is any.
pub(crate) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}
