//! Rules of the tree that no compiler knows.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use mm::procfs::{File, TaskFile};
use mm::quantity::{Counter, Kind, MeminfoLine, SmapsLine, StatusLine};
use mm::script::registry::verbs;
use mm::session::Session;
use mm_view::Lang;
use mm_view::panels::PanelId;
use mm_view::words::{event_names, quantity, unit};

/// Lines of a file that still is one idea.
const LINES_MAX: usize = 600;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

/// Lists the files below `folder` whose names end so, build output and tools left out.
fn files(folder: &str, end: &str) -> Vec<PathBuf> {
    const OTHERS: [&str; 6] = ["target", "node_modules", ".git", ".tools", "dist", "oracle"];
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            if path.is_dir() && !OTHERS.contains(&name.as_str()) {
                folders.push(path);
            } else if name.ends_with(end) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn sources() -> Vec<PathBuf> {
    ["crates", "web", "tests"].into_iter().flat_map(|folder| files(folder, ".rs")).collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns a source text up to its own tests.
fn without_tests(text: &str) -> &str {
    text.split("\n#[cfg(test)]\nmod ").next().unwrap_or_default()
}

#[track_caller]
fn assert_none(wrong: &[String], rule: &str) {
    assert!(wrong.is_empty(), "{rule}:\n{}", wrong.join("\n"));
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

#[test]
fn every_source_file_says_what_it_is() {
    // A file of tests is explained by the one it tests.
    let is_part = |path: &Path| path.file_name().is_some_and(|name| name == "tests.rs");
    let silent = sources().into_iter().filter(|path| !is_part(path) && !read(path).starts_with("//!"));
    assert_none(
        &silent.map(|path| shown(&path)).collect::<Vec<_>>(),
        "a file starts with //! and what it is",
    );
}

#[test]
fn no_source_file_is_longer_than_one_idea() {
    let lines = sources().into_iter().map(|path| (read(&path).lines().count(), path));
    let long = lines.filter(|(lines, _)| *lines > LINES_MAX);
    let long: Vec<String> = long.map(|(lines, path)| format!("{lines} {}", shown(&path))).collect();
    assert_none(&long, "split files of more than 600 lines");
}

/// Returns the line without strings and comments.
fn code(line: &str) -> String {
    let mut out = String::new();
    for (at, part) in line.split('"').enumerate() {
        if at % 2 == 0 {
            match part.split_once("//") {
                Some((before, _)) => return out + before,
                None => out.push_str(part),
            }
        }
    }
    out
}

#[test]
fn the_model_knows_no_page_and_no_chance() {
    let mut wrong = Vec::new();
    for path in files("crates/mm/src", ".rs") {
        for (at, line) in read(&path).lines().enumerate() {
            for word in ["yew", "web_sys", "web-sys", "getrandom", "std::fs", "std::io"] {
                if code(line).contains(word) {
                    wrong.push(format!("{}:{}: {word}", shown(&path), at + 1));
                }
            }
        }
    }
    let manifest = read(&root().join("crates/mm/Cargo.toml"));
    let dependencies = manifest.split("[dependencies]").nth(1).and_then(|rest| rest.split("\n[").next());
    let named = dependencies.unwrap_or_default().lines().filter(|line| line.contains('='));
    wrong.extend(named.map(|line| format!("crates/mm/Cargo.toml: {line}")));
    assert_none(&wrong, "the model names no yew, web-sys, getrandom or file, and depends on nothing");
}

#[test]
fn every_text_of_a_table_is_shown_somewhere() {
    let texts: Vec<(PathBuf, String)> =
        sources().into_iter().map(|path| (path.clone(), read(&path))).collect();
    let mut named = BTreeSet::new();
    for (_, text) in &texts {
        let after = text.split("::").skip(1);
        named.extend(after.map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default()));
    }
    let (mut wrong, mut rows) = (Vec::new(), 0);
    for (path, text) in texts.iter().filter(|(_, text)| text.contains("labels! {")) {
        // `Name: "English", "中文";`
        for (name, rest) in text.lines().filter_map(|line| line.trim().split_once(": \"")) {
            let is_row = rest.ends_with("\";") && name.chars().all(char::is_alphanumeric);
            rows += usize::from(is_row);
            if is_row && !named.contains(name) {
                wrong.push(format!("{}: {name}", shown(path)));
            }
        }
    }
    assert!(rows > 300, "the texts are found: {rows}");
    assert_none(&wrong, "a text that nothing shows goes");
}

/// Modules that a line names, from the crate's root: `me` is the module of its file.
fn named(line: &str, me: &[String]) -> Vec<Vec<String>> {
    let paths = line.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
    let segments = paths
        .map(|path| path.split("::").filter(|name| !name.is_empty()).map(str::to_owned).collect::<Vec<_>>());
    segments
        .filter_map(|path| {
            let up = path.iter().take_while(|name| *name == "super").count();
            match (path.first().map_or("", String::as_str), me.len().checked_sub(up)) {
                ("crate", _) => Some(path[1..].to_vec()),
                ("super", Some(kept)) => Some(me[..kept].iter().chain(&path[up..]).cloned().collect()),
                _ => None,
            }
        })
        .collect()
}

/// Folders of the model, `depth` names deep at most, that the code of each folder names, tests left out.
/// A folder and the one it lies in are one.
fn imports(depth: usize) -> BTreeMap<String, BTreeSet<String>> {
    let source = root().join("crates/mm/src");
    let folder_of = |module: &[String]| {
        let deep = (0..=depth.min(module.len())).rev();
        deep.map(|deep| module[..deep].join("/")).find(|name| source.join(name).is_dir()).unwrap_or_default()
    };
    let mut imports: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in files("crates/mm/src", ".rs") {
        let within = path.strip_prefix(&source).expect("a file of the model").with_extension("");
        let mut me: Vec<String> = within.iter().map(|name| name.to_string_lossy().into_owned()).collect();
        if me.last().is_some_and(|name| name == "mod") {
            me.pop();
        }
        let folder = folder_of(&me);
        if folder.is_empty() || me.iter().any(|name| name == "tests") {
            continue;
        }
        for other in without_tests(&read(&path))
            .lines()
            .flat_map(|line| named(&code(line), &me))
            .map(|module| folder_of(&module))
        {
            let is_part =
                |a: &str, b: &str| a == b || a.strip_prefix(b).is_some_and(|rest| rest.starts_with('/'));
            if !other.is_empty() && !is_part(&other, &folder) && !is_part(&folder, &other) {
                imports.entry(folder.clone()).or_default().insert(other);
            }
        }
    }
    imports
}

#[test]
fn numbers_of_one_kernel_say_where_they_are_from() {
    let mut wrong = Vec::new();
    let mut told = 0;
    for path in files("crates/mm/src/kernels", ".rs").iter().filter(|path| !path.ends_with("mod.rs")) {
        for (at, line) in without_tests(&read(path)).lines().enumerate() {
            let (value, note) = line.split_once("//").unwrap_or((line, ""));
            let words = value.split(|c: char| !c.is_alphanumeric());
            if words.filter(|word| word.starts_with(|c: char| c.is_ascii_digit())).count() == 0 {
                continue;
            }
            told += 1;
            if !["documented: ", "boot log: ", "fitted: "].iter().any(|source| note.contains(source)) {
                wrong.push(format!("{}:{}: {}", shown(path), at + 1, value.trim()));
            }
        }
    }
    assert!(told > 60, "the numbers are found: {told}");
    assert_none(
        &wrong,
        "a number of one kernel or machine says whether it is documented, from a boot log or fitted",
    );
}

#[test]
fn folders_of_the_model_name_each_other_in_one_direction() {
    let (wide, deep) = (imports(1), imports(2));
    assert!(wide.len() > 5 && deep.len() > 15, "folders are read");
    let mut wrong = Vec::new();
    for (imports, start) in
        [&wide, &deep].iter().flat_map(|imports| imports.keys().map(move |key| (imports, key)))
    {
        let (mut reached, mut todo) = (BTreeSet::new(), vec![start]);
        while let Some(folder) = todo.pop() {
            for other in imports.get(folder).into_iter().flatten() {
                if other == start {
                    wrong.push(format!("{folder} names {start}, which leads back to it"));
                } else if reached.insert(other) {
                    todo.push(other);
                }
            }
        }
    }
    assert_none(&wrong, "what a folder stands on does not stand on it");
}

#[test]
fn the_page_carries_no_comparison() {
    let manifests = ["web", "crates/mm-js", "crates/mm-view"].map(|name| format!("{name}/Cargo.toml"));
    let wrong = manifests.into_iter().filter(|path| read(&root().join(path)).contains("mm-oracle"));
    assert_none(&wrong.collect::<Vec<_>>(), "what is downloaded holds no model against captures");
}

#[test]
fn numbers_are_converted_in_one_file() {
    const NUMBERS: [&str; 15] = [
        "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32", "f64",
        "char",
    ];
    let mut wrong = Vec::new();
    for path in files("crates/mm/src", ".rs") {
        if path.ends_with("crates/mm/src/units.rs") {
            continue;
        }
        let text = read(&path);
        let mut expected = false;
        for (at, line) in text.lines().enumerate() {
            let code = code(line);
            let casts = code.split(" as ").skip(1).any(|after| {
                let word: String = after.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                NUMBERS.contains(&word.as_str())
            });
            if casts && !expected {
                wrong.push(format!("{}:{}: {}", shown(&path), at + 1, line.trim()));
            }
            // The line before may say why a conversion is needed here.
            expected =
                line.contains("#[expect(clippy::as_conversions") || line.contains("#[expect(clippy::cast");
        }
    }
    assert_none(&wrong, "`as` stands in units.rs only");
}

/// Returns the targets of the links of a Markdown text, code left out.
fn links(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut in_code = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        let prose: String = line.split('`').step_by(2).collect();
        for part in prose.split("](").skip(1) {
            if let Some((target, _)) = part.split_once(')') {
                found.push(target.split(' ').next().unwrap_or_default().to_owned());
            }
        }
    }
    found
}

/// Returns the anchors that GitHub makes of the headings of a Markdown text.
fn anchors(text: &str) -> Vec<String> {
    let headings = text
        .lines()
        .filter_map(|line| line.strip_prefix('#').map(|rest| rest.trim_start_matches('#').trim()));
    let slug = |heading: &str| -> String {
        let kept = heading
            .to_lowercase()
            .chars()
            .filter(|c| c.is_alphanumeric() || " -_".contains(*c))
            .collect::<String>();
        kept.replace(' ', "-")
    };
    headings.map(slug).collect()
}

#[test]
fn links_in_documents_resolve() {
    let mut documents = files("docs", ".md");
    documents.extend(
        ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(|name| root().join(name)),
    );
    let mut wrong = Vec::new();
    for path in documents.into_iter().filter(|path| path.exists()) {
        for link in links(&read(&path)) {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let target =
                if file.is_empty() { path.clone() } else { path.parent().unwrap_or(&path).join(file) };
            let is_there = target.exists();
            let has_anchor = anchor.is_empty()
                || !is_there
                || target.is_dir()
                || anchors(&read(&target)).iter().any(|a| a == anchor);
            if !is_there || !has_anchor {
                wrong.push(format!("{}: {link}", shown(&path)));
            }
        }
    }
    assert_none(&wrong, "links lead somewhere");
}

#[test]
fn every_scenario_has_its_golden_and_every_golden_its_scenario() {
    let stems = |end: &str| -> Vec<PathBuf> {
        files("tests/scenarios", end).into_iter().map(|path| path.with_extension("")).collect()
    };
    assert_eq!(stems(".mm"), stems(".trace"));
}

/// What one of the tables holds.
struct Names {
    of: &'static str,
    all: BTreeSet<String>,
    /// Files that may list some of them, each for the reason beside it.
    lists: &'static [(&'static str, &'static str)],
}

/// The tables whose names no other file lists.
fn tables() -> Vec<Names> {
    const KERNEL: (&str, &str) =
        ("crates/mm/src/unmodelled", "what 6.1 has, whether the model has it or not");
    const CAPTURES: (&str, &str) = ("crates/mm-oracle/src", "what a capture's file has in which class");
    let names = |of, all: Vec<String>, lists| Names { of, all: all.into_iter().collect(), lists };
    let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let texts = |all: &[&str]| -> Vec<String> { all.iter().map(|text| (*text).to_owned()).collect() };
    let mut session = Session::new(mm_view::HOST);
    session.load(mm::script::parse("boot ram=128M\n").expect("a script"));
    session.run_all();
    let world = session.world();
    let tunables = mm::sysctl::paths().flat_map(|path| [path.to_owned(), last(path)]).collect();
    let files = File::ALL.iter().flat_map(|file| [file.path().to_owned(), last(file.path())]);
    let files = files.chain(TaskFile::ALL.iter().map(|file| file.name().to_owned()));
    let gfp: Vec<&str> = mm::gfp::NAMES.iter().map(|(name, _)| *name).collect();
    vec![
        names(
            "verbs",
            verbs().map(|spec| spec.name.to_owned()).collect(),
            &[("crates/mm/src/func.rs", "the kernel's functions, after which verbs are named")],
        ),
        names("tunables", tunables, &[("crates/mm/src/sysctl/files.rs", "the table")]),
        names("files", files.collect(), &[("crates/mm/src/procfs.rs", "the table")]),
        names(
            "quantities",
            Kind::ALL.iter().map(|kind| kind.head().to_owned()).collect(),
            &[("crates/mm/src/quantity/field.rs", "fields of some, called as others are")],
        ),
        names(
            "events",
            event_names().map(str::to_owned).collect(),
            &[("crates/mm-view/src/words", "the table")],
        ),
        names(
            "lines of meminfo",
            MeminfoLine::lines(world).map(|line| line.name().to_owned()).collect(),
            &[("crates/mm/src/quantity/lines/meminfo.rs", "the table"), CAPTURES],
        ),
        names(
            "counters",
            Counter::lines(world).map(|counter| counter.name().to_owned()).collect(),
            &[("crates/mm/src/phys/zone/vmstat.rs", "the table"), CAPTURES],
        ),
        names(
            "lines of status and smaps",
            (StatusLine::ALL
                .iter()
                .map(|line| line.name())
                .chain(SmapsLine::ALL.iter().map(|line| line.name())))
            .map(str::to_owned)
            .collect(),
            &[("crates/mm/src/quantity", "the tables"), KERNEL],
        ),
        names(
            "panels",
            PanelId::all().map(|panel| panel.slug().to_owned()).collect(),
            &[("crates/mm-view/src/panels/mod.rs", "the table")],
        ),
        names("allocation flags", texts(&gfp), &[("crates/mm/src/gfp", "the table")]),
    ]
}

/// Finds the string literals of a source text, each with its line from 1.
fn literals(text: &str) -> Vec<(usize, String)> {
    let (mut found, mut line) = (Vec::new(), 1);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\n' => line += 1,
            '/' if letters.peek() == Some(&'/') => {
                while letters.next_if(|letter| *letter != '\n').is_some() {}
            }
            // A quote as a character is no string.
            '\'' if letters.peek() == Some(&'"') => {
                letters.next();
            }
            '"' => {
                let (start, mut literal) = (line, String::new());
                while let Some(letter) = letters.next().filter(|letter| *letter != '"') {
                    line += usize::from(letter == '\n');
                    literal.push(if letter == '\\' { letters.next().unwrap_or('\\') } else { letter });
                }
                found.push((start, literal));
            }
            _ => {}
        }
    }
    found
}

