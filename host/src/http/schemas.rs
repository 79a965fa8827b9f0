//! Forms of JSON that are written piece by piece, for the OpenAPI document.
#![expect(dead_code, reason = "only described")]

use utoipa::ToSchema;

/// The answer to a question.
#[derive(ToSchema)]
#[schema(as = Answer)]
pub(super) struct IntentAnswer {
    /// The most probable intent.
    intent: i32,
    /// Its probability.
    #[schema(pattern = "^[01]\\.[0-9]{8}$", example = "0.73356545")]
    probability: String,
    /// Where `top` was given: the most probable intents.
    top: Option<Vec<Candidate>>,
    /// Where `explain` was given: why it is that intent.
    explanation: Option<Explanation>,
    /// Where `decide` was given: what to do with the question.
    decision: Option<Decision>,
}

/// What to do with a question, by the thresholds that were chosen in training.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
enum Decision {
    /// Answer it.
    Intent,
    /// Ask back.
    Unsure,
    /// It resembles none of the intents.
    OutOfScope,
}

/// A probable intent.
#[derive(ToSchema)]
struct Candidate {
    intent: i32,
    #[schema(pattern = "^[01]\\.[0-9]{8}$", example = "0.73356545")]
    probability: String,
    /// Its name.
    label: Option<String>,
}

/// Why the most probable intent is that: its margin is the bias and all shares together.
#[derive(ToSchema)]
struct Explanation {
    margin: f64,
    bias: f64,
    contributions: Vec<NgramShareSchema>,
}

/// What one n-gram has to do with it.
#[derive(ToSchema)]
#[schema(as = Share)]
struct NgramShareSchema {
    /// Where it begins, in bytes of the question's UTF-8.
    start: u32,
    /// Where it ends.
    end: u32,
    family: Family,
    share: f64,
}

/// Families of n-grams.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
enum Family {
    Words,
    Subwords,
    Pairs,
    Vectors,
}

/// A refusal (RFC 9457).
#[derive(ToSchema)]
pub(super) struct ProblemBody {
    /// Which.
    #[schema(
        pattern = "^urn:posos-intent:problem:",
        example = "urn:posos-intent:problem:blank-query"
    )]
    r#type: String,
    title: String,
    /// That of the response.
    status: u16,
    /// What is wrong, and what to do.
    detail: String,
    /// The limit that was passed.
    limit: Option<u64>,
}
