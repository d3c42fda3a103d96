//! Words for objects that cannot be freed: the kernel's own, as it prints them with checks on.

use mm::slab::Misuse;
use mm::units::VirtAddr;

use super::super::cx::Cx;
use super::super::{Said, is, say};
use super::called;

/// Says what the kernel says of an object that cannot be freed.
pub(super) fn misused(address: VirtAddr, why: Misuse, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    let at = address.to_string();
    let (what, why) = match why {
        Misuse::AlreadyFree { cache } => (
            say!(
                lang,
                ["BUG ", called(cache, cx), ": Object already free: ", at, "."],
                ["BUG ", called(cache, cx), ": Object already free，", at, " 已经释放过。"]
            ),
            say!(
                lang,
                [
                    "Why it matters: a second free would put it on the freelist twice, and two users would get it."
                ],
                ["为什么要紧：再次释放会让它在空闲链上出现两次，分给两个使用者。"]
            ),
        ),
        Misuse::WrongCache { cache, owner } => (
            say!(
                lang,
                [
                    "cache_from_obj: Wrong slab cache. ",
                    called(cache, cx),
                    " but object is from ",
                    called(owner, cx),
                    "."
                ],
                [
                    "cache_from_obj: Wrong slab cache. 说是 ",
                    called(cache, cx),
                    "，对象却来自 ",
                    called(owner, cx),
                    "。"
                ]
            ),
            say!(
                lang,
                ["Why the kernel knows: the page struct of a slab names its cache."],
                ["为什么内核知道：slab 的 page 结构记着它的缓存。"]
            ),
        ),
        Misuse::InvalidPointer { cache } => (
            say!(
                lang,
                ["BUG ", called(cache, cx), ": Invalid object pointer ", at, "."],
                ["BUG ", called(cache, cx), ": Invalid object pointer，", at, " 不是对象的起点。"]
            ),
            say!(
                lang,
                ["Why: objects begin at multiples of their size from the start of the slab."],
                ["为什么：对象从 slab 起点按大小的整数倍排列。"]
            ),
        ),
        Misuse::NotSlab => (
            say!(
                lang,
                ["Attempt to free object(", at, ") outside of slab."],
                ["Attempt to free object(", at, ")，它不在任何 slab 里。"]
            ),
            say!(
                lang,
                ["Why: the frame there is no slab's, as its page struct says."],
                ["为什么：那里的页帧不属于 slab，page 结构写明了。"]
            ),
        ),
    };
    Said::new(what, why, vec![is("address", address)])
}
