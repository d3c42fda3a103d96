//! Names of the kernel functions (and the CPU's own work) that spans carry.
//!
//! A span says under which function a step happened; with the simulated time of its steps
//! it is a row of the flame graph. Names are the kernel's, as `perf` would print them.

macro_rules! funcs {
    ($($name:ident = $text:literal,)*) => {
        /// A function of 6.1, or a piece of work of the CPU.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
        pub enum Func { $($name),* }

        impl Func {
            /// Every function, for tables and tests.
            pub const ALL: &[Func] = &[$(Func::$name),*];

            /// Returns the name, without parentheses.
            pub const fn name(self) -> &'static str {
                match self { $(Func::$name => $text),* }
            }

            /// Finds a function by its name.
            pub fn from_name(name: &str) -> Option<Func> {
                Func::ALL.iter().copied().find(|func| func.name() == name)
            }
        }
    };
}

funcs! {
    // The CPU.
    CpuAccess = "CPU: access",
    CpuWalk = "CPU: page walk",
    CpuRetry = "CPU: retry",
    // Entry.
    AsmExcPageFault = "asm_exc_page_fault",
    AsmExcGeneralProtection = "asm_exc_general_protection",
    DoUserAddrFault = "do_user_addr_fault",
    DoKernAddrFault = "do_kern_addr_fault",
    // mm/memory.c
    HandleMmFault = "handle_mm_fault",
    DoAnonymousPage = "do_anonymous_page",
    DoWpPage = "do_wp_page",
    WpPageCopy = "wp_page_copy",
    PudAlloc = "__pud_alloc",
    PmdAlloc = "__pmd_alloc",
    PteAlloc = "__pte_alloc",
    UnmapVmas = "unmap_vmas",
    FreePgtables = "free_pgtables",
    TlbFinishMmu = "tlb_finish_mmu",
    // mm/huge_memory.c
    DoHugePmdAnonymousPage = "do_huge_pmd_anonymous_page",
    DoHugePmdWpPage = "do_huge_pmd_wp_page",
    GetHugeZeroPage = "get_huge_zero_page",
    ClearHugePage = "clear_huge_page",
    SplitHugePmd = "__split_huge_pmd",
    ZapHugePmd = "zap_huge_pmd",
    // mm/madvise.c
    DoMadvise = "do_madvise",
    // mm/mmap.c, kernel/
    DoMmap = "do_mmap",
    MmapRegion = "mmap_region",
    DoMunmap = "__do_munmap",
    MprotectFixup = "mprotect_fixup",
    PopulateVmaPageRange = "populate_vma_page_range",
    MmAlloc = "mm_alloc",
    ExitMmap = "exit_mmap",
    Execve = "do_execveat_common",
    // mm/page_alloc.c
    AllocPages = "__alloc_pages",
    GetPageFromFreelist = "get_page_from_freelist",
    AllocPagesSlowpath = "__alloc_pages_slowpath",
    DirectReclaim = "__alloc_pages_direct_reclaim",
    DirectCompact = "__alloc_pages_direct_compact",
    Rmqueue = "rmqueue",
    RmqueuePcplist = "rmqueue_pcplist",
    RmqueueBulk = "rmqueue_bulk",
    RmqueueFallback = "__rmqueue_fallback",
    AllocPagesBulk = "__alloc_pages_bulk",
    FreePages = "__free_pages",
    FreeUnrefPage = "free_unref_page",
    FreeUnrefPageList = "free_unref_page_list",
    FreePcppagesBulk = "free_pcppages_bulk",
    FreeOnePage = "__free_one_page",
    DrainAllPages = "drain_all_pages",
    ClearPage = "clear_page_erms",
    WarnAlloc = "warn_alloc",
    // mm/oom_kill.c
    OutOfMemory = "out_of_memory",
    OomKillProcess = "oom_kill_process",
    // mm/compaction.c, mm/migrate.c
    TryToCompactPages = "try_to_compact_pages",
    CompactNode = "compact_node",
    ProactiveCompactNode = "proactive_compact_node",
    KcompactdDoWork = "kcompactd_do_work",
    CompactZone = "compact_zone",
    IsolateMigratepages = "isolate_migratepages",
    IsolateFreepages = "isolate_freepages",
    MigratePages = "migrate_pages",
    // mm/vmalloc.c, mm/highmem.c
    Vmalloc = "__vmalloc_node_range",
    AllocVmapArea = "alloc_vmap_area",
    VmAreaAllocPages = "vm_area_alloc_pages",
    VmapPagesRange = "vmap_pages_range",
    Vfree = "vfree",
    PurgeVmapAreaLazy = "__purge_vmap_area_lazy",
    DrainVmapAreaWork = "drain_vmap_area_work",
    VmUnmapAliases = "_vm_unmap_aliases",
    FlushTlbKernelRange = "flush_tlb_kernel_range",
    KmapHigh = "kmap_high",
    KunmapHigh = "kunmap_high",
    FlushAllZeroPkmaps = "flush_all_zero_pkmaps",
    // mm/slub.c, mm/slab_common.c
    Kmalloc = "__kmalloc",
    Kfree = "kfree",
    KmallocLarge = "__kmalloc_large_node",
    KmemCacheCreate = "kmem_cache_create",
    KmemCacheAlloc = "kmem_cache_alloc",
    KmemCacheFree = "kmem_cache_free",
    KmemCacheShrink = "kmem_cache_shrink",
    KmemCacheDestroy = "kmem_cache_destroy",
    SlabAllocSlow = "___slab_alloc",
    GetPartialNode = "get_partial_node",
    AllocateSlab = "allocate_slab",
    SlabFreeSlow = "__slab_free",
    UnfreezePartials = "__unfreeze_partials",
    DeactivateSlab = "deactivate_slab",
    FlushCpuSlab = "flush_cpu_slab",
    DiscardSlab = "discard_slab",
}
