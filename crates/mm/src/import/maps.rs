//! `/proc/PID/maps` of a process that has just started: the program that a process of ours
//! then starts with.
//!
//! The text has no `vm_flags`; they are those that exec gives areas of this kind.

use std::sync::Arc;

use crate::config::Arch;
use crate::import::text::{DumpError, Expected, Line, lines};
use crate::units::{PAGE_SHIFT, PAGE_SIZE, VirtAddr, low8};
use crate::virt::AddressLayout;
use crate::virt::area::vma::{Backing, MappedFile, SpecialMapping, VmFlags, Vma};
use crate::virt::task::{Program, R, RELRO, RW, STACK, VDSO, VVAR};

/// A row as printed.
#[derive(Clone, Copy)]
struct Row<'a> {
    line: Line<'a>,
    start: u64,
    end: u64,
    perms: &'a str,
    offset: u64,
    dev: (u8, u8),
    inode: u64,
    name: &'a str,
}

/// Reads the `maps` of a process that has just started.
///
/// # Errors
/// When a row is none, rows are out of order, or there is no stack.
pub fn parse_program(text: &str) -> Result<Program, DumpError> {
    let rows: Vec<Row<'_>> = lines(text).map(parse_row).collect::<Result<_, _>>()?;
    let layout = AddressLayout::of(arch_of(&rows));
    // What the kernel maps above the user's half (vsyscall) belongs to no process.
    let rows: Vec<Row<'_>> = rows.into_iter().filter(|row| row.start < layout.task_size).collect();
    let mut below = 0;
    for row in &rows {
        if row.start < below || row.end > layout.task_size {
            return Err(row.line.lacks(Expected::MapsRow));
        }
        below = row.end;
    }
    let stack = rows.iter().find(|row| row.name == "[stack]");
    let stack = stack.ok_or(DumpError { line: 1, expected: Expected::Stack })?;
    let (start_brk, brk) = heap(&rows);
    let high = rows.iter().filter(|row| row.start >= brk && row.end <= stack.start);
    let code = rows.iter().find(|row| row.perms.contains('x'));
    Ok(Program {
        areas: rows.iter().enumerate().map(|(at, row)| area(row, rows.get(at + 1))).collect(),
        code: code.map_or((VirtAddr(0), VirtAddr(0)), |row| (VirtAddr(row.start), VirtAddr(row.end))),
        start_brk: VirtAddr(start_brk),
        brk: VirtAddr(brk),
        // Arguments and environment are in the last page.
        start_stack: VirtAddr(stack.end - PAGE_SIZE + 16),
        mmap_base: VirtAddr(high.map(|row| row.end).max().unwrap_or(layout.mmap_base)),
    })
}

