//! No circle of modules in any crate of the workspace: a module knows only of what lies below it.
//!
//! An edge is a `use` or a path that leads from one file's module into another's, parents and children included;
//! tests do not count. A crate with two modules that need each other has one module too many, or one too few.
#![allow(clippy::unwrap_used, missing_docs)]

use petgraph::algo::tarjan_scc;
use petgraph::graph::DiGraph;
use petgraph::visit::EdgeRef;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use syn::visit::{self, Visit};
use syn::{Attribute, ItemMod, ItemUse, UseTree};

/// A module of a crate, by its path without the crate: `` is the root, `http::ask` a file in a directory.
type Modules = BTreeMap<String, syn::File>;

#[test]
fn no_circle_of_modules() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut crates = Vec::new();
    for top in ["model", "guest", "host", "trainer", "examples"] {
        source_directories(&root.join(top), &mut crates);
    }
    assert!(crates.len() >= 13, "{crates:?}");
    let circles: String = crates.iter().map(|src| circles(src)).collect();
    assert!(circles.is_empty(), "{circles}");
}

/// Appends each `src` directory below `dir` that belongs to a crate.
fn source_directories(dir: &Path, found: &mut Vec<PathBuf>) {
    if dir.join("Cargo.toml").is_file() && dir.join("src").is_dir() {
        found.push(dir.join("src"));
    }
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let name = entry.file_name();
        if entry.path().is_dir()
            && !["src", "target", "tests", "node_modules"].iter().any(|n| name == *n)
        {
            source_directories(&entry.path(), found);
        }
    }
}

/// The circles of the crate in `src`, a line an edge; empty where there is none.
fn circles(src: &Path) -> String {
    let mut modules = Modules::new();
    read(src, "", &mut modules);
    let mut graph = DiGraph::<&str, String>::new();
    let nodes: BTreeMap<&str, _> =
        modules.keys().map(|name| (name.as_str(), graph.add_node(name))).collect();
    for (name, file) in &modules {
        let mut uses = Uses { module: name, modules: &modules, paths: Vec::new() };
        uses.visit_file(file);
        for (to, path) in uses.paths {
            if to != name {
                graph.update_edge(nodes[name.as_str()], nodes[to], path);
            }
        }
    }
    let mut text = String::new();
    for circle in tarjan_scc(&graph).into_iter().filter(|circle| circle.len() > 1) {
        for edge in graph.edge_references() {
            if circle.contains(&edge.source()) && circle.contains(&edge.target()) {
                let (from, to, path) = (graph[edge.source()], graph[edge.target()], edge.weight());
                text += &format!("{}: {from:?} uses {to:?}: {path}\n", src.display());
            }
        }
    }
    text
}

fn read(dir: &Path, prefix: &str, modules: &mut Modules) {
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let path = entry.path();
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let name = if prefix.is_empty() { stem.to_owned() } else { format!("{prefix}::{stem}") };
        if path.is_dir() {
            read(&path, &name, modules);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let is_root = prefix.is_empty() && ["lib", "main"].contains(&stem);
            // a program's own library is another crate
            if is_root && stem == "main" && dir.join("lib.rs").exists() {
                continue;
            }
            let file = syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap();
            modules.insert(if is_root { String::new() } else { name }, file);
        }
    }
}

/// Collects the paths of one module that lead into others.
struct Uses<'a> {
    module: &'a str,
    modules: &'a Modules,
    paths: Vec<(&'a str, String)>,
}

impl<'a> Uses<'a> {
    fn add(&mut self, segments: &[String]) {
        if let Some(module) = self.resolve(segments) {
            self.paths.push((module, segments.join("::")));
        }
    }

    /// The module that a path leads into: none where it leads out of the crate or is of this module.
    fn resolve(&self, segments: &[String]) -> Option<&'a str> {
        let own = || self.module.split("::").filter(|s| !s.is_empty()).map(str::to_owned);
        let mut at: Vec<String> = own().collect();
        let mut rest = segments;
        match rest.first()?.as_str() {
            "crate" => at.clear(),
            "self" => {}
            "super" => {
                while rest.first().is_some_and(|s| s == "super") {
                    at.pop();
                    rest = &rest[1..];
                }
                return self.longest(at, rest);
            }
            first => {
                let child = [at.clone(), vec![first.to_owned()]].concat().join("::");
                self.modules.get(&child)?;
                return self.longest(at, rest);
            }
        }
        self.longest(at, &rest[1..])
    }

    fn longest(&self, mut at: Vec<String>, rest: &[String]) -> Option<&'a str> {
        for segment in rest {
            at.push(segment.clone());
            if !self.modules.contains_key(&at.join("::")) {
                at.pop();
                break;
            }
        }
        self.modules.get_key_value(&at.join("::")).map(|(name, _)| name.as_str())
    }

    fn add_tree(&mut self, prefix: &mut Vec<String>, tree: &UseTree) {
        match tree {
            UseTree::Path(path) => {
                prefix.push(path.ident.to_string());
                self.add_tree(prefix, &path.tree);
                prefix.pop();
            }
            UseTree::Group(group) => {
                group.items.iter().for_each(|item| self.add_tree(prefix, item));
            }
            UseTree::Name(name) if name.ident == "self" => self.add(prefix),
            UseTree::Name(name) => self.add(&[&prefix[..], &[name.ident.to_string()]].concat()),
            UseTree::Rename(rename) => {
                self.add(&[&prefix[..], &[rename.ident.to_string()]].concat());
            }
            UseTree::Glob(_) => self.add(prefix),
        }
    }
}

impl<'ast> Visit<'ast> for Uses<'_> {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        // `mod name;` is no use of it, and tests may use everything
        if item.content.is_some() && !item.attrs.iter().any(is_test) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.add_tree(&mut Vec::new(), &item.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
        // names alone came by a `use`
        if segments.len() > 1 {
            self.add(&segments);
        }
        visit::visit_path(self, path);
    }
}

fn is_test(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg")
        && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
}
