//! What each verb does, in one line.

use mm::script::{
    AccessVerb, KernelVerb, MemoryVerb, ProcessVerb, ShellVerb, SlabVerb, VerbKind, VmallocVerb,
};

use crate::Lang;

/// Returns a summary of a verb, one line without a period.
pub fn verb(kind: VerbKind, lang: Lang) -> &'static str {
    let (en, zh) = match kind {
        VerbKind::Boot => ("makes a new machine", "启动一台新机器"),
        VerbKind::Process(ProcessVerb::Spawn) => {
            ("starts a process; its calls carry its name", "启动一个进程，此后用名字指明调用者")
        }
        VerbKind::Process(ProcessVerb::Exit) => {
            ("ends the process and frees what it had", "结束进程并释放它的一切")
        }
        VerbKind::Memory(MemoryVerb::Mmap) => {
            ("maps memory: makes an area, gives no page yet", "映射内存：只建区域，还不给页")
        }
        VerbKind::Memory(MemoryVerb::Munmap) => {
            ("unmaps memory: pages and empty tables go back", "解除映射：归还页和空页表")
        }
        VerbKind::Memory(MemoryVerb::Mprotect) => ("changes what an area allows", "修改区域的权限"),
        VerbKind::Memory(MemoryVerb::Madvise) => {
            ("says what a range will be used for", "说明一段内存将怎样使用")
        }
        VerbKind::Access(AccessVerb::Touch) => ("writes once to each page", "每页写一次"),
        VerbKind::Access(AccessVerb::Read) => ("reads once from each page", "每页读一次"),
        VerbKind::Access(AccessVerb::Write) => {
            ("writes; one byte without a length", "写，不给长度就写一个字节")
        }
        VerbKind::Access(AccessVerb::Exec) => {
            ("fetches an instruction; one byte without a length", "取指，不给长度就取一个字节")
        }
        VerbKind::Access(AccessVerb::Pages) => {
            ("lists what the pages of a range are", "列出一段范围里各页是什么")
        }
        VerbKind::Access(AccessVerb::Translate) => {
            ("walks the page tables without touching anything", "只走页表，不碰任何东西")
        }
        VerbKind::Kernel(KernelVerb::AllocPages) => ("allocates blocks of frames", "分配若干块页帧"),
        VerbKind::Kernel(KernelVerb::FreePages) => {
            ("frees blocks in the order they were allocated", "按分配次序释放各块")
        }
        VerbKind::Kernel(KernelVerb::DrainAllPages) => {
            ("returns the CPUs' lists to the buddy lists", "把各 CPU 的链表还给伙伴系统")
        }
        VerbKind::Slab(SlabVerb::Create) => {
            ("makes a cache of objects of one size", "建立一种大小的对象缓存")
        }
        VerbKind::Slab(SlabVerb::Alloc) => ("takes objects of a cache", "从缓存分配对象"),
        VerbKind::Slab(SlabVerb::Free) => ("gives objects back to their cache", "把对象还给缓存"),
        VerbKind::Slab(SlabVerb::Shrink) => {
            ("gives back what a cache keeps without need", "归还缓存多留的 slab")
        }
        VerbKind::Slab(SlabVerb::Destroy) => ("destroys a cache without objects", "销毁没有对象的缓存"),
        VerbKind::Slab(SlabVerb::Kmalloc) => ("takes objects by size", "按大小分配对象"),
        VerbKind::Slab(SlabVerb::Kfree) => ("frees what kmalloc gave", "释放 kmalloc 分配的对象"),
        VerbKind::Vmalloc(VmallocVerb::Vmalloc) => {
            ("takes memory that is one piece in addresses only", "分配只在地址上连续的内存")
        }
        VerbKind::Vmalloc(VmallocVerb::Vfree) => ("gives back what vmalloc took", "归还 vmalloc 分配的内存"),
        VerbKind::Vmalloc(VmallocVerb::UnmapAliases) => {
            ("flushes the addresses that wait", "刷新等待中的地址")
        }
        VerbKind::Vmalloc(VmallocVerb::Kmap) => ("asks for an address of a frame", "为页帧求一个地址"),
        VerbKind::Vmalloc(VmallocVerb::Kunmap) => ("gives that address back", "交还那个地址"),
        VerbKind::Shell(ShellVerb::Cat) => ("prints a file of /proc or /sys", "打印 /proc 或 /sys 的文件"),
        VerbKind::Shell(ShellVerb::Echo) => ("writes a tunable by its path", "按路径写一个参数"),
        VerbKind::Shell(ShellVerb::Dmesg) => ("prints the kernel's log", "打印内核日志"),
        VerbKind::Shell(ShellVerb::Sleep) => ("lets time pass: the daemons run", "让时间过去：守护线程运行"),
        VerbKind::Expect => ("claims something about the machine and checks it", "断言机器的状态并检查"),
    };
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}
