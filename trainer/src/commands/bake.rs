//! `bake` and `extract`: between model bytes and components.

use super::{print, read, runtime};
use crate::args;
use anyhow::{Context, Result};
use intent_bake::{compose, selftest};
use intent_store::publish;

/// Runs `bake`.
///
/// # Errors
/// If the file is no model or the component cannot be written.
pub fn bake(args: &args::BakeArgs) -> Result<()> {
    let path = || args.model.display().to_string();
    let model = read(&args.model)?;
    let component = intent_bake::bake(&model).with_context(path)?;
    let classifier = selftest::run(&runtime()?, &component, &model).with_context(path)?;
    let joined = args.http.as_ref().map(|_| compose::with_front(&component)).transpose()?;
    publish::file(&args.out, &component)?;
    if let (Some(path), Some(joined)) = (&args.http, joined) {
        publish::file(path, &joined)?;
    }
    print(&format!(
        "{}: {} bytes, sha256 {}\n",
        args.out.display(),
        component.len(),
        classifier.digest()
    ))
}

/// Runs `extract`.
///
/// # Errors
/// If the file is no component, or it holds no model.
pub fn extract(args: &args::ExtractArgs) -> Result<()> {
    let component = read(&args.component)?;
    let model = intent_bake::extract::model(&component)
        .with_context(|| args.component.display().to_string())?;
    publish::file(&args.out, model)?;
    print(&format!("{}: {} bytes\n", args.out.display(), model.len()))
}
