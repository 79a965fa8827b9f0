//! Types of the OpenAPI document for JSON that is written without a type.
#![expect(dead_code, reason = "only described")]

use utoipa::ToSchema;

/// The answer to a question.
#[derive(ToSchema)]
#[schema(as = Answer)]
pub(super) struct IntentAnswer {
    /// The most probable intent.
    intent: i32,
    /// Probability of the intent.
    #[schema(pattern = "^[01]\\.[0-9]{8}$", example = "0.73356545")]
    probability: String,
    /// The most probable intents, if `top` was given.
    top: Option<Vec<Candidate>>,
    /// Explanation of the answer, if `explain` was given.
    explanation: Option<Explanation>,
    /// The decision, if `decide` was given.
    decision: Option<Decision>,
}

/// A decision, by the thresholds that were chosen in training.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
enum Decision {
    /// Answer with the intent.
    Intent,
    /// Ask for clarification.
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
    /// Name of the intent.
    label: Option<String>,
}

/// Explanation of the most probable intent: its margin is the sum of the bias and all shares.
#[derive(ToSchema)]
struct Explanation {
    margin: f64,
    bias: f64,
    contributions: Vec<NgramShareSchema>,
}

/// The share of one n-gram in the margin.
#[derive(ToSchema)]
#[schema(as = Share)]
struct NgramShareSchema {
    /// Start of the n-gram, in bytes of the question's UTF-8.
    start: u32,
    /// End of the n-gram.
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

/// An error response (RFC 9457).
#[derive(ToSchema)]
pub(super) struct ProblemBody {
    /// The type of the problem.
    #[schema(
        pattern = "^urn:posos-intent:problem:",
        example = "urn:posos-intent:problem:blank-query"
    )]
    r#type: String,
    title: String,
    /// The status of the response.
    status: u16,
    /// The error, and its remedy.
    detail: String,
    /// The limit that was exceeded.
    limit: Option<u64>,
}
