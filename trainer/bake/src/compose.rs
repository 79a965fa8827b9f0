//! Component + HTTP front → one component that exports `wasi:http/incoming-handler`. Nothing is
//! compiled: the front is part of this program.
//!
//! The classifier is put at the head of the front, instantiated there, and its interface takes the place of
//! the front's import of it:
//!
//! ```text
//! (component $front                         (component
//!   (import "wasi:io/…" …)                    (component $classifier …)
//!   (import "posos:intent/classifier" …)  →   (instance (instantiate $classifier))   instance 0
//!   …)                                        (alias export 0 "posos:intent/classifier")        1
//!                                             (import "wasi:io/…" …)  …)
//! ```
//!
//! All other instances and components of the front get greater indices, and that is all that changes.

use crate::error::BakeError;
use intent_guests::FRONT;
use intent_runtime::INTERFACE;
use wasm_encoder::reencode::{Error, Reencode, ReencodeComponent};
use wasm_encoder::{
    Alias, Component, ComponentAliasSection, ComponentExportKind, ComponentImportSection,
    ComponentInstanceSection, ComponentSectionId, RawSection,
};
use wasmparser::{
    ComponentAlias, ComponentExternalKind, ComponentImportSectionReader, ComponentTypeRef, Parser,
    Payload, Validator,
};

/// Joins `classifier`, from [`super::bake`], with the front, and validates the whole.
///
/// # Errors
/// If `classifier` does not export what the front imports.
pub fn with_front(classifier: &[u8]) -> Result<Vec<u8>, BakeError> {
    let fault = |e: &dyn std::fmt::Display| BakeError::Front(e.to_string());
    let import = classifier_import(FRONT).map_err(|e| fault(&e))?;
    let import = import.ok_or_else(|| fault(&format!("it does not import {INTERFACE}")))?;
    let mut joined = Component::new();
    joined.section(&nested(ComponentSectionId::Component, classifier));
    let mut instances = ComponentInstanceSection::new();
    instances.instantiate(0, std::iter::empty::<(&str, ComponentExportKind, u32)>());
    joined.section(&instances);
    let mut aliases = ComponentAliasSection::new();
    let kind = ComponentExportKind::Instance;
    aliases.alias(Alias::InstanceExport { instance: 0, kind, name: INTERFACE });
    joined.section(&aliases);
    let mut shift = Shift { import, depth: 0 };
    shift.parse_component(&mut joined, Parser::new(0), FRONT).map_err(|e| fault(&e))?;
    let joined = joined.finish();
    Validator::new().validate_all(&joined).map_err(|e| fault(&e))?;
    Ok(joined)
}

fn nested(id: ComponentSectionId, bytes: &[u8]) -> RawSection<'_> {
    RawSection { id: id.into(), data: bytes }
}

/// The index, among the instances of `front`, of its import of the classifier.
fn classifier_import(front: &[u8]) -> wasmparser::Result<Option<u32>> {
    let (mut count, mut depth) = (0, 0u32);
    for payload in Parser::new(0).parse_all(front) {
        match payload? {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentInstanceSection(section) if depth == 0 => count += section.count(),
            Payload::ComponentAliasSection(section) if depth == 0 => {
                for alias in section {
                    let kind = ComponentExternalKind::Instance;
                    count += u32::from(
                        matches!(alias?, ComponentAlias::InstanceExport { kind: k, .. } if k == kind),
                    );
                }
            }
            Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section {
                    let import = import?;
                    if import.name.name == INTERFACE {
                        return Ok(Some(count));
                    }
                    count += u32::from(matches!(import.ty, ComponentTypeRef::Instance(_)));
                }
            }
            _ => {}
        }
    }
    Ok(None)
}

/// Copies the front, its instances and components moved behind the classifier's.
struct Shift {
    /// The instance that is imported no more.
    import: u32,
    /// Depth of nested types, which have indices of their own.
    depth: u32,
}

impl Reencode for Shift {
    type Error = std::convert::Infallible;
}

impl ReencodeComponent for Shift {
    fn component_instance_index(&mut self, instance: u32) -> u32 {
        match instance {
            _ if self.depth > 0 => instance,
            _ if instance == self.import => 1,
            _ if instance < self.import => instance + 2,
            _ => instance + 1,
        }
    }

    fn component_index(&mut self, component: u32) -> u32 {
        if self.depth > 0 { component } else { component + 1 }
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
            if import.name.name != INTERFACE {
                imports.import(import.name, self.component_type_ref(import.ty)?);
            }
        }
        Ok(())
    }

    fn parse_component_submodule(
        &mut self,
        component: &mut Component,
        _: Parser,
        module: &[u8],
    ) -> Result<(), Error<Self::Error>> {
        component.section(&nested(ComponentSectionId::CoreModule, module));
        Ok(())
    }

    fn parse_component_subcomponent(
        &mut self,
        component: &mut Component,
        _: Parser,
        subcomponent: &[u8],
        _: &[u8],
    ) -> Result<(), Error<Self::Error>> {
        component.section(&nested(ComponentSectionId::Component, subcomponent));
        Ok(())
    }
}
