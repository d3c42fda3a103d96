//! The model for other people's pages: a machine, a script, plain objects.
//!
//! A [`Machine`] runs a script and stands anywhere in it; its methods answer with plain objects,
//! the view models of the page's own panels. Nothing throws: what is wrong with a script is
//! part of the answer of [`Machine::run`], and what is not there is `null`.
//!
//! **Numbers.** A field of 64 bits (addresses, raw entries, sizes, counters, nanoseconds, and
//! indices into lists) is always a `bigint`, a field of at most 32 bits (frames, entries, orders,
//! lines, steps) always a `number`. So a field has one type, whatever its value, and no address
//! loses its low bits. `JSON.stringify` needs a replacer for them.
#![deny(missing_docs)]

mod answer;
mod types;

use mm::anchor::{Anchor, Spot, Typed};
use mm::session::{Position, Session};
use mm::trace::Detail;
use mm::units::{count, index};
use mm_view::navigate::{self, Goal, Motion, Way};
use mm_view::panels::fill;
use mm_view::panels::slab::SlabAsk;
use mm_view::panels::translate::TranslateAsk;
use mm_view::panels::zones::{GFPS, RequestAsk};
use mm_view::panels::{Moment, Thing};
use mm_view::{HOST, Lang, anchor, host, proc, words};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use answer::{CommandResult, FallbackResult, RunResult, ScriptError, StepResult};

/// Columns of the strip that [`Machine::frames`] fills.
const STRIP_COLUMNS: u32 = 256;

/// A machine, the script it runs, and a place in it.
#[wasm_bindgen]
pub struct Machine {
    session: Session,
    lang: Lang,
}

impl Default for Machine {
    fn default() -> Machine {
        Machine { session: Session::new(HOST), lang: Lang::En }
    }
}

#[wasm_bindgen]
impl Machine {
    /// Makes a machine of 512 MB with an empty script; `language` is a tag such as `zh-CN`, English
    /// without.
    #[wasm_bindgen(constructor)]
    pub fn new(language: Option<String>) -> Machine {
        let lang = language.and_then(|tag| Lang::from_tag(&tag)).unwrap_or_default();
        Machine { lang, ..Machine::default() }
    }

    /// Runs a script to its end, whatever fails, and stands behind its last command.
    ///
    /// Commands that it shares with the script before it, from the start, stay run: to go on, run
    /// the same text with more lines. A text with errors runs nothing and changes nothing;
    /// what a kernel printed is one error, which names it.
    #[wasm_bindgen(unchecked_return_type = "RunResult")]
    pub fn run(&mut self, script: &str) -> JsValue {
        let result = match mm::script::parse(script) {
            Err(rejected) => {
                let errors = match words::pasted(script, &rejected, self.lang) {
                    Some(told) => vec![ScriptError::of_text(told)],
                    None => rejected.errors.iter().map(|error| ScriptError::new(error, self.lang)).collect(),
                };
                RunResult { errors, commands: Vec::new() }
            }
            Ok(script) => {
                self.session.load(script);
                self.session.run_all();
                self.session.seek(self.session.end());
                RunResult { errors: Vec::new(), commands: self.results() }
            }
        };
        plain(&result)
    }

    /// Chooses whether the commands that follow are recorded step by step, as they are at first.
    /// Without a record they run several times faster, and each has one step.
    #[wasm_bindgen(js_name = setDetail)]
    pub fn set_detail(&mut self, detail: bool) {
        self.session.set_detail(if detail { Detail::Full } else { Detail::Off });
    }

    /// Goes to a place in the script: an anchor such as `"5:fault.raised#1"`, behind the first such
    /// event of command 5; `"5:start"`, `"5:end"` or `"5"`; or `"5.71"`, behind its 71st step.
    ///
    /// `model` is the version of the model that the place was named by ([`model`]). A step of
    /// another version is not looked for: then, and where a step is not there, the machine goes to
    /// the start of the command. Places beyond the end stand for the end, a text that names no
    /// place moves nothing. Returns where the machine stands now, as `"C.S"`.
    pub fn seek(&mut self, place: &str, model: Option<String>) -> String {
        let is_of_other = model.is_some_and(|version| version != anchor::MODEL);
        let to = match place.parse() {
            Err(_) => return self.position(),
            Ok(Typed::Step(at)) if is_of_other => Position { step: 0, ..at },
            Ok(Typed::Step(at)) => at,
            Ok(Typed::Anchor(Anchor { command, spot: Spot::Event { .. } })) if is_of_other => {
                Position { command, step: 0 }
            }
            Ok(Typed::Anchor(named)) => {
                anchor::resolve(&self.session, &named).unwrap_or(Position { command: named.command, step: 0 })
            }
        };
        self.session.seek(to);
        self.position()
    }

