//! Component + HTTP front → one component that exports `wasi:http/incoming-handler`. Nothing is
//! compiled: the front is part of this program.
//!
//! ```text
//! (component
//!   (component $classifier …)
//!   (instance (instantiate $classifier))                              instance 0
//!   (alias export 0 "posos:intent/classifier")                        instance 1
//!   (import "wasi:io/…" …) …                                          as the front declares them
//!   (component $front …)
//!   (instance (instantiate $front (with "posos:intent/classifier" 1) (with "wasi:io/…" 2) …))
//!   (export "wasi:http/incoming-handler" …))
//! ```
//!
//! The two are siblings: a component may not call one that is nested in it. The outer component's imports are the
//! front's own declarations, copied, but for the classifier, which stands before them.

use crate::error::BakeError;
use intent_guests::FRONT;
use intent_runtime::INTERFACE;
use wasm_encoder::reencode::{Error, Reencode, ReencodeComponent};
use wasm_encoder::{
    Alias, Component, ComponentAliasSection, ComponentExportKind, ComponentExportSection,
    ComponentImportSection, ComponentInstanceSection, ComponentSectionId, RawSection,
};
use wasmparser::{
    ComponentAlias, ComponentExternalKind, ComponentImportSectionReader, ComponentTypeRef, Parser,
    Payload, Validator,
};

const INSTANCE: ComponentExportKind = ComponentExportKind::Instance;
/// The instance of the classifier's interface in the outer component.
const CLASSIFIER: u32 = 1;

/// Joins `classifier`, from [`super::bake`], with the front, and validates the whole.
///
/// # Errors
/// If `classifier` does not export what the front imports.
pub fn with_front(classifier: &[u8]) -> Result<Vec<u8>, BakeError> {
    join(classifier).map_err(|e| BakeError::Front(e.to_string()))
}

fn join(classifier: &[u8]) -> Result<Vec<u8>, Error> {
    let mut joined = Component::new();
    joined.section(&nested(classifier));
    let mut instances = ComponentInstanceSection::new();
    instances.instantiate(0, std::iter::empty::<(&str, ComponentExportKind, u32)>());
    joined.section(&instances);
    let mut aliases = ComponentAliasSection::new();
    aliases.alias(Alias::InstanceExport { instance: 0, kind: INSTANCE, name: INTERFACE });
    joined.section(&aliases);

    let mut front = Declarations { imports: Vec::new(), instances: Vec::new(), depth: 0 };
    let exports = front.copy(&mut joined)?;
    joined.section(&nested(FRONT));
    let mut instances = ComponentInstanceSection::new();
    let arguments: Vec<_> =
        front.imports.iter().map(|(name, at)| (name.as_str(), INSTANCE, *at)).collect();
    instances.instantiate(1, arguments);
    joined.section(&instances);
    let instance = front.next_instance();
    let mut aliases = ComponentAliasSection::new();
    let mut exported = ComponentExportSection::new();
    for (at, name) in (instance + 1..).zip(&exports) {
        aliases.alias(Alias::InstanceExport { instance, kind: INSTANCE, name });
        exported.export(name.as_str(), INSTANCE, at, None);
    }
    joined.section(&aliases);
    joined.section(&exported);
    let joined = joined.finish();
    Validator::new().validate_all(&joined)?;
    Ok(joined)
}

fn nested(component: &[u8]) -> RawSection<'_> {
    RawSection { id: ComponentSectionId::Component.into(), data: component }
}

/// The front's declarations: what stands before its first module.
struct Declarations {
    /// The names of the front's imports, each with its instance in the outer component.
    imports: Vec<(String, u32)>,
    /// For each instance of the front so far, the one in the outer component.
    instances: Vec<u32>,
    /// How many types the current place is inside of: they have indices of their own.
    depth: u32,
}

impl Declarations {
    /// Copies the declarations to `joined`; returns the names of the interfaces that the front exports.
    fn copy(&mut self, joined: &mut Component) -> Result<Vec<String>, Error> {
        let (mut exports, mut depth, mut declares) = (Vec::new(), 0u32, true);
        for payload in Parser::new(0).parse_all(FRONT) {
            let payload = payload?;
            match &payload {
                Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => {
                    declares = false;
                    depth += 1;
                }
                Payload::End(_) => depth = depth.saturating_sub(1),
                Payload::ComponentExportSection(section) if depth == 0 => {
                    for export in section.clone() {
                        let export = export?;
                        if export.kind == ComponentExternalKind::Instance {
                            exports.push(export.name.name.to_owned());
                        }
                    }
                }
                Payload::ComponentTypeSection(_) | Payload::ComponentImportSection(_)
                    if declares =>
                {
                    self.parse_component_payload(joined, payload, FRONT)?;
                }
                Payload::ComponentAliasSection(section) if declares => {
                    for alias in section.clone() {
                        let instance = ComponentExternalKind::Instance;
                        if matches!(alias?, ComponentAlias::InstanceExport { kind, .. } if kind == instance)
                        {
                            self.instances.push(self.next_instance());
                        }
                    }
                    self.parse_component_payload(joined, payload, FRONT)?;
                }
                _ => {}
            }
        }
        Ok(exports)
    }

    /// The index of the next instance in the outer component.
    fn next_instance(&self) -> u32 {
        // the classifier's own two are there, one of which is the front's import of it
        self.instances.len() as u32 + 2 - u32::from(self.instances.contains(&CLASSIFIER))
    }
}

impl Reencode for Declarations {
    type Error = std::convert::Infallible;
}

impl ReencodeComponent for Declarations {
    fn component_instance_index(&mut self, instance: u32) -> u32 {
        if self.depth > 0 { instance } else { self.instances[instance as usize] }
    }

    fn push_depth(&mut self) {
        self.depth += 1;
    }

    fn pop_depth(&mut self) {
        self.depth -= 1;
    }

    fn parse_component_import_section(
        &mut self,
        imports: &mut ComponentImportSection,
        section: ComponentImportSectionReader<'_>,
    ) -> Result<(), Error<Self::Error>> {
        for import in section {
            let import = import?;
            let name = import.name.name;
            let at = if name == INTERFACE { CLASSIFIER } else { self.next_instance() };
            if name != INTERFACE {
                imports.import(import.name, self.component_type_ref(import.ty)?);
            }
            if matches!(import.ty, ComponentTypeRef::Instance(_)) {
                self.instances.push(at);
                self.imports.push((name.to_owned(), at));
            }
        }
        Ok(())
    }
}
