//! `/proc/zoneinfo` of a real machine: the numbers of its zones, and what machine that is.

use crate::config::{Arch, MachineConfig, NodeId};
use crate::import::freelists::ram_of_pc;
use crate::import::text::{DumpError, Expected, Line, lines};
use crate::phys::boot::is_bootable;
use crate::phys::zone::ZoneKind;
use crate::units::low8;

/// Frames that a machine of ours may have: 1 TB.
const FRAMES_MAX: u64 = 1 << 28;
/// Processors and nodes that a text may name.
const CPUS_MAX: u64 = 64;
const NODES_MAX: u8 = 16;

/// A zone as printed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ZoneInfo<'a> {
    /// Line of its head, counted from 1.
    pub line: u32,
    /// The node.
    pub node: NodeId,
    /// What it is for.
    pub kind: ZoneKind,
    /// Its numbers in the order of the text, with their lines.
    pub numbers: Vec<(u32, &'a str, u64)>,
    /// Pages kept from requests of each class, with their line.
    pub protection: (u32, Vec<u64>),
    /// Lists of each processor.
    pub pagesets: Vec<Pageset>,
}

/// A processor's lists of a zone.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Pageset {
    /// Line of its head, counted from 1.
    pub line: u32,
    /// The processor.
    pub cpu: u8,
    /// Pages on the lists.
    pub count: u64,
    /// Pages they may hold.
    pub high: u64,
    /// Pages moved at a time.
    pub batch: u64,
}

/// Every zone of every node.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ZoneInfos<'a>(pub Vec<ZoneInfo<'a>>);

impl<'a> ZoneInfos<'a> {
    /// Reads the text.
    ///
    /// # Errors
    /// When it has no zones, or a zone or a number in it is none.
    pub fn parse(text: &'a str) -> Result<ZoneInfos<'a>, DumpError> {
        let mut zones: Vec<ZoneInfo<'a>> = Vec::new();
        for line in lines(text) {
            if line.text.starts_with("Node ") {
                zones.push(parse_head(line)?);
            } else if let Some(zone) = zones.last_mut() {
                zone.take(line)?;
            } else if !line.text.trim().is_empty() {
                return Err(line.lacks(Expected::Line("Node")));
            }
        }
        if zones.is_empty() {
            return Err(DumpError { line: 1, expected: Expected::Line("Node") });
        }
        Ok(ZoneInfos(zones))
    }

    /// Returns the machine that printed this.
    ///
    /// # Errors
    /// When no machine of ours can be like it.
    pub fn machine(&self) -> Result<MachineConfig, DumpError> {
        let zones = &self.0;
        let is_i386 = zones.iter().any(|zone| zone.kind == ZoneKind::HighMem);
        let arch = if is_i386 { Arch::I386 } else { Arch::X86_64 };
        let known = zones.iter().find(|zone| !ZoneKind::of_arch(arch).contains(&zone.kind));
        let lacks = |line| DumpError { line, expected: Expected::Machine };
        if let Some(zone) = known {
            return Err(lacks(zone.line));
        }
        let end = zones.iter().map(ZoneInfo::end).max().unwrap_or(0);
        let sets = zones.iter().flat_map(|zone| &zone.pagesets);
        let cpus = sets.map(|set| u64::from(set.cpu) + 1).max().unwrap_or(1);
        let nodes = zones.iter().map(|zone| zone.node.0).max().unwrap_or(0).saturating_add(1);
        if end > FRAMES_MAX || cpus > CPUS_MAX || nodes > NODES_MAX {
            return Err(lacks(1));
        }
        let machine =
            MachineConfig { arch, ram: ram_of_pc(end), cpus: low8(cpus), nodes, ..MachineConfig::default() };
        if is_bootable(&machine) { Ok(machine) } else { Err(lacks(1)) }
    }
}

impl ZoneInfo<'_> {
    /// Returns a number by name.
    pub fn number(&self, name: &str) -> Option<u64> {
        self.numbers.iter().find(|(_, known, _)| *known == name).map(|&(_, _, number)| number)
    }

    /// Returns the frame after the last; 0 for an empty zone.
    fn end(&self) -> u64 {
        match self.number("spanned") {
            None | Some(0) => 0,
            Some(spanned) => self.number("start_pfn").unwrap_or(0).saturating_add(spanned),
        }
    }
}

/// `Node 0, zone    DMA32`
fn parse_head(line: Line<'_>) -> Result<ZoneInfo<'_>, DumpError> {
    let node = line.word(1).and_then(|word| word.trim_end_matches(',').parse().ok());
    let kind = line.word(3).and_then(ZoneKind::from_name);
    Ok(ZoneInfo {
        line: line.number,
        node: NodeId(node.ok_or(line.lacks(Expected::Number("Node")))?),
        kind: kind.ok_or(line.lacks(Expected::ZoneName))?,
        numbers: Vec::new(),
        protection: (line.number, Vec::new()),
        pagesets: Vec::new(),
    })
}

impl<'a> ZoneInfo<'a> {
    fn take(&mut self, line: Line<'a>) -> Result<(), DumpError> {
        let number = |word: &str, name| word.parse::<u64>().map_err(|_| line.lacks(Expected::Number(name)));
        let words: Vec<&'a str> = line.text.split_ascii_whitespace().collect();
        match words[..] {
            ["protection:", ..] => {
                let list = line.text.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
                let (list, _) = list.ok_or(line.lacks(Expected::Number("protection")))?;
                let numbers = list.split(',').map(|word| number(word.trim(), "protection"));
                self.protection = (line.number, numbers.collect::<Result<_, _>>()?);
            }
            ["cpu:", cpu] => {
                let cpu = cpu.parse().map_err(|_| line.lacks(Expected::Number("cpu")))?;
                self.pagesets.push(Pageset { line: line.number, cpu, ..Pageset::default() });
            }
            ["count:", n] => self.pageset(line)?.count = number(n, "count")?,
            ["high:", n] => self.pageset(line)?.high = number(n, "high")?,
            ["batch:", n] => self.pageset(line)?.batch = number(n, "batch")?,
            ["pages", "free", n] => self.numbers.push((line.number, "free", number(n, "free")?)),
            ["vm", "stats", "threshold:", n] => {
                self.numbers.push((line.number, "threshold", number(n, "threshold")?));
            }
            [name, n] => {
                // Counters may be negative on a machine that runs; those are nobody's here.
                if let Ok(n) = n.parse() {
                    self.numbers.push((line.number, name.trim_end_matches(':'), n));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn pageset(&mut self, line: Line<'_>) -> Result<&mut Pageset, DumpError> {
        self.pagesets.last_mut().ok_or(line.lacks(Expected::Line("cpu:")))
    }
}
