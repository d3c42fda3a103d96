//! `mmscope oracle`: holds the model against captures of real machines.

mod files;

use std::io::{self, Write};
use std::path::Path;

use clap::Args;
use mm_oracle::report::{self, Total};
use mm_oracle::{Capture, Finding, Folder};
use mm_view::Lang;

use crate::Outcome;
use crate::report::complain;
use files::{Beside, Found};

/// What `oracle` is told.
#[derive(Args)]
pub(crate) struct OracleArgs {
    /// Captures: files, also `.gz`, or folders of them.
    #[arg(required = true)]
    paths: Vec<String>,
}

/// Compares every file that the paths stand for.
pub(crate) fn oracle(args: &OracleArgs, lang: Lang, out: &mut impl Write) -> io::Result<Outcome> {
    let mut found: Vec<Found> = Vec::new();
    for path in &args.paths {
        match files::find(Path::new(path)) {
            Ok(files) => found.extend(files),
            Err(error) => {
                complain(&format!("{path}: {error}"));
                return Ok(Outcome::Unusable);
            }
        }
    }
    let mut total = Total::default();
    let mut beside: Option<Beside> = None;
    for file in &found {
        let here = beside.take().filter(|beside| beside.is_for(&file.path));
        let here = here.unwrap_or_else(|| Beside::of(&file.path));
        let text = files::read(&file.path);
        let finding = text.map(|text| compare(file, &text, &here));
        beside = Some(here);
        let finding = match finding {
            Ok(finding) => finding,
            // One damaged archive does not keep the others from being compared.
            Err(error) => {
                complain(&format!("{}: {error}", file.path.display()));
                total.unreadable += 1;
                continue;
            }
        };
        total.add(&finding);
        out.write_all(report::lines(&file.path.to_string_lossy(), &finding, lang).as_bytes())?;
    }
    writeln!(out, "{}", total.line(lang))?;
    Ok(if total.is_exact() { Outcome::Fine } else { Outcome::Unexpected })
}

fn compare(file: &Found, text: &str, beside: &Beside) -> Finding {
    let names = beside.names();
    let folder = Folder { names: &names, read: &|name| beside.read(name) };
    Capture { name: &file.name, text, folder }.compare()
}
