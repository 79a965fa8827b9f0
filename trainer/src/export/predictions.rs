//! `predictions.csv`: `ID,question,intent`, `label` where labels have names, and the scores where
//! they are asked for.

/// One answered question.
#[derive(Clone, Debug)]
pub struct Prediction {
    /// ID of the question.
    pub id: String,
    /// The question.
    pub question: String,
    /// Id of the intent.
    pub intent: i32,
    /// Name of the intent, where labels have names.
    pub label: Option<String>,
    /// How sure the answer is, where that is asked for.
    pub scores: Option<Scores>,
}

/// How sure an answer is.
#[derive(Clone, Copy, Debug)]
pub struct Scores {
    /// Probability of the intent.
    pub probability: f32,
    /// Margin of the intent.
    pub margin: f32,
    /// What the model would do: `intent`, `unsure` or `out-of-scope`.
    pub decision: &'static str,
}

/// The table as CSV.
///
/// # Errors
/// Where memory is out.
pub fn csv(rows: &[Prediction]) -> Result<Vec<u8>, csv::Error> {
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
