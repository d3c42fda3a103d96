//! Words of 6.1 and of its libraries: calls, options, advice.

use super::has;

/// Calls of the kernel and of its own code.
const KERNEL_VERBS: &str = "__alloc_pages __free_pages __get_free_pages alloc_contig_range alloc_page \
                            alloc_percpu brk clone clone3 close copy_file_range creat dma_alloc_coherent \
                            dma_pool_alloc execve fadvise fallocate fdatasync fork free_page fsync ftruncate \
                            get_free_pages get_mempolicy get_zeroed_page getrlimit ioremap kcalloc \
                            kmalloc_node kmap_atomic kmap_local_page kmem_cache_alloc_bulk krealloc kvfree \
                            kvmalloc kzalloc mbind memfd_create memfd_secret mempool_alloc migrate_pages \
                            mincore mlock mlock2 mlockall mount move_pages mremap msync munlock munlockall \
                            open openat pkey_alloc pkey_free pkey_mprotect prctl pread preadv prlimit \
                            process_madvise process_mrelease pwrite pwritev readahead readv \
                            remap_file_pages sendfile set_mempolicy setrlimit shmat shmctl shmdt shmget splice \
                            swapoff swapon sync sync_file_range syncfs truncate umount unlink userfaultfd vfork \
                            vmap vmsplice vunmap vzalloc waitpid writev";

/// Calls of glibc, commands of a shell, and words of this language.
const OTHER_VERBS: &str = "aligned_alloc calloc file free mallinfo mallinfo2 malloc malloc_trim mallopt memalign \
                           mkswap numactl posix_fadvise posix_memalign pvalloc realloc sbrk sched sysctl thread \
                           ulimit valloc wait";

/// Machines that 6.1 runs on.
const ARCHES: &str = "alpha arc arm arm64 aarch64 csky hexagon ia64 loongarch m68k microblaze mips nios2 openrisc \
                      parisc powerpc ppc64le riscv riscv64 s390 s390x sh sparc sparc64 um xtensa";

/// Words of the kernel's command line, and what else a machine may be asked for.
const BOOT_KEYS: &str = "crashkernel default_hugepagesz hugepages hugepagesz hugetlb_cma init_on_alloc \
                         init_on_free kaslr levels mem memmap nokaslr numa page_owner page_poison slub_debug swap \
                         swapaccount transparent_hugepage zswap";

/// Words that 6.1's `mmap` knows and ours does not: `MAP_` flags in small letters.
const MMAP_WORDS: &str = "32bit denywrite executable huge_1gb huge_2mb nonblock stack sync \
                          uninitialized";

/// Advice that 6.1's `madvise` takes and ours does not.
const ADVICE: &str = "cold collapse dontneed_locked free hwpoison keeponfork mergeable pageout \
                      populate_read populate_write remove soft_offline unmergeable willneed wipeonfork";

/// Lines of `/proc/PID/smaps`.
const SMAPS: &str = "AnonHugePages Anonymous FilePmdMapped KernelPageSize LazyFree Locked MMUPageSize Private_Clean \
     Private_Dirty Private_Hugetlb ProtectionKey Pss Pss_Dirty Referenced Rss Shared_Clean Shared_Dirty \
     Shared_Hugetlb ShmemPmdMapped Size Swap SwapPss THPeligible VmFlags";

/// Where a word comes from that the language does not have.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Origin {
    /// From 6.1.
    Kernel,
    /// From what runs on it, or from this language as it is to be.
    Elsewhere,
}

/// Returns where a verb comes from that cannot be said yet.
pub fn verb_origin(name: &str) -> Option<Origin> {
    match () {
        () if has(KERNEL_VERBS, name) => Some(Origin::Kernel),
        () if has(OTHER_VERBS, name) => Some(Origin::Elsewhere),
        () => None,
    }
}

/// Returns where an instruction set comes from that no machine here has.
pub fn arch_origin(name: &str) -> Option<Origin> {
    match () {
        () if has(ARCHES, name) => Some(Origin::Kernel),
        () if name == "custom" => Some(Origin::Elsewhere),
        () => None,
    }
}

/// Returns whether the kernel's command line, or a machine, knows such a key.
pub fn is_boot_key(key: &str) -> bool {
    has(BOOT_KEYS, key)
}

/// Returns whether 6.1's `mmap` knows such a flag.
pub fn is_mmap_word(word: &str) -> bool {
    has(MMAP_WORDS, word)
}

/// Returns whether 6.1's `madvise` takes such advice.
pub fn is_advice(word: &str) -> bool {
    has(ADVICE, word)
}

/// Returns whether 6.1 prints such a line in `/proc/PID/smaps`.
pub fn is_smaps_line(name: &str) -> bool {
    has(SMAPS, name)
}
