//! One plain view model per panel, and the functions that fill them from the model.
//!
//! A view holds everything its panel shows and nothing else: numbers, names and typed
//! states, no pixels and no sentences, so that two equal views draw the same picture and a
//! page may skip the drawing. Its cost follows what is shown, never the size of the machine.
//! Words stand in the panel's `words.rs`; what a view can point at is a [`Thing`].

pub mod buddy;
pub mod compaction;
pub mod fallback;
pub mod fill;
pub mod frames;
pub mod inspector;
pub mod list;
pub mod moment;
pub mod proc_file;
pub mod process;
pub mod slab;
pub mod structs;
pub mod thing;
pub mod translate;
pub mod vmalloc;
pub mod zones;

pub use list::{PanelGroup, PanelId};
pub use moment::Moment;
pub use thing::{FrameKind, ProcessName, Run, Thing};

/// Hands the row of every panel to a macro: `Id "slug" Group Component method "English", "中文";`.
///
/// *Id* names the panel in code and *slug* in links, the place of the row is that of its tab and
/// its key. *Group* says where on the stage it stands, *Component* what draws it on the page, and
/// *method* is that of the package's `Machine` that returns its view. Tabs, keys, links and their
/// order, the embed's `view=`, the page's components, the picture before the module is there, the
/// package's methods and the browser tests' list are made of the rows or held to them.
#[macro_export]
macro_rules! panels {
    ($each:ident) => {
        $each! {
            Translate "translate" Walk Translate translate "Translate", "地址翻译";
            Frames "frames" Map Frames frames "Frames", "页帧";
            Buddy "buddy" Allocators Buddy buddy "Buddy", "伙伴系统";
            Zones "zones" Allocators Zones zones "Zones", "内存区";
            Process "process" Processes Process process "Process", "进程";
            Slab "slab" Allocators Slab slab "Slab", "slab 缓存";
            Vmalloc "vmalloc" Allocators Vmalloc vmalloc "vmalloc", "vmalloc";
            Compaction "compaction" Allocators Compaction compaction "Compaction", "内存规整";
            Proc "proc" Processes ProcFile file "/proc", "/proc";
        }
    };
}

/// Groups the digits of a number by three with thin spaces, for people; never for `/proc`.
pub fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 * 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push('\u{2009}');
        }
        out.push(digit);
    }
    out
}

/// Writes a power-of-two size in the largest unit that divides it: `4K`, `2M`, `8T`.
pub fn short_bytes(bytes: u64) -> String {
    const UNITS: [(u32, &str); 4] = [(40, "T"), (30, "G"), (20, "M"), (10, "K")];
    for (shift, unit) in UNITS {
        if bytes >= 1 << shift && bytes.trailing_zeros() >= shift {
            return format!("{}{unit}", bytes >> shift);
        }
    }
    bytes.to_string()
}

#[cfg(test)]
mod tests {
    use super::{grouped, short_bytes};

    #[test]
    fn digits_are_grouped_from_the_right() {
        for (value, text) in
            [(7, "7"), (999, "999"), (102_831, "102\u{2009}831"), (1_000_000, "1\u{2009}000\u{2009}000")]
        {
            assert_eq!(grouped(value), text);
        }
    }

    #[test]
    fn sizes_take_the_largest_unit_that_divides_them() {
        for (bytes, text) in
            [(4096, "4K"), (512 << 10, "512K"), (4 << 20, "4M"), (3 << 30, "3G"), (100, "100")]
        {
            assert_eq!(short_bytes(bytes), text);
        }
    }
}
