//! `push` and `pull`: between versions and OCI registries.

use super::{print, read, runtime};
use crate::args::{PullArgs, PushArgs};
use crate::figures::headline;
use anyhow::{Context, Result, bail};
use intent_bake::{compose, world};
use intent_runtime::{Classifier, ModelInfo};
use intent_store::oci::{Artifact, Pulled, Remote, install, installed};
use intent_store::publish;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;

/// The component that intent-host serves, and the one that answers HTTP itself.
const NAMES: [&str; 2] = ["intent.wasm", "intent-http.wasm"];
/// Export of the latter, in any version.
const HANDLER: &str = "wasi:http/incoming-handler@";

/// Runs `push`.
///
/// # Errors
/// If the model is no component of ours, or the registry does not take it.
pub fn push(args: &PushArgs) -> Result<()> {
    let remote = Remote::parse(&args.reference, args.plain_http)?;
    let (path, classifier) = match (args.model.is_dir(), args.http) {
        (true, http) => {
            let [classifier, front] = NAMES.map(|name| args.model.join(name));
            (if http { front } else { classifier.clone() }, classifier)
        }
        (false, true) => bail!(
            "{}: --http takes the directory of a version; a file is pushed as it is",
            args.model.display()
        ),
        (false, false) => (args.model.clone(), args.model.clone()),
    };
    let named = || path.display().to_string();
    let component = read(&path)?;
    let world = world::read(&component).with_context(named)?;
    let handles = world.exports.iter().any(|name| name.starts_with(HANDLER));
    // of a composed file alone nothing is known
    let annotations = match handles && path == classifier {
        true => BTreeMap::new(),
        false => {
            let bytes = read(&classifier)?;
            let classifier = Classifier::new(&runtime()?, &bytes);
            annotations(classifier.with_context(named)?.info())
        }
    };
    let (imports, exports) = (world.imports, world.exports);
    let bytes = component.len();
    let sha256 = Classifier::digest_of(&component);
    let manifest = remote.push(&Artifact { component, exports, imports, annotations })?;
    if args.json {
        let reference = remote.to_string();
        let json = json!({ "reference": reference, "manifest": manifest, "component_sha256": sha256, "component_bytes": bytes });
        return print(&format!("{json}\n"));
    }
    print(&format!("{remote}\nmanifest   {manifest}\ncomponent  sha256:{sha256} ({bytes} bytes)\n"))
}

/// Runs `pull`.
///
/// # Errors
/// If there is nothing, it is no classifier, or it cannot be written.
pub fn pull(args: &PullArgs) -> Result<()> {
    let remote = Remote::parse(&args.reference, args.plain_http)?;
    if let Some(out) = &args.out {
        let pulled = remote.pull()?;
        publish::file(out, &pulled.component)?;
        let Pulled { digest, component, .. } = &pulled;
        let installed = Installed { manifest: digest, component, path: out, new: true };
        return print_pulled(args, &remote, &installed);
    }
    if let Some((number, origin)) = installed(&args.to, &remote)?
        && origin.manifest == remote.digest()?
    {
        let path = args.to.join(number.to_string()).join(NAMES[0]);
        let (manifest, component) = (&origin.manifest, &read(&path)?);
        let installed = Installed { manifest, component, path: &path, new: false };
        return print_pulled(args, &remote, &installed);
    }
    let pulled = remote.pull()?;
    let (digest, component) = (pulled.digest.clone(), pulled.component.clone());
    let version = install_checked(&remote, pulled, &args.to)?;
    let path = args.to.join(version.to_string()).join(NAMES[0]);
    let (manifest, component) = (&digest, &component);
    print_pulled(args, &remote, &Installed { manifest, component, path: &path, new: true })
}

/// Installs what is a classifier, joined with the front again.
fn install_checked(remote: &Remote, pulled: Pulled, to: &Path) -> Result<u32> {
    let named = || remote.to_string();
    Classifier::new(&runtime()?, &pulled.component).with_context(named)?;
    let front = compose::with_front(&pulled.component).with_context(named)?;
    Ok(install(to, remote, pulled, vec![(NAMES[1], front)])?)
}

/// A pulled component.
struct Installed<'a> {
    manifest: &'a str,
    component: &'a [u8],
    path: &'a Path,
    /// Whether this run wrote it.
    new: bool,
}

fn print_pulled(args: &PullArgs, remote: &Remote, installed: &Installed<'_>) -> Result<()> {
    let Installed { manifest, component, path, new } = *installed;
    let (sha256, bytes) = (Classifier::digest_of(component), component.len());
    let path = path.display();
    if args.json {
        let (reference, path) = (remote.to_string(), path.to_string());
        let json = json!({ "reference": reference, "manifest": manifest, "component_sha256": sha256, "component_bytes": bytes, "path": path, "new": new });
        return print(&format!("{json}\n"));
    }
    let there = if new { "" } else { " (was there already)" };
    print(&format!(
        "{path}{there}\nmanifest   {manifest}\ncomponent  sha256:{sha256} ({bytes} bytes)\n"
    ))
}

/// Annotations of a model in a registry.
fn annotations(info: &ModelInfo) -> BTreeMap<String, String> {
    let (classes, questions) = (info.labels.len(), info.training_questions);
    let mut all = BTreeMap::from(
        [
            ("org.opencontainers.image.title", info.name.clone()),
            ("org.opencontainers.image.version", info.version.to_string()),
            (
                "org.opencontainers.image.description",
                format!("Intent classifier: {classes} intents, fitted on {questions} questions"),
            ),
            ("posos.intent.classes", classes.to_string()),
            ("posos.intent.data-sha256", info.data_digest.clone()),
            ("posos.intent.seed", info.seed.to_string()),
        ]
        .map(|(key, value)| (key.to_owned(), value)),
    );
    let figures = info.validation.as_ref().map(|f| {
        headline().filter_map(move |measure| {
            let name = measure.key.replace('_', "-");
            Some((format!("posos.intent.{name}"), format!("{:.4}", measure.carried?(f))))
        })
    });
    all.extend(figures.into_iter().flatten());
    all
}
