//! `smaps`, as far as two machines can be held against each other.
//!
//! Every area of either side counts with its row. Of the program's own areas, and of those whose pages
//! the model does not count, what is resident is left out.

use super::answers::{Inodes, Pair};
use crate::{Part, Skipped};

/// Lines that follow from the area alone.
const OF_AREA: [&str; 4] = ["Size:", "KernelPageSize:", "MMUPageSize:", "VmFlags:"];

/// What is compared of two texts.
pub(super) struct Comparable {
    /// Rows, each with its area in front.
    pub(super) pairs: Vec<Pair>,
    /// What is left out.
    pub(super) skipped: Vec<Skipped>,
}

/// An area: its row of `maps` and the lines below it, with their places below the answer.
struct Area {
    header: (u32, String),
    rows: Vec<(u32, String)>,
}

/// Picks what is compared.
pub(super) fn comparable(real: &[&str], ours: &str, inodes: &mut Inodes) -> Comparable {
    let (real, ours) = (areas_of(real.iter().copied()), areas_of(ours.lines()));
    let headers = |areas: &[Area]| areas.iter().map(|area| area.header.1.clone()).collect();
    let (real_headers, our_headers) = inodes.relative(headers(&real), headers(&ours));
    let mut found = Comparable { pairs: Vec::new(), skipped: Vec::new() };
    for (area, header) in real.iter().zip(&real_headers) {
        let same = our_headers.iter().position(|other| other == header).map(|at| &ours[at]);
        let shown = same.map_or_else(|| "-".to_owned(), |_| header.clone());
        found.pairs.push(Pair { offset: area.header.0, real: header.clone(), ours: shown });
        if let Some(same) = same {
            found.compare(header, area, same);
        }
    }
    for header in our_headers.iter().filter(|header| !real_headers.contains(header)) {
        found.pairs.push(Pair { offset: 0, real: "-".to_owned(), ours: header.clone() });
    }
    found
}

impl Comparable {
    /// Adds the lines of an area that both have.
    fn compare(&mut self, header: &str, real: &Area, ours: &Area) {
        let is_counted = ours.rows.len() > OF_AREA.len() && !header.ends_with(']');
        if !is_counted {
            let name = header.split_ascii_whitespace().next_back().unwrap_or_default();
            self.skipped.push(Part::Sums(name.to_owned()).into());
        }
        let is_kept = |row: &str| is_counted || OF_AREA.iter().any(|name| row.starts_with(name));
        let kept = |area: &Area| -> Vec<(u32, String)> {
            area.rows.iter().filter(|(_, row)| is_kept(row)).cloned().collect()
        };
        let (real, ours) = (kept(real), kept(ours));
        let name = header.split(' ').next().unwrap_or_default();
        for at in 0..real.len().max(ours.len()) {
            let row = |rows: &[(u32, String)]| {
                rows.get(at).map_or_else(|| "-".to_owned(), |(_, row)| format!("{name} {row}"))
            };
            let offset = real.get(at).map_or(0, |(offset, _)| *offset);
            self.pairs.push(Pair { offset, real: row(&real), ours: row(&ours) });
        }
    }
}

/// Cuts `smaps` into areas.
fn areas_of<'t>(lines: impl Iterator<Item = &'t str>) -> Vec<Area> {
    let mut areas: Vec<Area> = Vec::new();
    for (offset, line) in (1..).zip(lines) {
        let first = line.split(' ').next().unwrap_or_default();
        let line = (offset, line.trim_end().to_owned());
        if first.contains('-') {
            areas.push(Area { header: line, rows: Vec::new() });
        } else if let Some(area) = areas.last_mut() {
            area.rows.push(line);
        }
    }
    areas
}
