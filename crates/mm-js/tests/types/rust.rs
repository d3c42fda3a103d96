//! Structs and enums that are serialized, as their source declares them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Expr, Fields, Ident, Item, Lit, LitStr, Meta, Token, Type};

/// A struct or an enum.
pub(crate) struct Declared {
    /// File that declares it.
    pub(crate) file: PathBuf,
    /// Its name in the package.
    pub(crate) exported: String,
    pub(crate) docs: Vec<String>,
    pub(crate) shape: Shape,
}

/// What a type consists of.
pub(crate) enum Shape {
    Struct(Held),
    Enum(Vec<Variant>),
}

/// What a struct or a variant holds.
pub(crate) enum Held {
    Nothing,
    One(Box<Type>),
    Several(Vec<Type>),
    Named(Vec<Field>),
}

pub(crate) struct Variant {
    pub(crate) name: String,
    pub(crate) docs: Vec<String>,
    pub(crate) held: Held,
}

pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) docs: Vec<String>,
    pub(crate) written: Written,
    pub(crate) ty: Type,
}

/// How a field is serialized.
#[derive(Clone, Copy)]
pub(crate) enum Written {
    /// As its type is.
    AsItIs,
    /// By a function of its own, which writes a name.
    ByName,
}

/// Everything that is serialized, by its name in Rust.
#[derive(Default)]
pub(crate) struct Sources {
    declared: BTreeMap<String, Vec<Declared>>,
}

impl Sources {
    /// Reads a file, or all files of a folder.
    pub(crate) fn read(&mut self, path: &Path) {
        if path.is_dir() {
            let entries = fs::read_dir(path).expect("readable");
            let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("readable").path()).collect();
            paths.sort();
            paths.iter().for_each(|path| self.read(path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            self.read_text(path, &fs::read_to_string(path).expect("readable"));
        }
    }

    /// Reads the text of a file.
    pub(crate) fn read_text(&mut self, path: &Path, text: &str) {
        let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for item in file.items {
            let Some((name, attrs, shape)) = declaration(item) else { continue };
            let exported = serde_name(&attrs).unwrap_or_else(|| name.clone());
            let docs = docs(&attrs);
            let declared = Declared { file: path.to_owned(), exported, docs, shape };
            self.declared.entry(name).or_default().push(declared);
        }
    }

    /// Finds the type that `name` means in `file`: its own, else the only one of that name.
    pub(crate) fn named(&self, name: &str, file: &Path) -> &Declared {
        let all = self.declared.get(name).map_or(&[][..], Vec::as_slice);
        match (all.iter().find(|declared| declared.file == file), all) {
            (Some(own), _) | (None, [own]) => own,
            (None, []) => panic!("{}: nothing serialized is called {name}", file.display()),
            (None, _) => panic!("{}: {name} may be one of several", file.display()),
        }
    }

    /// Finds a type by its name in the package.
    pub(crate) fn exported(&self, name: &str) -> &Declared {
        let mut all = self.declared.values().flatten().filter(|declared| declared.exported == name);
        let found = all.next().unwrap_or_else(|| panic!("no type is handed out as {name}"));
        assert!(all.next().is_none(), "two types are handed out as {name}: `#[serde(rename)]` one");
        found
    }
}

/// Returns the types that methods name as what they return, in their order.
pub(crate) fn returned(methods: &str) -> Vec<String> {
    let named = methods.split("unchecked_return_type = \"").skip(1).filter_map(|rest| rest.split('"').next());
    let words = named.flat_map(|types| types.split(|c: char| !c.is_alphanumeric()));
    words.filter(|word| !matches!(*word, "" | "null")).map(str::to_owned).collect()
}

/// Takes an item apart if it is a type that is serialized.
fn declaration(item: Item) -> Option<(String, Vec<Attribute>, Shape)> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "of all that Rust has, three declare types here")]
    let (name, attrs, shape) = match item {
        Item::Struct(item) => (item.ident, item.attrs, Shape::Struct(held(item.fields))),
        Item::Enum(item) => {
            (item.ident, item.attrs, Shape::Enum(item.variants.into_iter().map(variant).collect()))
        }
        Item::Macro(item) => {
            let declares = |name: &str| item.mac.path.segments.last().is_some_and(|last| last.ident == name);
            if !declares("labels") && !declares("struct_fields") {
                return None;
            }
            let table: Table = item.mac.parse_body().expect("a table of words");
            if declares("labels") && !is_serialized(&table.attrs) {
                return None;
            }
            return Some((table.name.to_string(), table.attrs, Shape::Enum(table.rows)));
        }
        _ => return None,
    };
    is_serialized(&attrs).then(|| (name.to_string(), attrs, shape))
}

