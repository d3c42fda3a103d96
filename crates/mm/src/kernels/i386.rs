//! 6.1 for 32 bits without PAE and NUMA, the one that made the captures.

use super::{Area, Image, Kernel, Part, Parts, Program, area};
use crate::units::{Pfn, Span};

/// Where low memory ends: what the kernel's gigabyte leaves beside `vmalloc` and fixed mappings.
pub const LOW_MEMORY_END: Pfn = Pfn(0x36bfe); // boot log: "875MB LOWMEM available.", zone ranges

pub(super) static KERNEL: Kernel = Kernel {
    image: Image {
        whole: Span::new(4096, 7910),       // boot log: iomem, to the last byte of the bss
        freed_early: Span::new(7537, 7545), // boot log: "Freeing SMP alternatives memory: 32K"; its place is fitted
        freed_late: FREED_LATE,
        initrd: 260,         // boot log: "Freeing initrd memory: 1040K"
        section: 1 << 14,    // documented: SECTION_SIZE_BITS is 26
        section_memmap: 160, // documented: 40 bytes a page struct
        node_data: 0,        // documented: without CONFIG_NUMA it is part of the image
        first_node: 0,       // documented: no sparse memory map
        section_usage: 0,    // documented: no sparse memory map
        general: 19,         // fitted: managed of all sizes
        general_rest: 2100,  // fitted: managed of all sizes
        entry_area: 0,       // documented: its tables are part of the image
        percpu: 31,          // boot log: "percpu: Embedded 31 pages/cpu"
        bucket: 4,           // documented: a pointer
    },
    parts: Parts {
        code: (0x100_0000, 0x191_bc7f),   // boot log: iomem
        rodata: (0x191_c000, 0x1c3_8fff), // boot log: iomem
        data: (0x1c3_9000, 0x1d7_0bbf),   // boot log: iomem
        bss: (0x1e7_2000, 0x1ee_5fff),    // boot log: iomem
    },
    zero_page: Pfn(0x1e72), // fitted: the first frame of the bss
    root: Pfn(0x1e73),      // fitted: behind it
    tables: Pfn(0x1e74),    // fitted: behind it
    // The one that holds the end of the read-only data.
    splits: 1, // fitted: DirectMap4k of both sizes
    program: Program {
        areas: AREAS,
        code: (0x0804_9000, 0x080c_7f00), // boot log: stat
        start_brk: 0x0853_3000,           // boot log: maps
        brk: 0x0855_5000,                 // boot log: maps
        start_stack: 0xbfff_fc10,         // boot log: stat
    },
};

static FREED_LATE: &[Span] = &[
    Span::new(7545, 7773), // boot log: "Freeing unused kernel image (initmem) memory: 912K"
];

/// The same program as on x86-64, as a 32-bit kernel lays it out.
static AREAS: &[Area] = &[
    area(0x0804_8000, 0x0804_9000, Part::Constants(0)), // boot log: maps
    area(0x0804_9000, 0x080c_8000, Part::Code(0x1)),    // boot log: maps
    area(0x080c_8000, 0x080f_4000, Part::Constants(0x80)), // boot log: maps
    area(0x080f_4000, 0x080f_7000, Part::Relro(0xab)),  // boot log: maps
    area(0x080f_7000, 0x080f_9000, Part::Data(0xae)),   // boot log: maps
    area(0x080f_9000, 0x0853_3000, Part::Zeroes),       // boot log: maps
    area(0x0853_3000, 0x0855_5000, Part::Zeroes),       // boot log: maps
    area(0xb7ff_9000, 0xb7ff_d000, Part::Vvar),         // boot log: maps
    area(0xb7ff_d000, 0xb7ff_f000, Part::Vdso),         // boot log: maps
    area(0xbffd_f000, 0xc000_0000, Part::Stack),        // boot log: maps
];
