//! Forms of JSON that are read piece by piece, so that an error can name the piece, for the OpenAPI
//! document.
#![expect(dead_code, reason = "only described")]

use utoipa::ToSchema;

/// A question: a string, its bytes, or a list of one of them.
#[derive(ToSchema)]
#[serde(untagged)]
pub(super) enum Query {
    /// The text.
    Text(String),
    /// Its UTF-8.
    Binary(Binary),
    /// One question in a list.
    List(Vec<Scalar>),
}

/// A question that is in no list.
#[derive(ToSchema)]
#[serde(untagged)]
pub(super) enum Scalar {
    /// The text.
    Text(String),
    /// Its UTF-8.
    Binary(Binary),
}

/// Bytes.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Binary {
    /// In Base64.
    b64: String,
}

/// The named input of the signature.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NamedQuery {
    query: Query,
}

/// A row.
#[derive(ToSchema)]
#[serde(untagged)]
pub(super) enum Instance {
    /// The one input.
    Unnamed(Query),
    /// With its name.
    Named(NamedQuery),
}

/// All questions, or one.
#[derive(ToSchema)]
#[serde(untagged)]
pub(super) enum Queries {
    /// All of them.
    All(Vec<Query>),
    /// One alone.
    One(Scalar),
}

/// All questions, under their name.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NamedQueries {
    query: Queries,
}

/// Columns, of which there is one.
#[derive(ToSchema)]
#[serde(untagged)]
pub(super) enum Inputs {
    /// The one input.
    Unnamed(Queries),
    /// With its name.
    Named(NamedQueries),
}

/// Features of a question; those of other names are passed over.
#[derive(ToSchema)]
pub(super) struct Example {
    query: Option<Query>,
}

/// An element of a pair.
#[derive(ToSchema)]
#[serde(untagged)]
pub(super) enum LabelOrScore {
    /// First comes the intent's name.
    Label(String),
    /// Then its probability.
    Score(f32),
}
