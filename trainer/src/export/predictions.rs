//! `predictions.csv`: `ID,question,intent`, `label` if labels have names, and the scores where
//! they are asked for.

/// One answered question.
#[derive(Clone, Debug)]
pub(crate) struct PredictionRow {
    /// ID of the question.
    pub(crate) id: String,
    /// The question.
    pub(crate) question: String,
    /// Id of the intent.
    pub(crate) intent: i32,
    /// Name of the intent, if labels have names.
    pub(crate) label: Option<String>,
    /// Scores of the answer, if asked for.
    pub(crate) scores: Option<Scores>,
}

/// Scores of an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scores {
    /// Probability of the intent.
    pub(crate) probability: f32,
    /// Margin of the intent.
    pub(crate) margin: f32,
    /// Decision of the model: `intent`, `unsure` or `out-of-scope`.
    pub(crate) decision: &'static str,
}

/// The table as CSV.
///
/// # Errors
/// If memory is out.
pub(crate) fn csv(rows: &[PredictionRow]) -> Result<Vec<u8>, csv::Error> {
    let named = rows.iter().any(|r| r.label.is_some());
    let scored = rows.iter().any(|r| r.scores.is_some());
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut head = vec!["ID", "question", "intent"];
    head.extend(named.then_some("label"));
    head.extend(scored.then_some(["probability", "margin", "decision"]).into_iter().flatten());
    writer.write_record(head)?;
    for row in rows {
        let mut fields = vec![row.id.clone(), row.question.clone(), row.intent.to_string()];
        fields.extend(named.then(|| row.label.clone().unwrap_or_default()));
        fields.extend(row.scores.iter().flat_map(|s| {
            // the shortest decimals that read back as the same f32
            [s.probability.to_string(), s.margin.to_string(), s.decision.to_owned()]
        }));
        writer.write_record(fields)?;
    }
    writer.into_inner().map_err(|e| csv::Error::from(e.into_error()))
}