/// Returns where six names stand close to each other as strings, if they do: a list of them.
fn list_of(names: &BTreeSet<String>, text: &str) -> Option<(usize, Vec<String>)> {
    const LIST: usize = 6;
    const LINES_BETWEEN: usize = 5;
    let mut close: Vec<(usize, String)> = Vec::new();
    let own = without_tests(text);
    for (line, literal) in literals(own) {
        let words: Vec<&str> = literal.split_ascii_whitespace().collect();
        let known: Vec<&str> = words.iter().copied().filter(|word| names.contains(*word)).collect();
        // A sentence may name one of them.
        for word in known.iter().filter(|_| known.len() * 2 > words.len()) {
            if close.last().is_some_and(|(last, _)| line > last + LINES_BETWEEN) {
                close.clear();
            }
            if close.iter().all(|(_, other)| other != word) {
                close.push((line, (*word).to_owned()));
            }
        }
        if close.len() >= LIST {
            return Some((close[0].0, close.into_iter().map(|(_, word)| word).collect()));
        }
    }
    None
}

#[test]
fn what_a_table_holds_is_listed_nowhere_else() {
    let mut wrong = Vec::new();
    let mut sources = sources();
    sources.extend(["web", "tests", "crates"].into_iter().flat_map(|folder| files(folder, "js")));
    let texts: Vec<(String, String)> = sources.iter().map(|path| (shown(path), read(path))).collect();
    for table in tables() {
        assert!(table.all.len() >= 6, "{} are read", table.of);
        let mut needed = BTreeSet::new();
        for (path, text) in texts.iter().filter(|(path, _)| !is_test(path)) {
            let Some((line, names)) = list_of(&table.all, text) else { continue };
            match table.lists.iter().find(|(at, _)| path.starts_with(at)) {
                Some((at, _)) => drop(needed.insert(*at)),
                None => wrong.push(format!("{path}:{line}: {}: {}", table.of, names.join(" "))),
            }
        }
        let idle = table.lists.iter().filter(|(at, _)| !needed.contains(at));
        wrong.extend(idle.map(|(at, _)| format!("{at}: lists no {}, needs no reason", table.of)));
    }
    assert_none(&wrong, "a second list of what a table holds");
}

