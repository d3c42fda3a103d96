//! `boot`: a machine, all of it optional.

use core::fmt;

use crate::config::{Arch, Portion, ThpMode};
use crate::preset::Preset;
use crate::script::Verb;
use crate::script::args::{self, Args, Opt};
use crate::script::cursor::Span;
use crate::script::error::{Wanted, Wrong};
use crate::script::limits::Limit;
use crate::script::name::Path;
use crate::script::number::Size;
use crate::script::registry::{Fails, Gives, Takes, VerbKind, VerbSpec, name_of};
use crate::script::shape::Shape;
use crate::units::{Bytes, low8};
use crate::unmodelled;

const USAGE: &str = "boot [ram=SIZE] [arch=x86_64|i386] [cpus=N] [nodes=N] [preset=NAME | state=CAPTURE] \
            [thp=always|madvise|never] [aslr=on|off] [seed=N] [movablecore=SIZE|N%] \
            [kernelcore=SIZE|N%] [initrd=SIZE] [cma=SIZE] [pae=on|off]";

pub(in crate::script) const VERBS: &[VerbSpec] = &[VerbSpec {
    name: name_of(USAGE),
    kind: VerbKind::Boot,
    usage: USAGE,
    takes: Takes::Nobody,
    gives: Gives::Nothing,
    fails: Fails::Refused,
    args: &[],
    keys: &[
        ("ram", Shape::Size),
        ("arch", Shape::Arch),
        ("cpus", Shape::Count),
        ("nodes", Shape::Count),
        ("preset", Shape::Preset),
        ("state", Shape::State),
        ("thp", Shape::Thp),
        ("aslr", Shape::Switch),
        ("seed", Shape::Number),
        ("movablecore", Shape::Portion),
        ("kernelcore", Shape::Portion),
        ("initrd", Shape::Size),
        ("cma", Shape::Size),
        ("pae", Shape::Switch),
    ],
    words: &[],
    parse: |args| parse(args).map(Verb::Boot),
    #[cfg(test)]
    random: |rng| Verb::Boot(crate::script::arbitrary::boot(rng)),
}];

/// A machine as the script asks for it; what it does not say, the model chooses.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Boot {
    /// Memory, holes not deducted.
    pub ram: Option<Bytes>,
    /// Instruction set.
    pub arch: Option<Arch>,
    /// Processors.
    pub cpus: Option<u8>,
    /// Memory nodes.
    pub nodes: Option<u8>,
    /// A machine by name, on which the other keys build. Not together with `state`.
    pub preset: Option<Preset>,
    /// A captured state, `NAME` or `NAME/POINT`.
    pub state: Option<Path>,
    /// Mode of transparent huge pages.
    pub thp: Option<ThpMode>,
    /// Random layout of address spaces.
    pub aslr: Option<Switch>,
    /// Start of the random stream.
    pub seed: Option<u64>,
    /// Memory for the Movable zone.
    pub movablecore: Option<Portion>,
    /// Memory outside the Movable zone.
    pub kernelcore: Option<Portion>,
    /// Size of the initial RAM disk.
    pub initrd: Option<Bytes>,
    /// Memory reserved for contiguous allocations.
    pub cma: Option<Bytes>,
    /// Three levels with wide entries on i386.
    pub pae: Option<Switch>,
}

/// On or off.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Switch {
    /// `on`.
    On,
    /// `off`.
    Off,
}

impl Switch {
    /// Both.
    pub const ALL: [Switch; 2] = [Switch::On, Switch::Off];

    /// Returns the word.
    pub const fn name(self) -> &'static str {
        match self {
            Switch::On => "on",
            Switch::Off => "off",
        }
    }
}

/// Instruction sets that `arch=` takes.
pub const ARCHES: [Arch; 2] = [Arch::X86_64, Arch::I386];

