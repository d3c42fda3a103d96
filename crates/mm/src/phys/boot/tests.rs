//! What boot takes, at sizes that no capture has: by hand from the rules.

use super::*;

const MB: u64 = 1 << 20;
const GB: u64 = 1 << 30;

fn machine(ram: u64, nodes: u8, cpus: u8) -> MachineConfig {
    MachineConfig { ram: Bytes(ram), nodes, cpus, ..MachineConfig::default() }
}

fn records(config: &MachineConfig) -> Vec<u32> {
    let image = image(config.arch);
    let memblock = Memblock::new(memory_map(config));
    (0..config.nodes).map(|node| early_records(&memblock, config, image, node)).collect()
}

#[test]
fn records_of_nodes_and_sections_take_whole_frames() {
    // 43 of the node, 3 of the first, 13 of none, and the last is shared: 56 bytes a section.
    for ram in [96 * MB, 333 * MB, 3 * GB, 4 * GB] {
        assert_eq!(records(&machine(ram, 1, 1)), [60], "{ram}");
    }
    // 40 sections: 2240 + 2100 bytes are more than a frame.
    for ram in [5 * GB, 6 * GB, 8 * GB, 12 * GB] {
        assert_eq!(records(&machine(ram, 1, 1)), [61], "{ram}");
    }
    // 128 sections: 7168 + 2100 bytes.
    assert_eq!(records(&machine(16 * GB, 1, 1)), [62]);
    // 512 sections: 28 672 + 2100 bytes, a second and a third root, a second table for the leaves.
    assert_eq!(records(&machine(64 * GB, 1, 1)), [60 + 7 + 2 + 1]);
    assert_eq!(records(&machine(GB, 2, 1)), [47, 57]);
    assert_eq!(records(&machine(2 * GB, 4, 1)), [47, 44, 44, 57]);
    // 64 processors of 59 frames behind one: 3777 entries in 8 tables.
    assert_eq!(records(&machine(GB, 1, 64)), [67]);
}

#[test]
fn processors_share_chunks_unless_too_much_stays_unused() {
    for (groups, per_chunk) in [
        (&[1][..], 1),
        (&[2], 2),
        // One unit of four is not more than a third of three processors.
        (&[3], 4),
        (&[4], 4),
        // Three of eight are too many for five, and so are three of two chunks with four.
        (&[5], 2),
        (&[6], 8),
        (&[8], 8),
        (&[9], 4),
        (&[12], 8),
        (&[1, 1], 1),
        (&[2, 2], 2),
        (&[4, 3], 4),
    ] {
        assert_eq!(units_per_chunk(groups, image(Arch::X86_64).percpu), per_chunk, "{groups:?}");
    }
}

#[test]
fn hash_tables_count_what_page_structs_leave() {
    let pages = |ram: u64, shift| {
        let config = machine(ram, 1, 1);
        let mut memblock = Memblock::new(memory_map(&config));
        memblock.reserve(FIRST_MEGABYTE);
        hash_pages(&memblock, image(Arch::X86_64), Pfn(u32::MAX), shift)
    };
    // 1G: 257 760 pages, rounded up to 2^18; one bucket of 8 bytes for two.
    assert_eq!(pages(GB, 1), 256);
    // 1032M has more than 2^18 pages, but not without a 64th of them.
    assert_eq!(pages(1032 * MB, 1), 256);
    assert_eq!(pages(1044 * MB, 1), 512);
    assert_eq!((pages(333 * MB, 1), pages(333 * MB, 2)), (128, 64));
    assert_eq!(pages(64 * GB, 1), 16_384);
}

#[test]
fn zones_at_the_borders_of_the_pci_hole() {
    let ends = |ram: u64| -> Vec<(u32, u32)> {
        let phys = Phys::boot(&machine(ram, 1, 1));
        phys.zones()
            .iter()
            .filter(|(_, zone)| zone.is_populated())
            .map(|(_, z)| (z.end().0, z.present))
            .collect()
    };
    // One piece of RAM up to 3583M, without the firmware's 32 frames.
    assert_eq!(ends(3583 * MB), [(4096, 3998), (3583 * 256 - 32, 3583 * 256 - 4096 - 32)]);
    // From 3584M on 3G stay below, and DMA32 reaches to the border.
    let dma32 = (1 << 20, 3 * 262_144 - 4096 - 32);
    assert_eq!(ends(3584 * MB), [(4096, 3998), dma32, (FOUR_GB.0 + 512 * 256, 512 * 256)]);
    assert_eq!(ends(12 * GB), [(4096, 3998), dma32, (13 << 18, 9 << 18)]);
}

#[test]
fn i386_has_high_memory_from_896_mb_on() {
    let zones = |ram: u64| -> Vec<(ZoneKind, u32, u32)> {
        let phys = Phys::boot(&MachineConfig { arch: Arch::I386, ..machine(ram, 1, 1) });
        let known = phys.zones().iter().filter(|(_, zone)| zone.is_populated());
        known.map(|(_, zone)| (zone.kind, zone.start.0, zone.end().0)).collect()
    };
    let dma = (ZoneKind::Dma, 1, 4096);
    let normal = (ZoneKind::Normal, 4096, 0x36bfe);
    assert_eq!(zones(512 * MB), [dma, (ZoneKind::Normal, 4096, (512 << 8) - 32)]);
    assert_eq!(zones(2 * GB), [dma, normal, (ZoneKind::HighMem, 0x36bfe, (2 << 18) - 32)]);
    // Without PAE nothing above 4 GB can be reached.
    assert_eq!(zones(4 * GB), [dma, normal, (ZoneKind::HighMem, 0x36bfe, (3 << 18) - 32)]);
}

#[test]
fn the_least_machine_holds_the_data_of_all_processors() {
    for arch in [Arch::X86_64, Arch::I386] {
        let config = MachineConfig { arch, ..machine(RAM_MIN.0, 1, 64) };
        let phys = Phys::boot(&config);
        assert!(phys.zones().iter().any(|(_, zone)| zone.managed > 0), "{arch:?}");
    }
}