    /// Returns the anchor of where the machine stands, to keep: with the version of the model it
    /// leads back there in any version that has the step.
    pub fn anchor(&self) -> String {
        anchor::anchor(&self.session, self.session.position()).to_string()
    }

    /// Returns where the machine stands: `"C.S"`, with S steps of command C done.
    pub fn position(&self) -> String {
        write_position(self.session.position())
    }

    /// Returns the position after everything that was run.
    pub fn end(&self) -> String {
        write_position(self.session.end())
    }

    /// Returns the steps of command `command`, counted from 1, in words; none for a command that
    /// was not run.
    #[wasm_bindgen(unchecked_return_type = "StepResult[]")]
    pub fn steps(&self, command: u32) -> JsValue {
        let steps: Vec<StepResult> = match self.session.record(command) {
            None => Vec::new(),
            Some(record) => {
                let all = record.trace.steps().iter();
                all.map(|step| StepResult::new(step, &record.trace, self.session.world(), self.lang))
                    .collect()
            }
        };
        plain(&steps)
    }

    /// Returns the step that the machine stands behind, in words; `null` before the first.
    #[wasm_bindgen(unchecked_return_type = "StepResult | null")]
    pub fn step(&self) -> JsValue {
        let Position { command, step } = self.session.position();
        let told = self.session.record(command).and_then(|record| {
            let step = record.trace.steps().get(index(step.checked_sub(1)?))?;
            Some(StepResult::new(step, &record.trace, self.session.world(), self.lang))
        });
        plain(&told)
    }

    /// Returns an address on its way to a frame: `expression` as a script writes it, `buf+0x1000`;
    /// without one the address of the command at the position. `process` may be `kernel`. `null` when
    /// there is none.
    #[wasm_bindgen(unchecked_return_type = "TranslateView | null")]
    pub fn translate(&self, expression: Option<String>, process: Option<String>) -> JsValue {
        let ask = TranslateAsk { process, expression, ..TranslateAsk::default() };
        plain(&fill::translate(Moment::from(&self.session), &ask))
    }

    /// Returns the free lists of a zone, by node and position in the node; without them of the zone
    /// that the command at the position works in.
    #[wasm_bindgen(unchecked_return_type = "BuddyView")]
    pub fn buddy(&self, node: Option<u8>, zone: Option<u8>) -> JsValue {
        plain(&fill::buddy(Moment::from(&self.session), node.zip(zone)))
    }

    /// Returns the last theft from another migrate type that the command at the position made in a
    /// zone, decision by decision and in words; the zone as for [`Machine::buddy`]. `null` when it
    /// made none.
    #[wasm_bindgen(unchecked_return_type = "FallbackResult | null")]
    pub fn fallback(&self, node: Option<u8>, zone: Option<u8>) -> JsValue {
        let view = fill::buddy(Moment::from(&self.session), node.zip(zone));
        plain(&view.fallback.map(|decision| FallbackResult::new(decision, self.lang)))
    }

    /// Returns nodes and zones, marks and reserves, and what a request would meet: `gfp` is
    /// `GFP_KERNEL`, `GFP_HIGHUSER_MOVABLE` (also without), `GFP_ATOMIC`, `GFP_DMA` or `GFP_DMA32`,
    /// `node` the one to begin with. `null` for other flags.
    #[wasm_bindgen(unchecked_return_type = "ZonesView | null")]
    pub fn zones(&self, gfp: Option<String>, order: Option<u8>, node: Option<u8>) -> JsValue {
        let default = RequestAsk::default();
        let gfp = match gfp {
            Some(asked) => GFPS.iter().position(|(name, _)| *name == asked),
            None => Some(default.gfp),
        };
        let ask = |gfp| RequestAsk { gfp, order: order.unwrap_or(0), node: node.unwrap_or(0) };
        plain(&gfp.map(|gfp| fill::zones(Moment::from(&self.session), ask(gfp))))
    }

    /// Returns the caches in use, one of them in full with its slabs, one slab with its objects,
    /// and what `kmalloc(bytes)` would take. Without names: the cache and the slab used last.
    #[wasm_bindgen(unchecked_return_type = "SlabView")]
    pub fn slab(&self, cache: Option<String>, slab: Option<u32>, bytes: Option<u32>) -> JsValue {
        let bytes = u64::from(bytes.unwrap_or(0));
        let ask = SlabAsk { cache, slab, bytes, ..SlabAsk::default() };
        plain(&fill::slab(Moment::from(&self.session), &ask))
    }

    /// Returns the addresses of the kernel's own half: its areas, one of them page by page (the one
    /// that begins at `area`, else the last that was made), and what waits for a flush.
    #[wasm_bindgen(unchecked_return_type = "VmallocView")]
    pub fn vmalloc(&self, area: Option<u64>) -> JsValue {
        plain(&fill::vmalloc(Moment::from(&self.session), area))
    }

