use super::*;

use crate::Lang;
use crate::tests::session;

/// A run that shows most of what can happen.
const SCRIPT: &str = "boot ram=512M thp=never
spawn web
web: buf = mmap 4M
web: write buf+0x123
web: write buf+0x456
web: read buf+8K; write buf+8K
web: mprotect buf+4K 8K r
web: write buf+8K !SIGSEGV
web: write 0x10 !SIGSEGV
web: read 0x800000000000 !SIGSEGV
web: touch buf 256K
web: munmap buf
kernel: b = alloc_pages order=4 count=3
kernel: free_pages b
kernel: u = alloc_pages gfp=__GFP_RECLAIMABLE order=3
kernel: drain_all_pages
web: translate 0x7fffffffe000
cat /proc/buddyinfo
web: pages 0x7ffffffde000 132K
sleep 1ms
echo 4096 > /proc/sys/vm/min_free_kbytes
echo x > /proc/sys/vm/min_free_kbytes !EINVAL
expect rss.web == 4K
expect rss.web == 8K
expect rss.nobody == 8K
web: exit";

/// Words of the kernel's that stay as they are in Chinese sentences.
fn english_run(text: &str) -> Option<String> {
    // Three English words in a row are a sentence; names in code stand alone.
    let mut run: Vec<&str> = Vec::new();
    for word in text.split_whitespace() {
        let is_word = word.bytes().all(|byte| byte.is_ascii_lowercase()) && word.len() > 1;
        if is_word {
            run.push(word);
            if run.len() >= 3 {
                return Some(run.join(" "));
            }
        } else {
            run.clear();
        }
    }
    None
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

#[test]
fn every_step_has_words_in_both_languages() {
    let session = session(SCRIPT);
    let mut seen = std::collections::BTreeSet::new();
    for record in session.records() {
        for one in record.trace.steps() {
            seen.insert(event_name(&one.event));
            let en = step(one, &record.trace, session.world(), Lang::En);
            let zh = step(one, &record.trace, session.world(), Lang::Zh);
            let (en_what, zh_what) = (plain(&en.what), plain(&zh.what));
            assert!(en_what.ends_with('.') && !is_chinese(&en_what), "{en_what}");
            assert!(zh_what.ends_with('。') && is_chinese(&zh_what), "{zh_what}");
            assert_eq!(english_run(&zh_what), None, "{zh_what}");
            assert_eq!(english_run(&plain(&zh.why)), None, "{}", plain(&zh.why));
            assert_eq!(en.why.is_empty(), zh.why.is_empty(), "{en_what}");
            assert!(en.why.is_empty() || plain(&en.why).ends_with('.'), "{}", plain(&en.why));
            let names = |words: &StepWords| -> Vec<String> {
                words.operands.iter().map(|o| o.name.clone()).collect()
            };
            assert_eq!(names(&en), names(&zh));
        }
    }
    assert!(seen.len() > 30, "{} events seen", seen.len());
}

#[test]
fn answers_have_words_in_both_languages() {
    let session = session(SCRIPT);
    let mut lines = 0;
    for record in session.records() {
        let en = outcome(record, session.world(), Lang::En);
        let zh = outcome(record, session.world(), Lang::Zh);
        assert_eq!(en.len(), zh.len());
        for (en, zh) in en.iter().zip(&zh) {
            lines += 1;
            assert_eq!(en.tone, zh.tone);
            if en.tone != Tone::Verbatim {
                assert!(!is_chinese(&plain(&en.pieces)), "{}", plain(&en.pieces));
                assert_eq!(english_run(&plain(&zh.pieces)), None, "{}", plain(&zh.pieces));
            }
        }
    }
    assert!(lines > 15);
}

#[test]
fn the_entry_of_a_first_touch_says_why_this_frame() {
    let session = session("boot ram=512M thp=never\nspawn web\nweb: buf = mmap 16M\nweb: write buf+0x123");
    let record = session.record(4).expect("four commands");
    let of = |name: &str| {
        let steps = record.trace.steps();
        let one = steps.iter().rfind(|one| event_name(&one.event) == name).expect("such a step");
        step(one, &record.trace, session.world(), Lang::En)
    };
    let words = of("page_table.set_entry");
    assert_eq!(words.function, "set_pte_at()");
    let what = plain(&words.what);
    assert!(what.contains("now names frame") && what.contains("the walk that stopped at step"), "{what}");
    assert!(plain(&words.why).starts_with("Why this frame: it was first on the"), "{}", plain(&words.why));
    assert!(words.what.iter().any(|piece| matches!(piece, Piece::Link { .. })));
    assert_eq!(words.operands[0].old.as_deref(), Some("0"));
    assert!(words.stack.contains(&"handle_mm_fault"), "{:?}", words.stack);
}

#[test]
fn errors_of_texts_have_words_in_both_languages() {
    for text in [
        "boto ram=512M",
        "web: mmap 16X",
        "mmap 16K",
        "web: mmap 16K rwq",
        "boot ram=1K",
        "boot ram=512M ram=1G",
        "expect rss.web",
        "expect rss.web == (",
        "web: write 0x0 !SIGFOO",
        "cat",
        "boot preset=vm-8g state=y",
        "x = cat /proc/meminfo",
        "web: touch buf 4K stride=2M",
        "kernel: alloc_pages order=11",
        "drain_all_pages now",
        "sleep 100 years",
    ] {
        let rejected = mm::script::parse(text).expect_err("a text that is wrong");
        for error in &rejected.errors {
            let [en, zh] = Lang::ALL.map(|lang| parse_error(error, lang));
            assert!(!is_chinese(&en), "{en}");
            assert!(
                is_chinese(&zh) && english_run(&zh.split('`').step_by(2).collect::<String>()).is_none(),
                "{zh}"
            );
        }
    }
}

#[test]
fn the_registries_have_words_in_both_languages() {
    for kind in mm::script::registry::verbs().map(|spec| spec.kind) {
        assert!(is_chinese(verb(kind, Lang::Zh)) && !is_chinese(verb(kind, Lang::En)), "{kind:?}");
    }
    for &kind in mm::quantity::Kind::ALL {
        assert!(is_chinese(quantity(kind, Lang::Zh)) && !is_chinese(quantity(kind, Lang::En)), "{kind:?}");
    }
    for &shape in mm::script::Shape::ALL {
        assert!(!parse_error::shape(shape, Lang::Zh).is_empty());
    }
    for &limit in mm::script::Limit::ALL {
        assert!(!parse_error::limit(limit, Lang::En).is_empty());
    }
    for &code in mm::errno::SiCode::ALL {
        assert!(is_chinese(si_code(code, Lang::Zh)));
    }
    for &number in mm::errno::Errno::ALL {
        assert!(is_chinese(errno(number, Lang::Zh)));
    }
}

/// Events that short scripts do not bring about, made by hand.
fn rare() -> Vec<mm::event::Event> {
    use mm::gfp::Gfp;
    use mm::phys::alloc::page_alloc;
    use mm::phys::buddy::fallback;
    use mm::phys::zone::migratetype::MigrateType;
    use mm::phys::zone::watermark;
    use mm::phys::zone::{Wmark, ZoneId};
    use mm::units::{Order, Pfn, VirtAddr};
    use mm::virt::TaskId;
    use mm::virt::paging::walk;
    use mm::virt::{MmId, fault, tlb};

    let (zone, order, pfn, va) = (ZoneId(1), Order::new(3), Pfn(16899), VirtAddr(0x1000));
    let (mt, gfp, cpu) = (MigrateType::Movable, Gfp::KERNEL, mm::config::CpuId(0));
    let check = |verdict, level| watermark::Event::Check {
        zone,
        order,
        level,
        verdict,
        free: 9,
        unusable: 7,
        mark: 100,
        reserve: 0,
    };
    let steal = |extent| fallback::Event::Steal {
        zone,
        order,
        block_order: Order::MAX,
        mt,
        from: MigrateType::Unmovable,
        pfn: Pfn(1024),
        extent,
    };
    vec![
        page_alloc::Event::WakeForBoost { zone }.into(),
        page_alloc::Event::AllowFragments { order, mt }.into(),
        page_alloc::Event::Slowpath { order, gfp }.into(),
        page_alloc::Event::ReserveHighAtomic { zone, first: pfn }.into(),
        page_alloc::Event::Failed { order, gfp }.into(),
        check(watermark::Verdict::TooFew, Wmark::Min).into(),
        page_alloc::Event::Failed { order, gfp }.into(),
        check(watermark::Verdict::NoBlock, Wmark::High).into(),
        page_alloc::Event::Failed { order, gfp }.into(),
        steal(fallback::Extent::Block).into(),
        steal(fallback::Extent::Pageblock).into(),
        steal(fallback::Extent::Pageblocks).into(),
        page_alloc::Event::UnreserveHighAtomic { zone, first: pfn, mt, left: 0 }.into(),
        fallback::Event::Boost { zone, from: 0, to: 512, max: 979 }.into(),
        fallback::Event::Weigh { first: pfn, free: 200, alike: 56, needed: 256 }.into(),
        fallback::Event::Retype { first: pfn, from: mt, to: MigrateType::Cma }.into(),
        fault::Event::OutOfMemory { va }.into(),
        fault::Event::NoPage { va }.into(),
        fault::Event::Spurious { va }.into(),
        fault::Event::Reused { va, pfn }.into(),
        fault::Event::Copied { va, from: pfn, to: Pfn(7) }.into(),
        fault::Event::StackRefused { pages: 3000, limit: 2048 }.into(),
        fault::Event::NoVma { va, above: None }.into(),
        fault::Event::GeneralProtection { task: TaskId(1), va }.into(),
        tlb::Event::Shootdown { from: cpu, to: cpu }.into(),
        tlb::Event::FlushAll { cpu, pcid: 1, dropped: 1 }.into(),
        tlb::Event::Switch { cpu, mm: MmId(9), pgd: pfn, pcid: 1, flushed: true }.into(),
        tlb::Event::Unfit { cpu, page: va, lack: tlb::Lack::User }.into(),
        tlb::Event::Unfit { cpu, page: va, lack: tlb::Lack::Dirty }.into(),
        walk::Event::Read { va, depth: 3, table: pfn, index: 5, raw: 0x25 }.into(),
        walk::Event::SetBits { va, depth: 3, table: pfn, index: 5, raw: 0x65 }.into(),
        walk::Event::SetBits { va, depth: 0, table: pfn, index: 5, raw: 0x65 }.into(),
        mm::shell::Event::Refused.into(),
        mm::shell::Event::Coarse { events: 200_001 }.into(),
    ]
}

/// Everything the slow path can decide.
fn slowpath_events() -> Vec<mm::event::Event> {
    use mm::phys::alloc::kswapd::NodeState;
    use mm::phys::alloc::slowpath::{Event, GiveUp, NoKill, Reserve};
    use mm::phys::compaction::{CompactPriority, CompactResult};
    use mm::phys::zone::watermark::{Privileges, Verdict};

    let (zone, order) = (mm::phys::zone::ZoneId(1), mm::units::Order::new(3));
    let highest = mm::phys::zone::ZoneKind::Normal;
    let mut events = Vec::new();
    for (high, harder) in [(false, false), (true, false), (false, true), (true, true)] {
        let privileges = Privileges { high, harder, ..Privileges::default() };
        events.push(Event::Rights { privileges, calls_kswapd: high });
    }
    for state in [NodeState::Short, NodeState::Boosted, NodeState::Balanced] {
        events.push(Event::WakeKswapd { node: mm::config::NodeId(0), order, highest, state });
    }
    for extent in [Reserve::All, Reserve::Dying, Reserve::Harder] {
        events.extend([Event::Reserves { order, extent }, Event::NoFail { order, extent }]);
    }
    events.extend([0, 1, 32].map(|freed| Event::DirectReclaim { order, freed }));
    let priorities = [CompactPriority::Async, CompactPriority::SyncLight, CompactPriority::SyncFull];
    for priority in priorities {
        for result in [
            CompactResult::NotSuitableZone,
            CompactResult::Skipped,
            CompactResult::Deferred,
            CompactResult::NoSuitablePage,
            CompactResult::Complete,
            CompactResult::Contended,
            CompactResult::Success,
        ] {
            let again = result == CompactResult::Success;
            events.push(Event::DirectCompact { order, priority, result });
            events.push(Event::RetryCompact { order, priority, result, retries: 1, max: 16, again });
        }
    }
    for verdict in [Verdict::Ok, Verdict::TooFew, Verdict::NoBlock] {
        let (reclaimable, available, min, no_progress_loops) = (5, 9, 100, 1);
        events.push(Event::RetryZone {
            zone,
            order,
            reclaimable,
            available,
            min,
            no_progress_loops,
            verdict,
        });
    }
    for why in [NoKill::CostlyOrder, NoKill::MayFail, NoKill::ThisNode, NoKill::LowZone] {
        events.push(Event::NoKill { order, why });
    }
    for why in [
        GiveUp::NoWait,
        GiveUp::NoCompaction,
        GiveUp::ThisNode,
        GiveUp::NoRetry,
        GiveUp::CostlyOrder,
        GiveUp::Exhausted,
        GiveUp::Dying,
        GiveUp::Panic,
        GiveUp::Endless,
    ] {
        events.push(Event::GiveUp { order, why });
    }
    events.into_iter().map(Into::into).collect()
}

/// Everything the OOM killer can do.
fn oom_events() -> Vec<mm::event::Event> {
    use mm::virt::TaskId;
    use mm::virt::task::oom_kill::Event;

    let (task, gfp, order) = (TaskId(100), mm::gfp::Gfp::KERNEL, mm::units::Order::ZERO);
    let weighed =
        |points| Event::Weighed { task, points, rss: 257, swapents: 0, pgtables: 4, oom_score_adj: 0 };
    let events = [
        Event::Invoked { task: None, order, gfp },
        Event::Invoked { task: Some(task), order, gfp },
        Event::AlreadyDying { task },
        Event::LeftToOthers { gfp },
        weighed(Some(261)),
        weighed(Some(-3)),
        weighed(None),
        Event::Killed { task, points: 261, asked: false },
        Event::Killed { task, points: 261, asked: true },
        Event::NobodyToKill,
        Event::Logged { record: mm::klog::RecordId(1) },
    ];
    events.into_iter().map(Into::into).collect()
}

#[test]
fn rare_events_have_words_too() {
    let session = session("boot ram=128M");
    let mut trace = mm::trace::Trace::new(mm::trace::Detail::Full);
    for event in rare().into_iter().chain(slowpath_events()).chain(oom_events()) {
        trace.emit(event);
    }
    for one in trace.steps() {
        let [en, zh] = Lang::ALL.map(|lang| step(one, &trace, session.world(), lang));
        assert!(plain(&en.what).ends_with('.') && !is_chinese(&plain(&en.what)), "{}", plain(&en.what));
        assert!(plain(&zh.what).ends_with('。') && is_chinese(&plain(&zh.what)), "{}", plain(&zh.what));
        assert_eq!(english_run(&plain(&zh.what)), None, "{}", plain(&zh.what));
        assert_eq!(en.why.is_empty(), zh.why.is_empty(), "{}", plain(&en.what));
    }
}

/// A failed request is explained with the zone that held the most memory, whichever was asked last.
#[test]
fn a_failure_names_the_zone_that_held_the_memory() {
    for (script, why) in [
        ("boot preset=fragmented\nkernel: alloc_pages order=9 !ENOMEM", "DMA32 has free frames enough"),
        (
            "boot preset=fragmented\nkernel: alloc_pages order=9 gfp=GFP_DMA|__GFP_NORETRY !ENOMEM",
            "Why: DMA has free frames enough",
        ),
        (
            "boot ram=8G thp=never\n\
             kernel: a = alloc_pages order=9 gfp=GFP_KERNEL|__GFP_NOWARN count=max\n\
             kernel: b = alloc_pages order=9 gfp=GFP_KERNEL|__GFP_NOWARN !ENOMEM",
            "what even DMA32 has left is reserved",
        ),
        (
            "boot ram=96M thp=never\nkernel: a = alloc_pages gfp=GFP_NOWAIT|__GFP_NOWARN count=max\n\
             kernel: b = alloc_pages gfp=GFP_NOWAIT|__GFP_NOWARN !ENOMEM",
            "would fall to its minimum mark",
        ),
    ] {
        let session = session(script);
        let record = session.records().last().expect("a record");
        let failed = record.trace.steps().iter().rev().find(|step| event_name(&step.event) == "alloc.failed");
        let said = step(failed.expect("a failure"), &record.trace, session.world(), Lang::En);
        assert!(plain(&said.why).contains(why), "{script}: {}", plain(&said.why));
    }
}