/// Returns which kernel printed the rows, by how far addresses reach.
fn arch_of(rows: &[Row<'_>]) -> Arch {
    if rows.iter().all(|row| row.end <= AddressLayout::of(Arch::I386).task_size) {
        Arch::I386
    } else {
        Arch::X86_64
    }
}

impl Program {
    /// Returns the architecture whose addresses the program uses.
    pub fn arch(&self) -> Arch {
        let end = self.areas.last().map_or(VirtAddr(0), |vma| vma.end);
        if end.0 <= AddressLayout::of(Arch::I386).task_size { Arch::I386 } else { Arch::X86_64 }
    }
}

/// Returns first and last address + 1 of the heap. The program's own zeroes, right below it,
/// are named `[heap]` too; without a heap it would start behind the program.
fn heap(rows: &[Row<'_>]) -> (u64, u64) {
    if let Some(last) = rows.iter().rfind(|row| row.name == "[heap]") {
        return (last.start, last.end);
    }
    let own = rows.first().map(|row| row.name);
    let end = rows.iter().filter(|row| Some(row.name) == own).map(|row| row.end).max().unwrap_or(0);
    (end, end)
}

fn area(row: &Row<'_>, next: Option<&Row<'_>>) -> Vma {
    let file = || MappedFile { name: Arc::from(row.name), inode: row.inode, dev: row.dev };
    let backing = match row.name {
        "[vvar]" => Backing::Special(SpecialMapping::Vvar),
        "[vdso]" => Backing::Special(SpecialMapping::Vdso),
        "/dev/zero (deleted)" if row.perms.ends_with('s') => {
            // How large the object is does not stand there.
            Backing::SharedAnon { inode: row.inode, charged: 0 }
        }
        _ if row.inode != 0 => Backing::File(file()),
        _ => Backing::Anon,
    };
    let pgoff = match &backing {
        Backing::Anon => row.start >> PAGE_SHIFT,
        Backing::Special(_) => 0,
        Backing::File(_) | Backing::SharedAnon { .. } => row.offset >> PAGE_SHIFT,
    };
    let flags = flags(row, next, &backing);
    Vma { start: VirtAddr(row.start), end: VirtAddr(row.end), flags, pgoff, backing, anon_vma: None }
}

fn flags(row: &Row<'_>, next: Option<&Row<'_>>, backing: &Backing) -> VmFlags {
    match (backing, row.perms) {
        (Backing::Special(SpecialMapping::Vvar), _) => return VVAR,
        (Backing::Special(SpecialMapping::Vdso), _) => return VDSO,
        (Backing::File(_), "r--p") if next.is_some_and(|next| is_rest_of_data(row, next)) => return RELRO,
        (Backing::Anon, _) if row.name == "[stack]" => return STACK,
        (Backing::Anon | Backing::File(_) | Backing::SharedAnon { .. }, _) => {}
    }
    let has = |letter: char, flags: VmFlags| if row.perms.contains(letter) { flags } else { VmFlags::NONE };
    let shared = has('s', VmFlags::SHARED.with(VmFlags::MAYSHARE));
    let private = if row.perms.ends_with('p') { has('w', RW) } else { has('w', VmFlags::WRITE) };
    R.without(VmFlags::READ)
        .with(has('r', VmFlags::READ))
        .with(private)
        .with(has('x', VmFlags::EXEC))
        .with(shared)
}

/// Returns whether `next` is the writable rest of the data whose start `row` was made
/// read-only by the start-up code.
fn is_rest_of_data(row: &Row<'_>, next: &Row<'_>) -> bool {
    next.name == row.name
        && next.perms == "rw-p"
        && next.start == row.end
        && next.offset.checked_sub(row.offset) == Some(row.end - row.start)
}

/// `00400000-00401000 r--p 00000000 00:02 9828    /bin/t`
fn parse_row(line: Line<'_>) -> Result<Row<'_>, DumpError> {
    read_row(line).ok_or(line.lacks(Expected::MapsRow))
}

fn read_row(line: Line<'_>) -> Option<Row<'_>> {
    let hex = |text: &str| u64::from_str_radix(text, 16).ok();
    let (start, end) = line.word(0)?.split_once('-')?;
    let (start, end) = (hex(start)?, hex(end)?);
    let perms = line.word(1)?;
    let (major, minor) = line.word(3)?.split_once(':')?;
    let device = |text: &str| hex(text).filter(|&number| number < 256).map(low8);
    let is_whole = [start, end].iter().all(|address| address.is_multiple_of(PAGE_SIZE)) && start < end;
    let knows = |(letter, wanted): (char, char)| letter == wanted || letter == '-';
    let is_perms =
        perms.len() == 4 && perms.chars().zip("rwx".chars()).all(knows) && perms.ends_with(['p', 's']);
    (is_whole && is_perms).then_some(Row {
        line,
        start,
        end,
        perms,
        offset: hex(line.word(2)?)?,
        dev: (device(major)?, device(minor)?),
        inode: line.word(4)?.parse().ok()?,
        name: after_words(line.text, 5),
    })
}

/// Returns what follows the first `count` words: a name may have blanks in it.
fn after_words(text: &str, count: usize) -> &str {
    let mut rest = text;
    for _ in 0..count {
        rest = rest.trim_start().split_once(char::is_whitespace).map_or("", |(_, rest)| rest);
    }
    rest.trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAPS: &str = "\
00400000-00401000 r--p 00000000 00:02 9828                               /bin/t
00401000-00484000 r-xp 00001000 00:02 9828                               /bin/t
00484000-004b0000 r--p 00084000 00:02 9828                               /bin/t
004b0000-004b5000 r--p 000af000 00:02 9828                               /bin/t
004b5000-004b8000 rw-p 000b4000 00:02 9828                               /bin/t
004b8000-00929000 rw-p 00000000 00:00 0                                  [heap]
00929000-0094b000 rw-p 00000000 00:00 0                                  [heap]
7ffff7ff9000-7ffff7ffd000 r--p 00000000 00:00 0                          [vvar]
7ffff7ffd000-7ffff7fff000 r-xp 00000000 00:00 0                          [vdso]
7ffffffde000-7ffffffff000 rw-p 00000000 00:00 0                          [stack]
";

    #[test]
    fn the_captured_program_is_the_one_built_in() {
        let program = parse_program(MAPS).expect("rows of maps");
        let known = Program::of(Arch::X86_64);
        assert_eq!(program.areas, known.areas);
        assert_eq!((program.start_brk, program.brk), (known.start_brk, known.brk));
        assert_eq!(program.mmap_base, known.mmap_base);
        assert_eq!(program.arch(), Arch::X86_64);
    }

    #[track_caller]
    fn assert_refused(from: &str, to: &str, line: u32, expected: Expected) {
        assert!(MAPS.contains(from));
        let text = MAPS.replacen(from, to, 1);
        assert_eq!(parse_program(&text), Err(DumpError { line, expected }), "{to}");
    }

    #[test]
    fn a_wrong_row_says_where() {
        assert_refused("00401000-00484000", "00401000", 2, Expected::MapsRow);
        assert_refused("00401000-00484000", "00400000-00484000", 2, Expected::MapsRow);
        assert_refused("00401000-00484000", "00401000-00401000", 2, Expected::MapsRow);
        assert_refused("r-xp 00001000", "r-x 00001000", 2, Expected::MapsRow);
        assert_refused("r-xp 00001000", "", 2, Expected::MapsRow);
        assert_refused("[stack]", "", 1, Expected::Stack);
    }
}