/// An enum that `labels!` or `struct_fields!` declares; the English words are a row's meaning.
struct Table {
    attrs: Vec<Attribute>,
    name: Ident,
    rows: Vec<Variant>,
}

impl Parse for Table {
    fn parse(input: ParseStream<'_>) -> syn::Result<Table> {
        let attrs = input.call(Attribute::parse_outer)?;
        input.parse::<syn::Visibility>()?;
        input.parse::<Token![enum]>()?;
        let name = input.parse()?;
        let rows;
        syn::braced!(rows in input);
        let mut table = Table { attrs, name, rows: Vec::new() };
        while !rows.is_empty() {
            let name = rows.call(Ident::parse_any)?.to_string();
            if rows.parse::<Option<Token![=]>>()?.is_some() {
                rows.parse::<LitStr>()?;
            }
            rows.parse::<Token![:]>()?;
            let english: LitStr = rows.parse()?;
            rows.parse::<Token![,]>()?;
            rows.parse::<LitStr>()?;
            rows.parse::<Token![;]>()?;
            table.rows.push(Variant { name, docs: vec![english.value()], held: Held::Nothing });
        }
        Ok(table)
    }
}

fn variant(variant: syn::Variant) -> Variant {
    let name = variant.ident.to_string();
    Variant { docs: docs(&variant.attrs), held: held(variant.fields), name }
}

fn held(fields: Fields) -> Held {
    match fields {
        Fields::Unit => Held::Nothing,
        Fields::Named(fields) => Held::Named(fields.named.into_iter().map(field).collect()),
        Fields::Unnamed(fields) => {
            let mut types: Vec<Type> = fields.unnamed.into_iter().map(|field| field.ty).collect();
            if types.len() == 1 { Held::One(Box::new(types.remove(0))) } else { Held::Several(types) }
        }
    }
}

fn field(field: syn::Field) -> Field {
    let name = field.ident.expect("a named field").unraw().to_string();
    let written = match serde_value(&field.attrs, "serialize_with") {
        Some(_) => Written::ByName,
        None => Written::AsItIs,
    };
    Field { docs: docs(&field.attrs), written, ty: field.ty, name }
}

/// Returns whether `Serialize` is derived.
fn is_serialized(attrs: &[Attribute]) -> bool {
    let mut found = false;
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("derive")) {
        let looked = attr.parse_nested_meta(|meta| {
            found |= meta.path.segments.last().is_some_and(|last| last.ident == "Serialize");
            Ok(())
        });
        looked.expect("a list of traits");
    }
    found
}

/// Returns the name that a type is serialized under.
fn serde_name(attrs: &[Attribute]) -> Option<String> {
    serde_value(attrs, "rename")
}

/// Returns the value of a key of `#[serde(...)]`; no other keys are known here.
fn serde_value(attrs: &[Attribute], key: &str) -> Option<String> {
    let mut value = None;
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        let looked = attr.parse_nested_meta(|meta| {
            if !meta.path.is_ident(key) {
                return Err(meta.error("not known to the types of the package"));
            }
            value = Some(meta.value()?.parse::<LitStr>()?.value());
            Ok(())
        });
        looked.unwrap_or_else(|error| panic!("{error}"));
    }
    value
}

/// Returns documentation line by line, as a reader of the package needs it.
fn docs(attrs: &[Attribute]) -> Vec<String> {
    let lines = attrs.iter().filter(|attr| attr.path().is_ident("doc")).filter_map(|attr| {
        let Meta::NameValue(pair) = &attr.meta else { return None };
        let Expr::Lit(text) = &pair.value else { return None };
        let Lit::Str(text) = &text.lit else { return None };
        Some(text.value().trim().replace("[`", "`").replace("`]", "`").replace("`None`", "`null`"))
    });
    lines.collect()
}
