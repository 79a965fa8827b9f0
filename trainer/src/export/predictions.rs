//! `predictions.csv`: `ID,question,intent`, and `label` where labels have names.

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
}

/// The table as CSV.
///
/// # Errors
/// Where memory is out.
pub fn csv(rows: &[Prediction]) -> Result<Vec<u8>, csv::Error> {
    let named = rows.iter().any(|r| r.label.is_some());
    let columns = if named { 4 } else { 3 };
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&["ID", "question", "intent", "label"][..columns])?;
    for row in rows {
        let intent = row.intent.to_string();
        let label = row.label.as_deref().unwrap_or_default();
        writer.write_record(&[&row.id, &row.question, &intent, label][..columns])?;
    }
    writer.into_inner().map_err(|e| csv::Error::from(e.into_error()))
}
