//! Structs and enums as TypeScript, in the shapes in which `plain` makes objects of them.

use std::collections::BTreeSet;
use std::path::Path;

use syn::{Expr, GenericArgument, Lit, PathArguments, Type, TypePath};

use crate::rust::{Declared, Field, Held, Shape, Sources, Variant, Written};

const HEADING: &str = "\
// Types of the plain objects. A field of 64 bits, and an index into a list, is always a `bigint`;
// a field of at most 32 bits is always a `number`. What may be absent is `null`.
// Printed from the structs by tests/types; `cargo xtask golden` writes it anew.
";

/// Prints the types of these names and all that they hold, each behind the first that holds it.
pub(crate) fn print(sources: &Sources, roots: &[String]) -> String {
    let mut printer = Printer { sources, seen: BTreeSet::new(), text: HEADING.to_owned() };
    for root in roots {
        printer.print(sources.exported(root));
    }
    printer.text
}

struct Printer<'a> {
    sources: &'a Sources,
    seen: BTreeSet<&'a str>,
    text: String,
}

impl<'a> Printer<'a> {
    fn print(&mut self, declared: &'a Declared) {
        if !self.seen.insert(&declared.exported) {
            return;
        }
        let mut body = Body { sources: self.sources, file: &declared.file, held: Vec::new() };
        let Declared { exported, docs, .. } = declared;
        let declaration = match &declared.shape {
            Shape::Struct(Held::Named(fields)) => {
                format!("export interface {exported} {{\n{}}}\n", body.fields(exported, fields))
            }
            Shape::Struct(held) => format!("export type {exported} = {};\n", body.held(held)),
            Shape::Enum(variants) => {
                format!("export type {exported} ={};\n", body.variants(exported, variants))
            }
        };
        self.text += &format!("\n{}{declaration}", comment(docs, exported, ""));
        for held in body.held {
            // Asked for by its name in the package, which must be one type's alone.
            self.print(self.sources.exported(&held.exported));
        }
    }
}

/// What stands between the braces of a type, and the types that it names.
struct Body<'a> {
    sources: &'a Sources,
    file: &'a Path,
    held: Vec<&'a Declared>,
}

impl Body<'_> {
    fn fields(&mut self, of: &str, fields: &[Field]) -> String {
        let line = |field: &Field| {
            let name = &field.name;
            format!(
                "{}    {name}: {};\n",
                comment(&field.docs, &format!("{of}.{name}"), "    "),
                self.field(field)
            )
        };
        fields.iter().map(line).collect()
    }

    fn variants(&mut self, of: &str, variants: &[Variant]) -> String {
        let line = |variant: &Variant| {
            let name = &variant.name;
            let written = match &variant.held {
                Held::Nothing => format!("\"{name}\""),
                held @ (Held::One(_) | Held::Several(_) | Held::Named(_)) => {
                    format!("{{ {name}: {} }}", self.held(held))
                }
            };
            format!("\n{}    | {written}", comment(&variant.docs, &format!("{of}.{name}"), "    "))
        };
        variants.iter().map(line).collect()
    }

    fn held(&mut self, held: &Held) -> String {
        match held {
            Held::Nothing => "null".to_owned(),
            Held::One(ty) => self.ty(ty, Written::AsItIs),
            Held::Several(types) => self.tuple(types.iter(), Written::AsItIs),
            Held::Named(fields) => {
                let fields: Vec<String> =
                    fields.iter().map(|field| format!("{}: {}", field.name, self.field(field))).collect();
                format!("{{ {} }}", fields.join("; "))
            }
        }
    }

    fn field(&mut self, field: &Field) -> String {
        self.ty(&field.ty, field.written)
    }

    fn tuple<'t>(&mut self, types: impl Iterator<Item = &'t Type>, written: Written) -> String {
        let types: Vec<String> = types.map(|ty| self.ty(ty, written)).collect();
        format!("[{}]", types.join(", "))
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "of all types of Rust, views use five shapes")]
    fn ty(&mut self, ty: &Type, written: Written) -> String {
        match ty {
            Type::Reference(reference) => self.ty(&reference.elem, written),
            Type::Slice(slice) => list(&self.ty(&slice.elem, written)),
            Type::Tuple(tuple) => self.tuple(tuple.elems.iter(), written),
            Type::Array(array) => match literal(&array.len) {
                Some(count) => self.tuple(std::iter::repeat_n(&*array.elem, count), written),
                None => list(&self.ty(&array.elem, written)),
            },
            Type::Path(path) => self.path(path, written),
            _ => panic!("{}: no type of the package looks like this", self.file.display()),
        }
    }

    fn path(&mut self, path: &TypePath, written: Written) -> String {
        let last = path.path.segments.last().expect("a name");
        let name = last.ident.to_string();
        let inner = match &last.arguments {
            PathArguments::AngleBracketed(angle) => angle.args.first(),
            PathArguments::None | PathArguments::Parenthesized(_) => None,
        };
        let inner = inner.map(|argument| {
            let GenericArgument::Type(inner) = argument else {
                panic!("{}: {name} has no form in the package", self.file.display());
            };
            self.ty(inner, written)
        });
        match (name.as_str(), inner) {
            ("Option", Some(inner)) => format!("{inner} | null"),
            ("Vec", Some(inner)) => list(&inner),
            ("Box", Some(inner)) => inner,
            (_, Some(_)) => panic!("{}: {name} has no form in the package", self.file.display()),
            ("bool", None) => "boolean".to_owned(),
            ("u8" | "u16" | "u32" | "i8" | "i16" | "i32", None) => "number".to_owned(),
            ("u64" | "i64" | "usize" | "isize", None) => "bigint".to_owned(),
            ("str" | "String" | "char", None) => "string".to_owned(),
            (_, None) => self.named(&name, written),
        }
    }

    fn named(&mut self, name: &str, written: Written) -> String {
        match written {
            Written::ByName => "string".to_owned(),
            Written::AsItIs => {
                let declared = self.sources.named(name, self.file);
                self.held.push(declared);
                declared.exported.clone()
            }
        }
    }
}

/// Returns the list of a type.
fn list(of: &str) -> String {
    if of.contains(" | ") && !of.starts_with('[') { format!("({of})[]") } else { format!("{of}[]") }
}

/// Returns a length that is a number.
fn literal(length: &Expr) -> Option<usize> {
    let Expr::Lit(literal) = length else { return None };
    let Lit::Int(number) = &literal.lit else { return None };
    number.base10_parse().ok()
}

/// Writes documentation as a comment before what it belongs to, which must have one.
fn comment(docs: &[String], of: &str, indent: &str) -> String {
    match docs {
        [] => panic!("{of} is handed out without documentation"),
        [line] => format!("{indent}/** {line} */\n"),
        lines => {
            let lines: String =
                lines.iter().map(|line| format!("{indent} * {line}").trim_end().to_owned() + "\n").collect();
            format!("{indent}/**\n{lines}{indent} */\n")
        }
    }
}