fn parse(args: &mut Args<'_>) -> Result<Boot, Wrong> {
    let mut boot = Boot::default();
    while let Some(option) = args.option()? {
        let (key, value) = match option {
            Opt::Key(key, value) => (key, value),
            Opt::Word(..) => unreachable!("boot has no words"),
        };
        match key {
            "ram" => boot.ram = Some(ram(value)?),
            "arch" => boot.arch = Some(arch(value)?),
            "cpus" => boot.cpus = Some(few(value, Limit::Cpus)?),
            "nodes" => boot.nodes = Some(few(value, Limit::Nodes)?),
            "preset" => boot.preset = Some(args::choice(value, Shape::Preset, &Preset::ALL, Preset::name)?),
            "state" => boot.state = Some(state(value)?),
            "thp" => boot.thp = Some(args::choice(value, Shape::Thp, &ThpMode::ALL, ThpMode::name)?),
            "aslr" => boot.aslr = Some(switch(value)?),
            "seed" => boot.seed = Some(args::number(value, Limit::Number, Shape::Number)?),
            "movablecore" => boot.movablecore = Some(portion(value)?),
            "kernelcore" => boot.kernelcore = Some(portion(value)?),
            "initrd" => boot.initrd = Some(within_ram(value)?),
            "cma" => boot.cma = Some(within_ram(value)?),
            "pae" => boot.pae = Some(switch(value)?),
            _ => unreachable!("no such key in the table"),
        }
        if boot.preset.is_some() && boot.state.is_some() {
            let other = if key == "preset" { "state" } else { "preset" };
            return Err(value.wrong(Wanted::Without(other)));
        }
    }
    Ok(boot)
}

fn arch(value: Span<'_>) -> Result<Arch, Wrong> {
    match unmodelled::arch_origin(value.text) {
        Some(origin) => Err(value.wrong(Wanted::NotModelled(origin))),
        None => args::choice(value, Shape::Arch, &ARCHES, Arch::name),
    }
}

fn ram(value: Span<'_>) -> Result<Bytes, Wrong> {
    let ram = within_ram(value)?;
    if ram.0 < Limit::RamMin.bound() { Err(value.wrong(Wanted::AtLeast(Limit::RamMin))) } else { Ok(ram) }
}

fn within_ram(value: Span<'_>) -> Result<Bytes, Wrong> {
    let size = args::size(value)?;
    if size.0 > Limit::Ram.bound() { Err(value.wrong(Wanted::AtMost(Limit::Ram))) } else { Ok(size) }
}

fn portion(value: Span<'_>) -> Result<Portion, Wrong> {
    let Some(number) = value.text.strip_suffix('%') else {
        return within_ram(value).map(Portion::Size);
    };
    let number = value.split_at(number.len()).0;
    let percent = args::number(number, Limit::Share, Shape::Portion)?;
    Ok(Portion::Percent(low8(percent)))
}

fn few(value: Span<'_>, limit: Limit) -> Result<u8, Wrong> {
    args::count(value, limit, Shape::Count).map(|count| low8(u64::from(count)))
}

fn state(value: Span<'_>) -> Result<Path, Wrong> {
    Path::new(value.text).ok_or_else(|| value.not(Shape::State))
}

fn switch(value: Span<'_>) -> Result<Switch, Wrong> {
    args::choice(value, Shape::Switch, &Switch::ALL, Switch::name)
}

impl fmt::Display for Boot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn key(f: &mut fmt::Formatter<'_>, key: &str, value: Option<impl fmt::Display>) -> fmt::Result {
            value.map_or(Ok(()), |value| write!(f, " {key}={value}"))
        }
        let size = |bytes: Option<Bytes>| bytes.map(|bytes| Size(bytes.0));
        key(f, "ram", size(self.ram))?;
        key(f, "arch", self.arch.map(Arch::name))?;
        key(f, "cpus", self.cpus)?;
        key(f, "nodes", self.nodes)?;
        key(f, "preset", self.preset.map(Preset::name))?;
        key(f, "state", self.state.as_ref())?;
        key(f, "thp", self.thp.map(ThpMode::name))?;
        key(f, "aslr", self.aslr.map(Switch::name))?;
        key(f, "seed", self.seed)?;
        let portion = |portion: Option<Portion>| portion.map(portion_text);
        key(f, "movablecore", portion(self.movablecore))?;
        key(f, "kernelcore", portion(self.kernelcore))?;
        key(f, "initrd", size(self.initrd))?;
        key(f, "cma", size(self.cma))?;
        key(f, "pae", self.pae.map(Switch::name))
    }
}

fn portion_text(portion: Portion) -> String {
    match portion {
        Portion::Size(bytes) => Size(bytes.0).to_string(),
        Portion::Percent(percent) => format!("{percent}%"),
    }
}