    /// Returns a zone as compaction sees it, by node and position in the node, and what a request
    /// of `order` would meet; without them the zone that was compacted last, and a huge page.
    #[wasm_bindgen(unchecked_return_type = "CompactionView")]
    pub fn compaction(&self, node: Option<u8>, zone: Option<u8>, order: Option<u8>) -> JsValue {
        plain(&fill::compaction(Moment::from(&self.session), node.zip(zone), order))
    }

    /// Returns the whole memory as a strip of at most 256 columns.
    #[wasm_bindgen(unchecked_return_type = "StripView")]
    pub fn frames(&self) -> JsValue {
        plain(&fill::strip(self.session.world(), STRIP_COLUMNS))
    }

    /// Returns an address space, of the youngest process without a name.
    #[wasm_bindgen(unchecked_return_type = "ProcessView")]
    #[expect(clippy::needless_pass_by_value, reason = "the binding hands over a string of its own")]
    pub fn process(&self, name: Option<String>) -> JsValue {
        plain(&fill::process(Moment::from(&self.session), name.as_deref(), &[]))
    }

    /// Returns one thing in full, by its key: `frame:16899`, `entry:28398/369`, `vma:web/7ffff6ff9000`,
    /// `process:web`, `zone:0/1`. A key that names nothing gives `"Empty"`.
    #[wasm_bindgen(unchecked_return_type = "InspectorView")]
    pub fn inspect(&self, key: &str) -> JsValue {
        plain(&fill::inspect(Moment::from(&self.session), Thing::from_key(key).as_ref()))
    }

    /// Returns what a text names: a frame's number, an address as a script writes it, a process;
    /// `null` when it names nothing.
    #[wasm_bindgen(unchecked_return_type = "Thing | null")]
    pub fn find(&self, text: &str) -> JsValue {
        plain(&navigate::find(self.session.world(), text))
    }

    /// Returns the key of what stands beside the thing of a key: `way` is `previous` or `next` of
    /// its kind, or `buddy`, the block that it merges with. `undefined` when nothing does.
    pub fn neighbour(&self, key: &str, way: &str) -> Option<String> {
        let way = Way::ALL.into_iter().find(|known| known.slug() == way)?;
        let thing = navigate::neighbour(self.session.world(), &Thing::from_key(key)?, way)?;
        Some(thing.key())
    }

    /// Goes on or back as the page's keys do: `way` is `back` or `forward`, a step; `command-back`
    /// or `command-forward`, to the end of a command; `first` or `last`. Returns where the machine
    /// stands now; a way that leads nowhere moves nothing.
    #[wasm_bindgen(js_name = move)]
    pub fn go(&mut self, way: &str) -> String {
        if let Some(way) = Motion::ALL.into_iter().find(|known| known.slug() == way)
            && let Goal::At(position) = navigate::motion(&self.session, self.session.position(), way)
        {
            self.session.seek(position);
        }
        self.position()
    }

    /// Returns the text of a file such as `/proc/buddyinfo`, `undefined` when there is none.
    pub fn file(&self, path: &str) -> Option<String> {
        proc::text(self.session.world(), path)
    }

    /// Returns the paths of all files.
    pub fn files(&self) -> Vec<String> {
        proc::files(self.session.world())
    }
}

impl Machine {
    fn results(&self) -> Vec<CommandResult> {
        let world = self.session.world();
        let numbered = self.session.records().iter().enumerate();
        numbered.map(|(at, record)| CommandResult::new(count(at) + 1, record, world, self.lang)).collect()
    }
}

/// Returns the version of the model: with another one an anchor may name another step or none.
#[wasm_bindgen]
pub fn model() -> String {
    anchor::MODEL.to_owned()
}

/// Returns the names of the captured states that `boot state=NAME` knows.
#[wasm_bindgen]
pub fn states() -> Vec<String> {
    host::states().map(str::to_owned).collect()
}

/// Returns what an event of a step means, by the name that [`Machine::steps`] gives; `null` for a
/// name that is none.
#[wasm_bindgen(unchecked_return_type = "Explanation | null")]
pub fn explain(event: &str, language: Option<String>) -> JsValue {
    let lang = language.and_then(|tag| Lang::from_tag(&tag)).unwrap_or_default();
    plain(&words::explain(event, lang))
}

/// Makes a plain object: structs are objects, absent values `null`, 64 bits `bigint`.
fn plain(value: &impl Serialize) -> JsValue {
    let serializer = serde_wasm_bindgen::Serializer::new()
        .serialize_missing_as_null(true)
        .serialize_large_number_types_as_bigints(true);
    value.serialize(&serializer).expect("views hold nothing that JavaScript cannot")
}

fn write_position(Position { command, step }: Position) -> String {
    format!("{command}.{step}")
}
