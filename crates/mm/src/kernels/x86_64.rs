//! Debian's 6.1 for x86-64, the one that made the captures.

use super::{Area, Image, Kernel, Part, Parts, Program, area};
use crate::units::{Pfn, Span};

pub(super) static KERNEL: Kernel = Kernel {
    image: Image {
        whole: Span::new(4096, 17425), // boot log: iomem from the code's first byte; 17 frames of brk behind the bss are fitted
        freed_early: Span::new(12356, 12365), // boot log: "Freeing SMP alternatives memory: 36K"; its place is fitted
        freed_late: FREED_LATE,
        initrd: 856,         // boot log: "RAMDISK: [mem ...]"
        section: 1 << 15,    // documented: SECTION_SIZE_BITS is 27
        section_memmap: 512, // documented: 64 bytes a page struct
        node_data: 43,       // boot log: "NODE_DATA(0) allocated [mem ...]"
        first_node: 3,       // fitted: managed of the first node
        section_usage: 56,   // documented: a list head, a map of subsections and of pageblocks
        general: 13,         // fitted: managed of all sizes
        general_rest: 2100,  // fitted: managed of all sizes
        entry_area: 59,      // documented: CPU_ENTRY_AREA_SIZE
        percpu: 62,          // boot log: "percpu: Embedded 62 pages/cpu"
        bucket: 8,           // documented: a pointer
    },
    parts: Parts {
        code: (0x100_0000, 0x1e0_1d31),   // boot log: iomem
        rodata: (0x200_0000, 0x28e_afff), // boot log: iomem
        data: (0x2a0_0000, 0x2c4_897f),   // boot log: iomem
        bss: (0x331_0000, 0x43f_ffff),    // boot log: iomem
    },
    zero_page: Pfn(0x3310), // fitted: the first frame of the bss
    root: Pfn(0x2a10),      // fitted: a frame of the data
    tables: Pfn(0x3320),    // fitted: behind the zero page, in the bss
    // Leaves that hold the end of read-only data, the borders of text and the interrupt table in both of its mappings,
    // and the pages of the first programs; three captures have one or two more.
    splits: 10, // fitted: DirectMap4k of all sizes
    program: Program {
        areas: AREAS,
        code: (0x40_1000, 0x48_3f00),  // boot log: stat
        start_brk: 0x92_9000,          // boot log: maps
        brk: 0x94_b000,                // boot log: maps
        start_stack: 0x7fff_ffff_ec10, // boot log: stat
    },
};

static FREED_LATE: &[Span] = &[
    Span::new(16899, 17408), // boot log: "Freeing unused decrypted memory: 2036K"; its place is fitted
    Span::new(12365, 13071), // boot log: "Freeing unused kernel image (initmem) memory: 2824K"
    Span::new(7682, 8192),   // boot log: "(text/rodata gap) memory: 2040K"
    Span::new(10475, 10752), // boot log: "(rodata/data gap) memory: 1108K"
];

static AREAS: &[Area] = &[
    area(0x40_0000, 0x40_1000, Part::Constants(0)), // boot log: maps
    area(0x40_1000, 0x48_4000, Part::Code(0x1)),    // boot log: maps
    area(0x48_4000, 0x4b_0000, Part::Constants(0x84)), // boot log: maps
    area(0x4b_0000, 0x4b_5000, Part::Relro(0xaf)),  // boot log: maps
    area(0x4b_5000, 0x4b_8000, Part::Data(0xb4)),   // boot log: maps
    area(0x4b_8000, 0x92_9000, Part::Zeroes),       // boot log: maps
    area(0x92_9000, 0x94_b000, Part::Zeroes),       // boot log: maps
    area(0x7fff_f7ff_9000, 0x7fff_f7ff_d000, Part::Vvar), // boot log: maps
    area(0x7fff_f7ff_d000, 0x7fff_f7ff_f000, Part::Vdso), // boot log: maps
    area(0x7fff_fffd_e000, 0x7fff_ffff_f000, Part::Stack), // boot log: maps
];