/// Whether a file holds tests alone, which state facts that a table is held to.
fn is_test(path: &str) -> bool {
    path.starts_with("tests/") || path.contains("/tests/") || path.ends_with("tests.rs")
}

#[test]
fn a_second_list_is_found_as_strings_in_whichever_form() {
    let verbs: BTreeSet<String> = verbs().map(|spec| spec.name.to_owned()).collect();
    let all: Vec<&String> = verbs.iter().take(6).collect();
    let quoted: Vec<String> = all.iter().map(|name| format!("\"{name}\"")).collect();
    let joined: Vec<&str> = all.iter().map(|name| name.as_str()).collect();
    let is_found = |text: String| list_of(&verbs, &text).is_some();
    assert!(is_found(quoted.join(", ")) && is_found(quoted.join(",\n")));
    assert!(is_found(format!("\"{}\"", joined.join(" "))));
    assert!(!is_found(quoted[1..].join(", ")) && !is_found(quoted.join(&"\n".repeat(6))));
    assert!(!is_found(joined.join(" ")) && !is_found(format!("// {}", quoted.join(", "))));
}

#[test]
fn the_reference_names_every_verb_and_quantity() {
    let reference = read(&root().join("docs/script.md"));
    let words: Vec<&str> = reference.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let verbs = verbs().map(|spec| spec.name).filter(|name| !words.contains(name));
    // A quantity's name alone may be an English word: `time(`, `mem.`.
    let opened = |kind: &&Kind| {
        let form = kind.form();
        let head: String = form.chars().take(kind.head().len() + 1).collect();
        !reference.contains(&head)
    };
    let quantities = Kind::ALL.iter().filter(opened).map(|kind| kind.form());
    let unnamed = verbs.chain(quantities);
    assert_none(
        &unnamed.map(str::to_owned).collect::<Vec<_>>(),
        "docs/script.md names each verb and quantity",
    );
}

#[test]
fn the_reference_has_the_tables() {
    let reference = read(&root().join("docs/script.md"));
    let row = |kind: &Kind| {
        let (unit, meaning) = (unit(kind.unit(), Lang::En), quantity(*kind, Lang::En));
        format!("| `{}` | {unit} | {meaning} | {} |", kind.form(), kind.source())
    };
    let mut missing: Vec<String> = Kind::ALL.iter().map(row).filter(|row| !reference.contains(row)).collect();
    let words: Vec<&str> =
        reference.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).collect();
    let machine = File::ALL.iter().map(|file| file.path());
    let paths = machine.chain(TaskFile::ALL.iter().map(|file| file.name())).chain(mm::sysctl::paths());
    let names = paths.filter_map(|path| path.rsplit('/').next());
    missing.extend(names.filter(|name| !words.contains(name)).map(str::to_owned));
    assert_none(&missing, "docs/script.md has a row for each quantity and names each file and tunable");
}

#[test]
fn nothing_reads_beside_the_project() {
    let outside = ["../", "shared/"].concat();
    let mut wrong = Vec::new();
    for path in sources() {
        if read(&path).contains(&outside) {
            wrong.push(shown(&path));
        }
    }
    assert_none(&wrong, "the project stands alone");
}
